import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import { layer as memoryQueue } from "../../../adapters/memory/job_queue.ts"
import { layer as memoryJournal } from "../../../adapters/memory/journal.ts"
import { layer as memoryLedger } from "../../../adapters/memory/subtitle_ledger.ts"
import { JOBS_KEPT_DAYS } from "../../../core/jobs/job.ts"
import { JOURNAL_KEPT_DAYS } from "../../../core/jobs/journal_entry.ts"
import { pruneHistory, pruneHistoryDaily } from "../../../core/jobs/prune_history.ts"
import { JobQueue, Journal, StoreUnavailable } from "../../../core/ports/mod.ts"
import { aJob } from "../../contracts/job_queue.ts"

const ports = Layer.mergeAll(memoryQueue(), memoryJournal, memoryLedger)

const history = Effect.gen(function* () {
  const queue = yield* JobQueue
  const journal = yield* Journal
  yield* queue.offer([aJob("a")])
  const job = yield* queue.take
  yield* queue.complete(job.id, "done")
  yield* journal.write({ kind: "system", text: "Started" })
  return { jobs: queue.list({ limit: 10 }), entries: journal.read({ limit: 10 }) }
})

describe("pruneHistory", () => {
  it.effect("pruneHistory() keeps both to the last moment of their time and forgets them after it", () =>
    Effect.gen(function* () {
      const { jobs, entries } = yield* history
      yield* TestClock.adjust(`${JOBS_KEPT_DAYS} days`)
      assert.deepStrictEqual(yield* pruneHistory(), { jobs: 0, entries: 0 })
      yield* TestClock.adjust(1)
      assert.deepStrictEqual(yield* pruneHistory(), { jobs: 1, entries: 0 })
      yield* TestClock.adjust(`${JOURNAL_KEPT_DAYS - JOBS_KEPT_DAYS} days`)
      assert.deepStrictEqual(yield* pruneHistory(), { jobs: 0, entries: 1 })
      assert.deepStrictEqual(yield* Effect.all([jobs, entries]), [[], []])
    }).pipe(Effect.provide(ports)),
  )

  it.effect("pruneHistoryDaily() prunes at once and then once a day, whatever the store does", () =>
    Effect.gen(function* () {
      const queue = yield* JobQueue
      let calls = 0
      const prune = () =>
        Effect.suspend(() => {
          calls += 1
          return calls === 1
            ? new StoreUnavailable({ store: "database", reason: "the disk is full" })
            : Effect.succeed(0)
        })
      yield* pruneHistoryDaily().pipe(Effect.provideService(JobQueue, { ...queue, prune }), Effect.forkChild)
      yield* TestClock.adjust("1 hour")
      assert.strictEqual(calls, 1)
      yield* TestClock.adjust("48 hours")
      assert.strictEqual(calls, 3)
    }).pipe(Effect.provide(ports)),
  )
})
