import * as Effect from "effect/Effect"
import type { IndexEntry } from "../media/item_index_entry.ts"
import { type LookedUp, lookUpIds } from "../media/look_up_ids.ts"
import type { ItemRef } from "../media/media_item.ts"
import { ItemIndex } from "../ports/mod.ts"
import { serverIds } from "../servers/server_ids.ts"
import { entriesOfFile, type FileSender, holdersOf } from "./_find_in_index.ts"
import { catchUpIndex } from "./catch_up_index.ts"
import { findUnread } from "./find_unread.ts"

const refsOf = (entries: ReadonlyArray<IndexEntry>): ReadonlyArray<ItemRef> => [
  ...new Map(entries.map(({ ref }) => [`${ref.serverId}/${ref.ratingKey}`, ref])).values(),
]

/** The doubt of one who looks again too soon. */
export const LOOKED_LATELY = "the servers were looked at a moment ago"

/** What was found of something that somebody named. */
export interface Located {
  /** Every item that it is, in every library and server. */
  readonly items: ReadonlyArray<ItemRef>
  /** Why it may be there although nothing was found, in words; null: everybody who could know was asked. */
  readonly doubt: string | null
  /** What helps to find out why nothing was found, in words; null: nothing does. */
  readonly hint: string | null
}

/**
 * The items of the servers in use that hold a file, which somebody else names by the path that they see: by the mapped
 * path where a mapping is known, else by the names of the file and its folder. Every copy counts, and a subtitle stands
 * for its video. What the index does not have is looked for among what the servers have changed since; libraries that
 * were never read are read soon then.
 */
export const locateByFile = Effect.fn("locateByFile")(function* (
  path: string,
  everyMs?: number,
  sender: FileSender | null = null,
) {
  return yield* locate(Effect.map(entriesOfFile(path, sender), refsOf), everyMs)
})

/**
 * The items of the servers in use with these ids, found like files are. Where no server knows one by them, Sonarr or
 * Radarr is asked which file it is, and by which other ids it goes.
 */
export const locateByIds = Effect.fn("locateByIds")(function* (wanted: IdsWanted, everyMs?: number) {
  const located = yield* locate(idsInIndex(wanted), everyMs)
  if (located.items.length > 0) return located
  const told = yield* lookUpIds(wanted)
  const items = yield* itemsTold(wanted, told)
  if (items.length > 0) return { items, doubt: null, hint: null } as Located
  return { items, doubt: located.doubt ?? told.doubt, hint: told.hint } as Located
})

const locate = <E, R>(inIndex: Effect.Effect<ReadonlyArray<ItemRef>, E, R>, everyMs?: number) =>
  Effect.gen(function* () {
    const found = yield* inIndex
    if (found.length > 0) return { items: found, doubt: null, hint: null } as Located
    const unread = yield* findUnread()
    if (unread.length > 0) yield* ItemIndex.use((index) => index.ask)
    const looks = yield* catchUpIndex(everyMs)
    const hasNews = looks.some((one) => one._tag === "Read" && one.items > 0)
    const items = hasNews ? yield* inIndex : found
    const doubts = [
      // A look may have shown a library that nobody knew.
      ...(hasNews && items.length > 0 ? [] : yield* findUnread()),
      ...looks.flatMap((one) => (one._tag === "Silent" ? [one.reason] : [])),
      ...(looks.some((one) => one._tag === "TooSoon") ? [LOOKED_LATELY] : []),
    ]
    return { items, doubt: items.length > 0 ? null : (doubts[0] ?? null), hint: null } as Located
  })

/** What a script may know of a film or episode. */
export interface IdsWanted {
  readonly kind: "movie" | "episode"
  /** Ids of the film, or of the show. */
  readonly ids: { readonly imdb?: string; readonly tmdb?: string; readonly tvdb?: string }
  readonly season: number | null
  readonly episode: number | null
}

/** The guids that name the same film or show whatever the library. */
const PUBLIC_GUID = /^(?:imdb|tmdb|tvdb):\/\//

const idsInIndex = Effect.fnUntraced(function* (wanted: IdsWanted) {
  const index = yield* ItemIndex
  const servers = yield* serverIds()
  const level = wanted.kind === "movie" ? "movie" : "show"
  const withGuids = Effect.fnUntraced(function* (guids: ReadonlyArray<string>) {
    const found = (yield* Effect.forEach(guids, (guid) => index.byGuid(guid))).flat()
    return found.filter(({ kind, ref }) => kind === level && servers.includes(ref.serverId))
  })
  const asked = Object.entries(wanted.ids).map(([source, id]) => `${source}://${id}`)
  const named = yield* withGuids(asked)
  // An old agent's library knows one id alone, which need not be the one that was named: a copy tells the others.
  const further = new Set(named.flatMap(({ guids }) => guids).filter((guid) => PUBLIC_GUID.test(guid)))
  const found = [...named, ...(yield* withGuids([...further].filter((guid) => !asked.includes(guid))))]
  if (wanted.kind === "movie") return refsOf(found)
  const { season, episode } = wanted
  if (season === null || episode === null) return []
  const shows = refsOf(found)
  const episodes = yield* Effect.forEach(shows, (show) => index.episodes(show, { season, episode }))
  return refsOf(episodes.flat())
})

/** The items that have one of the files, which says more than numbers; else those with the further ids. */
const itemsTold = Effect.fnUntraced(function* (wanted: IdsWanted, told: LookedUp) {
  const holders = yield* Effect.forEach(told.files, ({ path, ours }) => holdersOf(path, [path, ours]))
  const items = refsOf(holders.flat())
  if (items.length > 0) return items
  const named = yield* Effect.forEach(told.ids, (ids) => idsInIndex({ ...wanted, ids }))
  return [...new Map(named.flat().map((ref) => [`${ref.serverId}/${ref.ratingKey}`, ref])).values()]
})
