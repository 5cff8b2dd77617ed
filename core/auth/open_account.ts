import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { type PlexClient, SecretBox, SettingsStore } from "../ports/mod.ts"
import { type Settings, secretKeys } from "../settings/settings.ts"
import { identifyClient } from "./identify_client.ts"

/** There is neither a token of a sign-in nor an API key. Sign in, or store a key. */
export class NotSignedIn extends Schema.TaggedError<NotSignedIn>()("NotSignedIn", {}) {
  override get message(): string {
    return "Plex is not connected: sign in with a Plex account first"
  }
}

/** The account as plex.tv is asked about it. In API-key mode the key is the account's token. */
export interface OpenedAccount {
  readonly client: PlexClient
  readonly token: Redacted.Redacted
  readonly method: "oauth" | "apikey"
}

/** Whether there is anything to sign in with; the stored form is not looked into. */
export function isSignedIn({ plex }: Pick<Settings, "plex">): boolean {
  return Redacted.value(plex.auth_method === "oauth" ? plex.token : plex.apikey) !== ""
}

/** The stored token, opened. Every form that Bazarr and its fork wrote is understood; nothing is rewritten here. */
export const openAccount = Effect.fn("openAccount")(function* () {
  const settings = yield* SettingsStore.use((store) => store.current)
  if (!isSignedIn(settings)) return yield* new NotSignedIn()
  const { plex } = settings
  const box = yield* SecretBox
  const method = plex.auth_method
  const { secret } =
    method === "oauth"
      ? yield* box.open(Redacted.value(plex.token), secretKeys(settings), "plex.token")
      : yield* box.open(
          Redacted.value(plex.apikey),
          { ...secretKeys(settings), flaggedEncrypted: plex.apikey_encrypted },
          "plex.apikey",
        )
  return { client: yield* identifyClient(), token: secret, method } satisfies OpenedAccount
})
