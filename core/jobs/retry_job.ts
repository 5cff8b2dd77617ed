import * as Effect from "effect/Effect"
import { JobQueue, Journal } from "../ports/mod.ts"

/**
 * Does a job that has ended once more, now, and says so in its story, so that its runs can be told apart. Answers the job
 * that is worked on: another one where one with the same key waits already.
 */
export const retryJob = Effect.fn("retryJob")(function* (id: number) {
  const job = yield* (yield* JobQueue).retry(id)
  if (job.id !== id) return job
  const { work } = job
  const item = "ratingKey" in work ? work : null
  yield* (yield* Journal).write({
    kind: "again",
    text: "Asked for once more",
    jobId: id,
    serverId: item?.serverId ?? null,
    ratingKey: item?.ratingKey ?? null,
    title: work.cause.title,
  })
  return job
})
