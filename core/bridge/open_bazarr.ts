import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { cleanUrl } from "../media/instances.ts"
import { type BazarrAccess, SecretBox, SettingsStore } from "../ports/mod.ts"
import { secretKeys } from "../settings/settings.ts"

/** Address or key of the Bazarr are missing, or no address. */
export class BazarrNotSet extends Schema.TaggedError<BazarrNotSet>()("BazarrNotSet", {
  what: Schema.Literals(["address", "key"]),
}) {
  override get message(): string {
    return this.what === "address"
      ? "Bazarr has no address: set oncue.bazarr_url, beginning with http:// or https://"
      : "Bazarr has no API key: copy it from its Settings, General to oncue.bazarr_apikey"
  }
}

/** What is given wins over the settings; a key of the settings is opened. */
export const openBazarr = Effect.fn("openBazarr")(function* (
  given: { readonly url?: string; readonly apiKey?: Redacted.Redacted } = {},
) {
  const settings = yield* (yield* SettingsStore).current
  const url = cleanUrl(given.url ?? settings.oncue.bazarr_url)
  if (url === null) return yield* new BazarrNotSet({ what: "address" })
  if (given.apiKey !== undefined && Redacted.value(given.apiKey) !== "")
    return { url, apiKey: given.apiKey } satisfies BazarrAccess as BazarrAccess
  const stored = settings.oncue.bazarr_apikey
  // The stored key goes to the stored address alone: a test of another one must bring its own.
  if (Redacted.value(stored) === "" || url !== cleanUrl(settings.oncue.bazarr_url))
    return yield* new BazarrNotSet({ what: "key" })
  const box = yield* SecretBox
  const { secret } = yield* box.open(Redacted.value(stored), secretKeys(settings), "API key of Bazarr")
  return { url, apiKey: secret } satisfies BazarrAccess as BazarrAccess
})
