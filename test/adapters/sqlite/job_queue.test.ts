import { spawn } from "node:child_process"
import { once } from "node:events"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/testing/TestClock"
import { layer } from "../../../adapters/sqlite/job_queue.ts"
import { ATTEMPTS_MAX, cutShortPauseMs } from "../../../core/jobs/job.ts"
import { JobQueue, TRIAL_MS } from "../../../core/ports/mod.ts"
import { aJob, jobQueueContract } from "../../contracts/job_queue.ts"
import { tempFolder } from "../../support/temp_folder.ts"
import { inTempFolder } from "./_folder.ts"

jobQueueContract("sqlite", (limits) => inTempFolder((file) => layer({ file, ...limits })))

const FULL_BYTES = 256 * 1024

describe("sqlite JobQueue, full", () => {
  it.effect("trial() fails once no offer can be kept, and says so for TRIAL_MS", () =>
    Effect.gen(function* () {
      const queue = yield* JobQueue
      yield* queue.trial
      const fill = (n: number) => queue.offer([aJob(`${n}`)])
      let n = 0
      while ((yield* Effect.exit(fill(n)))._tag === "Success") n += 1
      assert.isAbove(n, 10)
      yield* queue.trial
      yield* TestClock.adjust(TRIAL_MS)
      assert.match((yield* Effect.flip(queue.trial)).message, /the disk is full/)
      assert.isAbove((yield* queue.counts).waiting, 10)
    }).pipe(Effect.provide(inTempFolder((file) => layer({ file, bytesMax: FULL_BYTES })))),
  )
})

const SCRIPT = fileURLToPath(new URL("./_offer_until_killed.ts", import.meta.url))
const ROUNDS = 5

/** Starts the script, kills it some time after its first answer, and gives what it had said until then. */
async function offerUntilKilled(
  file: string,
  round: number,
  killAfterMs: number,
): Promise<ReadonlyArray<string>> {
  const child = spawn(process.execPath, [SCRIPT, file, `${round}`], { stdio: ["ignore", "pipe", "inherit"] })
  let said = ""
  child.stdout.on("data", (chunk: Buffer) => {
    if (said === "") setTimeout(() => child.kill("SIGKILL"), killAfterMs)
    said += chunk.toString()
  })
  await once(child, "close")
  return said.slice(0, said.lastIndexOf("\n")).split("\n")
}

describe("sqlite JobQueue, killed", () => {
  it.live(
    "offer() is kept when the process is killed at any moment, and what was settled stays settled",
    () =>
      Effect.gen(function* () {
        const file = join(yield* tempFolder, "oncue.db")
        const promised = new Map<number, string>()
        const settled = new Set<number>()
        for (let round = 0; round < ROUNDS; round++) {
          const lines = yield* Effect.promise(() => offerUntilKilled(file, round, 20 + Math.random() * 150))
          for (const [word, id, key] of lines.map((line) => line.split(" "))) {
            if (word === "offered") promised.set(Number(id), key!)
            if (word === "done") settled.add(Number(id))
          }
          yield* Effect.scoped(
            Effect.gen(function* () {
              const queue = yield* JobQueue
              for (const [id, key] of promised) {
                const job = yield* queue.get(id)
                assert.strictEqual(job.key, key)
                assert.include(settled.has(id) ? ["done"] : ["waiting", "done"], job.state)
              }
              assert.strictEqual((yield* queue.counts).running, 0)
              const [seen] = yield* queue.offer([
                aJob("x", { sighting: { key: [...promised.values()].at(-1)!, windowMs: 1 } }),
              ])
              assert.strictEqual(seen?.outcome, "seen")
            }).pipe(Effect.provide(layer({ file }), { local: true })),
          )
        }
        assert.isAtLeast(promised.size, ROUNDS)
        assert.isAbove(settled.size, 0)
      }),
    60_000,
  )
})

