/** The work a media server does after it has answered: refreshes and scans. */

import { randomUUID } from "node:crypto"
import { nowSeconds } from "../context.ts"
import { type Answer, empty } from "../http/answer.ts"
import type { Call } from "../http/service.ts"
import { type Item, type Library, METADATA_TYPE, partsOf } from "../world/plex_server.ts"
import { notFoundPage } from "./permission.ts"
import type { Activity, PmsContext } from "./pms_context.ts"
import { findLibrary } from "./sections.ts"
import { readSidecarsAt } from "./sidecars.ts"

function announce(context: PmsContext, event: "started" | "updated" | "ended", activity: Activity): void {
  context.hub.emit("activity", "ActivityNotification", {
    event,
    uuid: activity.uuid,
    Activity: {
      uuid: activity.uuid,
      type: activity.type,
      cancellable: false,
      userID: 1,
      title: activity.title,
      subtitle: activity.subtitle,
      progress: activity.progress,
      Context: activity.context,
    },
  })
}

function begin(context: PmsContext, fields: Omit<Activity, "uuid" | "progress">): () => void {
  const activity: Activity = { uuid: randomUUID(), progress: 0, ...fields }
  context.activities.set(activity.uuid, activity)
  announce(context, "started", activity)
  return () => {
    activity.progress = 100
    context.activities.delete(activity.uuid)
    announce(context, "ended", activity)
  }
}

/** One step of the timeline: 0 created, 3 downloading, 4 processing, 5 done, 9 deleted. */
export function emitTimeline(
  context: PmsContext,
  item: Item,
  state: number,
  rest: Readonly<Record<string, unknown>> = {},
): void {
  context.hub.emit("timeline", "TimelineEntry", {
    identifier: "com.plexapp.plugins.library",
    sectionID: item.section ?? "-1",
    itemID: item.ratingKey,
    ...(item.parent === undefined ? {} : { parentItemID: item.parent }),
    ...(item.grandparent === undefined ? {} : { rootItemID: item.grandparent }),
    type: METADATA_TYPE[item.type],
    title: item.title,
    state,
    ...rest,
    updatedAt: nowSeconds(context.simulation),
  })
}

/** The item and, for shows and seasons, everything below it. */
function withDescendants(context: PmsContext, item: Item): Item[] {
  return [
    item,
    ...item.children.flatMap((key) => {
      const child = context.server.items.get(key)
      return child === undefined ? [] : withDescendants(context, child)
    }),
  ]
}

/** `PUT …/refresh`: 200 at once; metadata and local files are read again a little later. */
export function refreshItems(context: PmsContext, keys: string): Answer {
  const items = keys.split(",").map((key) => context.server.items.get(key))
  if (items.some((item) => item === undefined)) return notFoundPage()
  for (const item of items as Item[]) {
    const end = begin(context, {
      type: "library.refresh.items",
      title: "Refreshing",
      subtitle: item.title,
      context: {
        key: `/library/metadata/${item.ratingKey}`,
        accessible: true,
        exists: true,
        refreshed: false,
      },
    })
    emitTimeline(context, item, 3)
    context.simulation.work.later(context.server.refreshDelayMs, () => {
      for (const each of withDescendants(context, item)) {
        readSidecarsAt(context, each, "refresh")
        each.updatedAt = nowSeconds(context.simulation)
        if (context.server.refreshResetsAddedAt && !each.addedAtLocked)
          each.addedAt = nowSeconds(context.simulation)
      }
      emitTimeline(context, item, 4)
      emitTimeline(context, item, 5)
      end()
    })
  }
  return empty(200)
}

function inFolder(context: PmsContext, folder: string): (item: Item) => boolean {
  const below = `${context.simulation.paths.fromPlex(folder) ?? folder}/`
  return (item) => partsOf(item).some((part) => part.file.startsWith(below))
}

function runScan(context: PmsContext, library: Library, folder: string | undefined): void {
  const folders = new Map<string, ReadonlyArray<string>>()
  const wanted = folder === undefined ? () => true : inFolder(context, folder)
  for (const items of library.items.values()) {
    for (const item of items) {
      if (item.media.length === 0 || !wanted(item)) continue
      if (readSidecarsAt(context, item, folder === undefined ? "section" : "scan", folders)) {
        emitTimeline(context, item, 5)
      }
    }
  }
  library.scannedAt = nowSeconds(context.simulation)
}

/** `…/sections/{k}/refresh[?path=]`: 200 at once. A path outside the library is no error and
 *  scans nothing. */
export function scanSection(context: PmsContext, call: Call, key: string): Answer {
  const library = findLibrary(context, key)
  const isAllowed = context.server.scanMethods.some((method) => method === call.method)
  if (library === undefined || !isAllowed) return notFoundPage()
  const folder = call.query.get("path")?.replace(/\/+$/, "")
  const inside =
    folder === undefined ||
    library.locations.some(({ path }) => {
      const location = context.simulation.paths.inPlex(path)
      return folder === location || folder.startsWith(`${location}/`)
    })
  const end = begin(context, {
    type: "library.update.section",
    title: `Scanning ${library.title}`,
    subtitle: folder ?? "",
    context: { librarySectionID: library.key },
  })
  library.refreshing = true
  const running = context.scans.get(key) ?? new Set()
  context.scans.set(key, running)
  const finish = () => {
    running.delete(stop)
    if (running.size === 0) library.refreshing = false
    end()
  }
  const cancel = context.simulation.work.later(context.server.scanDelayMs, () => {
    if (inside) runScan(context, library, folder)
    finish()
  })
  const stop = () => {
    cancel()
    finish()
  }
  running.add(stop)
  return empty(200)
}

export function cancelScan(context: PmsContext, key: string): Answer {
  if (findLibrary(context, key) === undefined) return notFoundPage()
  for (const stop of [...(context.scans.get(key) ?? [])]) stop()
  return empty(200)
}

export function listActivities(context: PmsContext): Record<string, unknown>[] {
  return [...context.activities.values()].map(({ context: about, ...activity }) => ({
    ...activity,
    cancellable: false,
    userID: 1,
    Context: about,
  }))
}
