import type { ShowItem } from "../ports/plex_library.ts"
import { formatGuid, parseGuid } from "./guid.ts"
import type { ItemRef, MediaItem } from "./media_item.ts"
import { partsOf } from "./media_item.ts"

/** One film, episode or show of a server as the index keeps it: enough to find it, nothing that ages quickly. */
export interface IndexEntry {
  readonly ref: ItemRef
  readonly kind: "movie" | "episode" | "show"
  readonly sectionId: string
  readonly title: string
  /** Rating key of the show, for an episode. */
  readonly showRatingKey: string | null
  readonly season: number | null
  readonly episode: number | null
  /** Canonical guids of this level, the primary one first: `plex://…`, `tvdb://…`. */
  readonly guids: ReadonlyArray<string>
  /** Every file, as the server sees it. */
  readonly files: ReadonlyArray<string>
  /** Unix seconds; null where the server does not say. */
  readonly updatedAt: number | null
}

/** How far the index of one library is. */
export interface IndexedSection {
  readonly serverId: string
  readonly sectionId: string
  readonly kind: "movie" | "show"
  readonly title: string
  /** Tells a library that was deleted and made again under the same id. */
  readonly uuid: string
  /** Entries without shows. */
  readonly items: number
  /** Unix milliseconds of the last complete build; null before the first. */
  readonly builtAtMs: number | null
  /** Newest `updatedAt` that was seen, unix seconds: where the next update begins. */
  readonly updatedAt: number
  /** A build that is under way, with what it has read of how many items. */
  readonly building: { readonly done: number; readonly total: number | null } | null
}

/** Guids and files of one entry that are kept. */
export const ENTRY_GUIDS_MAX = 16
export const ENTRY_FILES_MAX = 32

/** The entry of a film or episode. */
export function entryOf(item: MediaItem): IndexEntry {
  const files = partsOf(item).flatMap(({ file }) => (file === null ? [] : [file]))
  return {
    ref: item.ref,
    kind: item.kind,
    sectionId: item.sectionId,
    title: item.title,
    showRatingKey: item.show?.ratingKey ?? null,
    season: item.season,
    episode: item.episode,
    guids: canonicalGuids(item.guid, item.guids),
    files: files.slice(0, ENTRY_FILES_MAX),
    updatedAt: item.updatedAt,
  }
}

/** The entry of a show. */
export function showEntry(serverId: string, show: ShowItem): IndexEntry {
  return {
    ref: { serverId, ratingKey: show.ratingKey },
    kind: "show",
    sectionId: show.sectionId,
    title: show.title,
    showRatingKey: null,
    season: null,
    episode: null,
    guids: canonicalGuids(show.guid, show.guids),
    files: [],
    updatedAt: null,
  }
}

/**
 * The guids under which something is found: the primary one, those of the list, and the bare form of an id that an old
 * agent has wrapped, so that `tvdb://990001` finds `com.plexapp.agents.thetvdb://990001`. An id with a place behind it
 * (`…://990001/1/3`) names the show and is no id of the episode.
 *
 * @example
 * ```ts
 * assert.deepStrictEqual(canonicalGuids("com.plexapp.agents.imdb://tt1727587?lang=en", []), [
 *   "com.plexapp.agents.imdb://tt1727587",
 *   "imdb://tt1727587",
 * ])
 * ```
 */
export function canonicalGuids(guid: string, guids: ReadonlyArray<string>): ReadonlyArray<string> {
  const found = new Set<string>()
  for (const text of [guid, ...guids]) {
    const parsed = parseGuid(text)
    if (parsed._tag === "Junk" || parsed._tag === "Foreign") continue
    found.add(formatGuid(parsed))
    if (parsed._tag === "External" && parsed.season === null) found.add(`${parsed.source}://${parsed.id}`)
  }
  return [...found].slice(0, ENTRY_GUIDS_MAX)
}
