import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import { layer as memoryQueue } from "../../../adapters/memory/job_queue.ts"
import { layer as memoryJournal } from "../../../adapters/memory/journal.ts"
import { ATTEMPTS_MAX, JOB_DEADLINE_MS, JOBS_RUNNING_MAX, type Job } from "../../../core/jobs/job.ts"
import { type JobOutcome, runJobs } from "../../../core/jobs/run_jobs.ts"
import { JobQueue, Journal, StoreUnavailable } from "../../../core/ports/mod.ts"
import { aJob } from "../../contracts/job_queue.ts"

const ports = () => Layer.merge(memoryQueue(), memoryJournal)
const done: JobOutcome = { _tag: "Done", note: "all there" }

/** One job in the queue, and workers on it that do as `handle` says. */
const working = Effect.fnUntraced(function* (handle: (job: Job) => Effect.Effect<JobOutcome>) {
  const queue = yield* JobQueue
  const [offered] = yield* queue.offer([aJob("a")])
  const fiber = yield* Effect.forkChild(runJobs(handle))
  yield* TestClock.adjust(0)
  return { queue, fiber, id: offered!.jobId! }
})

/** The queue with some of its methods replaced. */
const queueWith = (change: (queue: JobQueue["Service"]) => Partial<JobQueue["Service"]>) =>
  Layer.effect(
    JobQueue,
    Effect.map(JobQueue, (queue) => ({ ...queue, ...change(queue) })),
  ).pipe(Layer.provide(memoryQueue()), Layer.merge(memoryJournal))

/** Fails the first `times` calls. */
const failingFirst = (times: number) => {
  let left = times
  return <A, E>(effect: Effect.Effect<A, E>): Effect.Effect<A, E | StoreUnavailable> =>
    Effect.suspend((): Effect.Effect<A, E | StoreUnavailable> => {
      left -= 1
      return left < 0 ? effect : new StoreUnavailable({ store: "database", reason: "the disk is full" })
    })
}

