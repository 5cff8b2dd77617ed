import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { Entropy, type PlexClient, SecretBox, SettingsStore, StateStore } from "../ports/mod.ts"
import { secretKeys } from "../settings/settings.ts"

/** There is no token for plex.tv: nobody has signed in, or somebody has signed out. */
export class NotSignedIn extends Schema.TaggedError<NotSignedIn>()("NotSignedIn", {
  /** What was to be done, for example `add the webhook`. */
  what: Schema.String,
}) {
  override get message(): string {
    return `Cannot ${this.what}: nobody is signed in to Plex`
  }
}

/** Where the identifier is kept until a write of config.yaml for another reason takes it in. */
export const CLIENT_IDENTIFIER_KEY = "plex/client_identifier"

/**
 * How this installation presents itself to Plex. The identifier is made once: plex.tv would list a new device for each
 * other one, and the token belongs to the one it was made for.
 */
export const plexClient = Effect.fnUntraced(function* () {
  const { general, plex } = yield* (yield* SettingsStore).current
  const deviceName = general.instance_name
  if (plex.client_identifier !== "") {
    return { identifier: plex.client_identifier, deviceName } satisfies PlexClient
  }
  const state = yield* StateStore
  const known = yield* state.get(CLIENT_IDENTIFIER_KEY)
  if (typeof known === "string" && known !== "") {
    return { identifier: known, deviceName } satisfies PlexClient
  }
  const identifier = yield* (yield* Entropy).uuid
  yield* state.put(CLIENT_IDENTIFIER_KEY, identifier)
  return { identifier, deviceName } satisfies PlexClient
})

/**
 * The token with which plex.tv is asked, and who asks: the account's own, or the API key of a configuration that was
 * not migrated, which is such a token too. `what` is for the message when there is none.
 */
export const accountAccess = Effect.fnUntraced(function* (what: string) {
  const settings = yield* (yield* SettingsStore).current
  const { apikey, apikey_encrypted, token } = settings.plex
  const isOauth = Redacted.value(token) !== ""
  const stored = isOauth ? token : apikey
  if (Redacted.value(stored) === "") return yield* new NotSignedIn({ what })
  const box = yield* SecretBox
  const { secret } = yield* box.open(
    Redacted.value(stored),
    { ...secretKeys(settings), flaggedEncrypted: !isOauth && apikey_encrypted },
    isOauth ? "plex.token" : "plex.apikey",
  )
  return { client: yield* plexClient(), token: secret }
})
