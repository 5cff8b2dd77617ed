/**
 * Run by a test in a process of its own, to be killed at any moment: offers jobs through many callers, works on some,
 * and says on standard output what was promised: `offered <id> <key>` after an answer, `done <id>` after a settlement.
 */
import { writeSync } from "node:fs"
import * as Effect from "effect/Effect"
import { layer } from "../../../adapters/sqlite/job_queue.ts"
import { JobQueue } from "../../../core/ports/mod.ts"
import { aJob } from "../../contracts/job_queue.ts"

const [file = "", round = ""] = process.argv.slice(2)
/** Few enough that the work is not put off for them. */
const CALLERS = 12

const program = Effect.gen(function* () {
  const queue = yield* JobQueue
  let next = 0
  const offering = Effect.suspend(() => {
    const key = `${round}-${next++}`
    return Effect.map(queue.offer([aJob(key, { sighting: { key, windowMs: 600_000 } })]), ([offered]) =>
      writeSync(1, `offered ${offered!.jobId} ${key}\n`),
    )
  }).pipe(Effect.forever)
  const working = Effect.gen(function* () {
    const job = yield* queue.take
    yield* queue.complete(job.id, "done")
    writeSync(1, `done ${job.id}\n`)
  }).pipe(Effect.forever)
  yield* Effect.all([...Array.from({ length: CALLERS }, () => offering), working], {
    concurrency: "unbounded",
    discard: true,
  })
})

await Effect.runPromise(Effect.scoped(Effect.provide(program, layer({ file }))))
