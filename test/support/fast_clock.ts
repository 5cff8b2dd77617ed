import type * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"

/**
 * A clock that runs so many times faster than the real one: for programs that wait for a real server, whose waits a test
 * cannot skip as it does with its own clock.
 */
export function fastClock(times: number): Clock.Clock {
  const begunMs = Date.now()
  const begun = performance.now()
  const passedMs = () => (performance.now() - begun) * times
  const millis = () => begunMs + Math.round(passedMs())
  const nanos = () => BigInt(Math.round((begunMs + passedMs()) * 1_000)) * 1_000n
  return {
    currentTimeMillisUnsafe: millis,
    currentTimeMillis: Effect.sync(millis),
    currentTimeNanosUnsafe: nanos,
    currentTimeNanos: Effect.sync(nanos),
    monotonicTimeNanosUnsafe: nanos,
    monotonicTimeNanos: Effect.sync(nanos),
    sleep: (duration) =>
      Effect.callback<void>((resume) => {
        const timer = setTimeout(() => resume(Effect.void), Duration.toMillis(duration) / times)
        return Effect.sync(() => clearTimeout(timer))
      }),
  }
}
