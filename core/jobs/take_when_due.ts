import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"

/** Who waits for a time looks again after this long at the latest, in milliseconds: clocks are set and machines sleep. */
const LOOK_AGAIN_MS = 60_000

/** What a look at the queue gave: a job, or the time at which the next one falls due (null: none is planned). */
export type Look<A> =
  | { readonly _tag: "Taken"; readonly job: A }
  | { readonly _tag: "Nothing"; readonly nextDueMs: number | null }

/** Tells those who wait for work that there may be some: a job came, a lane has room again. */
export interface Bell {
  readonly ring: () => void
  /** How often it was rung. */
  readonly rung: () => number
  /** Ends as soon as the bell was rung more than `times` times. */
  readonly ringsAfter: (times: number) => Effect.Effect<void>
}

/** A bell that nobody has rung yet. */
export function makeBell(): Bell {
  let rung = 0
  const listeners = new Set<() => void>()
  return {
    rung: () => rung,
    ring: () => {
      rung += 1
      const told = [...listeners]
      listeners.clear()
      for (const tell of told) tell()
    },
    ringsAfter: (times) =>
      Effect.callback<void>((resume) => {
        if (rung > times) return resume(Effect.void)
        const tell = () => resume(Effect.void)
        listeners.add(tell)
        return Effect.sync(() => listeners.delete(tell))
      }),
  }
}

const untilDue = (dueMs: number | null) =>
  dueMs === null
    ? Effect.never
    : Effect.flatMap(Clock.currentTimeMillis, (nowMs) =>
        Effect.sleep(Math.min(LOOK_AGAIN_MS, Math.max(0, dueMs - nowMs))),
      )

/**
 * The waiting part of a job queue's `take`, without polling: looks, and as long as there is nothing sleeps until the
 * bell rings or the next job falls due. Only the sleep can be interrupted. The bell must be rung after every change
 * that could give somebody a job.
 */
export const takeWhenDue = <A, E>(bell: Bell, look: Effect.Effect<Look<A>, E>): Effect.Effect<A, E> =>
  Effect.uninterruptible(
    Effect.gen(function* () {
      while (true) {
        const rung = bell.rung()
        const found = yield* look
        if (found._tag === "Taken") return found.job
        yield* Effect.interruptible(Effect.raceFirst(bell.ringsAfter(rung), untilDue(found.nextDueMs)))
      }
    }),
  )
