/** Libraries: the list of them, what is in them, and editing it. */

import { nowSeconds } from "../context.ts"
import { type Answer, empty, errorPage } from "../http/answer.ts"
import type { Call } from "../http/service.ts"
import { type Item, type Library, METADATA_TYPE } from "../world/plex_server.ts"
import { pageHeaders, pageOf } from "./paging.ts"
import { badRequestPage, notFoundPage, type Visitor } from "./permission.ts"
import type { PmsContext } from "./pms_context.ts"
import { makeItemFilter, sortItems } from "./query.ts"
import { renderItem } from "./render.ts"
import { container, listed } from "./reply.ts"

const TOP_TYPE = { movie: 1, show: 2, artist: 8, photo: 13 } as const

function renderLibrary(context: PmsContext, library: Library): Record<string, unknown> {
  return {
    allowSync: true,
    art: `/:/resources/${library.type}-fanart.jpg`,
    composite: `/library/sections/${library.key}/composite/${library.updatedAt}`,
    filters: true,
    refreshing: library.refreshing,
    thumb: `/:/resources/${library.type}.png`,
    key: library.key,
    type: library.type,
    title: library.title,
    agent: library.agent,
    scanner: library.scanner,
    language: library.language,
    uuid: library.uuid,
    updatedAt: library.updatedAt,
    createdAt: library.createdAt,
    scannedAt: library.scannedAt,
    content: true,
    directory: true,
    contentChangedAt: library.contentChangedAt,
    hidden: library.hidden,
    Location: library.locations.map(({ id, path }) => ({ id, path: context.simulation.paths.inPlex(path) })),
  }
}

export function libraries(context: PmsContext, call: Call): Answer {
  const rows = context.server.libraries.map((library) => renderLibrary(context, library))
  return container(call, { allowSync: false, title1: "Plex Library", ...listed("Directory", rows) })
}

export function findLibrary(context: PmsContext, key: string): Library | undefined {
  return context.server.libraries.find((library) => library.key === key)
}

/** Removes what the caller does not want of each item: `excludeFields` and `excludeElements`. */
function leavingOut(call: Call): (tree: Record<string, unknown>) => Record<string, unknown> {
  const names = ["excludeFields", "excludeElements"].flatMap((one) => (call.query.get(one) ?? "").split(","))
  const unwanted = new Set(names)
  return (tree) => Object.fromEntries(Object.entries(tree).filter(([key]) => !unwanted.has(key)))
}

function listItems(
  context: PmsContext,
  call: Call,
  visitor: Visitor,
  all: ReadonlyArray<Item>,
  head: Readonly<Record<string, unknown>>,
): Answer {
  const filter = makeItemFilter(context, call)
  if (filter === undefined) return badRequestPage()
  const page = pageOf(
    call,
    sortItems(call, filter === "all" ? all : all.filter(filter)),
    context.server.honoursPaging,
  )
  const options = {
    guids: call.query.get("includeGuids") === "1",
    streams: false,
    username: visitor.account.username,
    admin: visitor.admin,
  }
  const trimmed = leavingOut(call)
  return container(
    call,
    {
      ...listed(
        "Metadata",
        page.entries.map((item) => trimmed(renderItem(context, item, options))),
      ),
      totalSize: page.total,
      offset: page.offset,
      allowSync: true,
      identifier: "com.plexapp.plugins.library",
      ...head,
    },
    pageHeaders(page),
  )
}

const typeOf = (call: Call): number | undefined => {
  const type = call.query.get("type")
  return type !== null && /^\d+$/.test(type) ? Number(type) : undefined
}

export function sectionItems(context: PmsContext, call: Call, visitor: Visitor, key: string): Answer {
  const library = findLibrary(context, key)
  if (library === undefined) return notFoundPage()
  const type = typeOf(call) ?? TOP_TYPE[library.type]
  return listItems(context, call, visitor, library.items.get(type) ?? [], {
    librarySectionID: Number(library.key),
    librarySectionTitle: library.title,
    librarySectionUUID: library.uuid,
    title1: library.title,
    title2: type === 4 ? "All Episodes" : `All ${library.title}`,
    viewGroup: Object.entries(METADATA_TYPE).find(([, number]) => number === type)?.[0] ?? library.type,
  })
}

/** All libraries together. */
export function allItems(context: PmsContext, call: Call, visitor: Visitor): Answer {
  const type = typeOf(call)
  const all = context.server.libraries.flatMap(
    (library) => library.items.get(type ?? TOP_TYPE[library.type]) ?? [],
  )
  return listItems(context, call, visitor, all, { viewGroup: "mixed" })
}

const EDITABLE = /^(addedAt|title|titleSort|originallyAvailableAt|summary)\.(value|locked)$/

function applyFields(item: Item, fields: Readonly<Record<string, string>>, now: number): void {
  const addedAt = fields["addedAt.value"]
  if (addedAt !== undefined) item.addedAt = Number(addedAt)
  const locked = fields["addedAt.locked"]
  if (locked !== undefined) item.addedAtLocked = locked === "1"
  const title = fields["title.value"]
  if (title !== undefined) item.title = title
  item.updatedAt = now
}

/** The edit of fields. Without `id` it changes every item of the type in the library; the edit
 *  is recorded with `ids: null` so that a test can catch it. A wrong type changes nothing. */
export function editSection(context: PmsContext, call: Call, key: string): Answer {
  const library = findLibrary(context, key)
  if (library === undefined) return notFoundPage()
  const type = typeOf(call)
  if (type === undefined) return badRequestPage()
  const fields: Record<string, string> = {}
  for (const [name, value] of call.query) if (EDITABLE.test(name)) fields[name] = value
  if (fields["addedAt.value"] !== undefined && !/^-?\d+$/.test(fields["addedAt.value"])) {
    return errorPage(500, "Internal Server Error")
  }
  const id = call.query.get("id")
  const ids = id === null || id === "" ? null : id.split(",")
  const ofType = library.items.get(type) ?? []
  const changed = ids === null ? ofType : ofType.filter((item) => ids.includes(item.ratingKey))
  if (ids?.some((wanted) => context.server.items.get(wanted) === undefined)) return notFoundPage()
  for (const item of changed) applyFields(item, fields, nowSeconds(context.simulation))
  context.server.edits.push({ section: key, type, ids, changed: changed.length, fields })
  return empty(200)
}
