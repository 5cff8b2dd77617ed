import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { type Job, Work } from "../../../core/jobs/job.ts"
import { JobQueue } from "../../../core/ports/mod.ts"
import { TextsArgument, wholeArgument } from "../arguments.ts"
import { ErrorBody } from "../errors.ts"
import { answer, route } from "../route.ts"

const State = Schema.Literals(["waiting", "running", "done", "failed", "cancelled"])
const isState = Schema.is(State)

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
    state: Schema.optionalKey(TextsArgument),
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
        ...(input.state === undefined ? {} : { states: input.state.filter(isState) }),
        ...(input.before === undefined ? {} : { beforeId: input.before }),
      })
      return answer(200, { data: jobs.map(view), counts: yield* queue.counts })
    }),
})

export const getJob = route({
  method: "GET",
  path: "/api/jobs/{id}",
  tag: "Activity",
  summary: "One job",
  access: "key",
  params,
  answers: { 200: Schema.Struct({ data: JobView }), 404: ErrorBody },
  handle: ({ params }) =>
    Effect.gen(function* () {
      const queue = yield* JobQueue
      return answer(200, { data: view(yield* queue.get(params.id)) })
    }),
})

export const retryJob = route({
  method: "POST",
  path: "/api/jobs/{id}/retry",
  tag: "Activity",
  summary: "Do a job that has ended once more, now",
  access: "key",
  params,
  answers: { 200: Schema.Struct({ data: JobView }), 404: ErrorBody, 409: ErrorBody },
  handle: ({ params }) =>
    Effect.gen(function* () {
      const queue = yield* JobQueue
      return answer(200, { data: view(yield* queue.retry(params.id)) })
    }),
})

export const cancelJob = route({
  method: "POST",
  path: "/api/jobs/{id}/cancel",
  tag: "Activity",
  summary: "Cancel a job that waits",
  access: "key",
  params,
  answers: { 200: Schema.Struct({ data: JobView }), 404: ErrorBody, 409: ErrorBody },
  handle: ({ params }) =>
    Effect.gen(function* () {
      const queue = yield* JobQueue
      return answer(200, { data: view(yield* queue.cancel(params.id)) })
    }),
})
