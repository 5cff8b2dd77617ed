import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { deleteWebhook, listWebhooks } from "../events/manage_webhooks.ts"
import { Hasher, Journal, PlexAccount, SettingsStore, StateStore } from "../ports/mod.ts"
import { forgetServers } from "../servers/open_server_token.ts"
import type { SettingsPatch } from "../settings/settings.ts"
import { accountAccess, authMethod } from "./account_access.ts"
import { cancelSignIns } from "./sign_in.ts"
import { OWN_TOKEN_KEY } from "./take_in_token.ts"
import { ACCOUNT_LANGUAGE_KEY } from "./token.ts"
import { TOKEN_STATE_KEY } from "./validate_token.ts"

/** What signing out did beside clearing the settings, one sentence each; for the answer and the journal. */
export interface SignedOut {
  /** `not_ours`: the token was pasted, and other programs may use it. */
  readonly token: "revoked" | "not_ours" | "not_reached" | "none"
  readonly webhook: "removed" | "none" | "not_reached"
}

const NOTHING = Redacted.make("")

/** What sign-in stored, and nothing else: libraries, client identifier and signing key stay. */
const CLEARED: SettingsPatch = {
  general: { use_plex: false },
  plex: {
    auth_method: "apikey",
    token: NOTHING,
    apikey: NOTHING,
    apikey_encrypted: false,
    username: "",
    email: "",
    user_id: "",
    ip: "127.0.0.1",
    port: 32_400,
    ssl: false,
    server_machine_id: "",
    server_name: "",
    server_url: "",
    server_local: false,
    server_connections: [],
  },
  oncue: { servers: [] },
}

const removeHook = Effect.gen(function* () {
  const { hooks } = yield* listWebhooks()
  const ours = hooks.filter((hook) => hook.owner === "current" || hook.owner === "stale")
  for (const hook of ours) yield* deleteWebhook(hook.url)
  return ours.length > 0 ? ("removed" as const) : ("none" as const)
}).pipe(
  Effect.catch((error) =>
    Effect.as(Effect.logInfo(`The webhook could not be removed. ${error.message}`), "not_reached" as const),
  ),
)

const revoke = Effect.gen(function* () {
  const { client, token } = yield* accountAccess("revoke the token")
  const hasher = yield* Hasher
  const state = yield* StateStore
  const own = yield* state.get(OWN_TOKEN_KEY)
  if (own !== (yield* hasher.fingerprint(token))) return "not_ours" as const
  yield* PlexAccount.use((account) => account.signOut(client, token))
  return "revoked" as const
}).pipe(
  Effect.catchTags({
    NotSignedIn: () => Effect.succeed("none" as const),
    TokenRejected: () => Effect.succeed("revoked" as const),
  }),
  Effect.catch((error) =>
    Effect.as(Effect.logInfo(`The token could not be revoked. ${error.message}`), "not_reached" as const),
  ),
)

/** Facts that belong to the account. Nothing depends on them once the settings are cleared. */
export const forgetAccount = Effect.gen(function* () {
  const state = yield* StateStore
  for (const key of [OWN_TOKEN_KEY, ACCOUNT_LANGUAGE_KEY, TOKEN_STATE_KEY]) yield* state.put(key, null)
  yield* forgetServers()
}).pipe(Effect.catch((error) => Effect.logWarning(error.message)))

/**
 * Signs out: pending sign-ins end, our webhook goes, a token that our own sign-in obtained is revoked (both as far as
 * plex.tv can be reached), and what sign-in stored is cleared. Fails with SettingsNotSaved only, and then nothing at
 * plex.tv has been touched either.
 */
export const logOut = Effect.fn("logOut")(function* () {
  yield* cancelSignIns()
  const store = yield* SettingsStore
  const before = yield* store.current
  const isSignedIn = authMethod(before) !== null
  // The same values again: a file that cannot be written is found out before plex.tv is told anything.
  yield* store.update(() => ({ general: { use_plex: false } }))
  const webhook = isSignedIn ? yield* removeHook : "none"
  const token = yield* revoke
  yield* store.update(() => CLEARED)
  yield* forgetAccount
  const outcome: SignedOut = { token, webhook }
  if (isSignedIn) {
    const who = before.plex.username || "the account"
    yield* Journal.use((journal) =>
      journal.write({ kind: "account", text: `Signed out ${who} of Plex`, detail: outcome }),
    )
  }
  return outcome
})
