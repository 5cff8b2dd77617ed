import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { Journal, StateStore } from "../ports/mod.ts"
import { listLibraries } from "./list_libraries.ts"
import { readSweep, type Sweep, sweepKey } from "./sweep.ts"

/** The library is not there, or has no sweep that could be changed. */
export class SweepUnknown extends Schema.TaggedError<SweepUnknown>()("SweepUnknown", {
  sectionId: Schema.String,
}) {
  override get message(): string {
    return `There is no such library or sweep (${this.sectionId})`
  }
}

/** Begins to look at every item of a library, from the first; one that ran before is forgotten. */
export const beginSweep = Effect.fn("beginSweep")(function* (serverId: string, sectionId: string) {
  const state = yield* StateStore
  const journal = yield* Journal
  const nowMs = yield* Clock.currentTimeMillis
  const section = (yield* listLibraries(serverId)).find((one) => one.id === sectionId)
  if (section === undefined) return yield* new SweepUnknown({ sectionId })
  const sweep: Sweep = {
    serverId,
    sectionId,
    title: section.title,
    kind: section.type === "show" ? "episode" : "movie",
    state: "running",
    looked: 0,
    total: section.type === "show" ? null : section.count,
    missing: 0,
    startedAtMs: nowMs,
    atMs: nowMs,
    obstacle: null,
  }
  yield* state.put(sweepKey(serverId, sectionId), sweep)
  yield* journal.write({ kind: "system", serverId, text: `The sweep of ${section.title} began` })
  return sweep
})

/** Holds a sweep, lets it go on where it was, or forgets it; searches that wait already stay. */
export const changeSweep = Effect.fn("changeSweep")(function* (
  serverId: string,
  sectionId: string,
  to: "pause" | "resume" | "forget",
) {
  const state = yield* StateStore
  const key = sweepKey(serverId, sectionId)
  const sweep = readSweep(yield* state.get(key))
  if (sweep === null) return yield* new SweepUnknown({ sectionId })
  if (to === "forget") return yield* state.put(key, null)
  if (sweep.state === "done") return
  const atMs = yield* Clock.currentTimeMillis
  yield* state.put(key, { ...sweep, state: to === "pause" ? "paused" : "running", atMs })
})
