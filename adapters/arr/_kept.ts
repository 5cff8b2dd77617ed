import * as Cache from "effect/Cache"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"

/** Longest time for which an answer is kept at all, in milliseconds. */
const KEPT_MS = 300_000
/** Age up to which a failure answers for the next caller that accepts an old answer, in milliseconds. */
export const FAILURE_AGE_MS = 30_000

/**
 * Shares one call among callers who ask for the same at the same time, and answers from memory within the age that each
 * caller accepts. Ages count from the moment a call was begun.
 */
export const makeKept = Effect.fnUntraced(function* <K, A, E>(
  capacity: number,
  call: (key: K) => Effect.Effect<A, E>,
) {
  const cache = yield* Cache.make({
    capacity,
    timeToLive: KEPT_MS,
    lookup: (key: K) =>
      Effect.gen(function* () {
        const begunMs = yield* Clock.currentTimeMillis
        return { begunMs, result: yield* Effect.result(call(key)) }
      }),
  })
  return Effect.fnUntraced(function* (key: K, maxAgeMs: number) {
    const nowMs = yield* Clock.currentTimeMillis
    const isFresh = ({
      begunMs,
      result,
    }: {
      readonly begunMs: number
      readonly result: Result.Result<A, E>
    }) => begunMs + (Result.isFailure(result) ? Math.min(maxAgeMs, FAILURE_AGE_MS) : maxAgeMs) > nowMs
    yield* Cache.invalidateWhen(cache, key, (kept) => !isFresh(kept))
    return yield* Effect.fromResult((yield* Cache.get(cache, key)).result)
  })
})
