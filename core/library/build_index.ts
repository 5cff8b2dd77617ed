import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { entryOf, type IndexEntry, showEntry } from "../media/item_index_entry.ts"
import { ItemIndex, PlexLibrary } from "../ports/mod.ts"
import type { ServerAccess } from "../servers/server.ts"
import type { Section } from "./section.ts"

/** Items asked for at once: few enough that an answer is gone from memory before the next one comes. */
export const INDEX_PAGE_ITEMS = 100
/** Items of one library that are read; beyond it the index is cut, and says so in the log. */
export const SECTION_ITEMS_MAX = 500_000
/** Passes over a library whose items move while it is read. */
const PASSES_MAX = 2

export interface BuiltSection {
  readonly items: number
  readonly removed: number
  readonly elapsedMs: number
}

/** What one reading of a library came to. */
interface Reading {
  readonly items: number
  /** Newest `updatedAt`, unix seconds. */
  readonly newest: number
  /** Whether every item was seen: the library did not change in size, and as many came as it has. */
  readonly isWhole: boolean
}

/**
 * Reads a whole library into the index, page by page. What is in the index stays usable meanwhile, and what the server
 * has no longer is removed at the end. A failure leaves the index as it is.
 */
export const buildSection = Effect.fn("buildSection")(function* (access: ServerAccess, section: Section) {
  if (section.type === "other") return { items: 0, removed: 0, elapsedMs: 0 } as BuiltSection
  const index = yield* ItemIndex
  const serverId = access.machineIdentifier
  const begunMs = yield* Clock.currentTimeMillis
  const { id: sectionId, title, uuid, type: kind } = section
  yield* index.beginBuild({ serverId, sectionId, kind, title, uuid })
  const reading = Effect.gen(function* () {
    if (kind === "show") yield* readShows(access, section)
    let last = yield* readAll(access, section)
    let newest = last.newest
    // A page may have slipped by when something was added or removed while it was read.
    for (let pass = 1; pass < PASSES_MAX && !last.isWhole; pass += 1) {
      last = yield* readAll(access, section)
      newest = Math.max(newest, last.newest)
    }
    return { items: last.items, newest }
  })
  const { items, newest } = yield* reading.pipe(
    Effect.onError(() => Effect.ignore(index.abandonBuild(serverId, sectionId))),
    Effect.onInterrupt(() => Effect.ignore(index.abandonBuild(serverId, sectionId))),
  )
  const builtAtMs = yield* Clock.currentTimeMillis
  const removed = yield* index.endBuild(serverId, sectionId, { builtAtMs, updatedAt: newest })
  return { items, removed, elapsedMs: builtAtMs - begunMs } as BuiltSection
})

/** Reads what has changed in a library since `updatedAt`, unix seconds, and answers how many items that were. */
export const updateSection = Effect.fn("updateSection")(function* (
  access: ServerAccess,
  section: Pick<Section, "id" | "type">,
  updatedAt: number,
) {
  if (section.type === "other") return 0
  const index = yield* ItemIndex
  // One second earlier: what was changed later within the same second is not missed.
  const { items, newest } = yield* readChanges(access, section, Math.max(0, updatedAt - 1))
  yield* index.noteUpdated(access.machineIdentifier, section.id, Math.max(newest, updatedAt))
  return items
})

const kindOf = (section: Pick<Section, "type">) => (section.type === "movie" ? "movie" : "episode")

const newestOf = (entries: ReadonlyArray<IndexEntry>) =>
  entries.reduce((newest, { updatedAt }) => Math.max(newest, updatedAt ?? 0), 0)

const noteCut = (section: Pick<Section, "id">) =>
  Effect.logWarning(`Library ${section.id} has more than ${SECTION_ITEMS_MAX} items; the rest is left out`)

