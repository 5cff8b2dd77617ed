import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { entryOf, type IndexEntry, showEntry } from "../media/item_index_entry.ts"
import { ItemIndex, PlexLibrary } from "../ports/mod.ts"
import type { ServerAccess } from "../servers/server.ts"
import type { Section } from "./section.ts"

/** Items asked for at once: 500 films are about 1 MB of answer. */
export const INDEX_PAGE_ITEMS = 500
/** Items of one library that are read; beyond it the index is cut, and says so in the log. */
export const SECTION_ITEMS_MAX = 500_000
/** Passes over a library whose items move while it is read. */
const PASSES_MAX = 2

export interface BuiltSection {
  readonly items: number
  readonly removed: number
  readonly elapsedMs: number
}

interface Pages {
  readonly seen: Set<string>
  /** Newest `updatedAt`, unix seconds. */
  newest: number
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
  const pages: Pages = { seen: new Set(), newest: 0 }
  const reading = Effect.gen(function* () {
    if (kind === "show") yield* readShows(access, section)
    for (let pass = 0; pass < PASSES_MAX; pass += 1) {
      const before = pages.seen.size
      const { total, items } = yield* readItems(access, section, null, pages)
      // A page may have slipped by when something was removed while it was read.
      if (total === null || items >= total || pages.seen.size === before) break
    }
  })
  yield* reading.pipe(
    Effect.onError(() => Effect.ignore(index.abandonBuild(serverId, sectionId))),
    Effect.onInterrupt(() => Effect.ignore(index.abandonBuild(serverId, sectionId))),
  )
  const builtAtMs = yield* Clock.currentTimeMillis
  const removed = yield* index.endBuild(serverId, sectionId, { builtAtMs, updatedAt: pages.newest })
  return { items: pages.seen.size, removed, elapsedMs: builtAtMs - begunMs } as BuiltSection
})

/** Reads what has changed in a library since `updatedAt`, unix seconds, and answers how many items that were. */
export const updateSection = Effect.fn("updateSection")(function* (
  access: ServerAccess,
  section: Pick<Section, "id" | "type">,
  updatedAt: number,
) {
  if (section.type === "other") return 0
  const index = yield* ItemIndex
  const pages: Pages = { seen: new Set(), newest: updatedAt }
  // One second earlier: what was changed later within the same second is not missed.
  const { items } = yield* readItems(access, section, Math.max(0, updatedAt - 1), pages)
  yield* index.noteUpdated(access.machineIdentifier, section.id, pages.newest)
  return items
})

const readItems = Effect.fnUntraced(function* (
  access: ServerAccess,
  section: Pick<Section, "id" | "type">,
  updatedAfter: number | null,
  pages: Pages,
) {
  const library = yield* PlexLibrary
  const index = yield* ItemIndex
  const kind = section.type === "movie" ? "movie" : "episode"
  const shows = new Set<string>()
  let offset = 0
  let total: number | null = null
  while (offset < SECTION_ITEMS_MAX) {
    const page = yield* library.page(
      access,
      { id: section.id, kind },
      { offset, limit: INDEX_PAGE_ITEMS, updatedAfter },
    )
    total = page.total
    if (page.items.length === 0) break
    const entries = page.items.map(entryOf)
    const news = updatedAfter === null ? [] : yield* newShows(access, entries, shows)
    yield* index.put([...news, ...entries])
    for (const { ref, updatedAt } of entries) {
      pages.seen.add(ref.ratingKey)
      pages.newest = Math.max(pages.newest, updatedAt ?? 0)
    }
    offset += page.items.length
    if (updatedAfter === null)
      yield* index.noteProgress(access.machineIdentifier, section.id, { done: pages.seen.size, total })
    if (total === null ? page.items.length < INDEX_PAGE_ITEMS : offset >= total) break
  }
  if (offset >= SECTION_ITEMS_MAX)
    yield* Effect.logWarning(
      `Library ${section.id} has more than ${SECTION_ITEMS_MAX} items; the rest is left out`,
    )
  return { total, items: pages.seen.size }
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
