import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { type SearchRequest, targetOf } from "../events/search_request.ts"
import type { Cause } from "../jobs/job.ts"
import type { ItemRef } from "../media/media_item.ts"
import { ItemIndex, JobQueue, SettingsStore } from "../ports/mod.ts"
import { findServer, findServerNamed } from "../servers/access_server.ts"
import { CATCH_UP_WAITED_EVERY_MS } from "./catch_up_index.ts"
import { LOOKED_LATELY, type Located } from "./locate_items.ts"
import { copiesInIndex } from "./refresh_copies.ts"
import { refreshJob } from "./refresh_job.ts"
import { locateNamed, type Named, namedJob } from "./refresh_named.ts"

/** How long somebody who asks waits at most until it is known which items are meant, in milliseconds, */
export const LOCATE_WAIT_MS = 6_000
/** and the pause between two looks. */
const LOCATE_EVERY_MS = 250

/** It cannot be told which item is meant: correct the request. */
export class RefreshTargetUnclear extends Schema.TaggedError<RefreshTargetUnclear>()("RefreshTargetUnclear", {
  reason: Schema.String,
}) {
  override get message(): string {
    return `Cannot refresh: ${this.reason}`
  }
}

/** Every server in use was looked at, Sonarr or Radarr was asked too where ids were named, and nobody has such an item: let Plex find the video first, or check what was named. */
export class NothingToRefresh extends Schema.TaggedError<NothingToRefresh>()("NothingToRefresh", {
  what: Schema.String,
  /** What else is known about it, in words; null: nothing. */
  hint: Schema.NullOr(Schema.String),
}) {
  override get message(): string {
    const more = this.hint === null ? "" : ` (${this.hint})`
    return `Cannot refresh ${this.what}: no selected server has it${more}. Where the video is new, ask again when Plex lists it`
  }
}

/** One item whose refresh waits in the queue. */
export interface RequestedRefresh extends ItemRef {
  readonly jobId: number | null
}

/** What became of a request. */
export interface Requested {
  readonly items: ReadonlyArray<RequestedRefresh>
  /** It cannot be told yet which items are meant; this job does it as soon as it can. Null: `items` are all. */
  readonly later: { readonly jobId: number | null; readonly reason: string } | null
}

/**
 * Puts a refresh of everything that a script names into the queue: of the item with a rating key and its copies, of every
 * item that holds a file, or of every item with these ids. Each is verified, and tried again until Plex lists what lies
 * beside it. While libraries are still to be read or a server does not answer, what is not found is looked for again by a
 * job, so that nobody hears that there is no such thing before that is known.
 */
export const requestRefresh = Effect.fn("requestRefresh")(function* (request: SearchRequest) {
  const target = targetOf(request)
  if (typeof target === "string") return yield* new RefreshTargetUnclear({ reason: target })
  const cause: Cause = {
    source: "api",
    event: "refresh",
    atMs: yield* Clock.currentTimeMillis,
    viewer: null,
    player: null,
    title: request.title?.trim() || (target._tag === "File" ? target.path : null),
  }
  const queue = yield* JobQueue
  const refresh = Effect.fnUntraced(function* (items: ReadonlyArray<ItemRef>) {
    const offered = yield* queue.offer(items.map((ref) => refreshJob(ref, cause)))
    const requested = items.map((ref, at) => ({ ...ref, jobId: offered[at]?.jobId ?? null }))
    return { items: requested, later: null } as Requested
  })
  if (target._tag === "Item") {
    const serverId = (yield* findServerNamed(request.server ?? "")).machine_id
    const ref = { serverId, ratingKey: target.ratingKey }
    const entry = yield* (yield* ItemIndex).get(ref)
    return yield* refresh([ref, ...(entry === null ? [] : yield* copiesInIndex(ref, entry.files))])
  }
  yield* findServer(null)
  const { items, doubt, hint } = yield* locateInTime(target)
  if (items.length > 0) return yield* refresh(items)
  const what = target._tag === "File" ? target.path : (request.title ?? "the item with these ids")
  if (doubt === null) return yield* new NothingToRefresh({ what, hint })
  const [later] = yield* queue.offer([namedJob(target, cause)])
  return { items: [], later: { jobId: later?.jobId ?? null, reason: doubt } } as Requested
})

/** Looks until it is found, or known that nobody has it, at most `LOCATE_WAIT_MS`. */
const locateInTime = Effect.fnUntraced(function* (target: Named) {
  const { general } = yield* (yield* SettingsStore).current
  if (!general.use_plex) {
    const doubt = "Plex is switched off in the settings"
    return { items: [], doubt, hint: null } satisfies Located as Located
  }
  let last: Located = { items: [], doubt: "somebody takes their time to answer", hint: null }
  const looking = Effect.gen(function* () {
    while (true) {
      const found = yield* locateNamed(target, CATCH_UP_WAITED_EVERY_MS)
      if (found.items.length > 0 || found.doubt === null) return found
      if (found.doubt !== LOOKED_LATELY) last = found
      yield* Effect.sleep(LOCATE_EVERY_MS)
    }
  })
  return Option.getOrElse(yield* Effect.timeoutOption(looking, LOCATE_WAIT_MS), () => last)
})
