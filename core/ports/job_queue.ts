import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Job, JobState, NewJob, WorkTag } from "../jobs/job.ts"
import type { StoreUnavailable } from "./_store_unavailable.ts"

/** As many jobs wait as may; nothing was stored. Ask again later. */
export class QueueFull extends Schema.TaggedError<QueueFull>()("QueueFull", {
  waiting: Schema.Int,
  retryAfterSeconds: Schema.Int,
}) {
  override get message(): string {
    return `Cannot take more work: ${this.waiting} jobs are waiting`
  }
}

export class JobUnknown extends Schema.TaggedError<JobUnknown>()("JobUnknown", { id: Schema.Int }) {
  override get message(): string {
    return `There is no job ${this.id}`
  }
}

/** The job is in a state in which this makes no sense, for example cancelling one that is done. */
export class JobNotInState extends Schema.TaggedError<JobNotInState>()("JobNotInState", {
  id: Schema.Int,
  state: Schema.String,
  wanted: Schema.String,
}) {
  override get message(): string {
    return `Job ${this.id} is ${this.state}; only a job that is ${this.wanted} can be changed like this`
  }
}

/**
 * `added`: a new job. `merged`: a job with this key waits or runs already; of a more urgent one it takes over urgency and
 * work, so that the viewer of a playback is known also where a sweep has asked for the item before. `seen`: this
 * sighting was reported before.
 */
export interface Offered {
  readonly outcome: "added" | "merged" | "seen"
  /** The job concerned; null when it was seen and its job is gone. */
  readonly jobId: number | null
}

/** How the store that keeps the jobs does, for whoever watches over the program. */
export interface StoreCondition {
  /** False when everything is kept in memory and gone at the end of the process. */
  readonly durable: boolean
  /** What one commit that survives power loss took when the store was opened, in milliseconds; null when none is made. */
  readonly commitMs: number | null
  /** Where a damaged store was put at the start, what could be read of it being in use again; null when it was sound. */
  readonly setAside: string | null
}

/** How long, in milliseconds, the result of a trial stands. */
export const TRIAL_MS = 1_000

export interface JobFilter {
  readonly states?: ReadonlyArray<JobState>
  readonly work?: ReadonlyArray<WorkTag>
  /** Only jobs with a smaller id: the next page. */
  readonly beforeId?: number
  /** 1 to 500. */
  readonly limit: number
}

/**
 * What is still to be done, durable and ordered. At least once: a job that was taken and not settled before the process
 * died is waiting again at the next start, with its attempt counted; when that was not the first time, after a pause.
 */
export class JobQueue extends Context.Service<
  JobQueue,
  {
    /** Durable when it answers; offers that arrive together may share one commit. All or none of `jobs` is stored. */
    readonly offer: (
      jobs: ReadonlyArray<NewJob>,
    ) => Effect.Effect<ReadonlyArray<Offered>, QueueFull | StoreUnavailable>
    /**
     * Waits for a job that is due and whose lane has room (`laneRoom`), marks it running and counts the attempt. Most urgent, then
     * oldest. The wait can be interrupted, also from inside an uninterruptible region; what comes after it cannot, so
     * that a caller in such a region always receives the job that was marked.
     */
    readonly take: Effect.Effect<Job, StoreUnavailable>
    /** Running to done. `note` says what was achieved. This and the next three do nothing to a job that is not running. */
    readonly complete: (id: number, note: string) => Effect.Effect<void, StoreUnavailable>
    /** Running to waiting, not before `notBeforeMs`. */
    readonly retryLater: (
      id: number,
      notBeforeMs: number,
      reason: string,
    ) => Effect.Effect<void, StoreUnavailable>
    /** Running to failed: a dead letter with its reason. */
    readonly fail: (id: number, reason: string) => Effect.Effect<void, StoreUnavailable>
    /** Running to waiting without counting the attempt: the process stops before the job is finished. */
    readonly handBack: (id: number) => Effect.Effect<void, StoreUnavailable>
    readonly list: (filter: JobFilter) => Effect.Effect<ReadonlyArray<Job>, StoreUnavailable>
    readonly get: (id: number) => Effect.Effect<Job, JobUnknown | StoreUnavailable>
    readonly counts: Effect.Effect<Readonly<Record<JobState, number>>, StoreUnavailable>
    /** Failed, cancelled or done to waiting, now, with its attempts forgotten. Merges when another with its key waits. */
    readonly retry: (id: number) => Effect.Effect<Job, JobUnknown | JobNotInState | StoreUnavailable>
    /** Waiting to cancelled. A running job cannot be cancelled here. */
    readonly cancel: (id: number) => Effect.Effect<Job, JobUnknown | JobNotInState | StoreUnavailable>
    /** Forgets jobs that ended before `beforeMs`, and sightings whose window is over; answers how many jobs. */
    readonly prune: (beforeMs: number) => Effect.Effect<number, StoreUnavailable>
    readonly condition: Effect.Effect<StoreCondition>
    /**
     * Writes something that means nothing where an offer would be kept: fails when none could be kept now. Within
     * `TRIAL_MS` of a trial its result stands for the next ones, so that whoever asks often costs no more.
     */
    readonly trial: Effect.Effect<void, StoreUnavailable>
  }
>()("core/ports/JobQueue") {}
