import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { searchJob } from "../events/search_job.ts"
import { PRIORITY } from "../jobs/job.ts"
import { displayName, type MediaItem, partsOf } from "../media/media_item.ts"
import { JobQueue, PlexLibrary, SettingsStore, StateStore } from "../ports/mod.ts"
import { withServer } from "../servers/access_server.ts"
import { mayCallPlex } from "../servers/keep_connected.ts"
import type { ServerAccess } from "../servers/server.ts"
import { presentIn, wantedOf } from "../subtitles/wanted.ts"
import { wantedProfile } from "../subtitles/wanted_profile.ts"
import {
  afterPage,
  readSweep,
  SWEEP_PAGE,
  SWEEP_PREFIX,
  SWEEP_WAITING_MAX,
  type Sweep,
  sweepKey,
} from "./sweep.ts"

/** How often, in milliseconds, a running sweep goes on, and how often it is looked whether there is one. */
const TICK_MS = 1_000
const IDLE_MS = 5_000
/** Items whose streams are read at the same time. */
const ITEMS_READ_AT_ONCE = 4
const JOBS_LOOKED_AT = 200

/** Every sweep that is kept. */
export const listSweeps = Effect.fn("listSweeps")(function* () {
  const state = yield* StateStore
  const stored = yield* state.list(SWEEP_PREFIX)
  return stored.flatMap(({ value }) => readSweep(value) ?? [])
})

const waitingSearches = Effect.gen(function* () {
  const queue = yield* JobQueue
  const jobs = yield* queue.list({ states: ["waiting", "running"], limit: JOBS_LOOKED_AT })
  return jobs.filter((job) => job.work.cause.source === "sweep").length
})

/** Whether an item lacks what its library's profile wants; an item that is gone lacks nothing. */
const isMissing = Effect.fnUntraced(function* (access: ServerAccess, found: MediaItem) {
  const library = yield* PlexLibrary
  const item = yield* library
    .item(access, found.ref.ratingKey, { refresh: false })
    .pipe(Effect.catchTag("PlexNotFound", () => Effect.succeed(null)))
  if (item === null) return false
  const profile = yield* wantedProfile(item.ref.serverId, item.sectionId)
  return wantedOf(profile, presentIn(partsOf(item)[0] ?? null, [])).missing.length > 0
})

const sweepPage = (sweep: Sweep) =>
  withServer(sweep.serverId, (access) =>
    Effect.gen(function* () {
      const library = yield* PlexLibrary
      const queue = yield* JobQueue
      const settings = yield* SettingsStore.use((store) => store.current)
      const nowMs = yield* Clock.currentTimeMillis
      const page = yield* library.page(
        access,
        { id: sweep.sectionId, kind: sweep.kind },
        { offset: sweep.looked, limit: SWEEP_PAGE, updatedAfter: null },
      )
      const checked = yield* Effect.forEach(
        page.items,
        (item) => Effect.map(isMissing(access, item), (missing) => ({ item, missing })),
        { concurrency: ITEMS_READ_AT_ONCE },
      )
      const missing = checked.filter((one) => one.missing).map((one) => one.item)
      const jobs = missing.map((item) =>
        searchJob(
          item.ref,
          {
            source: "sweep",
            event: "sweep",
            atMs: nowMs,
            viewer: null,
            player: null,
            title: displayName(item),
          },
          { priority: PRIORITY.swept, dedupeMinutes: settings.oncue.dedupe_minutes },
        ),
      )
      if (jobs.length > 0) yield* queue.offer(jobs)
      return { items: page.items.length, missing: missing.length, total: page.total }
    }),
  )

/** One page of a sweep. A server that does not answer is noted and asked again at the next time. */
const advance = Effect.fnUntraced(function* (sweep: Sweep) {
  const state = yield* StateStore
  const result = yield* Effect.result(sweepPage(sweep))
  const nowMs = yield* Clock.currentTimeMillis
  const key = sweepKey(sweep.serverId, sweep.sectionId)
  // Somebody may have paused or ended it while the page was read.
  const now = readSweep(yield* state.get(key))
  if (now === null || now.startedAtMs !== sweep.startedAtMs) return
  const next =
    result._tag === "Success"
      ? afterPage(now, result.success, nowMs)
      : { ...now, obstacle: result.failure.message }
  yield* state.put(key, now.state === "paused" ? { ...next, state: "paused" } : next)
})

/** Lets every running sweep go on by a page, unless enough searches wait; answers whether any is running. */
export const runSweeps = Effect.fn("runSweeps")(function* () {
  const running = (yield* listSweeps()).filter((sweep) => sweep.state === "running")
  if (running.length === 0 || !(yield* mayCallPlex())) return false
  for (const sweep of running) {
    if ((yield* waitingSearches) >= SWEEP_WAITING_MAX) return true
    yield* advance(sweep)
  }
  return true
})

/** Keeps doing so for ever; a failure is logged and does not end it. */
export const runSweepsForEver = Effect.fn("runSweepsForEver")(function* () {
  return yield* Effect.forever(
    Effect.gen(function* () {
      const isRunning = yield* runSweeps().pipe(
        Effect.catch((error) =>
          Effect.as(Effect.logWarning(`A sweep could not go on. ${error.message}`), false),
        ),
      )
      yield* Effect.sleep(isRunning ? TICK_MS : IDLE_MS)
    }),
  )
})
