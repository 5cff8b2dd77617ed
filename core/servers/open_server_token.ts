import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { accountAccess } from "../auth/account_access.ts"
import { PlexAccount, SecretBox, SettingsStore, StateStore } from "../ports/mod.ts"
import type { ServerEntry } from "../settings/records.ts"
import { secretKeys } from "../settings/settings.ts"

/** plex.tv is asked for a new token of a server at most this often, in milliseconds. */
export const RENEW_MIN_MS = 300_000

/** Where a token is kept, sealed, that plex.tv gave since config.yaml was last written. */
export const serverTokenKey = (serverId: string): string => `servers/${serverId}/token`
const askedKey = (serverId: string): string => `servers/${serverId}/token_asked_at`

/** The signing key of values that are not in config.yaml; what protects them is the sealing key. */
const keysOf = (serverId: string) => ({ signingKey: serverTokenKey(serverId), masterKey: "" })

/** plex.tv's own token for a server, kept for the next time; null when the account does not have the server. */
const fetchToken = Effect.fnUntraced(function* (entry: ServerEntry) {
  const account = yield* PlexAccount
  const { client, token } = yield* accountAccess(`use the server "${entry.name || entry.machine_id}"`)
  const servers = yield* account.servers(client, token)
  const server = servers.find(({ machineIdentifier }) => machineIdentifier === entry.machine_id)
  const own = server?.accessToken ?? null
  if (own === null) return null
  const box = yield* SecretBox
  const state = yield* StateStore
  const nowSeconds = Math.floor((yield* Clock.currentTimeMillis) / 1000)
  const kept = box
    .seal(own, keysOf(entry.machine_id), nowSeconds)
    .pipe(Effect.flatMap((sealed) => state.put(serverTokenKey(entry.machine_id), sealed)))
  yield* Effect.catch(kept, (error) => Effect.logWarning(`A server's token is not kept. ${error.message}`))
  return own
})

/** The kept token of a server, from the state store or config.yaml; null when there is none that can be read. */
const storedToken = Effect.fnUntraced(function* (entry: ServerEntry) {
  const box = yield* SecretBox
  const state = yield* StateStore
  const opened = (stored: string, keys: Parameters<typeof box.open>[1]) =>
    box.open(stored, keys, `token of ${entry.name || entry.machine_id}`).pipe(
      Effect.map(({ secret }) => secret),
      Effect.catch((error) => Effect.as(Effect.logWarning(error.message), null)),
    )
  const newer = yield* state.get(serverTokenKey(entry.machine_id))
  if (typeof newer === "string") {
    const token = yield* opened(newer, keysOf(entry.machine_id))
    if (token !== null) return token
  }
  const stored = Redacted.value(entry.token)
  if (stored === "") return null
  return yield* opened(stored, secretKeys(yield* SettingsStore.use((store) => store.current)))
})

/**
 * The token that a server accepts: its own, which plex.tv gives, or the API key where the configuration has one. The
 * account's token never goes to a server. Null when the account does not have the server (any more).
 */
export const openServerToken = Effect.fnUntraced(function* (entry: ServerEntry) {
  const { method, token } = yield* accountAccess(`use the server "${entry.name || entry.machine_id}"`)
  if (method === "apikey") return token
  return (yield* storedToken(entry)) ?? (yield* fetchToken(entry))
})

/**
 * Another token for a server that has refused `refused`: plex.tv gives new ones after a change of password. Null when it
 * has no other one, or was asked within `RENEW_MIN_MS`.
 */
export const renewServerToken = Effect.fn("renewServerToken")(function* (
  entry: ServerEntry,
  refused: Redacted.Redacted,
) {
  const { method } = yield* accountAccess(`use the server "${entry.name || entry.machine_id}"`)
  if (method === "apikey") return null
  const state = yield* StateStore
  const nowMs = yield* Clock.currentTimeMillis
  const asked = yield* state.get(askedKey(entry.machine_id))
  if (typeof asked === "number" && nowMs - asked < RENEW_MIN_MS && nowMs >= asked) return null
  yield* state.put(askedKey(entry.machine_id), nowMs)
  const fresh = yield* fetchToken(entry)
  return fresh === null || Redacted.value(fresh) === Redacted.value(refused) ? null : fresh
})

/** Forgets what is known of servers beside the configuration: tokens and addresses belong to one account. */
export const forgetServers = Effect.fnUntraced(function* () {
  const state = yield* StateStore
  for (const { key } of yield* state.list("servers/")) yield* state.put(key, null)
})
