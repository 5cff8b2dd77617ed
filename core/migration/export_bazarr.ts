import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Base64Url from "effect/encoding/Base64Url"
import * as Redacted from "effect/Redacted"
import { Entropy, SecretBox, SettingsFile, SettingsStore } from "../ports/mod.ts"
import { selectedServers, withServers } from "../servers/selected.ts"
import { SIGNING_KEY_BYTES } from "../settings/prepare.ts"
import { applyPatch, type Settings, type SettingsPatch, secretKeys } from "../settings/settings.ts"
import { secretsPatch, storedSecrets } from "../settings/stored_secrets.ts"

/** What an export wrote. */
export interface ExportReport {
  readonly notes: ReadonlyArray<string>
  /** Secrets that no key opens; they are empty in the file. */
  readonly unreadable: ReadonlyArray<{ readonly where: string; readonly reason: string }>
}

/** What only we understand, and the address we listen at. */
const OURS = ["oncue", "general.ip", "general.port", "general.public_url"]
/** Bazarr stores the MD5 of its password; another hash is no use to it. */
const BAZARR_HASH = /^[0-9a-f]{32}$/

/** The keys that Bazarr signs; it keeps every other secret as plain text. */
const SIGNED = ["plex.token", "plex.apikey"]

const loginNote =
  "The login of the page was left out, since Bazarr cannot check its password: set one in Bazarr's settings"

/**
 * Writes a configuration that Bazarr can use: ours with its comments and unknown keys, without what only we know, with
 * tokens in Bazarr's own signed form (which anybody can read who has the file) and other secrets in plain text.
 */
export const exportBazarr = Effect.fn("exportBazarr")(function* (path: string) {
  const settings = yield* SettingsStore.use((store) => store.current)
  const box = yield* SecretBox
  const known = Redacted.value(settings.plex.encryption_key)
  const signingKey =
    known === "" ? Base64Url.encode(yield* Entropy.use((one) => one.bytes(SIGNING_KEY_BYTES))) : known
  const nowSeconds = Math.floor((yield* Clock.currentTimeMillis) / 1_000)
  const unreadable: Array<{ readonly where: string; readonly reason: string }> = []
  const written = new Map<string, Redacted.Redacted>()
  for (const { flaggedEncrypted, stored, where } of storedSecrets(settings)) {
    const keys = { ...secretKeys(settings), flaggedEncrypted }
    const result = yield* Effect.result(box.open(Redacted.value(stored), keys, where))
    if (result._tag === "Failure") {
      unreadable.push({ where, reason: result.failure.message })
      written.set(where, Redacted.make(""))
      continue
    }
    const { secret } = result.success
    const isSigned = SIGNED.includes(where)
    written.set(where, isSigned ? Redacted.make(yield* box.sign(secret, { signingKey }, nowSeconds)) : secret)
  }
  const [primary] = selectedServers(settings)
  const hasLogin = BAZARR_HASH.test(Redacted.value(settings.auth.password))
  const patch: SettingsPatch = {
    ...withServers(primary === undefined ? [] : [primary]),
    ...(hasLogin ? {} : { auth: { type: "", username: "", password: Redacted.make("") } }),
  }
  const withSecrets = applyPatch(settings, secretsPatch(settings, written))
  const whole: Settings = applyPatch(applyPatch(withSecrets, { plex: patch.plex ?? {} }), {
    ...(patch.auth === undefined ? {} : { auth: patch.auth }),
    plex: {
      encryption_key: Redacted.make(signingKey),
      apikey_encrypted: Redacted.value(withSecrets.plex.apikey) !== "",
    },
  })
  const without = hasLogin ? OURS : [...OURS, "auth.type", "auth.username", "auth.password"]
  yield* SettingsFile.use((file) => file.writeCopy(path, whole, without))
  const notes = [
    ...(hasLogin || Redacted.value(settings.auth.password) === "" ? [] : [loginNote]),
    ...(settings.oncue.languages.length === 0
      ? []
      : ["Language profiles are in Bazarr's database: set them up in Bazarr's settings"]),
  ]
  return { notes, unreadable } satisfies ExportReport
})
