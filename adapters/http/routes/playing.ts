import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { readPoster } from "../../../core/library/read_poster.ts"
import { readAttention } from "../../../core/system/read_attention.ts"
import { readPlaying } from "../../../core/system/read_playing.ts"
import { wholeArgument } from "../arguments.ts"
import { ErrorBody } from "../errors.ts"
import { answer, route } from "../route.ts"

const TAG = "Activity"
/** Widest poster, in pixels, and the one that is answered when nothing is asked for. */
const POSTER_WIDTH_MAX = 600
const POSTER_WIDTH = 300
/** How long, in seconds, a browser may keep a poster. */
const POSTER_KEPT_SECONDS = 86_400
/** Pictures that are passed on; anything else could be a page that runs scripts in our name. */
const PICTURES = /^image\/(?:jpeg|png|webp|avif|gif)$/

const Session = Schema.Struct({
  serverId: Schema.String,
  serverName: Schema.String,
  sessionKey: Schema.String,
  ratingKey: Schema.NullOr(Schema.String),
  kind: Schema.Literals(["movie", "episode", "other"]),
  live: Schema.Boolean,
  title: Schema.String,
  user: Schema.String,
  player: Schema.String,
  state: Schema.String,
  subtitles: Schema.NullOr(
    Schema.Struct({
      settled: Schema.Array(Schema.String),
      missing: Schema.Array(Schema.String),
      job: Schema.NullOr(Schema.Struct({ id: Schema.Int, sinceMs: Schema.Finite })),
    }),
  ),
}).annotate({ identifier: "PlaySession" })

export const nowPlaying = route({
  method: "GET",
  path: "/api/playing",
  tag: TAG,
  summary: "Who watches what now, and how its subtitles are",
  access: "key",
  answers: {
    200: Schema.Struct({
      data: Schema.Array(Session),
      /** Servers of which it cannot be told, each with the sentence why. */
      unknown: Schema.Array(
        Schema.Struct({ serverId: Schema.String, serverName: Schema.String, reason: Schema.String }),
      ),
    }),
    502: ErrorBody,
    503: ErrorBody,
  },
  handle: () =>
    Effect.map(readPlaying(), (servers) =>
      answer(200, {
        data: servers.flatMap((one) => (one._tag === "Playing" ? one.sessions : [])),
        unknown: servers.flatMap((one) =>
          one._tag === "Unknown"
            ? [{ serverId: one.serverId, serverName: one.serverName, reason: one.reason }]
            : [],
        ),
      }),
    ),
})

export const poster = route({
  method: "GET",
  path: "/api/plex/poster/{server}/{item}",
  media: "image/*",
  tag: TAG,
  summary: "The poster of an item, or of the show of an episode; its address holds no token",
  access: "key",
  params: Schema.Struct({
    server: Schema.String,
    item: Schema.String.check(Schema.isPattern(/^\d{1,18}$/u)),
  }),
  input: Schema.Struct({ width: Schema.optionalKey(wholeArgument(40, POSTER_WIDTH_MAX)) }),
  answers: { 200: Schema.Unknown, 404: ErrorBody, 502: ErrorBody, 503: ErrorBody },
  handle: ({ input, params }) =>
    Effect.gen(function* () {
      const { bytes, contentType } = yield* readPoster(
        { serverId: params.server, ratingKey: params.item },
        input.width ?? POSTER_WIDTH,
      )
      const type = contentType.split(";")[0]?.trim().toLowerCase() ?? ""
      if (!PICTURES.test(type)) {
        return answer(502, {
          error: "The server answered with something that is no picture",
          code: "NO_PICTURE",
        })
      }
      return answer(200, bytes as unknown, {
        "content-type": type,
        "cache-control": `private, max-age=${POSTER_KEPT_SECONDS}`,
        "content-security-policy": "default-src 'none'",
      })
    }).pipe(
      Effect.catchTag("ServerUnknown", (error) =>
        Effect.succeed(answer(404, { error: error.message, code: "SERVER_NOT_FOUND" })),
      ),
    ),
})

const Until = Schema.Finite
const AttentionView = Schema.Union([
  Schema.TaggedStruct("SignIn", {}),
  Schema.TaggedStruct("TokenRejected", {}),
  Schema.TaggedStruct("PlexOff", {}),
  Schema.TaggedStruct("NoServer", {}),
  Schema.TaggedStruct("ServerLost", {
    serverId: Schema.String,
    serverName: Schema.String,
    reason: Schema.String,
    untilMs: Until,
  }),
  Schema.TaggedStruct("ProviderResting", {
    provider: Schema.String,
    name: Schema.String,
    reason: Schema.String,
    untilMs: Until,
    others: Schema.Array(Schema.String),
  }),
  Schema.TaggedStruct("NoProvider", {}),
  Schema.TaggedStruct("SettingsRejected", {
    line: Schema.NullOr(Schema.Int),
    key: Schema.NullOr(Schema.String),
    expected: Schema.String,
  }),
  Schema.TaggedStruct("Setting", { key: Schema.String, expected: Schema.String }),
  Schema.TaggedStruct("Failed", { count: Schema.Int }),
  Schema.TaggedStruct("Unprotected", {}),
  Schema.TaggedStruct("NotDurable", {}),
  Schema.TaggedStruct("StoreRefuses", { reason: Schema.String }),
]).annotate({ identifier: "Attention" })

export const attention = route({
  method: "GET",
  path: "/api/system/attention",
  tag: "System",
  summary: "What needs its owner, the most pressing first",
  access: "key",
  answers: { 200: Schema.Struct({ data: Schema.Array(AttentionView) }), 503: ErrorBody },
  handle: () => Effect.map(readAttention(), (data) => answer(200, { data })),
})
