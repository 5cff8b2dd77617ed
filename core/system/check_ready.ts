import * as Effect from "effect/Effect"
import { JOBS_WAITING_MAX } from "../jobs/job.ts"
import { JobQueue } from "../ports/mod.ts"

/** Whether events can be taken, and if not, why: sentences for the owner. */
export interface Readiness {
  readonly ready: boolean
  readonly reasons: ReadonlyArray<string>
}

/** Ready is who can take an event and keep it. What upstreams are like has no part in it. */
export const checkReady = Effect.fn("checkReady")(function* () {
  const queue = yield* JobQueue
  const reasons = yield* Effect.andThen(queue.trial, queue.counts).pipe(
    Effect.map(({ waiting }) =>
      waiting >= JOBS_WAITING_MAX ? [`The queue is full: ${waiting} jobs wait`] : [],
    ),
    Effect.catch((error) => Effect.succeed([error.message])),
  )
  return { ready: reasons.length === 0, reasons } as Readiness
})
