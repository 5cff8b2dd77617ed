import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Random from "effect/Random"
import * as Schedule from "effect/Schedule"
import { JobQueue, Journal, type StoreUnavailable } from "../ports/mod.ts"
import { ATTEMPTS_MAX, backoffMs, JOB_DEADLINE_MS, JOB_STOP_MS, JOBS_RUNNING_MAX, type Job } from "./job.ts"

/** How one attempt at a job ended, in the words of whoever did it. */
export type JobOutcome =
  | { readonly _tag: "Done"; readonly note: string }
  /** Again later: not before `notBeforeMs` where the other side named a time, else after the usual back-off. */
  | { readonly _tag: "Retry"; readonly reason: string; readonly notBeforeMs?: number }
  /** Trying again would not help. */
  | { readonly _tag: "Failed"; readonly reason: string }

/** Does one attempt. It can be interrupted at any time, and the same job may come again: it must be idempotent. */
export type JobHandler<R> = (job: Job) => Effect.Effect<JobOutcome, never, R>

export interface RunJobsOptions {
  /** Jobs worked on at the same time; `JOBS_RUNNING_MAX` when left out. */
  readonly runningMax?: number
  /** How long one attempt may take, in milliseconds; `JOB_DEADLINE_MS` when left out. */
  readonly deadlineMs?: number
}

/** Longest account of a defect, in characters. */
const REASON_CHARS_MAX = 300
/** Pause after the queue could not give or take anything, in milliseconds: doubling from the first to the longest. */
const STORE_PAUSE_FIRST_MS = 500
const STORE_PAUSE_LONGEST_MS = 30_000
const STORE_PAUSE = Schedule.min([
  Schedule.exponential(STORE_PAUSE_FIRST_MS),
  Schedule.spaced(STORE_PAUSE_LONGEST_MS),
])

/** The first line of what went wrong; the whole of it is in the log. */
function shortReason(cause: Cause.Cause<never>): string {
  const error = Cause.squash(cause)
  const text = error instanceof Error ? error.message : String(error)
  return (text.split("\n", 1)[0] ?? "").slice(0, REASON_CHARS_MAX)
}

/**
 * Again until the store works, since a job that is not settled would keep its place for ever. Only the first attempt is
 * safe from an interruption; what it leaves unsettled is waiting again after the next start.
 */
const untilStored = (settle: Effect.Effect<void, StoreUnavailable>) => {
  const logged = Effect.tapError(settle, (error) => Effect.logWarning(error.message))
  const again = Effect.andThen(Effect.sleep(STORE_PAUSE_FIRST_MS), logged).pipe(Effect.retry(STORE_PAUSE))
  return logged.pipe(
    Effect.catch(() => Effect.interruptible(again)),
    Effect.orDie,
  )
}

/** A length of time as people say it. */
function spoken(ms: number): string {
  const minutes = ms / 60_000
  if (minutes < 1.5) return `${Math.max(1, Math.round(ms / 1_000))} s`
  return minutes < 90 ? `${Math.round(minutes)} min` : `${Math.round(minutes / 60)} h`
}

/** What the journal says about the item that a job is about. */
function about(job: Job) {
  const { work } = job
  const item = "ratingKey" in work ? work : null
  return {
    jobId: job.id,
    serverId: item?.serverId ?? null,
    ratingKey: item?.ratingKey ?? null,
    title: work.cause.title,
  }
}

/** How people know what a job is about. */
function nameOf({ id, work }: Job): string {
  if (work.cause.title !== null) return work.cause.title
  return "ratingKey" in work ? `Item ${work.ratingKey}` : `Job ${id}`
}

/**
 * One attempt, at most `deadlineMs` long; `Interrupted` when it had to stop before its end. An attempt that does not
 * stop when it is told to is left behind after `JOB_STOP_MS`, so that it never holds up its worker or the shutdown.
 */
