import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/testing/TestClock"

const STEP_MS = 50

/** Lets virtual time pass, step by step, until the effect has ended or `limitMs` are over, and tells how long it took. */
export const timed = <A, E, R>(effect: Effect.Effect<A, E, R>, limitMs = 60_000) =>
  Effect.gen(function* () {
    const startedMs = yield* Clock.currentTimeMillis
    let isOver = false
    const fiber = yield* Effect.forkChild(
      Effect.exit(effect).pipe(
        Effect.flatMap((exit) =>
          Effect.map(Clock.currentTimeMillis, (nowMs) => {
            isOver = true
            return { exit, tookMs: nowMs - startedMs }
          }),
        ),
      ),
    )
    for (let passedMs = 0; passedMs <= limitMs && !isOver; passedMs += STEP_MS) {
      yield* TestClock.adjust(STEP_MS)
    }
    const { exit, tookMs } = yield* Fiber.join(fiber)
    return { value: yield* exit, tookMs }
  })

/** What the effect comes to when time passes. */
export const withTime = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.map(timed(effect), ({ value }) => value)
