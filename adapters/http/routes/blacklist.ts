import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { Refusal } from "../../../core/placed/placed.ts"
import { allowAgain, refuseCandidate } from "../../../core/placed/refuse_subtitle.ts"
import { SubtitleLedger } from "../../../core/ports/mod.ts"
import { TextArgument, wholeArgument } from "../arguments.ts"
import { ErrorBody } from "../errors.ts"
import { answer, route } from "../route.ts"
import { subtitleParams } from "./subtitles.ts"

const tag = "Subtitles"
const LIST_DEFAULT = 100
/** Longest name of a server, item, provider or candidate, in characters. */
const NAMED_CHARS_MAX = 500
const Named = TextArgument.check(Schema.isMinLength(1), Schema.isMaxLength(NAMED_CHARS_MAX))
const Entry = Refusal.annotate({ identifier: "BlacklistEntry" })

export const listBlacklist = route({
  method: "GET",
  path: "/api/blacklist",
  tag,
  summary: "Subtitles that are not to be taken again, newest first; of one item with server and ratingKey",
  access: "key",
  input: Schema.Struct({
    server: Schema.optionalKey(TextArgument),
    ratingKey: Schema.optionalKey(TextArgument),
    before: Schema.optionalKey(wholeArgument(1, Number.MAX_SAFE_INTEGER)),
    limit: Schema.optionalKey(wholeArgument(1, 500)),
  }),
  answers: { 200: Schema.Struct({ data: Schema.Array(Entry) }), 503: ErrorBody },
  handle: ({ input }) =>
    Effect.gen(function* () {
      const ledger = yield* SubtitleLedger
      const data = yield* ledger.refusals({
        limit: input.limit ?? LIST_DEFAULT,
        ...(input.server === undefined ? {} : { serverId: input.server }),
        ...(input.ratingKey === undefined ? {} : { ratingKey: input.ratingKey }),
        ...(input.before === undefined ? {} : { beforeId: input.before }),
      })
      return answer(200, { data })
    }),
})

export const addToBlacklist = route({
  method: "POST",
  path: "/api/blacklist",
  tag,
  summary: "Never take a provider's subtitle for an item; one that is placed is refused by its own route",
  access: "key",
  input: Schema.Struct({
    server: Named,
    ratingKey: Named,
    /** As the journal names them: `chosen.provider`, `chosen.id`. */
    provider: Named,
    candidateId: Named,
    /** For people. */
    name: Schema.optionalKey(TextArgument),
    title: Schema.optionalKey(TextArgument),
  }),
  answers: { 200: Schema.Struct({ data: Entry }), 503: ErrorBody },
  handle: ({ input: { candidateId, name, provider, ratingKey, server, title } }) =>
    refuseCandidate({
      serverId: server,
      ratingKey,
      provider,
      candidateId,
      name: name ?? candidateId,
      title: title ?? null,
      language: null,
    }).pipe(Effect.map((data) => answer(200, { data }))),
})

export const removeFromBlacklist = route({
  method: "DELETE",
  path: "/api/blacklist/{id}",
  tag,
  summary: "Take an entry off the blacklist: the next search may choose it again",
  access: "key",
  params: subtitleParams,
  answers: { 200: Schema.Struct({ data: Entry }), 404: ErrorBody, 503: ErrorBody },
  handle: ({ params }) => Effect.map(allowAgain(params.id), (data) => answer(200, { data })),
})
