import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { PlexAccount, SettingsStore, StateStore } from "../ports/mod.ts"
import { accountAccess, authMethod } from "./account_access.ts"
import type { PlexUser, TokenState } from "./token.ts"

/** Where the last answer about the token is kept, for health and for the page. */
export const TOKEN_STATE_KEY = "account/token_state"

/** What is known of the account's token. `reason` is a sentence when it is not valid. */
export interface Validity {
  readonly state: TokenState
  readonly authMethod: "apikey" | "oauth"
  readonly user: PlexUser | null
  readonly code: "INVALID_TOKEN" | "UNAUTHORIZED" | "CONNECTION_ERROR" | null
  readonly reason: string | null
}

const remember = Effect.fnUntraced(
  function* (validity: Validity) {
    const state = yield* StateStore
    const before = yield* state.get(TOKEN_STATE_KEY)
    const known = (before as { state?: unknown } | null)?.state
    if (known === validity.state || validity.state === "unknown") return
    yield* state.put(TOKEN_STATE_KEY, {
      state: validity.state,
      reason: validity.reason,
      atMs: yield* Clock.currentTimeMillis,
    })
  },
  Effect.catch((error) => Effect.logWarning(error.message)),
)

/**
 * Asks plex.tv about the stored token, now. Never fails and never changes a setting: a token that is refused is marked
 * and kept, since only the owner can tell whether it should go, and an outage says nothing about it.
 */
export const validateToken = Effect.fn("validateToken")(function* () {
  const settings = yield* SettingsStore.use((store) => store.current)
  const authMethod = settings.plex.auth_method
  const outcome = (rest: Omit<Validity, "authMethod" | "user"> & { readonly user?: PlexUser }): Validity => ({
    authMethod,
    ...rest,
    user: rest.user ?? null,
  })
  const asked = Effect.gen(function* () {
    const { client, token } = yield* accountAccess("check the token")
    const user = yield* PlexAccount.use((account) => account.user(client, token))
    return outcome({ state: "valid", code: null, reason: null, user })
  })
  const validity = yield* Effect.catchTags(asked, {
    NotSignedIn: () => Effect.succeed(outcome({ state: "absent", code: null, reason: null })),
    SecretUnreadable: (error) =>
      Effect.succeed(outcome({ state: "rejected", code: "INVALID_TOKEN", reason: error.message })),
    TokenRejected: (error) =>
      Effect.succeed(outcome({ state: "rejected", code: "INVALID_TOKEN", reason: error.message })),
    PlexForbidden: (error) =>
      Effect.succeed(outcome({ state: "rejected", code: "UNAUTHORIZED", reason: error.message })),
    PlexUnreachable: (error) =>
      Effect.succeed(outcome({ state: "unknown", code: "CONNECTION_ERROR", reason: error.message })),
  })
  yield* remember(validity)
  return validity
})

/** What is known of the account without asking anybody. */
export interface AccountStatus {
  readonly authMethod: "apikey" | "oauth" | null
  readonly username: string
  readonly email: string
  /** `unknown` until plex.tv was first asked. */
  readonly state: TokenState
  /** A sentence when the token is not valid. */
  readonly reason: string | null
  /** When plex.tv last said something new about the token, unix milliseconds. */
  readonly sinceMs: number | null
}

const isKept = Schema.is(
  Schema.Struct({
    state: Schema.Literals(["valid", "rejected", "absent"]),
    reason: Schema.NullOr(Schema.String),
    atMs: Schema.Finite,
  }),
)

/** The account as it was last seen. Asks nobody, so it may be called as often as a page likes. */
export const accountStatus = Effect.fn("accountStatus")(function* () {
  const settings = yield* SettingsStore.use((store) => store.current)
  const method = authMethod(settings)
  const { email, username } = settings.plex
  const common = { authMethod: method, username, email }
  if (method === null) return { ...common, state: "absent", reason: null, sinceMs: null } as AccountStatus
  const kept = yield* StateStore.use((store) => store.get(TOKEN_STATE_KEY))
  if (!isKept(kept) || kept.state === "absent") {
    return { ...common, state: "unknown", reason: null, sinceMs: null } as AccountStatus
  }
  return { ...common, state: kept.state, reason: kept.reason, sinceMs: kept.atMs } as AccountStatus
})
