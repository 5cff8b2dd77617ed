import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { Journal, SecretBox, SettingsStore, StateStore } from "../ports/mod.ts"
import { secretKeys } from "../settings/settings.ts"
import { sealForSettings } from "./seal_secret.ts"
import { TOKEN_STATE_KEY } from "./validate_token.ts"

const store = Effect.fnUntraced(function* (key: Redacted.Redacted, text: string, chosen: boolean) {
  const seconds = Math.floor((yield* Clock.currentTimeMillis) / 1_000)
  const stored = yield* sealForSettings(key, seconds)
  yield* SettingsStore.use((settings) =>
    settings.update(() => ({
      plex: {
        apikey: stored,
        apikey_encrypted: true,
        ...(chosen ? { auth_method: "apikey" as const } : {}),
      },
    })),
  )
  yield* Journal.use((journal) => journal.write({ kind: "account", text }))
})

/** Stores a Plex token that the user has got by himself, sealed, and makes it the way in which Plex is reached. */
export const storeApiKey = Effect.fn("storeApiKey")(function* (key: Redacted.Redacted) {
  yield* store(key, "Stored the Plex API key", true)
  yield* StateStore.use((state) => state.put(TOKEN_STATE_KEY, null)).pipe(
    Effect.catch((error) => Effect.logWarning(error.message)),
  )
})

/**
 * Seals the API key where the file holds it in clear or only signed. Answers whether there was anything to do; fails
 * with SecretUnreadable when what is there cannot be read.
 */
export const sealApiKey = Effect.fn("sealApiKey")(function* () {
  const settings = yield* SettingsStore.use((one) => one.current)
  const { apikey, apikey_encrypted } = settings.plex
  if (Redacted.value(apikey) === "") return false
  const keys = { ...secretKeys(settings), flaggedEncrypted: apikey_encrypted }
  const { form, secret } = yield* SecretBox.use((box) =>
    box.open(Redacted.value(apikey), keys, "plex.apikey"),
  )
  if (form === "sealed") return false
  yield* store(secret, "Sealed the Plex API key", false)
  return true
})
