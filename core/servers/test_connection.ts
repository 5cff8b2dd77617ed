import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { type AccountAccess, accountAccess } from "../auth/account_access.ts"
import { PlexAccount, PlexServer, type ProbeFailure, SettingsStore } from "../ports/mod.ts"
import { addressKind, isPrivate, mayDial, plexDirect } from "./address.ts"
import { rememberedConnection } from "./choose_connection.ts"
import { connectionOf } from "./connection.ts"
import { apiKeyAddress } from "./known_servers.ts"
import { openServerToken } from "./open_server_token.ts"
import { probeConnection } from "./probe_connections.ts"
import { selectedServers } from "./selected.ts"
import type { Connection, ConnectionFault, Server, TestedConnection } from "./server.ts"

/** Nobody vouches for the address, so nothing is sent there. */
export class AddressRefused extends Schema.TaggedError<AddressRefused>()("AddressRefused", {
  reason: Schema.String,
}) {
  override get message(): string {
    return `Refusing to send Plex credentials to this address: ${this.reason}`
  }
}

/** Whose server answers at the tested address, and what is wrong with it if anything. */
export interface ConnectionTest {
  readonly success: boolean
  readonly fault: ConnectionFault | null
  /** A sentence for people when it is no success. */
  readonly reason: string | null
  readonly latencyMs: number | null
  readonly machineIdentifier: string | null
  readonly name: string | null
  /** Of a certificate that did not verify, so that it may be accepted for a selected server. */
  readonly fingerprint: string | null
}

/** The account's servers as plex.tv lists them now; none when it does not answer, since other addresses vouch too. */
const listedServers = Effect.fnUntraced(function* ({ client, method, token }: AccountAccess) {
  const account = yield* PlexAccount
  return yield* account.servers(client, token).pipe(
    Effect.timeoutOrElse({ duration: "5 seconds", orElse: () => Effect.succeed([]) }),
    Effect.catchTag("PlexUnreachable", (error) => Effect.as(Effect.logWarning(error.message), [])),
    // A key may be good for its server alone.
    Effect.catchTag("TokenRejected", (error) =>
      method === "apikey" ? Effect.succeed([]) : Effect.fail(error),
    ),
  )
})

/** Why an address may be tested, or why not; final: nobody could vouch for it. */
function verdictOn(connection: Connection, vouched: ReadonlySet<string>) {
  const host = new URL(connection.uri).hostname
  const kind = addressKind(connection.address)
  const verdict = (reach: "vouched" | "private" | "plex.direct" | null, reason = "", isFinal = false) => ({
    reach,
    reason,
    isFinal,
  })
  if (kind !== null && !mayDial(kind))
    return verdict(null, `${host} is no address that a server may have`, true)
  if (vouched.has(connection.uri)) return verdict("vouched")
  // Where a name leads is checked when it is dialled.
  if (kind === null || isPrivate(kind)) return verdict("private")
  if (plexDirect(host) !== null) return verdict("plex.direct")
  return verdict(null, `${host} is neither in the home network nor an address of one of your servers`)
}

/**
 * Whether a server of the account is reached at `uri` with a token that works. The addresses that plex.tv lists for the
 * account, the stored ones, `*.plex.direct` and the home network may be tested; anything else is AddressRefused, also
 * when only DNS leads there. No token is sent before the machine identifier is one of the account's, and to a
 * `*.plex.direct` address that is not listed only when it shows a certificate of the same server.
 */
export const testConnection = Effect.fn("testConnection")(function* (uri: string) {
  const connection = connectionOf(uri)
  if (connection === null) return yield* new AddressRefused({ reason: "it is not an http or https address" })
  const settings = yield* SettingsStore.use((store) => store.current)
  const entries = selectedServers(settings)
  const proven = yield* Effect.forEach(entries, (entry) => rememberedConnection(entry.machine_id))
  const stored = [
    apiKeyAddress(settings),
    ...entries.flatMap(({ manual }) => manual),
    ...proven.flatMap((one) => one?.uri ?? []),
  ]
  const vouched = new Set(stored.flatMap((one) => connectionOf(one)?.uri ?? []))
  const early = verdictOn(connection, vouched)
  if (early.isFinal) return yield* new AddressRefused({ reason: early.reason })
  const access = yield* accountAccess("test a connection").pipe(
    Effect.catchTag("NotSignedIn", (error) =>
      Effect.fail(early.reach === null ? new AddressRefused({ reason: early.reason }) : error),
    ),
  )
  const servers = yield* listedServers(access)
  for (const one of servers.flatMap(({ connections }) => connections)) vouched.add(one.uri)
  const { reach, reason } = verdictOn(connection, vouched)
  if (reach === null) return yield* new AddressRefused({ reason })

  const plexServer = yield* PlexServer
  const found = yield* plexServer
    .identity({
      uri: connection.uri,
      machineIdentifier: null,
      fingerprint: null,
      privateOnly: reach === "private",
    })
    .pipe(
      Effect.catch((failure) =>
        failure.fault === "forbidden_address" || isNowhere(failure, connection, reach)
          ? new AddressRefused({ reason: failure.reason })
          : Effect.succeed(failure),
      ),
    )
  const failed = (fault: ConnectionFault, reason: string, fingerprint: string | null): ConnectionTest => ({
    success: false,
    fault,
    reason,
    latencyMs: null,
    machineIdentifier: "machineIdentifier" in found ? found.machineIdentifier : null,
    name: null,
    fingerprint,
  })
  if ("fault" in found) return failed(found.fault, found.reason, found.fingerprint)

  const server = servers.find(({ machineIdentifier }) => machineIdentifier === found.machineIdentifier)
  const entry = entries.find(({ machine_id }) => machine_id === found.machineIdentifier)
  const token =
    access.method === "apikey"
      ? access.token
      : (server?.accessToken ?? (entry === undefined ? null : yield* openServerToken(entry)))
  if (token === null || (reach === "plex.direct" && !isSameCertificate(connection, server))) {
    return failed("wrong_server", "a Plex Media Server answers there that is not one of yours", null)
  }
  const tested: TestedConnection = yield* probeConnection(
    { machineIdentifier: found.machineIdentifier, fingerprint: null, token },
    connection,
  )
  if (!tested.available) return failed(tested.fault ?? "bad_answer", tested.reason ?? "it failed", null)
  return {
    success: true,
    fault: null,
    reason: null,
    latencyMs: tested.latencyMs,
    machineIdentifier: found.machineIdentifier,
    name: server?.name ?? entry?.name ?? null,
    fingerprint: null,
  } satisfies ConnectionTest as ConnectionTest
})

/** A name of the public net that leads nowhere does not lead into the home network either. */
function isNowhere(failure: ProbeFailure, connection: Connection, reach: string): boolean {
  return failure.fault === "dns" && reach === "private" && !connection.local
}

/** The label of a plex.direct name belongs to one server's certificate, which TLS has verified by now. */
function isSameCertificate(connection: Connection, server: Server | undefined): boolean {
  const certificateOf = (uri: string) => plexDirect(new URL(uri).hostname)?.certificate
  const shown = certificateOf(connection.uri)
  return server?.connections.some(({ uri }) => certificateOf(uri) === shown) === true
}
