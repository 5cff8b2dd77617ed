/** Sonarr and Radarr: the same media under the paths of their own containers. */

export interface EpisodeRow {
  id: number
  tvdbId: number
  seasonNumber: number
  episodeNumber: number
  absoluteEpisodeNumber?: number
  title: string
  airDate: string
  /** 0 = no file. Episodes in one file share it. */
  episodeFileId: number
}

export interface FileRow {
  id: number
  /** In the program's own view. */
  path: string
  size: number
  sceneName?: string
  releaseGroup?: string
  qualityName: string
  season?: number
}

export interface SeriesRow {
  id: number
  title: string
  titleSlug: string
  path: string
  rootFolderPath: string
  year: number
  tvdbId: number
  tmdbId?: number
  imdbId?: string
  seriesType: "standard" | "daily" | "anime"
  tags: number[]
  episodes: EpisodeRow[]
  files: FileRow[]
}

export interface MovieRow {
  id: number
  title: string
  path: string
  rootFolderPath: string
  year: number
  tmdbId: number
  imdbId?: string
  tags: number[]
  file?: FileRow
}

export interface NotificationRow {
  id: number
  name: string
  url: string
  /** The rest of what was sent, kept as it came. */
  fields: Record<string, unknown>
}

export interface ArrInstance {
  app: "Sonarr" | "Radarr"
  instanceName: string
  version: string
  apiKey: string
  /** `""` or a path such as `/sonarr`. */
  urlBase: string
  rootFolders: Array<{ id: number; path: string; accessible: boolean }>
  tags: Array<{ id: number; label: string }>
  series: SeriesRow[]
  movies: MovieRow[]
  /** Its connections of the kind "Webhook"; imports are posted there. */
  notifications: NotificationRow[]
}

export function makeArr(fields: Pick<ArrInstance, "app" | "apiKey"> & Partial<ArrInstance>): ArrInstance {
  return {
    instanceName: fields.app,
    version: fields.app === "Sonarr" ? "4.0.15.0000" : "5.26.2.0000",
    urlBase: "",
    rootFolders: [],
    tags: [{ id: 1, label: "kids" }],
    series: [],
    movies: [],
    notifications: [],
    ...fields,
  }
}
