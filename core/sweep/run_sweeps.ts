import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { tell } from "../notify/tell.ts"
import { JobQueue, Journal, SettingsStore, StateStore, SubtitleSources } from "../ports/mod.ts"
import { isEnabled, providerState } from "../providers/ask_provider.ts"
import { mayCallPlex } from "../servers/keep_connected.ts"
import { lookAtPage } from "./look_at_page.ts"
import {
  afterPage,
  readSweep,
  SWEEP_PREFIX,
  SWEEP_PUT_OFF_MAX,
  SWEEP_WAITING_MAX,
  type Sweep,
  sweepKey,
} from "./sweep.ts"
import { allowance, SWEEP_DAY_KEY, sweepDay } from "./sweep_allowance.ts"

/** How often, in milliseconds, a running sweep goes on, and how often it is looked whether there is one. */
const TICK_MS = 1_000
const IDLE_MS = 5_000
/** The longest pause, in milliseconds, while every sweep waits for a time that is known: a quota may take a day. */
const WAITING_MS = 30_000
const JOBS_LOOKED_AT = 500

/** Every sweep that is kept. */
export const listSweeps = Effect.fn("listSweeps")(function* () {
  const state = yield* StateStore
  const stored = yield* state.list(SWEEP_PREFIX)
  return stored.flatMap(({ value }) => readSweep(value) ?? [])
})

type Waiting = NonNullable<Sweep["waiting"]>

/** The searches of sweeps: due or under way, and put off. */
const searches = Effect.gen(function* () {
  const queue = yield* JobQueue
  const nowMs = yield* Clock.currentTimeMillis
  const jobs = yield* queue.list({ states: ["waiting", "running"], limit: JOBS_LOOKED_AT })
  const swept = jobs.filter((job) => job.work.cause.source === "sweep")
  const due = swept.filter((job) => job.notBeforeMs <= nowMs).length
  return { due, putOff: swept.length - due, isCrowded: jobs.length >= JOBS_LOOKED_AT }
})

/** The first provider whose quota is used up; the others alone would give what has to be done twice. */
const restingProvider = Effect.gen(function* () {
  const nowMs = yield* Clock.currentTimeMillis
  const settings = yield* SettingsStore.use((store) => store.current)
  if (settings.oncue.mode === "bazarr") return null
  for (const source of yield* SubtitleSources) {
    if (!isEnabled(source, settings)) continue
    const { reason, restingUntilMs, why } = yield* providerState(source.id)
    if (why === "quota" && restingUntilMs > nowMs)
      return { reason: `${source.name}: ${reason}`, untilMs: restingUntilMs } satisfies Waiting
  }
  return null
})

/**
 * How many searches may be begun now, or what has to be waited for. Never more than a few are under way, since each one
 * that meets a quota is an attempt of its job.
 */
const room = Effect.gen(function* () {
  const provider = yield* restingProvider
  if (provider !== null) return { places: 0, waiting: provider }
  const { due, isCrowded, putOff } = yield* searches
  if (putOff >= SWEEP_PUT_OFF_MAX || isCrowded) {
    const waiting: Waiting = { reason: `${putOff} searches wait for another time`, untilMs: null }
    return { places: 0, waiting }
  }
  // A page is read for some at a time, not for each that is done.
  return { places: due > SWEEP_WAITING_MAX / 2 ? 0 : SWEEP_WAITING_MAX - due, waiting: null }
})

const note = (sweep: Sweep, text: string) =>
  Journal.use((journal) =>
    journal.write({ kind: "system", serverId: sweep.serverId, title: sweep.title, text }),
  )

const change = Effect.fnUntraced(function* (sweep: Sweep, to: (now: Sweep) => Sweep) {
  const state = yield* StateStore
  const key = sweepKey(sweep.serverId, sweep.sectionId)
  // Somebody may have paused, ended or begun it anew meanwhile.
  const now = readSweep(yield* state.get(key))
  if (now === null || now.startedAtMs !== sweep.startedAtMs) return null
  const next = to(now)
  const kept: Sweep = now.state === "paused" && next.state === "running" ? { ...next, state: "paused" } : next
  if (JSON.stringify(kept) !== JSON.stringify(now)) yield* state.put(key, kept)
  return kept
})

/** Says what is waited for, in the journal once. */
const hold = Effect.fnUntraced(function* (sweep: Sweep, waiting: Waiting) {
  if (sweep.waiting?.reason === waiting.reason && sweep.waiting.untilMs === waiting.untilMs) return
  yield* change(sweep, (now) => ({ ...now, waiting }))
  if (sweep.waiting === null) yield* note(sweep, `The sweep of ${sweep.title} waits: ${waiting.reason}`)
})

const finish = Effect.fnUntraced(function* (sweep: Sweep) {
  const text = `${sweep.looked} looked at, ${sweep.missing} lacked something`
  yield* note(sweep, `The sweep of ${sweep.title} is through: ${text}`)
  yield* tell(
    {
      event: "sweep",
      title: sweep.title,
      lines: [`The sweep is through: ${text}`],
      detail: { serverId: sweep.serverId, sectionId: sweep.sectionId, missingBy: sweep.missingBy },
    },
    { serverId: sweep.serverId, title: sweep.title },
  )
})

/** One page of a sweep. A server that does not answer is noted and asked again at the next time. */
const advance = Effect.fnUntraced(function* (sweep: Sweep, places: number) {
  const state = yield* StateStore
  const { sweep_per_day } = (yield* SettingsStore.use((store) => store.current)).oncue
  const beganMs = yield* Clock.currentTimeMillis
  const { left, renewedMs } = allowance(sweepDay(yield* state.get(SWEEP_DAY_KEY), beganMs), sweep_per_day)
  if (left === 0)
    return yield* hold(sweep, { reason: `${sweep_per_day} searches were begun today`, untilMs: renewedMs })
  const result = yield* Effect.result(lookAtPage(sweep, Math.min(left, places)))
  const nowMs = yield* Clock.currentTimeMillis
  const next = yield* change(sweep, (now) =>
    result._tag === "Success"
      ? afterPage(now, result.success, nowMs)
      : { ...now, obstacle: result.failure.message },
  )
  if (next?.state === "done") yield* finish(next)
})

/**
 * Lets every running sweep go on by a page, unless enough searches wait or a quota is used up; answers whether any is
 * running.
 */
export const runSweeps = Effect.fn("runSweeps")(function* () {
  const running = (yield* listSweeps()).filter((sweep) => sweep.state === "running")
  if (running.length === 0 || !(yield* mayCallPlex())) return false
  for (const sweep of running) {
    const { places, waiting } = yield* room
    if (places > 0) yield* advance(sweep, places)
    else if (waiting !== null) yield* hold(sweep, waiting)
    else if (sweep.waiting !== null) yield* change(sweep, (now) => ({ ...now, waiting: null }))
  }
  return true
})

/** How long to leave the running sweeps alone. */
const pauseMs = Effect.gen(function* () {
  const running = (yield* listSweeps()).filter((sweep) => sweep.state === "running")
  const times = running.flatMap(({ waiting }) => waiting?.untilMs ?? [])
  if (running.length === 0 || times.length < running.length) return TICK_MS
  const nowMs = yield* Clock.currentTimeMillis
  return Math.max(TICK_MS, Math.min(WAITING_MS, Math.min(...times) - nowMs))
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
      const restMs = isRunning ? pauseMs : Effect.succeed(IDLE_MS)
      yield* Effect.sleep(yield* Effect.catch(restMs, () => Effect.succeed(IDLE_MS)))
    }),
  )
})
