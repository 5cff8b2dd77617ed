import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { PlexUnreachable, TokenRejected } from "../ports/mod.ts"
import type { ServerEntry } from "../settings/records.ts"
import { connectionInUse, reconnect } from "./choose_connection.ts"
import { placeName } from "./connection.ts"
import { serversInUse } from "./known_servers.ts"
import { openServerToken, renewServerToken } from "./open_server_token.ts"
import type { ServerAccess } from "./server.ts"

/** The server is not among the servers in use, or not the account's any more. Select it. */
export class ServerUnknown extends Schema.TaggedError<ServerUnknown>()("ServerUnknown", {
  /** Its machine identifier; empty when no server is selected at all. */
  serverId: Schema.String,
}) {
  override get message(): string {
    return this.serverId === ""
      ? "No Plex server is selected: choose one first"
      : `The Plex server ${this.serverId} is not among the selected servers`
  }
}

/** The entry of a server in use; the primary one for null. */
export const findServer = Effect.fnUntraced(function* (serverId: string | null) {
  const servers = yield* serversInUse()
  const found = serverId === null ? servers[0] : servers.find(({ machine_id }) => machine_id === serverId)
  return found ?? (yield* new ServerUnknown({ serverId: serverId ?? "" }))
})

/** The entry of the server in use with this machine identifier or name; the primary one for an empty text. */
export const findServerNamed = Effect.fnUntraced(function* (text: string) {
  const wanted = text.trim()
  if (wanted === "") return yield* findServer(null)
  const named = (yield* serversInUse()).find(({ name }) => name === wanted)
  return named ?? (yield* findServer(wanted))
})

const accessOf = Effect.fnUntraced(function* (entry: ServerEntry) {
  const token = yield* openServerToken(entry)
  if (token === null) return yield* new ServerUnknown({ serverId: entry.machine_id })
  return {
    uri: yield* connectionInUse(entry),
    name: entry.name,
    machineIdentifier: entry.machine_id,
    fingerprint: entry.fingerprint === "" ? null : entry.fingerprint,
    token,
  } satisfies ServerAccess as ServerAccess
})

/**
 * Where and with which token a selected server is called now; the primary one for null. For a single call that may fail,
 * and for streams; anything else is better off with `withServer`.
 */
export const accessServer = Effect.fn("accessServer")(function* (serverId: string | null) {
  return yield* accessOf(yield* findServer(serverId))
})

/** Faults after which another address of the same server may do better. */
const TRANSPORT = new Set<PlexUnreachable["fault"]>(["refused", "timeout", "dns", "tls", "reset"])

/** The address failed, not what was asked of it; and it is this server's address and not plex.tv. */
function isLost(error: unknown, access: ServerAccess): error is PlexUnreachable {
  return error instanceof PlexUnreachable && TRANSPORT.has(error.fault) && error.where === placeName(access)
}

/**
 * Runs `use` with access to a selected server; the primary one for null. When its address does not answer, the others
 * are tried (and plex.tv is asked for new ones) and `use` runs once more with the one that does; when the server refuses
 * its token, once more with the one that plex.tv gives by then. So `use` must be safe to repeat.
 */
export const withServer = <A, E, R>(
  serverId: string | null,
  use: (access: ServerAccess) => Effect.Effect<A, E, R>,
) =>
  Effect.gen(function* () {
    const entry = yield* findServer(serverId)
    const access = yield* accessOf(entry)
    const first = yield* Effect.result(use(access))
    if (Result.isSuccess(first)) return first.success
    const error = first.failure
    if (isLost(error, access)) {
      const { winner } = yield* reconnect(entry, error.detail)
      // The address answers after all: then it was the call that failed, and repeating it would not help.
      if (winner === null || winner.uri === access.uri) return yield* Effect.fail(error)
      return yield* use({ ...access, uri: winner.uri })
    }
    if (error instanceof TokenRejected && error.where === placeName(access)) {
      const token = yield* renewServerToken(entry, access.token)
      if (token !== null) return yield* use({ ...access, token })
    }
    return yield* Effect.fail(error)
  })