/** Reads every item of a library once, in the order in which they were added. */
const readAll = Effect.fnUntraced(function* (access: ServerAccess, section: Section) {
  const library = yield* PlexLibrary
  const index = yield* ItemIndex
  const place = { id: section.id, kind: kindOf(section) } as const
  const totals = new Set<number | null>()
  let items = 0
  let newest = 0
  let total: number | null = null
  while (items < SECTION_ITEMS_MAX) {
    const asked = { offset: items, limit: INDEX_PAGE_ITEMS, updatedAfter: null }
    const page = yield* library.page(access, place, asked)
    total = page.total
    totals.add(total)
    if (page.items.length === 0) break
    const entries = page.items.map(entryOf)
    yield* index.put(entries)
    newest = Math.max(newest, newestOf(entries))
    items += page.items.length
    yield* index.noteProgress(access.machineIdentifier, section.id, { done: items, total })
    if (total === null ? page.items.length < INDEX_PAGE_ITEMS : items >= total) break
  }
  if (items >= SECTION_ITEMS_MAX) yield* noteCut(section)
  return { items, newest, isWhole: totals.size <= 1 && items >= (total ?? 0) } satisfies Reading as Reading
})

/**
 * Reads what was changed later than `since`, the oldest change first. Each page begins at the last change of the one
 * before, not at a number of items: what changes once more while it is read goes to the end and moves all the others.
 */
const readChanges = Effect.fnUntraced(function* (
  access: ServerAccess,
  section: Pick<Section, "id" | "type">,
  since: number,
) {
  const library = yield* PlexLibrary
  const index = yield* ItemIndex
  const place = { id: section.id, kind: kindOf(section) } as const
  const shows = new Set<string>()
  let items = 0
  let newest = 0
  let updatedAfter = since
  let offset = 0
  while (items < SECTION_ITEMS_MAX) {
    const page = yield* library.page(access, place, { offset, limit: INDEX_PAGE_ITEMS, updatedAfter })
    if (page.items.length === 0) break
    const entries = page.items.map(entryOf)
    yield* index.put([...(yield* newShows(access, entries, shows)), ...entries])
    items += entries.length
    offset += entries.length
    newest = Math.max(newest, newestOf(entries))
    if (page.total === null ? entries.length < INDEX_PAGE_ITEMS : offset >= page.total) break
    const isFiltered = entries.every((one) => (one.updatedAt ?? 0) > updatedAfter)
    // Those of the last second may have neighbours that did not fit in, so they are read again.
    const again = entries.filter((one) => one.updatedAt === newest).length
    if (isFiltered && again < entries.length) {
      items -= again
      updatedAfter = newest - 1
      offset = 0
    }
  }
  if (items >= SECTION_ITEMS_MAX) yield* noteCut(section)
  return { items, newest }
})

const readShows = Effect.fnUntraced(function* (access: ServerAccess, section: Section) {
  const library = yield* PlexLibrary
  const index = yield* ItemIndex
  const serverId = access.machineIdentifier
  for (let offset = 0; offset < SECTION_ITEMS_MAX; ) {
    const { shows, total } = yield* library.shows(access, section.id, { offset, limit: INDEX_PAGE_ITEMS })
    if (shows.length === 0) break
    yield* index.put(shows.map((show) => showEntry(serverId, show)))
    offset += shows.length
    if (total === null ? shows.length < INDEX_PAGE_ITEMS : offset >= total) break
  }
})

/** The shows of these episodes that the index does not know yet. */
const newShows = Effect.fnUntraced(function* (
  access: ServerAccess,
  entries: ReadonlyArray<IndexEntry>,
  known: Set<string>,
) {
  const library = yield* PlexLibrary
  const index = yield* ItemIndex
  const serverId = access.machineIdentifier
  const news: Array<IndexEntry> = []
  for (const ratingKey of new Set(entries.map((one) => one.showRatingKey))) {
    if (ratingKey === null || known.has(ratingKey)) continue
    known.add(ratingKey)
    if ((yield* index.get({ serverId, ratingKey })) !== null) continue
    const show = yield* library
      .show(access, ratingKey)
      .pipe(Effect.catchTag("PlexNotFound", () => Effect.succeed(null)))
    if (show !== null) news.push(showEntry(serverId, show))
  }
  return news
})