describe("runJobs", () => {
  it.effect("runJobs() completes a job with the note of its handler", () =>
    Effect.gen(function* () {
      const { queue, id } = yield* working(() => Effect.succeed(done))
      assert.deepInclude(yield* queue.get(id), { state: "done", reason: "all there", attempts: 1 })
    }).pipe(Effect.provide(ports())),
  )

  it.effect("runJobs() tries again after a back-off between half and the whole of it", () =>
    Effect.gen(function* () {
      const { queue, id } = yield* working((job) =>
        Effect.succeed(job.attempts === 1 ? { _tag: "Retry", reason: "the server is silent" } : done),
      )
      const waiting = yield* queue.get(id)
      assert.deepInclude(waiting, { state: "waiting", reason: "the server is silent" })
      assert.isAtLeast(waiting.notBeforeMs, 2_500)
      assert.isAtMost(waiting.notBeforeMs, 5_000)
      const journal = yield* Journal
      const [entry] = yield* journal.read({ jobId: id, limit: 10 })
      assert.deepInclude(entry, { kind: "will_retry", serverId: "den", ratingKey: "a", title: "Film 愛" })
      assert.match(entry!.text, /^Will try again in [345] s: the server is silent$/u)
      yield* TestClock.adjust(waiting.notBeforeMs)
      assert.deepInclude(yield* queue.get(id), { state: "done", attempts: 2 })
    }).pipe(Effect.provide(ports())),
  )

  it.effect("runJobs() waits for the time that the other side named", () =>
    Effect.gen(function* () {
      const { queue, id } = yield* working(() =>
        Effect.succeed({ _tag: "Retry", reason: "quota", notBeforeMs: 7_200_000 }),
      )
      assert.strictEqual((yield* queue.get(id)).notBeforeMs, 7_200_000)
      const [entry] = yield* Effect.flatMap(Journal, (journal) => journal.read({ limit: 1 }))
      assert.strictEqual(entry?.text, "Will try again in 2 h: quota")
    }).pipe(Effect.provide(ports())),
  )

  it.effect("runJobs() makes a dead letter of what failed ATTEMPTS_MAX times", () =>
    Effect.gen(function* () {
      const { queue, id } = yield* working(() => Effect.succeed({ _tag: "Retry", reason: "silent" }))
      yield* TestClock.adjust("1 day")
      assert.deepInclude(yield* queue.get(id), {
        state: "failed",
        attempts: ATTEMPTS_MAX,
        reason: `Gave up after ${ATTEMPTS_MAX} attempts: silent`,
      })
      const journal = yield* Journal
      const kinds = (yield* journal.read({ jobId: id, limit: 100 })).map(({ kind }) => kind)
      assert.deepStrictEqual(kinds, [
        "failed",
        ...Array.from({ length: ATTEMPTS_MAX - 1 }, () => "will_retry"),
      ])
    }).pipe(Effect.provide(ports())),
  )

  it.effect("runJobs() fails at once what would fail again", () =>
    Effect.gen(function* () {
      const { queue, id } = yield* working(() => Effect.succeed({ _tag: "Failed", reason: "no such item" }))
      assert.deepInclude(yield* queue.get(id), { state: "failed", reason: "no such item", attempts: 1 })
      const [entry] = yield* Effect.flatMap(Journal, (journal) => journal.read({ limit: 10 }))
      assert.deepInclude(entry, { kind: "failed", text: "no such item", jobId: id })
    }).pipe(Effect.provide(ports())),
  )

  it.effect("runJobs() survives a defect and tries the job again with its first line as the reason", () =>
    Effect.gen(function* () {
      const { queue, id } = yield* working((job) =>
        job.attempts === 1 ? Effect.die(new Error("x is not a function\nat y")) : Effect.succeed(done),
      )
      assert.deepInclude(yield* queue.get(id), { state: "waiting", reason: "x is not a function" })
      yield* TestClock.adjust("1 minute")
      assert.strictEqual((yield* queue.get(id)).state, "done")
    }).pipe(Effect.provide(ports())),
  )

  it.effect("runJobs() takes a silent upstream's job from it at the deadline", () =>
    Effect.gen(function* () {
      let stopped = 0
      const { queue, id } = yield* working(() =>
        Effect.onInterrupt(Effect.never, () =>
          Effect.sync(() => {
            stopped += 1
          }),
        ),
      )
      yield* TestClock.adjust(JOB_DEADLINE_MS - 1)
      assert.strictEqual((yield* queue.get(id)).state, "running")
      yield* TestClock.adjust(1)
      assert.deepInclude(yield* queue.get(id), {
        state: "waiting",
        reason: "It was not finished within 10 min",
      })
      assert.strictEqual(stopped, 1)
    }).pipe(Effect.provide(ports())),
  )

  it.effect("runJobs() frees the worker of an attempt that cannot be stopped", () =>
    Effect.gen(function* () {
      const { queue, id } = yield* working(() => Effect.uninterruptible(Effect.never))
      yield* TestClock.adjust(JOB_DEADLINE_MS + 5_000)
      assert.strictEqual((yield* queue.get(id)).state, "waiting")
    }).pipe(Effect.provide(ports())),
  )

  it.effect("runJobs() works on JOBS_RUNNING_MAX jobs at a time", () =>
    Effect.gen(function* () {
      const { queue } = yield* working(() => Effect.as(Effect.sleep("1 second"), done))
      const lanes = Array.from({ length: 9 }, (_, index) => aJob(`${index}`, { lane: `${index}` }))
      yield* queue.offer(lanes)
      yield* TestClock.adjust(500)
      assert.strictEqual((yield* queue.counts).running, JOBS_RUNNING_MAX)
      yield* TestClock.adjust("3 seconds")
      assert.deepInclude(yield* queue.counts, { running: 0, waiting: 0, done: 10 })
    }).pipe(Effect.provide(ports())),
  )

  it.effect(
    "runJobs() hands back what it was doing when it is interrupted, with the attempt not counted",
    () =>
      Effect.gen(function* () {
        const { queue, fiber, id } = yield* working(() => Effect.never)
        yield* Fiber.interrupt(fiber)
        assert.deepInclude(yield* queue.get(id), { state: "waiting", attempts: 0 })
      }).pipe(Effect.provide(ports())),
  )

  it.effect("runJobs() hands back within 5 s even what cannot be stopped", () =>
    Effect.gen(function* () {
      const { queue, fiber, id } = yield* working(() => Effect.uninterruptible(Effect.never))
      const ending = yield* Effect.forkChild(Fiber.interrupt(fiber))
      yield* TestClock.adjust(4_999)
      assert.strictEqual((yield* queue.get(id)).state, "running")
      yield* TestClock.adjust(1)
      yield* Fiber.join(ending)
      assert.strictEqual((yield* queue.get(id)).state, "waiting")
    }).pipe(Effect.provide(ports())),
  )

  it.effect("runJobs() buries a job that was begun too often and never came to an end", () =>
    Effect.gen(function* () {
      let begun = 0
      const begin = () =>
        Effect.sync(() => {
          begun += 1
          return done
        })
      const { queue, id } = yield* working(() => begin())
      assert.strictEqual((yield* queue.get(id)).state, "failed")
      assert.strictEqual(begun, 0)
    }).pipe(
      Effect.provide(
        queueWith((queue) => ({
          take: Effect.map(queue.take, (job) => ({ ...job, attempts: ATTEMPTS_MAX + 1 })),
        })),
      ),
    ),
  )

  it.effect("runJobs() goes on when the store works again, and loses no settlement meanwhile", () =>
    Effect.gen(function* () {
      let begun = 0
      const begin = () =>
        Effect.sync(() => {
          begun += 1
          return done
        })
      const { queue, id } = yield* working(() => begin())
      assert.strictEqual(begun, 0)
      yield* TestClock.adjust("3 minutes")
      assert.strictEqual((yield* queue.get(id)).state, "done")
      assert.strictEqual(begun, 1)
    }).pipe(
      Effect.provide(
        queueWith((queue) => {
          const [takes, completes] = [failingFirst(10), failingFirst(5)]
          return { take: takes(queue.take), complete: (id, note) => completes(queue.complete(id, note)) }
        }),
      ),
    ),
  )

  it.effect("runJobs() ends at once while it waits for a store that does not work", () =>
    Effect.gen(function* () {
      const { queue, fiber, id } = yield* working(() => Effect.succeed(done))
      yield* Fiber.interrupt(fiber)
      assert.strictEqual((yield* queue.get(id)).state, "running")
    }).pipe(
      Effect.provide(
        queueWith((queue) => ({ complete: (id, note) => failingFirst(99)(queue.complete(id, note)) })),
      ),
    ),
  )
})

