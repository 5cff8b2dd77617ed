import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { beginSweep, changeSweep } from "../../../core/library/change_sweep.ts"
import { listSweeps } from "../../../core/library/run_sweeps.ts"
import { Sweep } from "../../../core/library/sweep.ts"
import { TextArgument } from "../arguments.ts"
import { ErrorBody } from "../errors.ts"
import { answer, route } from "../route.ts"

const tag = "Library"

const Place = Schema.Struct({ server: Schema.String, section: Schema.String })
const List = Schema.Struct({ data: Schema.Array(Sweep) })
const all = Effect.map(listSweeps(), (data) => answer(200, { data }))
const failures = { 404: ErrorBody, 502: ErrorBody, 503: ErrorBody } as const

export const getSweeps = route({
  method: "GET",
  path: "/api/library/sweeps",
  tag,
  summary: "Sweeps: looks at every item of a library that search for what is missing",
  access: "key",
  answers: { 200: List, 503: ErrorBody },
  handle: () => all,
})

export const postSweep = route({
  method: "POST",
  path: "/api/library/{server}/{section}/sweep",
  tag,
  summary: "Begin a sweep of a library",
  access: "key",
  params: Place,
  answers: { 200: List, ...failures },
  handle: ({ params }) => Effect.andThen(beginSweep(params.server, params.section), all),
})

export const putSweep = route({
  method: "PUT",
  path: "/api/library/{server}/{section}/sweep",
  tag,
  summary: "Hold a sweep, let it go on, or forget it",
  access: "key",
  params: Place,
  input: Schema.Struct({
    to: TextArgument.pipe(Schema.decodeTo(Schema.Literals(["pause", "resume", "forget"]))),
  }),
  answers: { 200: List, 404: ErrorBody, 503: ErrorBody },
  handle: ({ input, params }) => Effect.andThen(changeSweep(params.server, params.section, input.to), all),
})
