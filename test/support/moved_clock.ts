import type * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"

/** A clock that can run faster than the real one, be put forward, and be set like a wall clock. */
export interface MovedClock {
  readonly clock: Clock.Clock
  /** From now on so many times as fast. */
  readonly run: (scale: number) => void
  /** So many milliseconds pass at once: whoever sleeps that long wakes. */
  readonly pass: (ms: number) => void
  /** Somebody sets the clock; nobody wakes of it. */
  readonly set: (byMs: number) => void
  readonly nowMs: () => number
}

interface Sleeper {
  readonly wakeMs: number
  readonly wake: () => void
  timer: NodeJS.Timeout | null
}

export function movedClock(): MovedClock {
  let scale = 1
  let passedMs = 0
  let realMs = performance.now()
  let setMs = Date.now()
  const sleepers = new Set<Sleeper>()

  /** Time that has passed here since the start. */
  const elapsed = () => passedMs + (performance.now() - realMs) * scale
  const anchor = () => {
    passedMs = elapsed()
    realMs = performance.now()
  }
  const arm = (one: Sleeper) => {
    if (one.timer !== null) clearTimeout(one.timer)
    one.timer = setTimeout(
      () => {
        if (elapsed() < one.wakeMs - 0.5) return arm(one)
        sleepers.delete(one)
        one.wake()
      },
      Math.min(2 ** 31 - 1, Math.max(0, (one.wakeMs - elapsed()) / scale)),
    )
  }
  const rearm = () => {
    for (const one of sleepers) arm(one)
  }

  const nowMs = () => Math.floor(setMs + elapsed())
  const clock: Clock.Clock = {
    currentTimeMillisUnsafe: nowMs,
    currentTimeMillis: Effect.sync(nowMs),
    currentTimeNanosUnsafe: () => BigInt(nowMs()) * 1_000_000n,
    currentTimeNanos: Effect.sync(() => BigInt(nowMs()) * 1_000_000n),
    monotonicTimeNanosUnsafe: () => BigInt(Math.floor(elapsed() * 1_000_000)),
    monotonicTimeNanos: Effect.sync(() => BigInt(Math.floor(elapsed() * 1_000_000))),
    sleep: (duration: Duration.Duration) => {
      const ms = Duration.toMillis(duration)
      if (!Number.isFinite(ms)) return Effect.never
      return Effect.callback<void>((resume) => {
        const one: Sleeper = { wakeMs: elapsed() + ms, wake: () => resume(Effect.void), timer: null }
        sleepers.add(one)
        arm(one)
        return Effect.sync(() => {
          sleepers.delete(one)
          if (one.timer !== null) clearTimeout(one.timer)
        })
      })
    },
  }
  return {
    clock,
    nowMs,
    run: (next) => {
      anchor()
      scale = next
      rearm()
    },
    pass: (ms) => {
      anchor()
      passedMs += ms
      rearm()
    },
    set: (byMs) => {
      setMs += byMs
    },
  }
}
