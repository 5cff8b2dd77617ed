import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import { type NewJob, TIMING_LANE } from "../../core/jobs/job.ts"
import type { StoreUnavailable } from "../../core/ports/mod.ts"
import { JobQueue } from "../../core/ports/mod.ts"

export interface QueueLimits {
  readonly waitingMax?: number
  readonly laneRunningMax?: number
}

/** A job that is told apart by its key, with whatever matters to the test. */
export const aJob = (key: string, changes: Partial<NewJob> = {}): NewJob => ({
  key,
  work: {
    _tag: "FindSubtitles",
    serverId: "den",
    ratingKey: key,
    cause: { source: "webhook", event: "media.play", atMs: 1, viewer: null, player: null, title: "Film 愛" },
  },
  priority: 10,
  lane: "den",
  notBeforeMs: 0,
  sighting: null,
  ...changes,
})

const seenOnce = (key: string) => ({ key, windowMs: 60_000 })

/** Lets everything that is under way come to its end or to its wait; a store may need turns of the event loop. */
export const settle = Effect.promise(async () => {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
})

/** What every job queue owes. `layer` gives a fresh and empty one. */
export function jobQueueContract(
  name: string,
  layer: (limits?: QueueLimits) => Layer.Layer<JobQueue, StoreUnavailable>,
): void {
  const test = (title: string, body: Effect.Effect<void, unknown, JobQueue>, limits?: QueueLimits) =>
    it.effect(title, () => Effect.scoped(Effect.provide(body, layer(limits))))

  describe(`${name} JobQueue: offering`, () => {
    test(
      "offer() adds a job that waits as it was given",
      Effect.gen(function* () {
        const queue = yield* JobQueue
        yield* TestClock.adjust(5_000)
        const [offered] = yield* queue.offer([aJob("a", { notBeforeMs: 7_000, priority: 3, lane: "attic" })])
        assert.strictEqual(offered?.outcome, "added")
        assert.deepStrictEqual(yield* queue.get(offered!.jobId!), {
          id: offered!.jobId!,
          key: "a",
          work: aJob("a").work,
          state: "waiting",
          priority: 3,
          lane: "attic",
          attempts: 0,
          notBeforeMs: 7_000,
          createdAtMs: 5_000,
          startedAtMs: null,
          finishedAtMs: null,
          reason: null,
        })
      }),
    )

    test(
      "offer() of nothing answers nothing",
      Effect.gen(function* () {
        const queue = yield* JobQueue
        assert.deepStrictEqual(yield* queue.offer([]), [])
      }),
    )

    test(
      "offer() merges by key and keeps the more urgent and the earlier of the two",
      Effect.gen(function* () {
        const queue = yield* JobQueue
        const answers = yield* queue.offer([
          aJob("a", { priority: 10, notBeforeMs: 90_000 }),
          aJob("a", { priority: 5, notBeforeMs: 50_000 }),
          aJob("a", { priority: 20, notBeforeMs: 99_000 }),
          aJob("b"),
        ])
        assert.deepStrictEqual(
          answers.map(({ outcome }) => outcome),
          ["added", "merged", "merged", "added"],
        )
        assert.strictEqual(answers[1]?.jobId, answers[0]?.jobId)
        const job = yield* queue.get(answers[0]!.jobId!)
        assert.deepInclude(job, { priority: 5, notBeforeMs: 50_000, state: "waiting" })
        assert.strictEqual((yield* queue.counts).waiting, 2)
      }),
    )

    test(
      "offer() lets the more urgent of two tell why, and whose work it is",
      Effect.gen(function* () {
        const queue = yield* JobQueue
        const caused = (source: "sweep" | "webhook" | "next") => {
          const { work } = aJob("a")
          return { work: { ...work, cause: { ...work.cause, source } } }
        }
        const [first] = yield* queue.offer([aJob("a", { priority: 20, ...caused("sweep") })])
        yield* queue.offer([aJob("a", { priority: 0, ...caused("webhook") })])
        yield* queue.offer([aJob("a", { priority: 15, ...caused("next") })])
        const job = yield* queue.get(first!.jobId!)
        assert.deepStrictEqual([job.priority, job.work.cause.source], [0, "webhook"])
        assert.strictEqual((yield* queue.take).work.cause.source, "webhook")
      }),
    )

    test(
      "offer() merges into a running job, and adds once that is done",
      Effect.gen(function* () {
        const queue = yield* JobQueue
        yield* queue.offer([aJob("a")])
        const job = yield* queue.take
        const [during] = yield* queue.offer([aJob("a")])
        assert.deepStrictEqual(during, { outcome: "merged", jobId: job.id })
        yield* queue.complete(job.id, "done")
        const [after] = yield* queue.offer([aJob("a")])
        assert.strictEqual(after?.outcome, "added")
        assert.notStrictEqual(after?.jobId, job.id)
      }),
    )

    test(
      "offer() that makes a sleeping job due wakes who waits for it",
      Effect.gen(function* () {
        const queue = yield* JobQueue
        const fiber = yield* Effect.forkChild(queue.take)
        yield* queue.offer([aJob("a", { notBeforeMs: 90_000 })])
        yield* settle
        yield* queue.offer([aJob("a", { notBeforeMs: 0 })])
        assert.strictEqual((yield* Fiber.join(fiber)).key, "a")
      }),
    )

    test(
      "offer() drops a sighting within its window, also after its job is done, and takes it after the window",
      Effect.gen(function* () {
        const queue = yield* JobQueue
        const [first] = yield* queue.offer([aJob("a", { sighting: seenOnce("s") })])
        const job = yield* queue.take
        yield* queue.complete(job.id, "done")
        yield* TestClock.adjust(59_999)
        assert.deepStrictEqual(yield* queue.offer([aJob("a", { sighting: seenOnce("s") })]), [
          { outcome: "seen", jobId: first!.jobId },
        ])
        assert.strictEqual((yield* queue.counts).waiting, 0)
        yield* TestClock.adjust(1)
        const [again] = yield* queue.offer([aJob("a", { sighting: seenOnce("s") })])
        assert.strictEqual(again?.outcome, "added")
        assert.strictEqual((yield* queue.offer([aJob("x", { sighting: seenOnce("s") })]))[0]?.outcome, "seen")
      }),
    )

    test(
      "offer() refuses what does not fit, whole, and stores nothing of it",
      Effect.gen(function* () {
        const queue = yield* JobQueue
        yield* queue.offer([aJob("a"), aJob("b")])
        const refused = yield* Effect.flip(queue.offer([aJob("c", { sighting: seenOnce("c") }), aJob("d")]))
        assert.deepInclude(refused, { _tag: "QueueFull", waiting: 2 })
        assert.isAbove((refused as { retryAfterSeconds: number }).retryAfterSeconds, 0)
        assert.strictEqual((yield* queue.counts).waiting, 2)
        assert.strictEqual(
          (yield* queue.offer([aJob("c", { sighting: seenOnce("c") })]))[0]?.outcome,
          "added",
        )
      }),
      { waitingMax: 3 },
    )

    test(
      "offer() still merges and recognises sightings when the queue is full, and takes more after a job is taken",
      Effect.gen(function* () {
        const queue = yield* JobQueue
        yield* queue.offer([aJob("a", { sighting: seenOnce("a") }), aJob("b")])
        const answers = yield* queue.offer([
          aJob("b", { priority: 0 }),
          aJob("z", { sighting: seenOnce("a") }),
        ])
        assert.deepStrictEqual(
          answers.map(({ outcome }) => outcome),
          ["merged", "seen"],
        )
        assert.strictEqual((yield* Effect.flip(queue.offer([aJob("c")])))._tag, "QueueFull")
        yield* queue.take
        assert.strictEqual((yield* queue.offer([aJob("c")]))[0]?.outcome, "added")
      }),
      { waitingMax: 2 },
    )

    test(
      "offer() from many callers at once answers each with its own job",
      Effect.gen(function* () {
        const queue = yield* JobQueue
        const keys = Array.from({ length: 200 }, (_, index) => `k${index}`)
        const answers = yield* Effect.forEach(keys, (key) => queue.offer([aJob(key)]), { concurrency: 50 })
        const jobs = yield* Effect.forEach(answers, ([answer]) => queue.get(answer!.jobId!))
        assert.deepStrictEqual(
          jobs.map(({ key }) => key),
          keys,
        )
      }),
    )

    test(
      "offer() that one of many callers cannot have does not touch the others",
      Effect.gen(function* () {
        const queue = yield* JobQueue
        const pairs = Array.from({ length: 10 }, (_, n) => [aJob(`${n}a`), aJob(`${n}b`)])
        const results = yield* Effect.forEach(pairs, (pair) => Effect.result(queue.offer(pair)), {
          concurrency: "unbounded",
        })
        assert.strictEqual(results.filter(({ _tag }) => _tag === "Success").length, 2)
        assert.strictEqual((yield* queue.counts).waiting, 4)
      }),
      { waitingMax: 5 },
    )
  })

  describe(`${name} JobQueue: taking`, () => {
    test(
      "take() gives the most urgent first, then the oldest, and counts the attempt",
      Effect.gen(function* () {
        const queue = yield* JobQueue
        const lanes = ["a", "b", "c", "d"]
        yield* queue.offer([
          aJob("late", { priority: 20, lane: "a" }),
          aJob("first of two", { lane: "b" }),
          aJob("second of two", { lane: "c" }),
          aJob("urgent", { priority: 0, lane: "d" }),
        ])
        yield* TestClock.adjust(1_000)
        const taken = yield* Effect.forEach(lanes, () => queue.take)
        assert.deepStrictEqual(
          taken.map(({ key }) => key),
          ["urgent", "first of two", "second of two", "late"],
        )
        assert.deepInclude(taken[0], { state: "running", attempts: 1, startedAtMs: 1_000 })
        assert.strictEqual((yield* queue.counts).running, 4)
      }),
    )

    test(
      "take() waits until a job comes",
      Effect.gen(function* () {
        const queue = yield* JobQueue
        const fibers = yield* Effect.forEach([1, 2, 3], () => Effect.forkChild(queue.take))
        yield* settle
        yield* queue.offer([aJob("a"), aJob("b", { lane: "attic" })])
        yield* queue.offer([aJob("c", { lane: "cellar" })])
        const keys = (yield* Fiber.joinAll(fibers)).map(({ key }) => key)
        assert.deepStrictEqual(keys.sort(), ["a", "b", "c"])
      }),
    )

    test(
      "take() waits until a job is due",
      Effect.gen(function* () {
        const queue = yield* JobQueue
        yield* queue.offer([aJob("a", { notBeforeMs: 3_600_000 }), aJob("b", { notBeforeMs: 7_200_000 })])
        const fiber = yield* Effect.forkChild(queue.take)
        yield* settle
        for (let minute = 0; minute < 59; minute++) {
          yield* TestClock.adjust("1 minute")
          yield* settle
        }
        assert.isUndefined(fiber.pollUnsafe())
        yield* TestClock.adjust("1 minute")
        assert.strictEqual((yield* Fiber.join(fiber)).key, "a")
      }),
    )

    test(
      "take() holds a lane to its limit, lets other lanes pass, and goes on when there is room",
      Effect.gen(function* () {
        const queue = yield* JobQueue
        yield* queue.offer([aJob("a1"), aJob("a2"), aJob("a3"), aJob("b1", { lane: "attic", priority: 20 })])
        const [one, two, other] = yield* Effect.forEach([1, 2, 3], () => queue.take)
        assert.deepStrictEqual([one!.key, two!.key, other!.key], ["a1", "a2", "b1"])
        const fiber = yield* Effect.forkChild(queue.take)
        yield* settle
        assert.isUndefined(fiber.pollUnsafe())
        yield* queue.complete(two!.id, "done")
        assert.strictEqual((yield* Fiber.join(fiber)).key, "a3")
      }),
      { laneRunningMax: 2 },
    )

    test(
      "take() gives a narrow lane one place, so that what listens to sound never holds a playback up",
      Effect.gen(function* () {
        const queue = yield* JobQueue
        const lane = TIMING_LANE
        yield* queue.offer(["t1", "t2", "t3", "t4"].map((key) => aJob(key, { lane, priority: 0 })))
        yield* queue.offer(["p1", "p2", "p3"].map((key) => aJob(key)))
        const taken = yield* Effect.forEach([1, 2, 3, 4], () => queue.take)
        assert.deepStrictEqual(
          taken.map((job) => job.key),
          ["t1", "p1", "p2", "p3"],
        )
        const fiber = yield* Effect.forkChild(queue.take)
        yield* settle
        assert.isUndefined(fiber.pollUnsafe())
        yield* queue.complete(taken[0]!.id, "done")
        assert.strictEqual((yield* Fiber.join(fiber)).key, "t2")
      }),
    )

    test(
      "take() can be interrupted while it waits, in an uninterruptible region too, and loses nothing",
      Effect.gen(function* () {
        const queue = yield* JobQueue
        const fiber = yield* Effect.forkChild(Effect.uninterruptible(queue.take))
        yield* settle
        yield* Fiber.interrupt(fiber)
        yield* queue.offer([aJob("a")])
        assert.strictEqual((yield* queue.take).key, "a")
      }),
    )

    test(
      "take() never gives a job to nobody, however its caller is interrupted",
      Effect.gen(function* () {
        const queue = yield* JobQueue
        for (let round = 0; round < 40; round++) {
          const fiber = yield* Effect.forkChild(
            Effect.uninterruptible(Effect.flatMap(queue.take, (job) => queue.complete(job.id, "taken"))),
          )
          if (round % 4 === 0) yield* Effect.yieldNow
          if (round % 4 === 1) yield* settle
          yield* Effect.all([queue.offer([aJob(`${round}`)]), Fiber.interrupt(fiber)], {
            concurrency: round % 2 === 0 ? "unbounded" : 1,
          })
        }
        const counts = yield* queue.counts
        assert.strictEqual(counts.running, 0)
        assert.strictEqual(counts.done + counts.waiting, 40)
      }),
    )
  })

  describe(`${name} JobQueue: ending`, () => {
    test(
      "complete(), fail(), retryLater() and handBack() put a running job where it belongs",
      Effect.gen(function* () {
        const queue = yield* JobQueue
        yield* queue.offer(["a", "b", "c", "d"].map((key) => aJob(key, { lane: key })))
        yield* TestClock.adjust(10)
        const [a, b, c, d] = yield* Effect.forEach([1, 2, 3, 4], () => queue.take)
        yield* TestClock.adjust(10)
        yield* queue.complete(a!.id, "wrote one subtitle")
        yield* queue.fail(b!.id, "no such item")
        yield* queue.retryLater(c!.id, 500, "the server is silent")
        yield* queue.handBack(d!.id)
        assert.deepInclude(yield* queue.get(a!.id), {
          state: "done",
          reason: "wrote one subtitle",
          finishedAtMs: 20,
          startedAtMs: 10,
          attempts: 1,
        })
        assert.deepInclude(yield* queue.get(b!.id), {
          state: "failed",
          reason: "no such item",
          finishedAtMs: 20,
        })
        assert.deepInclude(yield* queue.get(c!.id), {
          state: "waiting",
          reason: "the server is silent",
          notBeforeMs: 500,
          attempts: 1,
          finishedAtMs: null,
        })
        assert.deepInclude(yield* queue.get(d!.id), { state: "waiting", attempts: 0, reason: null })
        assert.deepStrictEqual(yield* queue.counts, {
          waiting: 2,
          running: 0,
          done: 1,
          failed: 1,
          cancelled: 0,
        })
        assert.strictEqual((yield* queue.take).id, d!.id)
        const fiber = yield* Effect.forkChild(queue.take)
        yield* settle
        yield* TestClock.adjust(480)
        assert.deepInclude(yield* Fiber.join(fiber), { id: c!.id, attempts: 2 })
      }),
    )

    test(
      "complete(), fail(), retryLater() and handBack() leave a job alone that is not running",
      Effect.gen(function* () {
        const queue = yield* JobQueue
        yield* queue.offer([aJob("a"), aJob("b")])
        const a = yield* queue.take
        yield* queue.complete(a.id, "done")
        const before = yield* queue.list({ limit: 10 })
        for (const { id } of before) {
          yield* queue.complete(id, "x")
          yield* queue.fail(id, "x")
          yield* queue.retryLater(id, 9, "x")
          yield* queue.handBack(id)
        }
        yield* queue.complete(999, "x")
        assert.deepStrictEqual(yield* queue.list({ limit: 10 }), before)
        assert.strictEqual((yield* queue.counts).waiting, 1)
      }),
    )

    test(
      "retry() makes an ended job wait again with its attempts forgotten",
      Effect.gen(function* () {
        const queue = yield* JobQueue
        yield* queue.offer([aJob("a")])
        const job = yield* queue.take
        yield* queue.fail(job.id, "broken")
        const again = yield* queue.retry(job.id)
        assert.deepInclude(again, {
          id: job.id,
          state: "waiting",
          attempts: 0,
          reason: null,
          finishedAtMs: null,
        })
        assert.deepInclude(yield* queue.take, { id: job.id, attempts: 1 })
      }),
    )

    test(
      "retry() answers the job with the same key that waits already, and makes it due",
      Effect.gen(function* () {
        const queue = yield* JobQueue
        yield* queue.offer([aJob("a")])
        const old = yield* queue.take
        yield* queue.complete(old.id, "done")
        const [young] = yield* queue.offer([aJob("a", { notBeforeMs: 90_000 })])
        assert.deepInclude(yield* queue.retry(old.id), { id: young!.jobId!, notBeforeMs: 0 })
        assert.strictEqual((yield* queue.take).id, young!.jobId)
        assert.strictEqual((yield* queue.get(old.id)).state, "done")
      }),
    )

    test(
      "cancel() ends a waiting job, which can be retried",
      Effect.gen(function* () {
        const queue = yield* JobQueue
        yield* TestClock.adjust(3)
        const [offered] = yield* queue.offer([aJob("a")])
        const cancelled = yield* queue.cancel(offered!.jobId!)
        assert.deepInclude(cancelled, { state: "cancelled", finishedAtMs: 3 })
        assert.strictEqual((yield* queue.counts).cancelled, 1)
        assert.strictEqual((yield* queue.offer([aJob("a")]))[0]?.outcome, "added")
        const [young] = yield* queue.list({ limit: 1 })
        yield* queue.cancel(young!.id)
        assert.strictEqual((yield* queue.retry(offered!.jobId!)).state, "waiting")
      }),
    )

    test(
      "retry() and cancel() say what is in the way",
      Effect.gen(function* () {
        const queue = yield* JobQueue
        yield* queue.offer([aJob("a")])
        const [waiting] = yield* queue.list({ limit: 1 })
        assert.deepInclude(yield* Effect.flip(queue.retry(waiting!.id)), {
          _tag: "JobNotInState",
          state: "waiting",
        })
        yield* queue.take
        assert.deepInclude(yield* Effect.flip(queue.cancel(waiting!.id)), {
          _tag: "JobNotInState",
          state: "running",
          wanted: "waiting",
        })
        assert.deepInclude(yield* Effect.flip(queue.retry(77)), { _tag: "JobUnknown", id: 77 })
        assert.deepInclude(yield* Effect.flip(queue.cancel(77)), { _tag: "JobUnknown", id: 77 })
        assert.deepInclude(yield* Effect.flip(queue.get(77)), { _tag: "JobUnknown", id: 77 })
      }),
    )
  })

  describe(`${name} JobQueue: looking and forgetting`, () => {
    test(
      "list() filters by state, work and page, newest first",
      Effect.gen(function* () {
        const queue = yield* JobQueue
        const { cause } = aJob("a").work
        const file = { _tag: "FindSubtitlesForFile", path: "/films/a.mkv", cause } as const
        yield* queue.offer([aJob("a"), aJob("b"), aJob("c", { work: file }), aJob("d")])
        const first = yield* queue.take
        yield* queue.complete(first.id, "done")
        const keys = (filter: Parameters<typeof queue.list>[0]) =>
          Effect.map(queue.list(filter), (jobs) => jobs.map(({ key }) => key))
        assert.deepStrictEqual(yield* keys({ limit: 2 }), ["d", "c"])
        assert.deepStrictEqual(yield* keys({ limit: 9, beforeId: first.id + 2 }), ["b", "a"])
        assert.deepStrictEqual(yield* keys({ limit: 9, states: ["done", "failed"] }), ["a"])
        assert.deepStrictEqual(yield* keys({ limit: 9, work: ["FindSubtitlesForFile"] }), ["c"])
        assert.deepStrictEqual(yield* keys({ limit: 9, states: [] }), [])
        assert.deepStrictEqual(yield* keys({ limit: 9, states: ["waiting"], work: ["FindSubtitles"] }), [
          "d",
          "b",
        ])
        const second = yield* queue.take
        const active = { states: ["waiting", "running"] } as const
        assert.deepStrictEqual(yield* keys({ limit: 9, states: ["running"] }), [second.key])
        assert.deepStrictEqual(yield* keys({ limit: 9, ...active }), ["d", "c", "b"])
        assert.deepStrictEqual(yield* keys({ limit: 9, beforeId: second.id + 2, ...active }), ["c", "b"])
        // Beyond what is put in order for an answer it is the same.
        yield* queue.offer(Array.from({ length: 2_100 }, (_, n) => aJob(`more-${n}`)))
        assert.deepStrictEqual(yield* keys({ limit: 2, ...active }), ["more-2099", "more-2098"])
        assert.deepStrictEqual(yield* keys({ limit: 9, beforeId: second.id + 2, ...active }), ["c", "b"])
        assert.deepStrictEqual(yield* keys({ limit: 9, states: ["running"] }), [second.key])
      }),
    )

    test(
      "prune() forgets what ended before and sightings whose window is over, and nothing that is to be done",
      Effect.gen(function* () {
        const queue = yield* JobQueue
        yield* queue.offer([aJob("old", { sighting: seenOnce("old") })])
        const old = yield* queue.take
        yield* queue.fail(old.id, "broken")
        yield* queue.offer([aJob("waits")])
        yield* TestClock.adjust(50_000)
        yield* queue.offer([aJob("young", { priority: 0, sighting: seenOnce("young") })])
        const young = yield* queue.take
        yield* queue.complete(young.id, "done")
        assert.strictEqual(yield* queue.prune(50_000), 1)
        const left = yield* queue.list({ limit: 10 })
        assert.deepStrictEqual(
          left.map(({ key }) => key),
          ["young", "waits"],
        )
        assert.deepStrictEqual(yield* queue.offer([aJob("old", { sighting: seenOnce("old") })]), [
          { outcome: "seen", jobId: null },
        ])
        yield* TestClock.adjust(10_000)
        yield* queue.prune(0)
        const answers = yield* queue.offer(
          ["old", "young"].map((key) => aJob(key, { sighting: seenOnce(key) })),
        )
        assert.deepStrictEqual(
          answers.map(({ outcome }) => outcome),
          ["added", "seen"],
        )
      }),
    )

    test(
      "get() never gives the number of a forgotten job to another",
      Effect.gen(function* () {
        const queue = yield* JobQueue
        yield* queue.offer([aJob("a")])
        const job = yield* queue.take
        yield* queue.complete(job.id, "done")
        yield* TestClock.adjust(1)
        assert.strictEqual(yield* queue.prune(1), 1)
        const [next] = yield* queue.offer([aJob("a")])
        assert.isAbove(next!.jobId!, job.id)
      }),
    )
  })
}
