import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { BROWSE_PAGE_MAX } from "../../../core/library/browse.ts"
import { beginAllSweeps, beginSweep, changeSweep } from "../../../core/sweep/change_sweep.ts"
import { countSweeps } from "../../../core/sweep/count_sweeps.ts"
import { listMissing } from "../../../core/sweep/list_missing.ts"
import { CountedSweep } from "../../../core/sweep/sweep.ts"
import { choiceArgument, wholeArgument } from "../arguments.ts"
import { ErrorBody } from "../errors.ts"
import { answer, route } from "../route.ts"

const tag = "Library"

const Place = Schema.Struct({ server: Schema.String, section: Schema.String })
const List = Schema.Struct({ data: Schema.Array(CountedSweep) })
const all = Effect.map(countSweeps(), (data) => answer(200, { data }))
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

const PAGE_DEFAULT = 30

const MissingItem = Schema.Struct({
  ratingKey: Schema.String,
  title: Schema.String,
  /** By name; empty when it was found since, null where the item is gone. */
  missing: Schema.NullOr(Schema.Array(Schema.String)),
}).annotate({ identifier: "MissingItem" })

export const listMissingItems = route({
  method: "GET",
  path: "/api/library/{server}/{section}/missing",
  tag,
  summary: "What the last sweep saw missing in a library, each item as the server has it now",
  access: "key",
  params: Place,
  input: Schema.Struct({
    offset: Schema.optionalKey(wholeArgument(0, 10_000_000)),
    limit: Schema.optionalKey(wholeArgument(1, BROWSE_PAGE_MAX)),
  }),
  answers: { 200: Schema.Struct({ data: Schema.Array(MissingItem), total: Schema.Int }), ...failures },
  handle: ({ input, params }) =>
    listMissing(params.server, params.section, {
      offset: input.offset ?? 0,
      limit: input.limit ?? PAGE_DEFAULT,
    }).pipe(Effect.map(({ items, total }) => answer(200, { data: items, total }))),
})

export const postAllSweeps = route({
  method: "POST",
  path: "/api/library/sweeps",
  tag,
  summary: "Begin a sweep of every chosen library that has none under way",
  access: "key",
  answers: { 200: List, ...failures },
  handle: () => Effect.andThen(beginAllSweeps(), all),
})

export const postSweep = route({
  method: "POST",
  path: "/api/library/{server}/{section}/sweep",
  tag,
  summary: "Begin a sweep of a library; one that is under way or held goes on",
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
    to: choiceArgument(Schema.Literals(["pause", "resume", "forget"])),
  }),
  answers: { 200: List, 404: ErrorBody, 503: ErrorBody },
  handle: ({ input, params }) => Effect.andThen(changeSweep(params.server, params.section, input.to), all),
})
