/** Rows of Sonarr and Radarr as their API shows them. */

import type { ArrInstance, EpisodeRow, FileRow, MovieRow, SeriesRow } from "../world/arr.ts"

const ENGLISH = [{ id: 1, name: "English" }]

/** Streams as one string joined by slashes; webhooks carry arrays instead. */
const MEDIA_INFO = {
  audioBitrate: 0,
  audioChannels: 5.1,
  audioCodec: "AC3",
  audioLanguages: "eng/fra",
  audioStreamCount: 2,
  videoBitDepth: 8,
  videoBitrate: 0,
  videoCodec: "h264",
  videoFps: 23.976,
  videoDynamicRange: "",
  videoDynamicRangeType: "",
  resolution: "1920x1080",
  runTime: "44:00",
  scanType: "Progressive",
  subtitles: "",
}

function quality(name: string) {
  return {
    quality: { id: 3, name, source: name.startsWith("Bluray") ? "bluray" : "web", resolution: 1080 },
    revision: { version: 1, real: 0, isRepack: false },
  }
}

function relative(parent: string, path: string): string {
  return path.startsWith(`${parent}/`) ? path.slice(parent.length + 1) : path
}

function fileCommon(parent: string, file: FileRow) {
  return {
    relativePath: relative(parent, file.path),
    path: file.path,
    size: file.size,
    dateAdded: "2024-03-18T08:00:00Z",
    ...(file.sceneName === undefined ? {} : { sceneName: file.sceneName }),
    ...(file.releaseGroup === undefined ? {} : { releaseGroup: file.releaseGroup }),
    languages: ENGLISH,
    quality: quality(file.qualityName),
    customFormats: [],
    customFormatScore: 0,
    indexerFlags: 0,
    mediaInfo: MEDIA_INFO,
    qualityCutoffNotMet: false,
    id: file.id,
  }
}

export function showEpisodeFile(series: SeriesRow, file: FileRow) {
  return {
    seriesId: series.id,
    seasonNumber: file.season ?? 1,
    releaseType: "singleEpisode",
    ...fileCommon(series.path, file),
  }
}

export function showEpisode(series: SeriesRow, episode: EpisodeRow, withFile: boolean) {
  const file = series.files.find(({ id }) => id === episode.episodeFileId)
  const { absoluteEpisodeNumber, id, ...rest } = episode
  return {
    seriesId: series.id,
    ...rest,
    airDateUtc: `${episode.airDate}T21:00:00Z`,
    runtime: 44,
    overview: "",
    ...(withFile && file !== undefined ? { episodeFile: showEpisodeFile(series, file) } : {}),
    hasFile: file !== undefined,
    monitored: true,
    ...(absoluteEpisodeNumber === undefined ? {} : { absoluteEpisodeNumber }),
    unverifiedSceneNumbering: false,
    id,
  }
}

export function showSeries(series: SeriesRow) {
  const seasons = [...new Set(series.episodes.map(({ seasonNumber }) => seasonNumber))].sort((a, b) => a - b)
  return {
    title: series.title,
    alternateTitles: [],
    sortTitle: series.title.toLowerCase(),
    status: "continuing",
    ended: false,
    overview: "",
    network: "Example TV",
    airTime: "21:00",
    images: [],
    originalLanguage: ENGLISH[0],
    seasons: seasons.map((seasonNumber) => ({ seasonNumber, monitored: seasonNumber > 0 })),
    year: series.year,
    path: series.path,
    qualityProfileId: 1,
    seasonFolder: true,
    monitored: true,
    runtime: 44,
    tvdbId: series.tvdbId,
    tvRageId: 0,
    tvMazeId: 0,
    ...(series.tmdbId === undefined ? {} : { tmdbId: series.tmdbId }),
    ...(series.imdbId === undefined ? {} : { imdbId: series.imdbId }),
    seriesType: series.seriesType,
    cleanTitle: cleanTitle(series.title),
    titleSlug: series.titleSlug,
    rootFolderPath: series.rootFolderPath,
    genres: ["Drama"],
    tags: series.tags,
    added: "2024-03-01T10:00:00Z",
    ratings: { votes: 10, value: 7.9 },
    statistics: {
      seasonCount: seasons.filter((n) => n > 0).length,
      episodeFileCount: series.files.length,
      episodeCount: series.episodes.length,
      totalEpisodeCount: series.episodes.length,
      sizeOnDisk: series.files.reduce((sum, { size }) => sum + size, 0),
      releaseGroups: ["EXAMPLE"],
      percentOfEpisodes: 100,
    },
    languageProfileId: 1,
    id: series.id,
  }
}

export function showMovieFile(movie: MovieRow, file: FileRow) {
  return { movieId: movie.id, edition: "", ...fileCommon(movie.path, file) }
}

export function showMovie(movie: MovieRow) {
  const { file } = movie
  return {
    title: movie.title,
    originalTitle: movie.title,
    originalLanguage: ENGLISH[0],
    alternateTitles: [],
    secondaryYearSourceId: 0,
    sortTitle: movie.title.toLowerCase(),
    sizeOnDisk: file?.size ?? 0,
    status: "released",
    overview: "",
    images: [],
    website: "",
    year: movie.year,
    youTubeTrailerId: "",
    studio: "Example Studio",
    path: movie.path,
    qualityProfileId: 1,
    hasFile: file !== undefined,
    movieFileId: file?.id ?? 0,
    monitored: true,
    minimumAvailability: "released",
    isAvailable: true,
    folderName: movie.path,
    runtime: 15,
    cleanTitle: cleanTitle(movie.title),
    ...(movie.imdbId === undefined ? {} : { imdbId: movie.imdbId }),
    tmdbId: movie.tmdbId,
    titleSlug: String(movie.tmdbId),
    rootFolderPath: movie.rootFolderPath,
    genres: [],
    tags: movie.tags,
    added: "2025-08-12T08:00:00Z",
    ratings: {},
    ...(file === undefined ? {} : { movieFile: showMovieFile(movie, file) }),
    popularity: 5.1,
    id: movie.id,
  }
}

export function cleanTitle(title: string): string {
  return title
    .toLowerCase()
    .replace(/^(the|a|an)\s+/, "")
    .replace(/[^\p{L}\p{N}]+/gu, "")
}

export function labelsOf(instance: ArrInstance, tags: ReadonlyArray<number>): string[] {
  return tags.map((id) => instance.tags.find((tag) => tag.id === id)?.label ?? String(id))
}
