import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { MediaItem, MediaStream } from "../media/media_item.ts"
import { PlexLibrary } from "../ports/plex_library.ts"
import { SettingsStore } from "../ports/settings_store.ts"
import type { ServerAccess } from "../servers/server.ts"
import { askStage } from "./_ask_stage.ts"
import { recall, remember } from "./_library_memory.ts"
import type { Expectation, RefreshOutcome } from "./refresh_outcome.ts"
import { learned, NOTHING_REMEMBERED, planStages, pollPausesMs, type RefreshStage } from "./refresh_plan.ts"

export interface RefreshRequest {
  readonly access: ServerAccess
  readonly ratingKey: string
  /** Null: nothing in particular is expected and the outcome is `unknown`. */
  readonly expect: Expectation | null
  /** The item as the caller has read it already, which spares a call; null or left out when it has not. */
  readonly item?: MediaItem | null
  /** When the file was written, unix milliseconds; a scan that was begun later is not repeated. Default: now. */
  readonly writtenMs?: number
  /** Somebody asked for this refresh, so the options `update_movie_library` and `update_series_library` do not matter. */
  readonly asked?: boolean
  /** Begins with the cheapest stage, whatever is remembered, to find out what works. */
  readonly fromStart?: boolean
}

/**
 * Makes the server list a subtitle, and checks: stage by stage, from the one that worked in this library before, until
 * the expected stream is listed. Fails with the error of the first call that could not be made at all, so a silent server
 * costs one time-out and the job is tried again later. A stage that the server forbids is left out.
 */
export const refreshItem = Effect.fn("refreshItem")(function* (request: RefreshRequest) {
  const { access, ratingKey, expect } = request
  const { machineIdentifier: serverId } = access
  const library = yield* PlexLibrary
  const settings = yield* (yield* SettingsStore).current
  const begunMs = yield* Clock.currentTimeMillis
  const tried: Array<RefreshStage> = []
  const skipped: Array<string> = []
  let calls = 0
  let reads = 0
  let againAtMs: number | null = null

  const look = Effect.fnUntraced(function* (refresh: boolean) {
    reads += 1
    const item = yield* library.item(access, ratingKey, { refresh })
    return { item, stream: expect === null ? null : expect(item) }
  })
  const outcome = Effect.fnUntraced(function* (
    item: MediaItem,
    stream: MediaStream | null,
    stage: RefreshStage | null,
  ) {
    const { ref, sectionId, sectionTitle } = item
    const listed = expect === null ? "unknown" : stream === null ? "not_listed" : "listed"
    const elapsedMs = (yield* Clock.currentTimeMillis) - begunMs
    const common = { ref, sectionId, sectionTitle, stream, stage, tried, skipped, againAtMs, item } as const
    return { ...common, listed, elapsedMs, calls, reads } satisfies RefreshOutcome as RefreshOutcome
  })
  /** Listed after `stage`, which is worth remembering where it is known that it was not listed before. */
  const listedAfter = Effect.fnUntraced(function* (
    item: MediaItem,
    stream: MediaStream,
    stage: RefreshStage,
  ) {
    const nowMs = yield* Clock.currentTimeMillis
    yield* remember(serverId, item.sectionId, (memory) => learned(memory, stage, nowMs))
    return yield* outcome(item, stream, stage)
  })

  const given = request.item ?? null
  let last: MediaItem
  if (given === null) {
    tried.push("read")
    const { item, stream } = yield* look(true)
    if (stream !== null) return yield* outcome(item, stream, "read")
    last = item
  } else {
    last = given
  }
  const { update_movie_library, update_series_library } = settings.plex
  const option = last.kind === "movie" ? update_movie_library : update_series_library
  const mayUpdate = request.asked === true || option
  if (!mayUpdate) {
    skipped.push(`the option "Update ${last.kind === "movie" ? "Movie" : "Series"} Library" is off`)
  }
  const memory = request.fromStart === true ? NOTHING_REMEMBERED : yield* recall(serverId, last.sectionId)
  const stages = planStages(memory, begunMs, mayUpdate)
  for (const stage of stages) {
    if (stage === "read" && given === null) continue
    if (stage === "read") {
      tried.push(stage)
      const { item, stream } = yield* look(true)
      last = item
      if (stream !== null) return yield* listedAfter(item, stream, stage)
    } else {
      const asked = yield* askStage(access, last, stage, request.writtenMs ?? begunMs)
      calls += asked.calls
      if (asked.skipped !== null) {
        skipped.push(asked.skipped)
        againAtMs = asked.againAtMs
        continue
      }
      tried.push(stage)
      if (expect === null) break
    }
    if (expect === null) continue
    for (const pauseMs of pollPausesMs(stage)) {
      yield* Effect.sleep(pauseMs)
      const { item, stream } = yield* look(false)
      last = item
      if (stream !== null) return yield* listedAfter(item, stream, stage)
    }
  }
  return yield* outcome(last, null, null)
})
