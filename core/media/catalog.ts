/** Films and series as Sonarr and Radarr know them. Paths are those that Sonarr or Radarr sees. */

/** One configured Sonarr or Radarr. `id` is stable within the configuration: `sonarr`, `radarr`, or the name given to a further one. */
export interface CatalogInstance {
  readonly id: string
  readonly app: "sonarr" | "radarr"
  /** Scheme, host, port and url base without a trailing slash. */
  readonly url: string
}

const APP_NAMES = { sonarr: "Sonarr", radarr: "Radarr" } as const

/** An instance as people call it: its application, and its own name where it is a further one. */
export function instanceName({ app, id }: Pick<CatalogInstance, "app" | "id">): string {
  return id === app ? APP_NAMES[app] : `${APP_NAMES[app]} (${id})`
}

/**
 * The same with its address, for errors.
 *
 * @example
 * ```ts
 * const sonarr = { id: "sonarr", app: "sonarr", url: "http://192.168.1.20:8989/sonarr" } as const
 * assert.strictEqual(instancePlace(sonarr), "Sonarr (192.168.1.20:8989)")
 * assert.strictEqual(instancePlace({ ...sonarr, id: "4k" }), "Sonarr (4k, 192.168.1.20:8989)")
 * ```
 */
export function instancePlace({ app, id, url }: CatalogInstance): string {
  const address = URL.canParse(url) ? new URL(url).host : url
  return `${APP_NAMES[app]} (${id === app ? address : `${id}, ${address}`})`
}

export interface CatalogStatus {
  readonly appName: string
  readonly version: string
  readonly instanceName: string
}

export interface CatalogFilm {
  readonly id: number
  readonly title: string
  readonly year: number | null
  readonly imdbId: string | null
  readonly tmdbId: number | null
  readonly path: string
  readonly file: CatalogFile | null
}

export interface CatalogSeries {
  readonly id: number
  readonly title: string
  readonly year: number | null
  readonly tvdbId: number | null
  readonly tmdbId: number | null
  readonly imdbId: string | null
  readonly tvMazeId: number | null
  readonly path: string
  readonly type: "standard" | "daily" | "anime"
}

export interface CatalogEpisode {
  readonly id: number
  readonly seriesId: number
  readonly tvdbId: number | null
  readonly season: number
  readonly episode: number
  readonly absoluteEpisode: number | null
  readonly airDate: string | null
  readonly title: string
  readonly file: CatalogFile | null
}

/** Instances of one application that are asked; further ones in the configuration are ignored with a warning. */
export const CATALOG_INSTANCES_MAX = 16

export interface CatalogFile {
  readonly id: number
  readonly path: string
  readonly bytes: number | null
  /** The name the release had before it was renamed; the best description of what was imported. */
  readonly sceneName: string | null
  readonly releaseGroup: string | null
  readonly quality: string | null
  readonly edition: string | null
}
