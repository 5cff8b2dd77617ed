import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { Hasher, PlexAccount, SettingsStore, StateStore } from "../ports/mod.ts"
import { forgetServers } from "../servers/open_server_token.ts"
import type { ServerEntry } from "../settings/records.ts"
import type { SettingsPatch } from "../settings/settings.ts"
import { CLIENT_IDENTIFIER_KEY, plexClient } from "./account_access.ts"
import { sealForSettings } from "./seal_secret.ts"
import { ACCOUNT_LANGUAGE_KEY } from "./token.ts"
import { TOKEN_STATE_KEY } from "./validate_token.ts"

/** Where the fingerprint of the token is kept that our own sign-in obtained: the only one that sign-out may revoke. */
export const OWN_TOKEN_KEY = "account/own_token"

/** Facts beside the settings. They are a convenience: without them the sign-in is as good. */
const remember = (key: string, value: unknown) =>
  StateStore.use((store) => store.put(key, value)).pipe(
    Effect.catch((error) => Effect.logWarning(error.message)),
  )

const withoutToken = (entry: ServerEntry): ServerEntry => ({ ...entry, token: Redacted.make("") })

/**
 * Verifies a token that a sign-in obtained and stores it as the account's, in one write and in place of what was there.
 * Fails with TokenRejected when plex.tv refuses it, and then nothing is changed.
 */
export const takeInToken = Effect.fn("takeInToken")(function* (token: Redacted.Redacted) {
  const client = yield* plexClient()
  const user = yield* PlexAccount.use((account) => account.user(client, token))
  const atMs = yield* Clock.currentTimeMillis
  const stored = yield* sealForSettings(token, Math.floor(atMs / 1_000))
  const store = yield* SettingsStore
  const before = (yield* store.current).plex.user_id
  const isOther = before !== "" && before !== user.id
  yield* store.update(
    (current): SettingsPatch => ({
      general: { use_plex: true },
      // A server gives each account a token of its own.
      ...(isOther ? { oncue: { servers: current.oncue.servers.map(withoutToken) } } : {}),
      plex: {
        auth_method: "oauth",
        token: stored,
        apikey: Redacted.make(""),
        apikey_encrypted: false,
        ip: "127.0.0.1",
        port: 32_400,
        ssl: false,
        username: user.username,
        email: user.email,
        user_id: user.id,
        client_identifier: client.identifier,
      },
    }),
  )
  if (isOther) yield* Effect.catch(forgetServers(), (error) => Effect.logWarning(error.message))
  yield* remember(CLIENT_IDENTIFIER_KEY, null)
  yield* remember(TOKEN_STATE_KEY, { state: "valid", reason: null, atMs })
  yield* remember(OWN_TOKEN_KEY, yield* Hasher.use((hasher) => hasher.fingerprint(token)))
  yield* remember(ACCOUNT_LANGUAGE_KEY, user.subtitleLanguage)
  return user
})
