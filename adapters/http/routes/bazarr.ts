import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { testBazarr } from "../../../core/bridge/test_bazarr.ts"
import { SecretArgument, TextArgument } from "../arguments.ts"
import { ErrorBody } from "../errors.ts"
import { answer, route } from "../route.ts"

/** Whether the Bazarr that is to search answers, and to our key. */
export const testBazarrBridge = route({
  method: "POST",
  path: "/api/bazarr/test",
  tag: "Bazarr",
  summary: "Ask the Bazarr of the settings, or one as it would be saved, for its version",
  access: "key",
  input: Schema.Struct({
    /** Left out: the one of the settings. */
    url: Schema.optionalKey(TextArgument),
    /** Left out or empty: the key of the settings, which goes to their address alone. */
    apikey: Schema.optionalKey(SecretArgument),
  }),
  answers: {
    200: Schema.Struct({ data: Schema.Struct({ version: Schema.String }) }),
    400: ErrorBody,
    502: ErrorBody,
  },
  handle: ({ input }) =>
    testBazarr({
      ...(input.url === undefined ? {} : { url: input.url }),
      ...(input.apikey === undefined ? {} : { apiKey: input.apikey }),
    }).pipe(Effect.map((version) => answer(200, { data: { version } }))),
})
