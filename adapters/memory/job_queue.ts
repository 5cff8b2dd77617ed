import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import {
  JOBS_WAITING_MAX,
  type Job,
  type JobState,
  LANE_RUNNING_MAX,
  laneRoom,
  type NewJob,
  QUEUE_FULL_RETRY_SECONDS,
} from "../../core/jobs/job.ts"
import { type Look, makeBell, takeWhenDue } from "../../core/jobs/take_when_due.ts"
import {
  type JobFilter,
  JobNotInState,
  JobQueue,
  JobUnknown,
  type Offered,
  QueueFull,
  StoreUnavailable,
} from "../../core/ports/mod.ts"

export interface JobQueueLimits {
  /** Jobs that may wait; `JOBS_WAITING_MAX` when left out. */
  readonly waitingMax?: number
  /** Jobs of one lane that run at the same time; `LANE_RUNNING_MAX` when left out. */
  readonly laneRunningMax?: number
  /** Why nothing can be kept: every offer is refused with it, since a job that is taken must survive the process. */
  readonly refuses?: string
}

const refusal = (reason: string) => new StoreUnavailable({ store: "job queue", fault: "read_only", reason })

const isActive = (job: Job) => job.state === "waiting" || job.state === "running"

/** Everything that a queue remembers. Each method is one step that nothing can come between. */
class Jobs {
  #jobs = new Map<number, Job>()
  #active = new Map<string, number>()
  #sightings = new Map<string, { readonly jobId: number; readonly untilMs: number }>()
  #waiting = 0
  #lastId = 0
  readonly #waitingMax: number
  readonly #laneRunningMax: number

  constructor(limits: JobQueueLimits) {
    this.#waitingMax = limits.waitingMax ?? JOBS_WAITING_MAX
    this.#laneRunningMax = limits.laneRunningMax ?? LANE_RUNNING_MAX
  }

  get waiting(): number {
    return this.#waiting
  }

