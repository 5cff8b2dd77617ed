import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { SettingsStore } from "../../../core/ports/mod.ts"
import type { SentSetting } from "../../../core/settings/change_settings.ts"
import { describeSecrets } from "../../../core/settings/describe_secrets.ts"
import { saveSettings } from "../../../core/settings/save_settings.ts"
import { shownSettings } from "../../../core/settings/shown_settings.ts"
import { ErrorBody } from "../errors.ts"
import { answer, route } from "../route.ts"

const tag = "System"

export const getSettings = route({
  method: "GET",
  path: "/api/system/settings",
  tag,
  summary: "The settings by section; a secret is shown as ***",
  access: "key",
  answers: { 200: Schema.Record(Schema.String, Schema.Record(Schema.String, Schema.Unknown)) },
  handle: () =>
    Effect.gen(function* () {
      const settings = yield* SettingsStore.use((store) => store.current)
      return answer(200, shownSettings(settings))
    }),
})

export const getSecrets = route({
  method: "GET",
  path: "/api/system/secrets",
  tag,
  summary: "Which secrets are set, with the last two characters of keys, so that one is told from another",
  access: "key",
  answers: {
    200: Schema.Struct({
      data: Schema.Array(
        Schema.Struct({
          /** As `sonarr.apikey`, or `oncue.sonarr[main].apikey`. */
          where: Schema.String,
          /** Null for passwords, addresses and short secrets. */
          endsIn: Schema.NullOr(Schema.String),
          /** False: the key that it was sealed with is lost. */
          readable: Schema.Boolean,
        }),
      ),
    }),
  },
  handle: () => Effect.map(describeSecrets(), (data) => answer(200, { data })),
})

export const getFixed = route({
  method: "GET",
  path: "/api/system/settings/fixed",
  tag,
  summary: "Settings that a flag or the environment has decided at the start, whatever config.yaml has",
  access: "key",
  answers: {
    200: Schema.Struct({
      data: Schema.Array(
        Schema.Struct({
          /** `general.port` */
          key: Schema.String,
          /** `--port`, `ONCUE_PORT` */
          by: Schema.String,
          /** What is in force; null for a secret. */
          value: Schema.NullOr(Schema.String),
        }),
      ),
    }),
  },
  handle: () =>
    Effect.map(
      SettingsStore.use((store) => store.fixed),
      (data) => answer(200, { data }),
    ),
})

/** `settings-plex-update_movie_library` and its value; null for any other argument. */
function sentSetting([name, value]: readonly [string, unknown]): SentSetting | null {
  const [, section, key] = /^settings-([a-z]+)-([a-z_]+)$/.exec(name) ?? []
  return section === undefined || key === undefined ? null : { section, key, value }
}

export const postSettings = route({
  method: "POST",
  path: "/api/system/settings",
  tag,
  summary:
    "Change settings: settings-<section>-<key>, lists as repeated fields; *** leaves a secret as it is",
  access: "key",
  input: Schema.Record(Schema.String, Schema.Unknown),
  answers: { 204: null, 406: Schema.String, 500: ErrorBody, 502: ErrorBody },
  handle: ({ input, session }) =>
    Effect.gen(function* () {
      const sent = Object.entries(input).flatMap((one) => sentSetting(one) ?? [])
      yield* saveSettings(sent, session === null ? "key" : "page")
      return answer(204, null)
    }).pipe(Effect.catchTag("SettingInvalid", (error) => Effect.succeed(answer(406, error.message)))),
})
