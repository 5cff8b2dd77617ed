import * as Effect from "effect/Effect"
import type { Job } from "../jobs/job.ts"
import type { IndexEntry, IndexedSection } from "../media/item_index_entry.ts"
import { displayName, type ItemRef, type MediaItem, partsOf } from "../media/media_item.ts"
import { ItemIndex, JobQueue, PlexLibrary } from "../ports/mod.ts"
import { withServer } from "../servers/access_server.ts"
import { presentIn } from "../subtitles/wanted.ts"
import { wantedProfile } from "../subtitles/wanted_profile.ts"
import { type SubtitleState, searchOf, subtitleState } from "../system/playing.ts"
import { findUnread } from "./find_unread.ts"

/** An item of a library with its subtitles as the server has them now. */
export interface BrowsedItem {
  readonly serverId: string
  readonly ratingKey: string
  readonly kind: "movie" | "episode"
  readonly title: string
  readonly sectionId: string
  /** Its library, by name; null where the index has not read it yet. */
  readonly library: string | null
  /** Null where it cannot be told: the item is gone, or its server does not answer. */
  readonly subtitles: SubtitleState | null
}

/** What is looked for in a library. */
export interface BrowseQuery {
  /** Words of the title; none: everything. */
  readonly text: string
  /** Only what lacks something that its profile wants. */
  readonly missingOnly: boolean
  readonly offset: number
  readonly limit: number
}

export interface BrowsedPage {
  readonly items: ReadonlyArray<BrowsedItem>
  /** Of all items that fit the words, with and without everything; null when the server does not say. */
  readonly total: number | null
  /** Where the next page begins; null at the end. */
  readonly next: number | null
}

/** Most items of a page; each is read by itself for its streams. */
export const BROWSE_PAGE_MAX = 60
/** Items that are looked at for one page of what is missing; a page without any may have one behind it. */
export const BROWSE_LOOKED_MAX = 240
const ITEMS_READ_AT_ONCE = 6
const JOBS_LOOKED_AT = 200

/** One item of a list, before its streams are read. */
interface Listed {
  readonly ref: ItemRef
  readonly kind: "movie" | "episode"
  readonly title: string
  readonly sectionId: string
  readonly library: string | null
}

interface ListedPage {
  readonly items: ReadonlyArray<Listed>
  readonly total: number | null
}

const openJobs = JobQueue.use((queue) =>
  queue.list({ states: ["waiting", "running"], limit: JOBS_LOOKED_AT }),
)

const unknownOf = ({ ref, ...listed }: Listed): BrowsedItem => ({
  serverId: ref.serverId,
  ratingKey: ref.ratingKey,
  ...listed,
  subtitles: null,
})

/** The item with its subtitles; gone since it was listed, it is what the list said of it. */
const look = Effect.fnUntraced(function* (listed: Listed, jobs: ReadonlyArray<Job>) {
  const { serverId, ratingKey } = listed.ref
  const library = yield* PlexLibrary
  const item = yield* withServer(serverId, (access) =>
    library.item(access, ratingKey, { refresh: false }),
  ).pipe(Effect.catchTag("PlexNotFound", () => Effect.succeed(null)))
  if (item === null) return unknownOf(listed)
  const profile = yield* wantedProfile(serverId, item.sectionId)
  const parts = partsOf(item)
  const files = (parts.length === 0 ? [null] : parts).map((part) => presentIn(part, []))
  const subtitles = subtitleState(profile, files, searchOf(jobs, item.ref))
  return { ...unknownOf(listed), title: displayName(item), subtitles } as BrowsedItem
})

/** The same of several servers: those that do not answer are asked once, and keep nothing from the others. */
function lookAnywhere() {
  const lost = new Set<string>()
  return (listed: Listed, jobs: ReadonlyArray<Job>) =>
    lost.has(listed.ref.serverId)
      ? Effect.succeed(unknownOf(listed))
      : Effect.catch(look(listed, jobs), () =>
          Effect.sync(() => {
            lost.add(listed.ref.serverId)
            return unknownOf(listed)
          }),
        )
}

