/** Single items and what is below them. */

import type { Answer } from "../http/answer.ts"
import type { Call } from "../http/service.ts"
import { type Item, libraryOf } from "../world/plex_server.ts"
import { pageHeaders, pageOf } from "./paging.ts"
import { notFoundPage, type Visitor } from "./permission.ts"
import type { PmsContext } from "./pms_context.ts"
import { renderItem } from "./render.ts"
import { container, listed } from "./reply.ts"
import { readSidecarsAt } from "./sidecars.ts"

function sectionHead(context: PmsContext, item: Item): Record<string, unknown> {
  const library = libraryOf(context.server, item)
  if (library === undefined) return {}
  return {
    librarySectionID: Number(library.key),
    librarySectionTitle: library.title,
    librarySectionUUID: library.uuid,
  }
}

/** `GET /library/metadata/{ids}`. Without `skipRefresh` the server looks at the local files
 *  first, which on some is enough to list a new sidecar. Unknown ids among several are left out. */
export function getMetadata(context: PmsContext, call: Call, visitor: Visitor, keys: string): Answer {
  const found: Item[] = []
  for (const key of keys.split(",")) {
    const item = context.server.items.get(key)
    if (item !== undefined) found.push(item)
  }
  const first = found[0]
  if (first === undefined) return notFoundPage()
  if (call.query.get("skipRefresh") !== "1") for (const item of found) readSidecarsAt(context, item, "read")
  const options = {
    guids: true,
    streams: true,
    username: visitor.account.username,
    admin: visitor.admin,
    checkFiles: call.query.get("checkFiles") === "1",
  }
  return container(call, {
    size: found.length,
    allowSync: true,
    identifier: "com.plexapp.plugins.library",
    ...sectionHead(context, first),
    Metadata: found.map((item) => renderItem(context, item, options)),
  })
}

function list(
  context: PmsContext,
  call: Call,
  visitor: Visitor,
  parent: Item,
  items: ReadonlyArray<Item>,
  head: Readonly<Record<string, unknown>>,
): Answer {
  const page = pageOf(call, items, context.server.honoursPaging)
  const options = {
    guids: call.query.get("includeGuids") === "1",
    streams: false,
    username: visitor.account.username,
    admin: visitor.admin,
  }
  return container(
    call,
    {
      ...listed(
        "Metadata",
        page.entries.map((item) => renderItem(context, item, options)),
      ),
      totalSize: page.total,
      offset: page.offset,
      allowSync: true,
      identifier: "com.plexapp.plugins.library",
      key: parent.ratingKey,
      ...sectionHead(context, parent),
      parentTitle: parent.title,
      ...head,
    },
    pageHeaders(page),
  )
}

const itemsOf = (context: PmsContext, keys: ReadonlyArray<string>): Item[] =>
  keys.map((key) => context.server.items.get(key)).filter((item) => item !== undefined)

export function getChildren(context: PmsContext, call: Call, visitor: Visitor, key: string): Answer {
  const item = context.server.items.get(key)
  if (item === undefined) return notFoundPage()
  return list(context, call, visitor, item, itemsOf(context, item.children), {
    nocache: true,
    viewGroup: item.type === "show" ? "season" : "episode",
  })
}

/** All episodes below a show or a season. */
export function getLeaves(context: PmsContext, call: Call, visitor: Visitor, key: string): Answer {
  const item = context.server.items.get(key)
  if (item === undefined) return notFoundPage()
  const children = itemsOf(context, item.children)
  const leaves =
    item.type === "show" ? children.flatMap((season) => itemsOf(context, season.children)) : children
  return list(context, call, visitor, item, leaves, { mixedParents: true, viewGroup: "episode" })
}

/** `…/matches?manual=1&title=imdb-tt1727587`: the agent's answer to an external id. Only the
 *  agents made by Plex look ids up. */
export function getMatches(context: PmsContext, call: Call, key: string): Answer {
  const item = context.server.items.get(key)
  if (item === undefined) return notFoundPage()
  const wanted = /^(imdb|tmdb|tvdb)-(.+)$/.exec(call.query.get("title") ?? "")
  const agent = call.query.get("agent") ?? libraryOf(context.server, item)?.agent ?? ""
  if (wanted === null || !agent.startsWith("tv.plex.agents.")) return container(call, { size: 0 })
  const guid = `${wanted[1]}://${wanted[2]}`
  const results = new Map<string, Record<string, unknown>>()
  for (const candidate of context.server.items.values()) {
    if (!candidate.guids.includes(guid)) continue
    results.set(candidate.guid, {
      guid: candidate.guid,
      name: candidate.title,
      score: 100,
      type: candidate.type,
      ...(candidate.year === undefined ? {} : { year: candidate.year }),
    })
  }
  return container(call, listed("SearchResult", [...results.values()]))
}
