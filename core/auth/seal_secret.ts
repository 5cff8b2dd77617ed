import * as Effect from "effect/Effect"
import * as Base64Url from "effect/encoding/Base64Url"
import * as Redacted from "effect/Redacted"
import { Entropy, SecretBox, SettingsNotSaved, SettingsStore } from "../ports/mod.ts"
import type { SettingsPatch } from "../settings/settings.ts"

/** Bytes of a new `plex.encryption_key`. */
const SIGNING_KEY_BYTES = 32

/**
 * The file's signing key; made when there is none. In a write of its own, so that of two secrets that are sealed at the
 * same time neither brings a key under which the other cannot be read.
 */
const signingKey = Effect.fnUntraced(function* () {
  const store = yield* SettingsStore
  const known = Redacted.value((yield* store.current).plex.encryption_key)
  if (known !== "") return known
  const made = Base64Url.encode(yield* Entropy.use((entropy) => entropy.bytes(SIGNING_KEY_BYTES)))
  const saved = yield* store.update(
    ({ plex }): SettingsPatch =>
      Redacted.value(plex.encryption_key) === "" ? { plex: { encryption_key: Redacted.make(made) } } : {},
  )
  return Redacted.value(saved.plex.encryption_key)
})

/** Seals a secret for config.yaml. Fails with SettingsNotSaved when there is no key for it and none can be stored. */
export const sealForSettings = Effect.fnUntraced(function* (secret: Redacted.Redacted, nowSeconds: number) {
  const box = yield* SecretBox
  const keys = { signingKey: yield* signingKey() }
  return yield* box.seal(secret, keys, nowSeconds).pipe(
    Effect.map((stored) => Redacted.make(stored)),
    Effect.catchTag(
      "SecretKeyUnavailable",
      ({ message }) => new SettingsNotSaved({ file: "config.yaml", reason: message }),
    ),
  )
})
