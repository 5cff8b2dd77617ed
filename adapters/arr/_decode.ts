import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { CatalogEpisode, CatalogFile, CatalogFilm, CatalogSeries } from "../../core/media/catalog.ts"

/**
 * What is read of Sonarr's and Radarr's API v3 (`src/Sonarr.Api.V3/openapi.json`, `src/Radarr.Api.V3/openapi.json`). They
 * leave out keys whose value is null, and 0 stands for an id that is not known.
 */

const key = <S extends Schema.Top>(schema: S) => Schema.optional(Schema.NullOr(schema))

const File = Schema.Struct({
  id: Schema.Int,
  path: key(Schema.String),
  size: key(Schema.Finite),
  sceneName: key(Schema.String),
  releaseGroup: key(Schema.String),
  edition: key(Schema.String),
  quality: key(Schema.Struct({ quality: key(Schema.Struct({ name: key(Schema.String) })) })),
})

const Film = Schema.Struct({
  id: Schema.Int,
  title: Schema.String,
  year: key(Schema.Finite),
  imdbId: key(Schema.String),
  tmdbId: key(Schema.Finite),
  path: key(Schema.String),
  movieFile: key(File),
})

const Series = Schema.Struct({
  id: Schema.Int,
  title: Schema.String,
  year: key(Schema.Finite),
  tvdbId: key(Schema.Finite),
  tmdbId: key(Schema.Finite),
  imdbId: key(Schema.String),
  tvMazeId: key(Schema.Finite),
  path: key(Schema.String),
  seriesType: key(Schema.String),
})

const Episode = Schema.Struct({
  id: Schema.Int,
  seriesId: Schema.Int,
  tvdbId: key(Schema.Finite),
  seasonNumber: Schema.Int,
  episodeNumber: Schema.Int,
  absoluteEpisodeNumber: key(Schema.Finite),
  airDate: key(Schema.String),
  title: key(Schema.String),
  episodeFile: key(File),
})

const Status = Schema.Struct({
  appName: Schema.String,
  version: Schema.String,
  instanceName: key(Schema.String),
})

const RootFolder = Schema.Struct({ path: Schema.String })

const number = (value: number | null | undefined) =>
  value === undefined || value === null || value === 0 ? null : value
const text = (value: string | null | undefined) => (value === undefined || value === "" ? null : value)

function fileOf(file: typeof File.Type | null | undefined): CatalogFile | null {
  const path = text(file?.path)
  if (file === undefined || file === null || path === null) return null
  return {
    id: file.id,
    path,
    bytes: number(file.size),
    sceneName: text(file.sceneName),
    releaseGroup: text(file.releaseGroup),
    quality: text(file.quality?.quality?.name),
    edition: text(file.edition),
  }
}

const SERIES_TYPES: ReadonlyMap<string, CatalogSeries["type"]> = new Map([
  ["daily", "daily"],
  ["anime", "anime"],
])

const decoder = <T, E, A>(schema: Schema.Codec<T, E>, map: (value: T) => A) => {
  const decode = Schema.decodeUnknownOption(schema)
  return (value: unknown): Option.Option<A> => Option.map(decode(value), map)
}

export const decodeFilm = decoder(
  Film,
  (film): CatalogFilm => ({
    id: film.id,
    title: film.title,
    year: number(film.year),
    imdbId: text(film.imdbId),
    tmdbId: number(film.tmdbId),
    path: film.path ?? "",
    file: fileOf(film.movieFile),
  }),
)

export const decodeSeries = decoder(
  Series,
  (series): CatalogSeries => ({
    id: series.id,
    title: series.title,
    year: number(series.year),
    tvdbId: number(series.tvdbId),
    tmdbId: number(series.tmdbId),
    imdbId: text(series.imdbId),
    tvMazeId: number(series.tvMazeId),
    path: series.path ?? "",
    type: SERIES_TYPES.get(series.seriesType ?? "") ?? "standard",
  }),
)

export const decodeEpisode = decoder(
  Episode,
  (episode): CatalogEpisode => ({
    id: episode.id,
    seriesId: episode.seriesId,
    tvdbId: number(episode.tvdbId),
    season: episode.seasonNumber,
    episode: episode.episodeNumber,
    absoluteEpisode: number(episode.absoluteEpisodeNumber),
    airDate: text(episode.airDate),
    title: episode.title ?? "",
    file: fileOf(episode.episodeFile),
  }),
)

export const decodeStatus = Schema.decodeUnknownOption(Status)
export const decodeRootFolder = decoder(RootFolder, ({ path }) => path)
