import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { testInstance } from "../../../core/media/test_instance.ts"
import { choiceArgument, SecretArgument, TextArgument } from "../arguments.ts"
import { ErrorBody } from "../errors.ts"
import { answer, route } from "../route.ts"

const App = Schema.Literals(["sonarr", "radarr"])
const NAMES = { sonarr: "Sonarr", radarr: "Radarr" } as const

/** Whether a Sonarr or Radarr answers, and whether its folders can be used here. */
export const testArr = route({
  method: "POST",
  path: "/api/arr/test",
  tag: "Sonarr and Radarr",
  summary: "Ask a Sonarr or Radarr for its version, and whether its folders can be used here",
  access: "key",
  input: Schema.Struct({
    app: choiceArgument(App),
    url: TextArgument,
    /** Left out or empty: the key that is stored for this address. */
    apikey: Schema.optionalKey(SecretArgument),
    /** How it sees folders, where that is not saved yet; left out or empty: as the settings have it. */
    path_mappings: Schema.optionalKey(
      Schema.Array(Schema.Struct({ from: Schema.String, to: Schema.String })).check(Schema.isMaxLength(100)),
    ),
  }),
  answers: {
    200: Schema.Struct({
      data: Schema.Struct({
        appName: Schema.String,
        version: Schema.String,
        count: Schema.Int,
        folders: Schema.Array(
          Schema.Struct({
            theirs: Schema.String,
            ours: Schema.String,
            obstacle: Schema.NullOr(Schema.String),
          }),
        ),
      }),
    }),
    400: ErrorBody,
    502: ErrorBody,
  },
  handle: ({ input }) =>
    Effect.gen(function* () {
      const key = input.apikey
      const apiKey = key === undefined || Redacted.value(key) === "" ? null : key
      const result = yield* testInstance({
        app: input.app,
        url: input.url,
        apiKey,
        ...(input.path_mappings === undefined ? {} : { mappings: input.path_mappings }),
      })
      const name = NAMES[input.app]
      if (result === "no_address") {
        return answer(400, {
          error: "This is no address: it begins with http:// or https://",
          code: "BAD_ADDRESS",
        })
      }
      if (result === "no_key") {
        return answer(400, {
          error: `Enter the API key: it stands in ${name} under Settings, General`,
          code: "NO_KEY",
        })
      }
      if (result._tag === "Other") {
        return answer(400, { error: `At this address is ${result.appName}, not ${name}`, code: "OTHER_APP" })
      }
      return answer(200, { data: result.tested })
    }),
})