/** Looks at lists until a page is full: of everything, or of what lacks something. */
const fill = <E, R, E2, R2>(
  query: BrowseQuery,
  list: (offset: number, limit: number) => Effect.Effect<ListedPage, E, R>,
  lookAt: (listed: Listed, jobs: ReadonlyArray<Job>) => Effect.Effect<BrowsedItem, E2, R2>,
) =>
  Effect.gen(function* () {
    const jobs = yield* openJobs
    const limit = Math.min(query.limit, BROWSE_PAGE_MAX)
    const found: Array<BrowsedItem> = []
    let offset = query.offset
    let total: number | null = null
    let isEnd = false
    while (found.length < limit && !isEnd && offset - query.offset < BROWSE_LOOKED_MAX) {
      const page = yield* list(offset, limit)
      const looked = yield* Effect.forEach(page.items, (one) => lookAt(one, jobs), {
        concurrency: ITEMS_READ_AT_ONCE,
      })
      const fits = (one: BrowsedItem) => !query.missingOnly || (one.subtitles?.missing.length ?? 0) > 0
      const room = limit - found.length
      const fitting = looked.flatMap((one, at) => (fits(one) ? [at] : []))
      const last = fitting[room - 1]
      // What does not find room is the beginning of the next page.
      const taken = last === undefined ? looked.length : last + 1
      found.push(...looked.slice(0, taken).filter(fits))
      offset += taken
      total = page.total
      isEnd =
        taken === looked.length &&
        (page.items.length < limit || (page.total !== null && offset >= page.total))
    }
    return { items: found, total, next: isEnd ? null : offset } as BrowsedPage
  })

type Libraries = ReadonlyArray<Pick<IndexedSection, "serverId" | "sectionId" | "title">>

const libraryOf = (libraries: Libraries, { serverId }: ItemRef, sectionId: string): string | null =>
  libraries.find((one) => one.serverId === serverId && one.sectionId === sectionId)?.title ?? null

const listedEntry =
  (libraries: Libraries) =>
  (entry: IndexEntry): Listed => ({
    ref: entry.ref,
    kind: entry.kind === "movie" ? "movie" : "episode",
    title: entry.title,
    sectionId: entry.sectionId,
    library: libraryOf(libraries, entry.ref, entry.sectionId),
  })
const listedItem =
  (libraries: Libraries) =>
  (item: MediaItem): Listed => ({
    ref: item.ref,
    kind: item.kind,
    title: displayName(item),
    sectionId: item.sectionId,
    library: libraryOf(libraries, item.ref, item.sectionId),
  })

const inIndex =
  ({ text }: BrowseQuery, place: { readonly serverId: string; readonly sectionId: string } | null) =>
  (offset: number, limit: number) =>
    ItemIndex.use((index) =>
      Effect.zipWith(
        index.search({ text, place, offset, limit }),
        index.sections,
        ({ entries, total }, libraries): ListedPage => ({
          items: entries.map(listedEntry(libraries)),
          total,
        }),
      ),
    )

/** Films and episodes of every server by words of their titles, each with what of its profile is there and missing. */
export const searchLibraries = Effect.fn("searchLibraries")(function* (query: BrowseQuery) {
  return yield* fill(query, inIndex(query, null), lookAnywhere())
})

/**
 * One page of a library, in the order of titles. A library that the index has not read yet comes from the server itself,
 * in the order of its added dates; words cannot be looked for there, so they find what has been read so far.
 */
export const browseLibrary = Effect.fn("browseLibrary")(function* (
  serverId: string,
  section: { readonly id: string; readonly kind: "movie" | "episode" },
  query: BrowseQuery,
) {
  const index = yield* ItemIndex
  const libraries = yield* index.sections
  const isRead = libraries.some(
    (one) => one.serverId === serverId && one.sectionId === section.id && one.builtAtMs !== null,
  )
  const place = { serverId, sectionId: section.id }
  if (isRead || query.text.trim() !== "") return yield* fill(query, inIndex(query, place), look)
  const library = yield* PlexLibrary
  const atServer = (offset: number, limit: number) =>
    withServer(serverId, (access) =>
      library.page(access, section, { offset, limit, updatedAfter: null }),
    ).pipe(Effect.map(({ items, total }): ListedPage => ({ items: items.map(listedItem(libraries)), total })))
  return yield* fill(query, atServer, look)
})

/**
 * Whether every library of the servers in use has been read once; until then a search finds less than there is. What is
 * to be read is read soon, since somebody wants it.
 */
export const isIndexWhole = Effect.gen(function* () {
  const isWhole = (yield* findUnread()).length === 0
  if (!isWhole) yield* ItemIndex.use((index) => index.ask)
  return isWhole
})
