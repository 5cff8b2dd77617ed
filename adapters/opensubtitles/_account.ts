import { createHash } from "node:crypto"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { SecretBox } from "../../core/ports/secret_box.ts"
import { SettingsStore } from "../../core/ports/settings_store.ts"
import { type Settings, secretKeys } from "../../core/settings/settings.ts"

/** What the settings have for the service. */
export interface Account {
  readonly apiKey: Redacted.Redacted
  /** Null: only the key, with which few downloads a day are allowed. */
  readonly user: { readonly name: string; readonly password: Redacted.Redacted } | null
  readonly useHash: boolean
  /** The same for the same key, user and password. */
  readonly mark: string
}

/** Why there is no account that can be used, as a sentence. */
export interface NoAccount {
  readonly reason: string
}

/** Reads the account, anew at every call, so that a change of the settings counts at once. */
export const makeAccount = Effect.gen(function* () {
  const store = yield* SettingsStore
  const box = yield* SecretBox
  const open = (stored: Redacted.Redacted, settings: Settings, what: string) =>
    Redacted.value(stored) === ""
      ? Effect.succeed(null)
      : Effect.map(box.open(Redacted.value(stored), secretKeys(settings), what), ({ secret }) => secret)

  return Effect.gen(function* () {
    const settings = yield* store.current
    const { password, use_hash, username } = settings.opensubtitlescom
    const apiKey = yield* open(settings.oncue.opensubtitles_api_key, settings, "OpenSubtitles API key")
    if (apiKey === null) return { reason: "no API key is set (oncue.opensubtitles_api_key)" }
    const name = username.trim()
    const secret = name === "" ? null : yield* open(password, settings, "OpenSubtitles password")
    if (name !== "" && secret === null)
      return { reason: "there is a user name and no password (opensubtitlescom.password)" }
    const parts = [Redacted.value(apiKey), name, secret === null ? "" : Redacted.value(secret)]
    const mark = createHash("sha256").update(JSON.stringify(parts)).digest("hex")
    return { apiKey, user: secret === null ? null : { name, password: secret }, useHash: use_hash, mark }
  }).pipe(
    Effect.catchTag("SecretUnreadable", (error) => Effect.succeed({ reason: error.message })),
  ) satisfies Effect.Effect<Account | NoAccount>
})
