import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { Entropy, type PlexClient, SecretBox, SettingsStore, StateStore } from "../ports/mod.ts"
import { type Settings, secretKeys } from "../settings/settings.ts"

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
 * other one, and the token belongs to the one it was made for. Without a state store it holds for this call alone, and
 * a warning says so.
 */
export const plexClient = Effect.fnUntraced(function* () {
  const { general, plex } = yield* (yield* SettingsStore).current
  const deviceName = general.instance_name
  if (plex.client_identifier !== "") {
    return { identifier: plex.client_identifier, deviceName } satisfies PlexClient
  }
  const state = yield* StateStore
  const known = yield* Effect.catch(state.get(CLIENT_IDENTIFIER_KEY), () => Effect.succeed(null))
  if (typeof known === "string" && known !== "") {
    return { identifier: known, deviceName } satisfies PlexClient
  }
  const identifier = yield* (yield* Entropy).uuid
  yield* Effect.catch(state.put(CLIENT_IDENTIFIER_KEY, identifier), (error) =>
    Effect.logWarning(`Plex will take this installation for another one next time. ${error.message}`),
  )
  return { identifier, deviceName } satisfies PlexClient
})

/** The account as plex.tv is asked about it. */
export interface AccountAccess {
  readonly client: PlexClient
  readonly token: Redacted.Redacted
  /** Where the token comes from: a sign-in, or the API key of a configuration that was not migrated. */
  readonly method: "oauth" | "apikey"
}

/** Which of the two is in force: the one that `auth_method` names, or the other where that is empty; null: neither. */
export function authMethod({ plex }: Pick<Settings, "plex">): AccountAccess["method"] | null {
  const has = (secret: Redacted.Redacted) => Redacted.value(secret) !== ""
  const [first, second] =
    plex.auth_method === "oauth" ? (["oauth", "apikey"] as const) : (["apikey", "oauth"] as const)
  const secretOf = { oauth: plex.token, apikey: plex.apikey }
  if (has(secretOf[first])) return first
  return has(secretOf[second]) ? second : null
}

/**
 * The token with which plex.tv is asked, and who asks: the account's own, or the API key, which is such a token too.
 * Every form that Bazarr and its fork stored is understood, and nothing is rewritten. `what` is for the message when
 * there is none.
 */
export const accountAccess = Effect.fnUntraced(function* (what: string) {
  const settings = yield* (yield* SettingsStore).current
  const method = authMethod(settings)
  if (method === null) return yield* new NotSignedIn({ what })
  const { apikey, apikey_encrypted, token } = settings.plex
  const isOauth = method === "oauth"
  const box = yield* SecretBox
  const { secret } = yield* box.open(
    Redacted.value(isOauth ? token : apikey),
    { ...secretKeys(settings), flaggedEncrypted: !isOauth && apikey_encrypted },
    isOauth ? "plex.token" : "plex.apikey",
  )
  return { client: yield* plexClient(), token: secret, method } satisfies AccountAccess
})
