import type { ShowItem } from "../ports/plex_library.ts"
import { type CatalogFile, instanceName } from "./catalog.ts"
import type { CatalogMatch, MatchedBy } from "./catalog_match.ts"
import { type KnownIds, ownIds } from "./known_ids.ts"
import type { MediaItem, MediaPart, MediaVersion } from "./media_item.ts"
import { fileNameOf } from "./path_mapping.ts"
import type { ExternalIds, Release } from "./release.ts"

/** One file of an item, with what is known about it alone: a 4K copy may come from another Radarr than the HD one. */
export interface IdentifiedFile {
  readonly partId: string
  readonly versionId: string
  readonly resolution: string | null
  /** As the server sees it; null when the token may not see it. */
  readonly plexPath: string | null
  /** Where it lies for us; null when the server's path is unknown. Not checked to exist. */
  readonly path: string | null
  readonly match: CatalogMatch | null
  readonly catalogFile: CatalogFile | null
  readonly release: Release
}

/** What a Plex item is to everybody else. */
export interface Identity {
  readonly item: MediaItem
  /** The first file's release; the item's own data when it has no file. */
  readonly release: Release
  readonly files: ReadonlyArray<IdentifiedFile>
  /** The entry of Sonarr or Radarr; null when there is none or none could be asked, see `unasked`. */
  readonly match: CatalogMatch | null
  /** What settled it. `guid`: ids alone, without Sonarr or Radarr; `none`: nothing but the title is known. */
  readonly how: MatchedBy | "guid" | "none"
  /** 0 to 1; below `CERTAIN` nothing that cannot be undone should follow from it. */
  readonly confidence: number
  /** Sonarr and Radarr instances that gave no answer, so that "no match" is not the last word. */
  readonly unasked: ReadonlyArray<string>
  /** Sentences for the journal. */
  readonly warnings: ReadonlyArray<string>
}

/** Confidence from which an identity is taken as certain. */
export const CERTAIN = 0.9
/** Confidence of ids that no application confirmed, and of a bare title. */
export const GUID_CONFIDENCE = 0.9
export const TITLE_ONLY_CONFIDENCE = 0.3

/** Confidence from which the names, ids and numbers of Sonarr or Radarr replace those of Plex. */
export const TRUSTED = 0.6

export function isTrusted(match: CatalogMatch): boolean {
  return match.confidence >= TRUSTED
}

interface ReleaseParts {
  readonly item: MediaItem
  readonly ids: KnownIds
  readonly show: ShowItem | null
  readonly version: MediaVersion | null
  readonly part: MediaPart | null
  readonly match: CatalogMatch | null
  readonly file: CatalogFile | null
  readonly path: string | null
  readonly onDisk: { readonly hash: string | null; readonly bytes: number } | null
}

/** Puts together what is searched for. Sonarr's numbers go before Plex's: the providers count as Sonarr does. */
export function releaseOf(given: ReleaseParts): Release {
  const known = given.match === null || isTrusted(given.match) ? given : { ...given, match: null }
  const { item, match, file, part, show } = known
  const plexFile = part?.file ?? null
  const names = [file?.sceneName ?? null, ...[file?.path ?? null, plexFile].map(baseName)].filter(
    (name): name is string => name !== null && name !== "",
  )
  const place = placeOf(known)
  return {
    kind: item.kind,
    title: titleOf(known),
    year: item.kind === "movie" ? yearOf(match, item.year) : yearOf(match, show?.year ?? null),
    ...place,
    ids: ownIdsOf(known),
    showIds: item.kind === "movie" ? {} : showIdsOf(known),
    names: [...new Set(names)],
    releaseGroup: file?.releaseGroup ?? null,
    edition: item.editionTitle ?? file?.edition ?? null,
    frameRate: known.version?.frameRate ?? null,
    durationMs: item.durationMs,
    path: known.path,
    bytes: part?.bytes ?? known.onDisk?.bytes ?? file?.bytes ?? null,
    movieHash: known.onDisk?.hash ?? null,
  }
}

