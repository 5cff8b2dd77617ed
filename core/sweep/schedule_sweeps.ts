import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import { SettingsStore, StateStore } from "../ports/mod.ts"
import { mayCallPlex } from "../servers/keep_connected.ts"
import { serverIds } from "../servers/server_ids.ts"
import { beginServerSweeps } from "./change_sweep.ts"
import { localTime, scheduled, scheduleKey } from "./sweep_schedule.ts"

/** How often, in milliseconds, it is looked whether a sweep is due; less often after a server could not be asked. */
const LOOK_MS = 60_000
const FAILED_MS = 10 * 60_000

const localNow = Effect.gen(function* () {
  const nowMs = yield* Clock.currentTimeMillis
  const here = DateTime.makeZonedUnsafe(nowMs, { timeZone: DateTime.zoneMakeLocal() })
  return localTime(nowMs, DateTime.zonedOffset(here))
})

/** Begins the sweeps of every server for which they are due; answers whether every server could be asked. */
export const beginDueSweeps = Effect.fn("beginDueSweeps")(function* () {
  const { oncue } = yield* SettingsStore.use((store) => store.current)
  if (oncue.sweep_every_days === 0 || !(yield* mayCallPlex())) return true
  const state = yield* StateStore
  const now = yield* localNow
  let isGood = true
  for (const serverId of yield* serverIds()) {
    const key = scheduleKey(serverId)
    const stored = yield* state.get(key)
    const { due, keep } = scheduled(stored, now, oncue.sweep_every_days, oncue.sweep_hour)
    const begun = due
      ? yield* beginServerSweeps(serverId).pipe(
          Effect.as(true),
          Effect.catch((error) =>
            Effect.as(Effect.logWarning(`The sweep that is due could not begin. ${error.message}`), false),
          ),
        )
      : true
    if (!begun) isGood = false
    else if (JSON.stringify(stored) !== JSON.stringify(keep)) yield* state.put(key, keep)
  }
  return isGood
})

/** Keeps doing so for ever. */
export const scheduleSweeps = Effect.fn("scheduleSweeps")(function* () {
  return yield* Effect.forever(
    Effect.gen(function* () {
      const isGood = yield* beginDueSweeps().pipe(
        Effect.catch((error) => Effect.as(Effect.logWarning(error.message), false)),
      )
      yield* Effect.sleep(isGood ? LOOK_MS : FAILED_MS)
    }),
  )
})
