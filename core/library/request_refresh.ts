import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { type SearchRequest, targetOf } from "../events/search_request.ts"
import type { Cause } from "../jobs/job.ts"
import type { ItemRef } from "../media/media_item.ts"
import { ItemIndex, JobQueue } from "../ports/mod.ts"
import { findServer } from "../servers/access_server.ts"
import { serversInUse } from "../servers/known_servers.ts"
import { locateByFile, locateByIds } from "./locate_items.ts"
import { copiesInIndex } from "./refresh_copies.ts"
import { refreshJob } from "./refresh_job.ts"

/** It cannot be told which item is meant: correct the request. */
export class RefreshTargetUnclear extends Schema.TaggedError<RefreshTargetUnclear>()("RefreshTargetUnclear", {
  reason: Schema.String,
}) {
  override get message(): string {
    return `Cannot refresh: ${this.reason}`
  }
}

/** No server in use has such an item, or its index does not know it yet: try again when Plex has found the file. */
export class NothingToRefresh extends Schema.TaggedError<NothingToRefresh>()("NothingToRefresh", {
  what: Schema.String,
}) {
  override get message(): string {
    return `Cannot refresh ${this.what}: no selected server has it, or not yet`
  }
}

/** One item whose refresh waits in the queue. */
export interface RequestedRefresh extends ItemRef {
  readonly jobId: number | null
}

/**
 * Puts a refresh of everything that a script names into the queue: of the item with a rating key and its copies, of every
 * item that holds a file, or of every item with these ids. Each is verified, and tried again until Plex lists what lies
 * beside it.
 */
export const requestRefresh = Effect.fn("requestRefresh")(function* (request: SearchRequest) {
  const target = targetOf(request)
  if (typeof target === "string") return yield* new RefreshTargetUnclear({ reason: target })
  let items: ReadonlyArray<ItemRef>
  switch (target._tag) {
    case "Item": {
      const serverId = yield* serverNamed(request.server?.trim() ?? "")
      const ref = { serverId, ratingKey: target.ratingKey }
      const entry = yield* (yield* ItemIndex).get(ref)
      items = [ref, ...(entry === null ? [] : yield* copiesInIndex(ref, entry.files))]
      break
    }
    case "File":
      items = yield* locateByFile(target.path)
      break
    case "Ids":
      items = yield* locateByIds(target)
      break
  }
  const what = target._tag === "File" ? target.path : (request.title ?? "the item with these ids")
  if (items.length === 0) return yield* new NothingToRefresh({ what })
  const atMs = yield* Clock.currentTimeMillis
  const cause: Cause = {
    source: "api",
    event: "refresh",
    atMs,
    viewer: null,
    player: null,
    title: request.title ?? null,
  }
  const queue = yield* JobQueue
  const offered = yield* queue.offer(items.map((ref) => refreshJob(ref, cause)))
  return items.map((ref, at): RequestedRefresh => ({ ...ref, jobId: offered[at]?.jobId ?? null }))
})

/** The machine identifier of the server in use with this identifier or name; of the primary one for an empty text. */
const serverNamed = Effect.fnUntraced(function* (wanted: string) {
  if (wanted === "") return (yield* findServer(null)).machine_id
  const named = (yield* serversInUse()).find(({ name }) => name === wanted)
  return (named ?? (yield* findServer(wanted))).machine_id
})
