import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import {
  JOBS_WAITING_MAX,
  type JobState,
  LANE_RUNNING_MAX,
  QUEUE_FULL_RETRY_SECONDS,
} from "../../core/jobs/job.ts"
import { makeBell, takeWhenDue } from "../../core/jobs/take_when_due.ts"
import type { StoreUnavailable } from "../../core/ports/mod.ts"
import { JobNotInState, JobQueue, JobUnknown, QueueFull, TRIAL_MS } from "../../core/ports/mod.ts"
import { Database, type DatabaseOptions, database } from "./_database.ts"
import { jobTable } from "./_job_table.ts"
import { GIVE_WAY_LOOK_MS, GIVE_WAY_MS, rightOfWay } from "./_right_of_way.ts"

export interface JobQueueOptions extends DatabaseOptions {
  /** Jobs that may wait; `JOBS_WAITING_MAX` when left out. */
  readonly waitingMax?: number
  /** Jobs of one lane that run at the same time; `LANE_RUNNING_MAX` when left out. */
  readonly laneRunningMax?: number
}

const make = Effect.fnUntraced(function* (options: JobQueueOptions) {
  const db = yield* Database
  const jobs = jobTable(db)
  const bell = makeBell()
  const waitingMax = options.waitingMax ?? JOBS_WAITING_MAX
  const laneRunningMax = options.laneRunningMax ?? LANE_RUNNING_MAX

  /** What a power cut undoes here is done once more: a job that was begun waits, one that was ended is begun again. */
  const write = <A>(step: (nowMs: number) => A, committed?: (value: A) => void) =>
    Effect.flatMap(Clock.currentTimeMillis, (nowMs) => db.write("process", () => step(nowMs), committed))
  /** A step that may give somebody a job. */
  const change = <A>(step: (nowMs: number) => A) => write(step, bell.ring)
  /** The same for what is promised to somebody. */
  const promise = <A>(step: (nowMs: number) => A) =>
    Effect.flatMap(Clock.currentTimeMillis, (nowMs) => db.write("power", () => step(nowMs), bell.ring))

  // Exactly once, in the first transaction that succeeds: afterwards what is running is being worked on.
  let recovery: "owed" | "done" | "durable" = "owed"
  db.onRollback(() => {
    if (recovery === "done") recovery = "owed"
  })
  const recover = (nowMs: number) => {
    if (recovery !== "owed") return
    jobs.recover(nowMs, "The program stopped in the middle of it")
    recovery = "done"
  }
  const recovered = () => {
    recovery = "durable"
  }
  yield* write(recover, recovered).pipe(
    Effect.catch((error) =>
      Effect.logWarning(`Jobs that were cut short wait until it works. ${error.message}`),
    ),
  )

  /** What `step` makes of the job when it is in one of the states, else why not. */
  const changeFrom = <A>(id: number, states: ReadonlyArray<JobState>, step: (nowMs: number) => A | null) =>
    Effect.flatMap(
      promise((nowMs) => {
        const job = jobs.get(id)
        return [job, job !== null && states.includes(job.state) ? step(nowMs) : null] as const
      }),
      ([job, changed]): Effect.Effect<A, JobUnknown | JobNotInState> => {
        if (changed !== null) return Effect.succeed(changed)
        if (job === null) return Effect.fail(new JobUnknown({ id }))
        return Effect.fail(new JobNotInState({ id, state: job.state, wanted: states.join(" or ") }))
      },
    )

  const offers = rightOfWay()
  const isBurst = Effect.map(Clock.currentTimeMillis, offers.isBurst)
  const giveWay = Effect.gen(function* () {
    for (let waitedMs = 0; waitedMs < GIVE_WAY_MS && (yield* isBurst); waitedMs += GIVE_WAY_LOOK_MS)
      yield* Effect.interruptible(Effect.sleep(GIVE_WAY_LOOK_MS))
  })
  const look = write((nowMs) => {
    recover(nowMs)
    return jobs.look(nowMs, laneRunningMax)
  }, recovered)

  // Several pages, so that there must be room for new ones.
  const insert = db.prepare(
    "INSERT OR REPLACE INTO state (key, value) VALUES ('trial', printf('%16384s', ''))",
  )
  const remove = db.prepare("DELETE FROM state WHERE key = 'trial'")
  const putAndTake = () => {
    insert.run()
    remove.run()
  }
  let tried: { readonly atMs: number; readonly exit: Exit.Exit<void, StoreUnavailable> } | null = null
  const trial = Effect.flatMap(Clock.currentTimeMillis, (nowMs) => {
    const age = tried === null ? TRIAL_MS : Math.abs(nowMs - tried.atMs)
    if (tried !== null && age < TRIAL_MS) return tried.exit
    return write(putAndTake).pipe(
      Effect.onExit((exit) =>
        Effect.sync(() => {
          tried = { atMs: nowMs, exit }
        }),
      ),
    )
  })

  return JobQueue.of({
    offer: (offered) =>
      Effect.flatMap(
        Effect.flatMap(Clock.currentTimeMillis, (nowMs) => {
          offers.offered(nowMs)
          return db.write("power", () => jobs.offer(offered, nowMs, waitingMax), bell.ring)
        }),
        (answers) =>
          answers === null
            ? new QueueFull({ waiting: jobs.waiting(), retryAfterSeconds: QUEUE_FULL_RETRY_SECONDS })
            : Effect.succeed(answers),
      ),
    take: takeWhenDue(bell, Effect.andThen(giveWay, look)),
    complete: (id, note) => change((nowMs) => jobs.end(id, "done", nowMs, note)),
    fail: (id, reason) => change((nowMs) => jobs.end(id, "failed", nowMs, reason)),
    retryLater: (id, notBeforeMs, reason) => change(() => jobs.putBack(id, notBeforeMs, 0, reason)),
    handBack: (id) => change(() => jobs.putBack(id, 0, 1, null)),
    list: (filter) => write(() => jobs.list(filter)),
    get: (id) =>
      Effect.flatMap(
        write(() => jobs.get(id)),
        (job) => (job === null ? new JobUnknown({ id }) : Effect.succeed(job)),
      ),
    counts: write(() => jobs.counts()),
    retry: (id) =>
      changeFrom(id, ["failed", "cancelled", "done"], (nowMs) => jobs.again(jobs.get(id)!, nowMs)),
    cancel: (id) =>
      changeFrom(id, ["waiting"], (nowMs) => jobs.cancel(id, nowMs, "Cancelled before it was done")),
    prune: (beforeMs) => write((nowMs) => jobs.prune(beforeMs, nowMs)),
    condition: Effect.succeed(db.condition),
    trial,
  })
})

/** Jobs in SQLite: an offer is answered after the commit that it shares with what else arrived in the same moment. */
export const layer = (options: JobQueueOptions): Layer.Layer<JobQueue, StoreUnavailable> =>
  Layer.effect(JobQueue, make(options)).pipe(Layer.provide(database(options)))