const Move = Schema.Union([
  Schema.TaggedStruct("Offer", { key: Schema.Literals(["a", "b", "c", "d", "e"]) }),
  Schema.TaggedStruct("Pass", { ms: Schema.Literals([0, 1, 100, 6_000, 70_000]) }),
  Schema.TaggedStruct("Restart", {}),
])
const Attempt = Schema.Literals(["done", "retry", "fail", "die", "slow", "never"])

describe("runJobs, whatever happens", () => {
  it.effect.prop(
    "runJobs() loses no job and never runs one twice at once",
    { moves: Schema.Array(Move), attempts: Schema.Array(Attempt) },
    ({ moves, attempts }) =>
      Effect.gen(function* () {
        const queue = yield* JobQueue
        const under = new Set<number>()
        const ended = new Set<number>()
        let nth = 0
        const act = (attempt: (typeof attempts)[number] | undefined): Effect.Effect<JobOutcome> => {
          if (attempt === "retry") return Effect.succeed({ _tag: "Retry", reason: "r" })
          if (attempt === "fail") return Effect.succeed({ _tag: "Failed", reason: "f" })
          if (attempt === "die") return Effect.die("d")
          if (attempt === "slow") return Effect.as(Effect.sleep(50), done)
          return attempt === "never" ? Effect.never : Effect.succeed(done)
        }
        const handle = (job: Job) =>
          Effect.suspend(() => {
            assert.isFalse(under.has(job.id), "a job runs twice at once")
            assert.isFalse(ended.has(job.id), "a job runs after its end")
            under.add(job.id)
            return act(attempts[nth++])
          }).pipe(
            Effect.tap((outcome) => Effect.sync(() => outcome._tag !== "Retry" && ended.add(job.id))),
            Effect.ensuring(Effect.sync(() => under.delete(job.id))),
          )
        const offered = new Set<number>()
        let fiber = yield* Effect.forkChild(runJobs(handle, { deadlineMs: 60_000 }))
        for (const move of moves) {
          if (move._tag === "Offer") offered.add((yield* queue.offer([aJob(move.key)]))[0]!.jobId!)
          if (move._tag === "Pass") yield* TestClock.adjust(move.ms)
          if (move._tag !== "Restart") continue
          yield* Fiber.interrupt(fiber)
          assert.strictEqual((yield* queue.counts).running, 0)
          fiber = yield* Effect.forkChild(runJobs(handle, { deadlineMs: 60_000 }))
        }
        yield* TestClock.adjust("5 hours")
        yield* Fiber.interrupt(fiber)
        for (const id of offered) {
          const job = yield* queue.get(id)
          const gaveUp = job.state === "failed" && job.attempts >= ATTEMPTS_MAX
          assert.isTrue(ended.has(id) || gaveUp, `job ${id} is ${job.state}`)
          assert.include(["done", "failed"], job.state)
        }
      }).pipe(Effect.provide(ports())),
  )
})
