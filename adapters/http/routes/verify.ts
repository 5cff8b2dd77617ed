import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { verifyPlex } from "../../../core/library/verify_plex.ts"
import { TextArgument } from "../arguments.ts"
import { ErrorBody } from "../errors.ts"
import { answer, route } from "../route.ts"

const Report = Schema.Struct({
  serverId: Schema.String,
  version: Schema.String,
  platform: Schema.String,
  /** Unix milliseconds. */
  atMs: Schema.Finite,
  findings: Schema.Array(
    Schema.Struct({
      step: Schema.String,
      result: Schema.Literals(["works", "fails", "skipped"]),
      detail: Schema.String,
    }),
  ),
}).annotate({ identifier: "PlexReport" })

/** How long, in milliseconds, a server may be looked at. */
const VERIFY_DEADLINE_MS = 180_000

/** Takes up to two minutes when an item is named: the caller wants to see how long the server takes. */
export const verifyPlexServer = route({
  method: "POST",
  path: "/api/plex/verify",
  tag: "Library",
  summary: "See how a Plex server behaves; with an item also how it lists a new subtitle, undone afterwards",
  access: "key",
  answerWithinMs: VERIFY_DEADLINE_MS,
  input: Schema.Struct({
    /** Machine identifier or name of a selected server; the primary one when it is left out. */
    server: Schema.optionalKey(TextArgument),
    /** The item beside whose file a subtitle is put for a moment. */
    ratingKey: Schema.optionalKey(TextArgument),
  }),
  answers: { 200: Schema.Struct({ data: Report }), 404: ErrorBody, 503: ErrorBody },
  handle: ({ input }) =>
    Effect.map(verifyPlex({ server: input.server ?? null, ratingKey: input.ratingKey ?? null }), (data) =>
      answer(200, { data }),
    ),
})
