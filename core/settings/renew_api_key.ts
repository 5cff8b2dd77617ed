import * as Effect from "effect/Effect"
import * as Hex from "effect/encoding/Hex"
import * as Redacted from "effect/Redacted"
import { Entropy, Journal, SettingsStore } from "../ports/mod.ts"

/** Bytes of a new API key, written as hex: as long as Bazarr's. */
const API_KEY_BYTES = 16

/**
 * Replaces the API key; every program that uses the old one is locked out at once. Answers the key that is in force
 * then, and `replaced: false` where that is another than the new one because the environment fixes it.
 */
export const renewApiKey = Effect.fn("renewApiKey")(function* () {
  const entropy = yield* Entropy
  const store = yield* SettingsStore
  const journal = yield* Journal
  const apikey = Redacted.make(Hex.encode(yield* entropy.bytes(API_KEY_BYTES)))
  const settings = yield* store.update(() => ({ auth: { apikey } }))
  const replaced = Redacted.value(settings.auth.apikey) === Redacted.value(apikey)
  if (replaced) yield* journal.write({ kind: "settings", text: "The API key was renewed" })
  return { apikey: settings.auth.apikey, replaced }
})