describe("sqlite JobQueue, cut short", () => {
  /** One life of the process over the file; what it takes and does not settle is cut short. */
  const life = <A, E>(file: string, body: Effect.Effect<A, E, JobQueue>) =>
    Effect.scoped(Effect.provide(body, layer({ file }), { local: true }))

  it.effect("a job goes on at once after the first time, and later on lets the others go first", () =>
    Effect.gen(function* () {
      const file = join(yield* tempFolder, "oncue.db")
      const taken = Effect.gen(function* () {
        const queue = yield* JobQueue
        const { attempts, key } = yield* queue.take
        return [key, attempts]
      })
      yield* life(
        file,
        JobQueue.use((queue) => queue.offer([aJob("first"), aJob("second")])),
      )
      assert.deepStrictEqual(yield* life(file, taken), ["first", 1])
      assert.deepStrictEqual(yield* life(file, taken), ["first", 2])
      assert.deepStrictEqual(yield* life(file, taken), ["second", 1])
      yield* TestClock.adjust(cutShortPauseMs(2))
      assert.deepStrictEqual(yield* life(file, taken), ["first", 3])
    }).pipe(Effect.scoped),
  )

  it.effect("many cuts in a row leave a job far from being given up", () =>
    Effect.gen(function* () {
      const file = join(yield* tempFolder, "oncue.db")
      const keys = Array.from({ length: 40 }, (_, n) => `job ${n}`)
      yield* life(
        file,
        JobQueue.use((queue) => queue.offer(keys.map((key) => aJob(key)))),
      )
      for (let cut = 0; cut < 20; cut++) {
        yield* life(file, Effect.all([JobQueue.use((queue) => queue.take), TestClock.adjust("10 seconds")]))
      }
      const jobs = yield* life(
        file,
        JobQueue.use((queue) => queue.list({ limit: 100 })),
      )
      assert.strictEqual(jobs.length, keys.length)
      for (const { attempts } of jobs) assert.isBelow(attempts, ATTEMPTS_MAX)
    }).pipe(Effect.scoped),
  )
})

describe("sqlite JobQueue, in a burst", () => {
  const inQueue = <A, E>(body: Effect.Effect<A, E, JobQueue>) =>
    Effect.scoped(
      Effect.gen(function* () {
        const file = join(yield* tempFolder, "oncue.db")
        return yield* Effect.provide(body, layer({ file }), { local: true })
      }),
    )
  const offerMany = Effect.fnUntraced(function* (name: string) {
    const queue = yield* JobQueue
    const jobs = Array.from({ length: 50 }, (_, n) => aJob(`${name} ${n}`))
    yield* Effect.all(
      jobs.map((job) => queue.offer([job])),
      { concurrency: "unbounded" },
    )
  })

  const turn = Effect.promise(() => new Promise<void>((resolve) => setImmediate(resolve)))
  /** Lets time pass in small steps, with what the database needs between them. */
  const pass = (ms: number) =>
    Effect.forEach(
      Array.from({ length: ms / 25 }),
      () => Effect.andThen(TestClock.adjust(25), Effect.all([turn, turn, turn])),
      { discard: true },
    )

  it.effect("take() gives way until the burst is over", () =>
    inQueue(
      Effect.gen(function* () {
        yield* offerMany("event")
        const taken = yield* Effect.forkChild(JobQueue.use((queue) => queue.take))
        yield* pass(100)
        assert.isUndefined(taken.pollUnsafe())
        yield* pass(200)
        assert.strictEqual((yield* Fiber.join(taken)).attempts, 1)
      }),
    ),
  )

  it.effect("take() is held up for a second at most, however long the burst", () =>
    inQueue(
      Effect.gen(function* () {
        yield* offerMany("first")
        const taken = yield* Effect.forkChild(JobQueue.use((queue) => queue.take))
        for (let n = 0; n < 11; n++) {
          yield* pass(100)
          yield* offerMany(`event ${n}`)
        }
        assert.strictEqual((yield* Fiber.join(taken)).key, "first 0")
      }),
    ),
  )
})
