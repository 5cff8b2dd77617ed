import type { CatalogEpisode, CatalogFile, CatalogFilm, CatalogInstance, CatalogSeries } from "./catalog.ts"
import type { KnownIds } from "./known_ids.ts"
import type { MediaItem, MediaPart } from "./media_item.ts"
import { fileNameKey, isInside, mapPath, type PathMapping, samePath } from "./path_mapping.ts"
import type { ExternalIds } from "./release.ts"

/** What told that a Plex item and an entry of Sonarr or Radarr are the same. */
export type MatchedBy = "path" | "file" | "tvdb" | "tmdb" | "imdb" | "tvmaze" | "title"

/** How sure a match is that does not rest on a title. `file` is the same name and size at an unmapped place. */
export const MATCH_CONFIDENCE = {
  path: 1,
  file: 0.99,
  tvdb: 0.97,
  tmdb: 0.95,
  imdb: 0.95,
  tvmaze: 0.95,
} as const

interface Match {
  readonly instance: CatalogInstance
  readonly by: MatchedBy
  /** 0 to 1. */
  readonly confidence: number
}

export interface FilmMatch extends Match {
  readonly _tag: "Film"
  readonly film: CatalogFilm
}

/** `episodes` has several entries for a file that holds several, and none when only the show is known. */
export interface EpisodeMatch extends Match {
  readonly _tag: "Episode"
  readonly series: CatalogSeries
  readonly episodes: ReadonlyArray<CatalogEpisode>
}

export type CatalogMatch = FilmMatch | EpisodeMatch

type WithFile = { readonly file: CatalogFile | null }

/** Entries from which on it is worth knowing which of them have a file of which name. */
const NAMES_KNOWN_FROM = 50
/** That knowledge, for as long as a list is kept: the same one is asked for every item of a library. */
const knownNames = new WeakMap<ReadonlyArray<WithFile>, ReadonlyMap<string, ReadonlyArray<WithFile>>>()

/** The entries with a file of the name that `path` has. */
function namesakes<A extends WithFile>(entries: ReadonlyArray<A>, path: string): ReadonlyArray<A> {
  const name = fileNameKey(path)
  if (entries.length < NAMES_KNOWN_FROM)
    return entries.filter(({ file }) => file !== null && fileNameKey(file.path) === name)
  let names = knownNames.get(entries)
  if (names === undefined) {
    names = Map.groupBy(entries, ({ file }) => (file === null ? "" : fileNameKey(file.path)))
    knownNames.set(entries, names)
  }
  return (names.get(name) ?? []) as ReadonlyArray<A>
}

/** The entries whose file is the one at `path`. File names are compared first: mapping ten thousand paths is slow. */
export function atPath<A extends WithFile>(
  entries: ReadonlyArray<A>,
  path: string,
  mappings: ReadonlyArray<PathMapping>,
): ReadonlyArray<A> {
  return namesakes(entries, path).filter(
    ({ file }) => file !== null && samePath(mapPath(mappings, file.path), path),
  )
}

/** The first entry whose file looks like that of a part. */
export function likeFile<A extends WithFile>(entries: ReadonlyArray<A>, part: MediaPart): A | undefined {
  if (part.file === null) return undefined
  return namesakes(entries, part.file).find(({ file }) => file !== null && looksLikeFile(part, file))
}

/** The series in whose folder `path` lies; the deepest when folders lie in one another. */
export function seriesAround(
  series: ReadonlyArray<CatalogSeries>,
  path: string,
  mappings: ReadonlyArray<PathMapping>,
): CatalogSeries | null {
  return series
    .filter((one) => one.path !== "" && isInside(mapPath(mappings, one.path), path))
    .reduce<CatalogSeries | null>(
      (best, one) => (best === null || one.path.length > best.path.length ? one : best),
      null,
    )
}

/** The same name and size, or the same name in a folder of the same name: one file that two programs see at two places. */
export function looksLikeFile(part: MediaPart, file: CatalogFile): boolean {
  if (part.file === null || fileNameKey(part.file) !== fileNameKey(file.path)) return false
  if (part.bytes !== null && file.bytes !== null) return part.bytes === file.bytes
  const tail = (path: string) =>
    path
      .split(/[\\/]+/)
      .slice(-2)
      .join("/")
      .normalize("NFC")
      .toLowerCase()
  return tail(part.file) === tail(file.path)
}

/** Whether a file at the same path is another one than Plex has seen: replaced since one of the two looked. */
export function isOutdated(part: MediaPart, file: CatalogFile): boolean {
  return part.bytes !== null && file.bytes !== null && part.bytes !== file.bytes
}

type Entry = {
  readonly tvdbId?: number | null
  readonly tmdbId: number | null
  readonly imdbId: string | null
  readonly tvMazeId?: number | null
}

/** The entry with one of these ids, the most reliable kind of id first. */
export function byIds<A extends Entry>(
  entries: ReadonlyArray<A>,
  ids: ExternalIds,
): { readonly entry: A; readonly by: "tvdb" | "tmdb" | "imdb" | "tvmaze" } | null {
  const same = (id: string | undefined, value: number | string | null | undefined) =>
    id !== undefined && value !== null && value !== undefined && String(value) === id
  for (const [by, matches] of [
    ["tvdb", (one: A) => same(ids.tvdb, one.tvdbId)],
    ["tmdb", (one: A) => same(ids.tmdb, one.tmdbId)],
    ["imdb", (one: A) => same(ids.imdb, one.imdbId)],
    ["tvmaze", (one: A) => same(ids.tvmaze, one.tvMazeId)],
  ] as const) {
    const entry = entries.find(matches)
    if (entry !== undefined) return { entry, by }
  }
  return null
}

/**
 * The episode of a known series that a Plex item is, when its file does not tell: the episode's own TVDB id, then the
 * date for shows filed by date, then season and episode in the numbering that the guid says it has. Plex may number
 * differently (its "show ordering"), so numbers come last; AniDB's, MyAnimeList's and the DVD order tell nothing here.
 */
export function episodesOf(
  episodes: ReadonlyArray<CatalogEpisode>,
  item: Pick<MediaItem, "season" | "episode" | "availableAt">,
  ids: KnownIds,
): ReadonlyArray<CatalogEpisode> {
  const byId = episodes.filter((one) => one.tvdbId !== null && String(one.tvdbId) === ids.own.tvdb)
  if (byId.length > 0) return byId
  const date = ids.place?.airDate ?? (item.episode === null ? item.availableAt : null)
  if (date !== null) return episodes.filter((one) => one.airDate === date)
  const numbering = ids.place?.numbering ?? "tvdb"
  if (numbering === "other" || numbering === "dvd") return []
  if (numbering === "absolute") {
    return episodes.filter(
      (one) => one.absoluteEpisode !== null && one.absoluteEpisode === ids.place?.episode && one.season > 0,
    )
  }
  const season = ids.place?.season ?? item.season
  const episode = ids.place?.episode ?? item.episode
  return episodes.filter((one) => one.season === season && one.episode === episode)
}
