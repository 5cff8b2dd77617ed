import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { Journal, SettingsStore } from "../../../core/ports/mod.ts"
import { renewApiKey } from "../../../core/settings/renew_api_key.ts"
import { ErrorBody } from "../errors.ts"
import { answer, route } from "../route.ts"

const TAG = "System"

const BackupView = Schema.Struct({
  id: Schema.String,
  /** Unix milliseconds. */
  atMs: Schema.Finite,
  bytes: Schema.Finite,
  /** Why it was made, for example `migration`. */
  reason: Schema.String,
}).annotate({ identifier: "Backup" })

export const listBackups = route({
  method: "GET",
  path: "/api/system/backups",
  tag: TAG,
  summary: "Copies of config.yaml, newest first",
  access: "key",
  answers: { 200: Schema.Struct({ data: Schema.Array(BackupView) }) },
  handle: () =>
    Effect.map(
      Effect.flatMap(SettingsStore, (store) => store.backups),
      (data) => answer(200, { data }),
    ),
})

export const makeBackup = route({
  method: "POST",
  path: "/api/system/backups",
  tag: TAG,
  summary: "Copy config.yaml as it is now",
  access: "key",
  answers: { 200: Schema.Struct({ data: BackupView }), 500: ErrorBody },
  handle: () =>
    Effect.map(
      Effect.flatMap(SettingsStore, (store) => store.backup("by hand")),
      (data) => answer(200, { data }),
    ),
})

export const restoreBackup = route({
  method: "POST",
  path: "/api/system/backups/{id}/restore",
  tag: TAG,
  summary: "Put a copy of config.yaml back; the one that it replaces is copied first",
  access: "key",
  params: Schema.Struct({ id: Schema.String }),
  answers: { 200: Schema.Struct({ success: Schema.Boolean }), 404: ErrorBody, 500: ErrorBody },
  handle: ({ params }) =>
    Effect.gen(function* () {
      const store = yield* SettingsStore
      const journal = yield* Journal
      yield* store.restore(params.id)
      yield* journal.write({ kind: "settings", text: `The settings were restored from ${params.id}` })
      return answer(200, { success: true })
    }),
})

export const getApiKey = route({
  method: "GET",
  path: "/api/system/apikey",
  tag: TAG,
  summary: "The API key, for who has it or is signed in",
  access: "key",
  answers: { 200: Schema.Struct({ data: Schema.Struct({ apikey: Schema.String }) }) },
  handle: () =>
    Effect.gen(function* () {
      const store = yield* SettingsStore
      const { auth } = yield* store.current
      return answer(200, { data: { apikey: Redacted.value(auth.apikey) } })
    }),
})

export const putApiKey = route({
  method: "POST",
  path: "/api/system/apikey",
  tag: TAG,
  summary: "Replace the API key; programs that use the old one are locked out",
  access: "key",
  answers: {
    200: Schema.Struct({ data: Schema.Struct({ apikey: Schema.String }) }),
    409: ErrorBody,
    500: ErrorBody,
  },
  handle: () =>
    Effect.gen(function* () {
      const { apikey, replaced } = yield* renewApiKey()
      return replaced
        ? answer(200, { data: { apikey: Redacted.value(apikey) } })
        : answer(409, {
            error: "The API key is set by the variable ONCUE_API_KEY: change it there",
            code: "KEY_FIXED",
          })
    }),
})
