import * as Effect from "effect/Effect"
import * as Base64Url from "effect/encoding/Base64Url"
import * as Hex from "effect/encoding/Hex"
import * as Redacted from "effect/Redacted"
import { Entropy, SettingsStore } from "../ports/mod.ts"
import type { SettingsPatch } from "./settings.ts"

/** Bytes of the API key and the webhook key, written as hex. */
export const API_KEY_BYTES = 32
/** Bytes of `plex.encryption_key`, written as base64url like Bazarr's. */
export const SIGNING_KEY_BYTES = 32

const hexKey = Effect.map(
  Effect.flatMap(Entropy, (entropy) => entropy.bytes(API_KEY_BYTES)),
  (bytes) => Redacted.make(Hex.encode(bytes)),
)

/**
 * Gives a configuration without an API key one, and with it everything else that an installation has for life. A
 * configuration that has its key is not touched. Answers whether it is a new installation; fails with SettingsNotSaved
 * when the file cannot be written, and then there is no key and nobody can call.
 */
export const prepareSettings = Effect.fn("prepareSettings")(function* () {
  const store = yield* SettingsStore
  const settings = yield* store.current
  if (Redacted.value(settings.auth.apikey) !== "") return false
  const entropy = yield* Entropy
  const apikey = yield* hexKey
  const webhookKey = yield* hexKey
  const signingKey = Base64Url.encode(yield* entropy.bytes(SIGNING_KEY_BYTES))
  const clientIdentifier = yield* entropy.uuid
  yield* store.update((current): SettingsPatch => {
    const { client_identifier, encryption_key } = current.plex
    return {
      auth: { apikey },
      plex: {
        ...(Redacted.value(encryption_key) === "" ? { encryption_key: Redacted.make(signingKey) } : {}),
        ...(client_identifier === "" ? { client_identifier: clientIdentifier } : {}),
      },
      oncue: Redacted.value(current.oncue.webhook_key) === "" ? { webhook_key: webhookKey } : {},
    }
  })
  return true
})
