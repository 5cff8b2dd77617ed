import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { type Job, Work } from "../../../core/jobs/job.ts"
import { retryJob as retry } from "../../../core/jobs/retry_job.ts"
import { JobQueue } from "../../../core/ports/mod.ts"
import { choicesArgument, wholeArgument } from "../arguments.ts"
import { ErrorBody } from "../errors.ts"
import { answer, route } from "../route.ts"

const State = Schema.Literals(["waiting", "running", "done", "failed", "cancelled"])

const JobView = Schema.Struct({
  id: Schema.Int,
  work: Work,
  state: State,
  priority: Schema.Int,
  attempts: Schema.Int,
  /** Unix milliseconds, as all times here. */
  notBeforeMs: Schema.Finite,
  createdAtMs: Schema.Finite,
  startedAtMs: Schema.NullOr(Schema.Finite),
  finishedAtMs: Schema.NullOr(Schema.Finite),
  reason: Schema.NullOr(Schema.String),
}).annotate({ identifier: "Job" })

const JOBS_DEFAULT = 100
const params = Schema.Struct({ id: wholeArgument(1, Number.MAX_SAFE_INTEGER) })

function view({ key: _key, lane: _lane, ...job }: Job): typeof JobView.Type {
  return job
}

/** Jobs, newest first, with how many there are in each state. */
export const listJobs = route({
  method: "GET",
  path: "/api/jobs",
  tag: "Activity",
  summary: "Jobs, newest first",
  access: "key",
  input: Schema.Struct({
    state: Schema.optionalKey(choicesArgument(State)),
    before: Schema.optionalKey(wholeArgument(1, Number.MAX_SAFE_INTEGER)),
    limit: Schema.optionalKey(wholeArgument(1, 500)),
  }),
  answers: {
    200: Schema.Struct({
      data: Schema.Array(JobView),
      counts: Schema.Struct({
        waiting: Schema.Int,
        running: Schema.Int,
        done: Schema.Int,
        failed: Schema.Int,
        cancelled: Schema.Int,
      }),
    }),
  },
  handle: ({ input }) =>
    Effect.gen(function* () {
      const queue = yield* JobQueue
      const jobs = yield* queue.list({
        limit: input.limit ?? JOBS_DEFAULT,
        ...(input.state === undefined ? {} : { states: input.state }),
        ...(input.before === undefined ? {} : { beforeId: input.before }),
      })
      return answer(200, { data: jobs.map(view), counts: yield* queue.counts })
    }),
})

const one = { tag: "Activity", access: "key", params } as const
const JobAnswer = Schema.Struct({ data: JobView })
const changed = { 200: JobAnswer, 404: ErrorBody, 409: ErrorBody }
const answerJob = <E, R>(job: Effect.Effect<Job, E, R>) =>
  Effect.map(job, (job) => answer(200, { data: view(job) }))

export const getJob = route({
  ...one,
  method: "GET",
  path: "/api/jobs/{id}",
  summary: "One job",
  answers: { 200: JobAnswer, 404: ErrorBody },
  handle: ({ params }) => JobQueue.use((queue) => answerJob(queue.get(params.id))),
})

export const retryJob = route({
  ...one,
  method: "POST",
  path: "/api/jobs/{id}/retry",
  summary: "Do a job that has ended once more, now",
  answers: changed,
  handle: ({ params }) => answerJob(retry(params.id)),
})

export const cancelJob = route({
  ...one,
  method: "POST",
  path: "/api/jobs/{id}/cancel",
  summary: "Cancel a job that waits",
  answers: changed,
  handle: ({ params }) => JobQueue.use((queue) => answerJob(queue.cancel(params.id))),
})
