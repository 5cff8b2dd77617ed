import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { accountAccess } from "../auth/account_access.ts"
import { PlexAccount, PlexServer, SettingsStore, StateStore } from "../ports/mod.ts"
import { ServerAccount } from "../ports/plex_server.ts"
import type { ServerAccess } from "../servers/server.ts"
import { isSamePerson, isTokensAccount, type Viewer } from "./viewer.ts"
import { profileOfViewer } from "./viewer_profile.ts"

/** How long, in milliseconds, what Plex said of people's settings is believed. */
export const PREFERENCES_KEPT_MS = 10 * 60_000

const Kept = Schema.Struct({
  atMs: Schema.Finite,
  /** Null: the token is not the owner's, so the server does not tell. */
  accounts: Schema.NullOr(Schema.Array(ServerAccount)),
  /** The subtitle language that plex.tv has for the token's account; null: none, or not asked. */
  own: Schema.NullOr(Schema.String),
})
type Kept = typeof Kept.Type
const decode = Schema.decodeUnknownOption(Kept)
const keyOf = (serverId: string) => `viewer-languages/${serverId}`

/** What plex.tv says of the account whose token we have; null where it does not. */
const ownLanguage = Effect.gen(function* () {
  const { client, token } = yield* accountAccess("read the account's languages")
  return (yield* PlexAccount.use((account) => account.user(client, token))).subtitleLanguage
}).pipe(Effect.catch(() => Effect.succeed(null)))

const read = Effect.fnUntraced(function* (access: ServerAccess) {
  const state = yield* StateStore
  const key = keyOf(access.machineIdentifier)
  const nowMs = yield* Clock.currentTimeMillis
  const kept = Option.getOrNull(decode(yield* state.get(key)))
  if (kept !== null && nowMs - kept.atMs < PREFERENCES_KEPT_MS) return kept
  const accounts = yield* PlexServer.use((server) => server.accounts(access)).pipe(
    Effect.catchTag(["PlexForbidden", "PlexNotFound"], () => Effect.succeed(null)),
  )
  const now: Kept = { atMs: nowMs, accounts, own: yield* ownLanguage }
  yield* state.put(key, now)
  return now
})

/**
 * The profile of whoever watches, where the settings want it and Plex tells: from the server, which tells its owner about
 * everybody, else from plex.tv, which tells about the account whose token we have. Null where it is not known.
 */
export const followViewer = Effect.fn("followViewer")(function* (
  access: ServerAccess,
  viewer: Viewer | null,
) {
  const { oncue, plex } = yield* (yield* SettingsStore).current
  if (!oncue.follow_viewer || viewer === null) return null
  const known = yield* read(access).pipe(
    Effect.catch((error) => Effect.as(Effect.logWarning(error.message), null)),
  )
  if (known === null) return null
  const theirs = known.accounts?.find((one) => isSamePerson(one, viewer))
  const profile = theirs === undefined ? null : profileOfViewer(viewer.name, theirs)
  if (profile !== null) return profile
  const isOwn = isTokensAccount(viewer, plex, known.accounts === null ? null : true) === "yes"
  return isOwn
    ? profileOfViewer(viewer.name, {
        subtitleLanguage: known.own,
        subtitleMode: theirs?.subtitleMode ?? null,
      })
    : null
})
