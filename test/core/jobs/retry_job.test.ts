import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { layer as memoryQueue } from "../../../adapters/memory/job_queue.ts"
import { layer as memoryJournal } from "../../../adapters/memory/journal.ts"
import { retryJob } from "../../../core/jobs/retry_job.ts"
import { JobQueue, Journal } from "../../../core/ports/mod.ts"
import { aJob } from "../../contracts/job_queue.ts"

const ports = () => Layer.merge(memoryQueue(), memoryJournal)

/** A job that was done. */
const ended = Effect.gen(function* () {
  const queue = yield* JobQueue
  const [offered] = yield* queue.offer([aJob("a")])
  yield* queue.take
  const id = offered?.jobId ?? 0
  yield* queue.complete(id, "all there")
  return id
})

describe("retryJob()", () => {
  it.effect("begins a job once more and says so in its story", () =>
    Effect.gen(function* () {
      const id = yield* ended
      assert.strictEqual((yield* retryJob(id)).state, "waiting")
      const story = yield* (yield* Journal).read({ jobId: id, limit: 10 })
      assert.deepStrictEqual(
        story.map((entry) => entry.kind),
        ["again"],
      )
    }).pipe(Effect.provide(ports())),
  )

  it.effect("says nothing in the story of a job in whose place another one waits", () =>
    Effect.gen(function* () {
      const id = yield* ended
      const [other] = yield* (yield* JobQueue).offer([aJob("a")])
      assert.strictEqual((yield* retryJob(id)).id, other?.jobId)
      assert.deepStrictEqual(yield* (yield* Journal).read({ limit: 10 }), [])
    }).pipe(Effect.provide(ports())),
  )

  it.effect("changes nothing about a job that waits", () =>
    Effect.gen(function* () {
      const [offered] = yield* (yield* JobQueue).offer([aJob("a")])
      const error = yield* Effect.flip(retryJob(offered?.jobId ?? 0))
      assert.strictEqual(error._tag, "JobNotInState")
      assert.deepStrictEqual(yield* (yield* Journal).read({ limit: 10 }), [])
    }).pipe(Effect.provide(ports())),
  )
})
