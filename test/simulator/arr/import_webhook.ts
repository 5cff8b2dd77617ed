/** What Sonarr and Radarr post when they have imported something. */

import type { ArrInstance, EpisodeRow, FileRow, MovieRow, SeriesRow } from "../world/arr.ts"
import { labelsOf } from "./rows.ts"

const ENGLISH = { id: 1, name: "English" }

function relative(parent: string, path: string): string {
  return path.startsWith(`${parent}/`) ? path.slice(parent.length + 1) : path
}

function showFile(parent: string, file: FileRow) {
  return {
    id: file.id,
    relativePath: relative(parent, file.path),
    path: file.path,
    quality: file.qualityName,
    qualityVersion: 1,
    ...(file.releaseGroup === undefined ? {} : { releaseGroup: file.releaseGroup }),
    ...(file.sceneName === undefined ? {} : { sceneName: file.sceneName }),
    size: file.size,
    dateAdded: "2024-03-18T08:00:00Z",
    languages: [ENGLISH],
    mediaInfo: {
      audioChannels: 5.1,
      audioCodec: "AC3",
      audioLanguages: ["eng", "fra"],
      height: 1080,
      width: 1920,
      subtitles: [],
      videoCodec: "h264",
      videoDynamicRange: "",
      videoDynamicRangeType: "",
    },
    sourcePath: `/downloads/complete/${file.sceneName ?? "example"}/file.mkv`,
  }
}

function showSeries(instance: ArrInstance, series: SeriesRow) {
  return {
    id: series.id,
    title: series.title,
    titleSlug: series.titleSlug,
    path: series.path,
    tvdbId: series.tvdbId,
    tvMazeId: 0,
    ...(series.tmdbId === undefined ? {} : { tmdbId: series.tmdbId }),
    ...(series.imdbId === undefined ? {} : { imdbId: series.imdbId }),
    malIds: [],
    aniListIds: [],
    type: series.seriesType,
    year: series.year,
    genres: ["Drama"],
    images: [],
    tags: labelsOf(instance, series.tags),
    originalLanguage: ENGLISH,
  }
}

function showEpisode(series: SeriesRow, episode: EpisodeRow) {
  return {
    id: episode.id,
    episodeNumber: episode.episodeNumber,
    seasonNumber: episode.seasonNumber,
    title: episode.title,
    overview: "",
    airDate: episode.airDate,
    airDateUtc: `${episode.airDate}T21:00:00Z`,
    seriesId: series.id,
    tvdbId: episode.tvdbId,
  }
}

const download = {
  downloadClient: "SABnzbd",
  downloadClientType: "SABnzbd",
  downloadId: "SABnzbd_nzo_example1",
  customFormatInfo: { customFormats: [], customFormatScore: 0 },
} as const

/** One file: `episodeFile`. With `complete`, the later event of a whole download: `episodeFiles`. */
export function seriesImport(
  instance: ArrInstance,
  series: SeriesRow,
  episodes: ReadonlyArray<EpisodeRow>,
  options: { readonly complete?: boolean; readonly isUpgrade?: boolean } = {},
): Record<string, unknown> {
  const ids = new Set(episodes.map(({ episodeFileId }) => episodeFileId))
  const files = series.files.filter(({ id }) => ids.has(id)).map((file) => showFile(series.path, file))
  const head = {
    series: showSeries(instance, series),
    episodes: episodes.map((episode) => showEpisode(series, episode)),
  }
  const tail = {
    ...download,
    release: {
      releaseTitle: files[0]?.sceneName ?? series.title,
      indexer: "Example Indexer",
      size: 1_200_000_000,
      indexerFlags: [],
      releaseType: options.complete === true ? "seasonPack" : "singleEpisode",
    },
    eventType: "Download",
    instanceName: instance.instanceName,
    applicationUrl: "",
  }
  if (options.complete === true) {
    return {
      ...head,
      episodeFiles: files,
      ...tail,
      fileCount: files.length,
      sourcePath: "/downloads/complete/example",
      destinationPath: series.path,
    }
  }
  const isUpgrade = options.isUpgrade === true
  return {
    ...head,
    episodeFile: files[0],
    isUpgrade,
    ...(isUpgrade
      ? { deletedFiles: [{ ...files[0], id: 499, quality: "HDTV-720p", recycleBinPath: "/recycle/old.mkv" }] }
      : {}),
    ...tail,
  }
}

export function movieImport(
  instance: ArrInstance,
  movie: MovieRow,
  options: { readonly isUpgrade?: boolean } = {},
): Record<string, unknown> {
  const { file } = movie
  const ids = { tmdbId: movie.tmdbId, ...(movie.imdbId === undefined ? {} : { imdbId: movie.imdbId }) }
  return {
    movie: {
      id: movie.id,
      title: movie.title,
      year: movie.year,
      ...(file === undefined ? {} : { filePath: file.path }),
      folderPath: movie.path,
      ...ids,
      overview: "",
      genres: [],
      images: [],
      tags: labelsOf(instance, movie.tags),
      originalLanguage: ENGLISH,
    },
    remoteMovie: { ...ids, title: movie.title, year: movie.year },
    ...(file === undefined ? {} : { movieFile: showFile(movie.path, file) }),
    isUpgrade: options.isUpgrade === true,
    ...download,
    release: {
      releaseTitle: file?.sceneName ?? movie.title,
      indexer: "Example Indexer",
      size: file?.size ?? 0,
      indexerFlags: [],
    },
    eventType: "Download",
    instanceName: instance.instanceName,
    applicationUrl: "",
  }
}

/** The button "Test": grab-shaped, about a series that does not exist. */
export function testEvent(instance: ArrInstance): Record<string, unknown> {
  const common = { eventType: "Test", instanceName: instance.instanceName, applicationUrl: "" }
  if (instance.app === "Radarr") {
    return {
      movie: {
        id: 1,
        title: "Test Title",
        year: 1970,
        releaseDate: "1970-01-01",
        folderPath: "C:\\testpath",
        tmdbId: 0,
        tags: ["test-tag"],
      },
      remoteMovie: { tmdbId: 1234, imdbId: "5678", title: "Test title", year: 1970 },
      ...common,
    }
  }
  return {
    series: {
      id: 1,
      title: "Test Title",
      path: "C:\\testpath",
      tvdbId: 1234,
      tvMazeId: 0,
      tmdbId: 0,
      type: "standard",
      year: 0,
      tags: ["test-tag"],
    },
    episodes: [{ id: 123, episodeNumber: 1, seasonNumber: 1, title: "Test title", seriesId: 0, tvdbId: 0 }],
    ...common,
  }
}
