import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { isChosenLibrary } from "../events/decision.ts"
import { type CountedSection, listLibraries } from "../library/list_libraries.ts"
import { Journal, PlexLibrary, SettingsStore, StateStore } from "../ports/mod.ts"
import { withServer } from "../servers/access_server.ts"
import { serverIds } from "../servers/server_ids.ts"
import { missingPrefix } from "./missing_page.ts"
import { newSweep, readSweep, sweepKey } from "./sweep.ts"

/** The library is not there, or has no sweep that could be changed. */
export class SweepUnknown extends Schema.TaggedError<SweepUnknown>()("SweepUnknown", {
  sectionId: Schema.String,
}) {
  override get message(): string {
    return `There is no such library or sweep (${this.sectionId})`
  }
}

/** Forgets what an earlier sweep of the library has seen. */
const clear = Effect.fnUntraced(function* (serverId: string, sectionId: string) {
  const state = yield* StateStore
  for (const { key } of yield* state.list(missingPrefix(serverId, sectionId))) yield* state.put(key, null)
})

/** Whether the library has a sweep that is under way or held. */
const isOpen = Effect.fnUntraced(function* (serverId: string, sectionId: string) {
  const sweep = readSweep(yield* StateStore.use((state) => state.get(sweepKey(serverId, sectionId))))
  return sweep !== null && sweep.state !== "done"
})

/** How many episodes a library has, which its list of shows does not say; null where the server does not say now. */
const episodesOf = (serverId: string, sectionId: string) =>
  withServer(serverId, (access) =>
    PlexLibrary.use((library) =>
      library.page(access, { id: sectionId, kind: "episode" }, { offset: 0, limit: 1, updatedAfter: null }),
    ),
  ).pipe(
    Effect.map((page) => page.total),
    Effect.orElseSucceed(() => null),
  )

const begin = Effect.fnUntraced(function* (serverId: string, section: CountedSection) {
  const state = yield* StateStore
  const journal = yield* Journal
  const nowMs = yield* Clock.currentTimeMillis
  const isShow = section.type === "show"
  yield* clear(serverId, section.id)
  const sweep = newSweep(
    {
      serverId,
      sectionId: section.id,
      title: section.title,
      kind: isShow ? "episode" : "movie",
      total: isShow ? yield* episodesOf(serverId, section.id) : section.count,
    },
    nowMs,
  )
  yield* state.put(sweepKey(serverId, section.id), sweep)
  yield* journal.write({ kind: "system", serverId, text: `The sweep of ${section.title} began` })
  return sweep
})

/**
 * Begins to look at every item of a library, from the first. One that is under way keeps its place and goes on; one that
 * is done is forgotten.
 */
export const beginSweep = Effect.fn("beginSweep")(function* (serverId: string, sectionId: string) {
  const section = (yield* listLibraries(serverId)).find((one) => one.id === sectionId)
  if (section === undefined) return yield* new SweepUnknown({ sectionId })
  if (yield* isOpen(serverId, sectionId)) return yield* changeSweep(serverId, sectionId, "resume")
  yield* begin(serverId, section)
})

/** Begins a sweep of every chosen library of a server; one that is under way or held goes on as it is. */
export const beginServerSweeps = Effect.fn("beginServerSweeps")(function* (serverId: string) {
  const settings = yield* SettingsStore.use((store) => store.current)
  const chosen = (yield* listLibraries(serverId)).filter((section) =>
    isChosenLibrary(settings, serverId, section),
  )
  const begun = []
  for (const section of chosen) {
    if (!(yield* isOpen(serverId, section.id))) begun.push(yield* begin(serverId, section))
  }
  return begun
})

/** The same for every server in use. Fails with the failure of the first server that cannot be asked. */
export const beginAllSweeps = Effect.fn("beginAllSweeps")(function* () {
  return (yield* Effect.forEach(yield* serverIds(), (serverId) => beginServerSweeps(serverId))).flat()
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
  if (to === "forget") {
    yield* clear(serverId, sectionId)
    return yield* state.put(key, null)
  }
  const wanted = to === "pause" ? "paused" : "running"
  if (sweep.state === "done" || sweep.state === wanted) return
  const atMs = yield* Clock.currentTimeMillis
  const pausedMs = sweep.pausedMs + (to === "resume" ? Math.max(0, atMs - sweep.atMs) : 0)
  yield* state.put(key, { ...sweep, state: wanted, atMs, pausedMs })
})
