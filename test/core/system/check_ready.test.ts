import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { layer as memoryQueue } from "../../../adapters/memory/job_queue.ts"
import { JOBS_WAITING_MAX } from "../../../core/jobs/job.ts"
import { JobQueue, StoreUnavailable } from "../../../core/ports/mod.ts"
import { checkReady } from "../../../core/system/check_ready.ts"

describe("checkReady()", () => {
  it.effect("is ready when the queue can be read", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* checkReady(), { ready: true, reasons: [] })
    }).pipe(Effect.provide(memoryQueue())),
  )

  it.effect("is not when nothing can be written, although it can be read, with the reason", () =>
    Effect.gen(function* () {
      const { ready, reasons } = yield* checkReady()
      assert.isFalse(ready)
      assert.match(reasons[0] ?? "", /the disk is full/)
    }).pipe(
      Effect.provide(
        Layer.mock(JobQueue)({
          trial: Effect.fail(
            new StoreUnavailable({ store: "database", reason: "the disk is full", fault: "full" }),
          ),
          counts: Effect.succeed({ waiting: 0, running: 0, done: 0, failed: 0, cancelled: 0 }),
        }),
      ),
    ),
  )

  it.effect("is not when as many jobs wait as may, and is with one fewer", () =>
    Effect.gen(function* () {
      const at = (waiting: number) =>
        Effect.provide(
          checkReady(),
          Layer.mock(JobQueue)({
            trial: Effect.void,
            counts: Effect.succeed({ waiting, running: 0, done: 0, failed: 0, cancelled: 0 }),
          }),
        )
      assert.isFalse((yield* at(JOBS_WAITING_MAX)).ready)
      assert.isTrue((yield* at(JOBS_WAITING_MAX - 1)).ready)
    }),
  )
})