  inState(state: JobState): ReadonlyArray<Job> {
    return [...this.#jobs.values()].filter((job) => job.state === state)
  }

  get(id: number): Job | undefined {
    return this.#jobs.get(id)
  }

  activeWith(key: string): Job | undefined {
    const id = this.#active.get(key)
    return id === undefined ? undefined : this.#jobs.get(id)
  }

  #put(job: Job): Job {
    if (this.#jobs.get(job.id)?.state === "waiting") this.#waiting -= 1
    if (job.state === "waiting") this.#waiting += 1
    this.#jobs.set(job.id, job)
    if (isActive(job)) this.#active.set(job.key, job.id)
    else if (this.#active.get(job.key) === job.id) this.#active.delete(job.key)
    return job
  }

  change(id: number, changes: Partial<Job>): Job {
    return this.#put({ ...this.#jobs.get(id)!, ...changes })
  }

  /** Null when there is no room for all of them; nothing is stored then. */
  offer(offered: ReadonlyArray<NewJob>, nowMs: number): ReadonlyArray<Offered> | null {
    if (this.#waiting + offered.length <= this.#waitingMax) {
      return offered.map((job) => this.#offerOne(job, nowMs))
    }
    const [jobs, active, sightings] = [new Map(this.#jobs), new Map(this.#active), new Map(this.#sightings)]
    const [waiting, lastId] = [this.#waiting, this.#lastId]
    const answers = offered.map((job) => this.#offerOne(job, nowMs))
    if (this.#waiting <= this.#waitingMax || this.#waiting === waiting) return answers
    this.#jobs = jobs
    this.#active = active
    this.#sightings = sightings
    this.#waiting = waiting
    this.#lastId = lastId
    return null
  }

  #offerOne(job: NewJob, nowMs: number): Offered {
    const seen = job.sighting === null ? undefined : this.#sightings.get(job.sighting.key)
    if (seen !== undefined && seen.untilMs > nowMs) {
      return { outcome: "seen", jobId: this.#jobs.has(seen.jobId) ? seen.jobId : null }
    }
    const there = this.activeWith(job.key)
    const jobId =
      there === undefined
        ? this.#add(job, nowMs)
        : this.hurry(there, job.priority, job.notBeforeMs, job.work).id
    if (job.sighting !== null) {
      this.#sightings.set(job.sighting.key, { jobId, untilMs: nowMs + job.sighting.windowMs })
    }
    return { outcome: there === undefined ? "added" : "merged", jobId }
  }

  #add({ key, work, priority, lane, notBeforeMs }: NewJob, nowMs: number): number {
    this.#lastId += 1
    const never = { startedAtMs: null, finishedAtMs: null, reason: null }
    const rest = { priority, lane, attempts: 0, notBeforeMs, createdAtMs: nowMs, ...never }
    return this.#put({ id: this.#lastId, key, work, state: "waiting", ...rest }).id
  }

  /** The job at least as urgent and as early as given. */
  hurry(job: Job, priority: number, notBeforeMs: number, work = job.work): Job {
    return this.change(job.id, {
      work: priority < job.priority ? work : job.work,
      priority: Math.min(job.priority, priority),
      notBeforeMs: Math.min(job.notBeforeMs, notBeforeMs),
    })
  }

  look(nowMs: number): Look<Job> {
    const running = this.inState("running")
    let next: Job | undefined
    let nextDueMs: number | null = null
    for (const job of this.inState("waiting")) {
      if (job.notBeforeMs > nowMs) {
        nextDueMs = Math.min(nextDueMs ?? Infinity, job.notBeforeMs)
      } else if (
        running.filter((other) => other.lane === job.lane).length < laneRoom(job.lane, this.#laneRunningMax)
      ) {
        if (next === undefined || job.priority < next.priority) next = job
      }
    }
    if (next === undefined) return { _tag: "Nothing", nextDueMs }
    const taken = { state: "running", attempts: next.attempts + 1, startedAtMs: nowMs } as const
    return { _tag: "Taken", job: this.change(next.id, taken) }
  }

  list(filter: JobFilter): ReadonlyArray<Job> {
    return [...this.#jobs.values()]
      .filter((job) => filter.states === undefined || filter.states.includes(job.state))
      .filter((job) => filter.work === undefined || filter.work.includes(job.work._tag))
      .filter((job) => filter.beforeId === undefined || job.id < filter.beforeId)
      .sort((a, b) => b.id - a.id)
      .slice(0, filter.limit)
  }

  prune(beforeMs: number, nowMs: number): number {
    for (const [key, { untilMs }] of this.#sightings) if (untilMs <= nowMs) this.#sightings.delete(key)
    const old = [...this.#jobs.values()].filter((job) => !isActive(job) && job.finishedAtMs! < beforeMs)
    for (const job of old) this.#jobs.delete(job.id)
    return old.length
  }
}

/** Jobs in memory: for tests, and for a process that may write nowhere. They end with the process. */
export const layer = (limits: JobQueueLimits = {}): Layer.Layer<JobQueue> =>
  Layer.sync(JobQueue, () => {
    const jobs = new Jobs(limits)
    const bell = makeBell()
    const atNow = <A>(step: (nowMs: number) => A) => Effect.map(Clock.currentTimeMillis, step)

    /** Changes a job that is running; any other is left alone. */
    const settle = (id: number, changes: (job: Job, nowMs: number) => Partial<Job>) =>
      atNow((nowMs) => {
        const job = jobs.get(id)
        if (job?.state !== "running") return
        jobs.change(id, changes(job, nowMs))
        bell.ring()
      })

    const get = (id: number) =>
      Effect.suspend(() => Effect.fromNullishOr(jobs.get(id))).pipe(
        Effect.mapError(() => new JobUnknown({ id })),
      )

    /** The job in one of the states, or why it cannot be changed. */
    const wanted = (id: number, states: ReadonlyArray<JobState>) =>
      Effect.flatMap(get(id), (job) =>
        states.includes(job.state)
          ? Effect.succeed(job)
          : new JobNotInState({ id, state: job.state, wanted: states.join(" or ") }),
      )

    return JobQueue.of({
      offer: (offered) =>
        Effect.flatMap(Clock.currentTimeMillis, (nowMs): ReturnType<JobQueue["Service"]["offer"]> => {
          if (limits.refuses !== undefined) return Effect.fail(refusal(limits.refuses))
          const answers = jobs.offer(offered, nowMs)
          if (answers === null) {
            const retryAfterSeconds = QUEUE_FULL_RETRY_SECONDS
            return Effect.fail(new QueueFull({ waiting: jobs.waiting, retryAfterSeconds }))
          }
          bell.ring()
          return Effect.succeed(answers)
        }),
      take: takeWhenDue(
        bell,
        atNow((nowMs) => jobs.look(nowMs)),
      ),
      complete: (id, note) =>
        settle(id, (_, nowMs) => ({ state: "done", finishedAtMs: nowMs, reason: note })),
      retryLater: (id, notBeforeMs, reason) => settle(id, () => ({ state: "waiting", notBeforeMs, reason })),
      fail: (id, reason) => settle(id, (_, nowMs) => ({ state: "failed", finishedAtMs: nowMs, reason })),
      handBack: (id) =>
        settle(id, (job) => ({ state: "waiting", attempts: job.attempts - 1, notBeforeMs: 0 })),
      list: (filter) => Effect.sync(() => jobs.list(filter)),
      get,
      counts: Effect.sync(() => ({
        waiting: jobs.waiting,
        running: jobs.inState("running").length,
        done: jobs.inState("done").length,
        failed: jobs.inState("failed").length,
        cancelled: jobs.inState("cancelled").length,
      })),
      retry: (id) =>
        Effect.map(wanted(id, ["failed", "cancelled", "done"]), (job) => {
          const there = jobs.activeWith(job.key)
          const again =
            there !== undefined
              ? jobs.hurry(there, job.priority, 0)
              : jobs.change(id, {
                  state: "waiting",
                  attempts: 0,
                  notBeforeMs: 0,
                  startedAtMs: null,
                  finishedAtMs: null,
                  reason: null,
                })
          bell.ring()
          return again
        }),
      cancel: (id) =>
        Effect.flatMap(wanted(id, ["waiting"]), () =>
          atNow((nowMs) =>
            jobs.change(id, {
              state: "cancelled",
              finishedAtMs: nowMs,
              reason: "Cancelled before it was done",
            }),
          ),
        ),
      prune: (beforeMs) => atNow((nowMs) => jobs.prune(beforeMs, nowMs)),
      condition: Effect.succeed({ durable: false, commitMs: null, setAside: null }),
      trial: limits.refuses === undefined ? Effect.void : Effect.fail(refusal(limits.refuses)),
    })
  })
