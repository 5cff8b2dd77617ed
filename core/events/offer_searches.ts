import * as Effect from "effect/Effect"
import type { NewJob } from "../jobs/job.ts"
import { JobQueue, Journal } from "../ports/mod.ts"
import { heardText } from "./heard_text.ts"

/**
 * Puts jobs into the queue, all or none, and writes the first sentence of the story of each that is new. Fails with
 * QueueFull or StoreUnavailable, and then nothing was taken.
 */
export const offerSearches = Effect.fnUntraced(function* (jobs: ReadonlyArray<NewJob>) {
  const queue = yield* JobQueue
  const offered = yield* queue.offer(jobs)
  for (const [index, { jobId, outcome }] of offered.entries()) {
    const work = jobs[index]?.work
    if (work === undefined || outcome !== "added") continue
    const { cause } = work
    const journal = yield* Journal
    yield* journal.write({
      kind: "heard",
      text: heardText(cause),
      jobId,
      serverId: "serverId" in work ? work.serverId : null,
      ratingKey: "ratingKey" in work ? work.ratingKey : null,
      title: cause.title,
      detail: {
        source: cause.source,
        event: cause.event,
        viewer: cause.viewer?.name ?? null,
        player: cause.player,
      },
    })
  }
  return offered
})
