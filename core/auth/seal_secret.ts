import * as Effect from "effect/Effect"
import * as Base64Url from "effect/encoding/Base64Url"
import * as Redacted from "effect/Redacted"
import { Entropy, SecretBox, SettingsStore } from "../ports/mod.ts"
import type { Settings, SettingsPatch } from "../settings/settings.ts"

/** Bytes of a new `plex.encryption_key`. */
const SIGNING_KEY_BYTES = 32

/** A secret as config.yaml keeps it, and the keys of the `plex` section that must be saved in the same write. */
export interface SealedForSettings {
  readonly stored: Redacted.Redacted
  /** The signing key, where the file has none yet. */
  readonly patch: (current: Settings) => NonNullable<SettingsPatch["plex"]>
}

/** Seals a secret for config.yaml, with the file's signing key or, where it has none, with a new one. */
export const sealForSettings = Effect.fnUntraced(function* (secret: Redacted.Redacted, nowSeconds: number) {
  const { plex } = yield* SettingsStore.use((store) => store.current)
  const box = yield* SecretBox
  const known = Redacted.value(plex.encryption_key)
  const key =
    known === "" ? Base64Url.encode(yield* Entropy.use((entropy) => entropy.bytes(SIGNING_KEY_BYTES))) : known
  const stored = Redacted.make(yield* box.seal(secret, { signingKey: key }, nowSeconds))
  return {
    stored,
    patch: () => (known === "" ? { encryption_key: Redacted.make(key) } : {}),
  } satisfies SealedForSettings as SealedForSettings
})
