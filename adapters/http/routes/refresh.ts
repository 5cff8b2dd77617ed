import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { requestRefresh } from "../../../core/library/request_refresh.ts"
import { type UndoneDate, undoAddedDates } from "../../../core/library/undo_added_date.ts"
import { findServerNamed } from "../../../core/servers/access_server.ts"
import { NamedItem, TextArgument, wholeArgument } from "../arguments.ts"
import { ErrorBody } from "../errors.ts"
import { answer, route } from "../route.ts"

/** For scripts and other subtitle tools that have written a file beside a video. */
export const refreshPlex = route({
  method: "POST",
  path: "/api/plex/refresh",
  tag: "Library",
  summary:
    "Make Plex list what lies beside a film or episode, named by path, rating key or ids, in every library",
  access: "key",
  input: NamedItem,
  answers: {
    202: Schema.Struct({
      /** Every item that holds the file; each refresh is verified and has a job of its own. */
      data: Schema.Array(
        Schema.Struct({
          serverId: Schema.String,
          ratingKey: Schema.String,
          jobId: Schema.NullOr(Schema.Int),
        }),
      ),
      /** Set where it cannot be told yet which items are meant, with the reason; this job does it as soon as it can. */
      later: Schema.optionalKey(Schema.Struct({ jobId: Schema.NullOr(Schema.Int), reason: Schema.String })),
    }),
    400: ErrorBody,
    404: ErrorBody,
    503: ErrorBody,
  },
  handle: ({ input }) =>
    Effect.map(requestRefresh(input), ({ items, later }) =>
      answer(202, { data: items, ...(later === null ? {} : { later }) }),
    ),
})

const UndoneView = Schema.Struct({
  serverId: Schema.String,
  ratingKey: Schema.String,
  title: Schema.NullOr(Schema.String),
  /** Unix seconds: what was set, and what is given back. */
  now: Schema.Finite,
  restore: Schema.Finite,
  /** `changed_since`: somebody else has set another date, which stays. */
  outcome: Schema.Literals(["restored", "changed_since", "failed"]),
  reason: Schema.NullOr(Schema.String),
}).annotate({ identifier: "UndoneAddedDate" })

const undoneView = ({
  jobIds: _jobs,
  kind: _kind,
  sectionId: _section,
  ...rest
}: UndoneDate): typeof UndoneView.Type => rest

const milliseconds = wholeArgument(0, Number.MAX_SAFE_INTEGER)

export const undoAddedDate = route({
  method: "POST",
  path: "/api/plex/added-date/undo",
  tag: "Library",
  summary: "Give one item, or everything of a period, the added date back that it had",
  access: "key",
  input: Schema.Struct({
    /** Machine identifier or name of a selected server; left out: every server, for a rating key the primary one. */
    server: Schema.optionalKey(TextArgument),
    ratingKey: Schema.optionalKey(TextArgument),
    /** Unix milliseconds, both ends included. */
    sinceMs: Schema.optionalKey(milliseconds),
    untilMs: Schema.optionalKey(milliseconds),
  }),
  answers: {
    200: Schema.Struct({ data: Schema.Array(UndoneView) }),
    400: ErrorBody,
    404: ErrorBody,
    502: ErrorBody,
    503: ErrorBody,
  },
  handle: ({ input: { server, ...rest } }) =>
    Effect.gen(function* () {
      if (rest.ratingKey === undefined && rest.sinceMs === undefined)
        return answer(400, {
          error: "Name an item by ratingKey, or a period by sinceMs",
          code: "BAD_REQUEST",
        })
      // A rating key says nothing without its server: another one may have the same key for something else.
      const isAnywhere = server === undefined && rest.ratingKey === undefined
      const named = isAnywhere ? {} : { serverId: (yield* findServerNamed(server ?? "")).machine_id }
      const undone = yield* undoAddedDates({ ...rest, ...named })
      return answer(200, { data: undone.map(undoneView) })
    }),
})
