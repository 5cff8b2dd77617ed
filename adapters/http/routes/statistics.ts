import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { readStatistics } from "../../../core/system/read_statistics.ts"
import { ErrorBody } from "../errors.ts"
import { answer, route } from "../route.ts"

const Milliseconds = Schema.NullOr(Schema.Finite)

const Day = Schema.Struct({
  fromMs: Schema.Finite,
  found: Schema.Int,
  missed: Schema.Int,
  medianMs: Milliseconds,
})

const Find = Schema.Struct({
  jobId: Schema.Int,
  atMs: Schema.Finite,
  title: Schema.NullOr(Schema.String),
  serverId: Schema.NullOr(Schema.String),
  ratingKey: Schema.NullOr(Schema.String),
  /** The name of its library; null where that was not read yet. */
  library: Schema.NullOr(Schema.String),
  language: Schema.NullOr(Schema.String),
  provider: Schema.NullOr(Schema.String),
  score: Schema.NullOr(Schema.Finite),
})

export const statistics = route({
  method: "GET",
  path: "/api/system/statistics",
  tag: "System",
  summary: "Time from play to subtitle over the last 30 days, and what was found last",
  access: "key",
  answers: {
    200: Schema.Struct({
      data: Schema.Struct({
        days: Schema.Array(Day),
        found: Schema.Int,
        missed: Schema.Int,
        medianMs: Milliseconds,
        finds: Schema.Array(Find),
      }),
    }),
    503: ErrorBody,
  },
  handle: () =>
    Effect.map(readStatistics(), ({ finds, statistics }) => answer(200, { data: { ...statistics, finds } })),
})