function baseName(path: string | null): string | null {
  return path === null ? null : fileNameOf(path).replace(/\.[a-z0-9]{1,5}$/i, "")
}

function titleOf({ item, match }: ReleaseParts): string {
  if (match?._tag === "Episode") return match.series.title
  if (match?._tag === "Film") return match.film.title
  return item.kind === "episode" ? (item.show?.title ?? item.title) : item.title
}

function yearOf(match: CatalogMatch | null, plexYear: number | null): number | null {
  if (match === null) return plexYear
  return (match._tag === "Film" ? match.film.year : match.series.year) ?? plexYear
}

type Place = Pick<Release, "season" | "episode" | "absoluteEpisode" | "airDate">

function placeOf({ item, match, ids }: ReleaseParts): Place {
  if (item.kind === "movie") return { season: null, episode: null, absoluteEpisode: null, airDate: null }
  if (match?._tag === "Episode" && match.episodes.length > 0) {
    const one =
      match.episodes.find((each) => each.season === item.season && each.episode === item.episode) ??
      match.episodes[0]!
    return {
      season: one.season,
      episode: one.episode,
      absoluteEpisode: one.absoluteEpisode,
      airDate: one.airDate ?? item.availableAt,
    }
  }
  const airDate = ids.place?.airDate ?? item.availableAt
  if (ids.place?.numbering === "absolute") {
    return { season: null, episode: null, absoluteEpisode: ids.place.episode, airDate }
  }
  return {
    season: ids.place?.airDate ? null : (ids.place?.season ?? item.season),
    episode: ids.place?.episode ?? item.episode,
    absoluteEpisode: null,
    airDate,
  }
}

function ownIdsOf({ ids, match }: ReleaseParts): ExternalIds {
  if (match?._tag === "Film") return { ...catalogIds(match.film), ...ids.own }
  const episode = match?._tag === "Episode" && match.episodes.length === 1 ? match.episodes[0] : undefined
  return episode === undefined || episode.tvdbId === null
    ? ids.own
    : { tvdb: String(episode.tvdbId), ...ids.own }
}

function showIdsOf({ ids, match, show }: ReleaseParts): ExternalIds {
  return {
    ...(show === null ? {} : ownIds(show.guid, show.guids)),
    ...(match?._tag === "Episode" ? catalogIds(match.series) : {}),
    ...ids.show,
  }
}

/** The ids by which Sonarr or Radarr knows a film or series. */
export function catalogIds(entry: {
  readonly imdbId: string | null
  readonly tmdbId: number | null
  readonly tvdbId?: number | null
}): ExternalIds {
  return {
    ...(entry.imdbId === null ? {} : { imdb: entry.imdbId }),
    ...(entry.tmdbId === null ? {} : { tmdb: String(entry.tmdbId) }),
    ...(entry.tvdbId === null || entry.tvdbId === undefined ? {} : { tvdb: String(entry.tvdbId) }),
  }
}

/** What a person should know about how an item was identified: numbers that differ, a mapping that is missing. */
export function remarks(
  item: MediaItem,
  files: ReadonlyArray<Pick<IdentifiedFile, "match" | "plexPath" | "catalogFile">>,
): ReadonlyArray<string> {
  const found = new Set<string>()
  for (const { match, plexPath, catalogFile } of files) {
    if (match?.by === "file" && catalogFile !== null) {
      found.add(
        `Plex's "${plexPath}" and ${instanceName(match.instance)}'s "${catalogFile.path}" are one file, and no path mapping says so`,
      )
    }
    if (match?._tag !== "Episode" || match.episodes.length === 0 || item.episode === null) continue
    if (match.episodes.some((one) => one.season === item.season && one.episode === item.episode)) continue
    const numbers = match.episodes.map((one) => `${one.season}x${one.episode}`).join(", ")
    found.add(
      `Plex counts it as ${item.season}x${item.episode}, ${instanceName(match.instance)} as ${numbers}`,
    )
  }
  return [...found]
}