const attempt = Effect.fnUntraced(function* <R>(job: Job, handle: JobHandler<R>, deadlineMs: number) {
  const fiber = yield* Effect.forkDetach(Effect.interruptible(handle(job)))
  const ended = yield* Fiber.await(fiber).pipe(
    Effect.timeoutOption(deadlineMs),
    Effect.interruptible,
    Effect.exit,
  )
  if (Exit.isSuccess(ended) && Option.isSome(ended.value)) {
    const exit = ended.value.value
    if (Exit.isSuccess(exit)) return exit.value
    yield* Effect.logError("A job broke off", exit.cause)
    return { _tag: "Retry", reason: shortReason(exit.cause) } satisfies JobOutcome
  }
  const stopped = yield* Effect.timeoutOption(Effect.interruptible(Fiber.interrupt(fiber)), JOB_STOP_MS)
  if (Option.isNone(stopped)) yield* Effect.logWarning("A job goes on although it was told to stop")
  if (Exit.isFailure(ended)) return { _tag: "Interrupted" } as const
  return { _tag: "Retry", reason: `It was not finished within ${spoken(deadlineMs)}` } satisfies JobOutcome
})

const giveUp = Effect.fnUntraced(function* (job: Job, reason: string) {
  const queue = yield* JobQueue
  const journal = yield* Journal
  yield* untilStored(queue.fail(job.id, reason))
  yield* Effect.logWarning(`${nameOf(job)}: ${reason}`)
  yield* journal.write({ ...about(job), kind: "failed", text: reason, detail: { attempts: job.attempts } })
})

const retryLater = Effect.fnUntraced(function* (job: Job, outcome: JobOutcome & { _tag: "Retry" }) {
  if (job.attempts >= ATTEMPTS_MAX) {
    return yield* giveUp(job, `Gave up after ${job.attempts} attempts: ${outcome.reason}`)
  }
  const queue = yield* JobQueue
  const journal = yield* Journal
  const nowMs = yield* Clock.currentTimeMillis
  const pauseMs = Math.round(backoffMs(job.attempts, yield* Random.next))
  const notBeforeMs = outcome.notBeforeMs ?? nowMs + pauseMs
  yield* untilStored(queue.retryLater(job.id, notBeforeMs, outcome.reason))
  const text = `Will try again in ${spoken(notBeforeMs - nowMs)}: ${outcome.reason}`
  yield* Effect.logInfo(`${nameOf(job)}: ${text}`)
  yield* journal.write({
    ...about(job),
    kind: "will_retry",
    text,
    detail: { attempts: job.attempts, notBeforeMs },
  })
})

/** Takes one job, does it and settles it. Once it is taken nothing but its settlement ends this. */
const doNext = <R>(handle: JobHandler<R>, deadlineMs: number) =>
  Effect.gen(function* () {
    const queue = yield* JobQueue
    const job = yield* queue.take
    yield* Effect.gen(function* () {
      if (job.attempts > ATTEMPTS_MAX) {
        return yield* giveUp(job, `Gave up: it was begun ${ATTEMPTS_MAX} times and never came to an end`)
      }
      const outcome = yield* attempt(job, handle, deadlineMs)
      switch (outcome._tag) {
        case "Done":
          yield* untilStored(queue.complete(job.id, outcome.note))
          return yield* Effect.logInfo(`${nameOf(job)}: ${outcome.note}`)
        case "Retry":
          return yield* retryLater(job, outcome)
        case "Failed":
          return yield* giveUp(job, outcome.reason)
        case "Interrupted":
          return yield* untilStored(queue.handBack(job.id)).pipe(Effect.timeoutOption(JOB_STOP_MS))
      }
    }).pipe(
      Effect.annotateLogs({ job: job.id }),
      Effect.withSpan("job", { root: true, attributes: { job: job.id } }),
    )
  }).pipe(Effect.uninterruptible)

/**
 * Works on the queue for ever, `runningMax` jobs at a time. Nothing that a handler does ends it: a defect is a retry
 * with its reason, as is an attempt that passes the deadline, and after `ATTEMPTS_MAX` attempts a job is a dead letter.
 * When it is interrupted, the jobs under way are told to stop and handed back within `JOB_STOP_MS`.
 */
export const runJobs = Effect.fn("runJobs")(function* <R>(
  handle: JobHandler<R>,
  options: RunJobsOptions = {},
) {
  const { runningMax = JOBS_RUNNING_MAX, deadlineMs = JOB_DEADLINE_MS } = options
  const worker = doNext(handle, deadlineMs).pipe(
    Effect.tapError((error) => Effect.logWarning(error.message)),
    Effect.retry(STORE_PAUSE),
    Effect.orDie,
    Effect.forever,
  )
  return yield* Effect.all(
    Array.from({ length: runningMax }, () => worker),
    { concurrency: "unbounded", discard: true },
  ).pipe(Effect.andThen(Effect.never))
})
