import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { accountAccess, authMethod } from "../auth/account_access.ts"
import { sealForSettings } from "../auth/seal_secret.ts"
import { Journal, PlexAccount, SettingsStore, StateStore } from "../ports/mod.ts"
import type { ServerEntry } from "../settings/records.ts"
import type { SettingsPatch } from "../settings/settings.ts"
import { addressKind, mayDial } from "./address.ts"
import { rememberConnection } from "./choose_connection.ts"
import { connectionOf } from "./connection.ts"
import { readFingerprint } from "./fingerprint.ts"
import { discoveredKey } from "./known_servers.ts"
import { listServers } from "./list_servers.ts"
import { serverTokenKey } from "./open_server_token.ts"
import { raceConnections } from "./probe_connections.ts"
import { SERVERS_SELECTED_MAX, selectedServers, withServers } from "./selected.ts"
import { preferredOf } from "./selection.ts"
import { CONNECTIONS_TESTED_MAX, type Connection, type TestedConnection } from "./server.ts"

/** An address that no server can have, or more than one server can use; nothing was asked or stored. */
export class ServerAddressInvalid extends Schema.TaggedError<ServerAddressInvalid>()("ServerAddressInvalid", {
  reason: Schema.String,
}) {
  override get message(): string {
    return `Cannot use this server address: ${this.reason}`
  }
}

/** None of the addresses is the server's; nothing was stored. */
export class ServerNotReached extends Schema.TaggedError<ServerNotReached>()("ServerNotReached", {
  name: Schema.String,
  addresses: Schema.Int,
  /** What the first address came to. */
  reason: Schema.String,
}) {
  override get message(): string {
    const { addresses, name, reason } = this
    return `Cannot select server "${name}": ${addresses} of ${addresses} addresses did not answer as it (${reason})`
  }
}

/** What a client posts. */
export interface ServerChoice {
  readonly machineIdentifier: string
  readonly name: string
  readonly uri: string
  readonly local: boolean
  /** Every address of the server; empty: those that plex.tv lists. */
  readonly connections: ReadonlyArray<string>
  /** Of a certificate that the user accepts for this server although it does not verify; left out: as it was. */
  readonly fingerprint?: string
}

/** The connection behind an address, or the reason why a server cannot have it. */
export const readServerAddress = Effect.fnUntraced(function* (uri: string) {
  const connection = connectionOf(uri)
  if (connection === null) {
    return yield* new ServerAddressInvalid({ reason: "it is not an http or https address" })
  }
  const kind = addressKind(connection.address)
  if (kind !== null && !mayDial(kind)) {
    return yield* new ServerAddressInvalid({ reason: `no server can live at ${connection.address}` })
  }
  return connection
})

/** What plex.tv says about the server; null when it does not list it or does not answer, since nothing depends on it. */
const listedServer = Effect.fnUntraced(function* (machineIdentifier: string) {
  const settings = yield* SettingsStore.use((store) => store.current)
  if (authMethod(settings) !== "oauth") return null
  const account = yield* PlexAccount
  const { client, token } = yield* accountAccess("select a server")
  const servers = yield* account.servers(client, token).pipe(
    Effect.timeoutOrElse({ duration: "5 seconds", orElse: () => Effect.succeed([]) }),
    Effect.catchTag("PlexUnreachable", (error) => Effect.as(Effect.logWarning(error.message), [])),
  )
  return servers.find((one) => one.machineIdentifier === machineIdentifier) ?? null
})

/** Library choices of the server that was the primary one; they say nothing about another server's libraries. */
const NO_LIBRARIES = { movie_library: [], series_library: [], movie_library_ids: [], series_library_ids: [] }

function place(
  servers: ReadonlyArray<ServerEntry>,
  entry: ServerEntry,
  where: "primary" | "beside",
): ReadonlyArray<ServerEntry> {
  const known = servers.findIndex(({ machine_id }) => machine_id === entry.machine_id)
  if (where === "beside") {
    return known === -1 ? [...servers, entry] : servers.map((one, index) => (index === known ? entry : one))
  }
  // A server that is chosen as the primary one takes the place of the one that was.
  const others = known > 0 ? servers.filter((_, index) => index !== known) : servers.slice(1)
  return [entry, ...others]
}

/**
 * Puts a server in use: as the primary one, in place of the one that was, or beside the others. Accepted when at least
 * one of the posted addresses proves the machine identifier; what was posted is what is stored, and which address is
 * used is decided anew whenever one fails. The server's own token is stored sealed when plex.tv gives it.
 */
export const selectServer = Effect.fn("selectServer")(function* (
  choice: ServerChoice,
  where: "primary" | "beside" = "primary",
) {
  const chosen = yield* readServerAddress(choice.uri)
  const posted = yield* Effect.forEach(choice.connections.slice(0, CONNECTIONS_TESTED_MAX), readServerAddress)
  const listed = yield* listedServer(choice.machineIdentifier)
  const store = yield* SettingsStore
  const before = selectedServers(yield* store.current)
  const known = before.find(({ machine_id }) => machine_id === choice.machineIdentifier)
  if (where === "beside" && known === undefined && before.length >= SERVERS_SELECTED_MAX) {
    return yield* new ServerAddressInvalid({ reason: `${SERVERS_SELECTED_MAX} servers are in use already` })
  }
  const candidates = new Map<string, Connection>([chosen, ...posted].map((one) => [one.uri, one]))
  const fingerprint = readFingerprint(choice.fingerprint ?? known?.fingerprint ?? "")
  if (fingerprint === null) {
    return yield* new ServerAddressInvalid({ reason: "a SHA-256 fingerprint has 64 hexadecimal digits" })
  }
  const race = yield* raceConnections(
    {
      machineIdentifier: choice.machineIdentifier,
      fingerprint: fingerprint === "" ? null : fingerprint,
      token: null,
    },
    [...candidates.values()],
    chosen.uri,
  )
  if (race.winner === null) {
    const [first] = race.tested
    return yield* new ServerNotReached({
      name: choice.name,
      addresses: race.tested.length,
      reason: `${first?.uri ?? chosen.uri}: ${first?.reason ?? "no answer"}`,
    })
  }

  const nowSeconds = Math.floor((yield* Clock.currentTimeMillis) / 1000)
  const own = listed?.accessToken ?? null
  const sealed = own === null ? null : yield* sealForSettings(own, nowSeconds)
  const uris = choice.connections.length > 0 ? choice.connections : listed?.connections.map(({ uri }) => uri)
  const entry: ServerEntry = {
    machine_id: choice.machineIdentifier,
    name: choice.name,
    url: choice.uri.trim(),
    local: choice.local,
    token: sealed ?? known?.token ?? Redacted.make(""),
    connections: uris ?? [choice.uri.trim()],
    manual: known?.manual ?? [],
    fingerprint,
    libraries: known?.libraries ?? [],
  }
  yield* store.update((current): SettingsPatch => {
    const servers = selectedServers(current)
    const patch = withServers(place(servers, entry, where))
    const old = current.plex.server_machine_id
    const isOther = where === "primary" && old !== "" && old !== entry.machine_id
    return {
      ...patch,
      plex: { ...patch.plex, ...(isOther ? NO_LIBRARIES : {}) },
    }
  })
  const state = yield* StateStore
  yield* state.put(serverTokenKey(entry.machine_id), null)
  if (listed !== null) yield* state.put(discoveredKey(entry.machine_id), listed.connections)
  yield* rememberConnection(entry, race)
  const journal = yield* Journal
  yield* journal.write({
    kind: "settings",
    serverId: entry.machine_id,
    text: `The Plex server ${entry.name} was selected at ${entry.url}`,
  })
  return entry
})

/** The addresses to store of a server that was found by discovery; never a relay as the preferred one. */
export function choiceOf(server: {
  readonly machineIdentifier: string
  readonly name: string
  readonly connections: ReadonlyArray<TestedConnection>
}): ServerChoice | null {
  const preferred = preferredOf(server.connections) ?? server.connections[0]
  if (preferred === undefined) return null
  const { machineIdentifier, name, connections } = server
  return {
    machineIdentifier,
    name,
    uri: preferred.uri,
    local: preferred.local,
    connections: connections.map(({ uri }) => uri),
  }
}

/**
 * Selects the account's only owned server, so that nobody has to choose where there is no choice. Null when a server is
 * in use already, when there are several, and when the only one does not answer.
 */
export const selectOnlyServer = Effect.fn("selectOnlyServer")(function* () {
  const store = yield* SettingsStore
  if (selectedServers(yield* store.current).length > 0) return null
  const servers = yield* listServers({ includeShared: false })
  const [only] = servers
  const choice = servers.length === 1 && only?.bestConnection ? choiceOf(only) : null
  // Somebody may have chosen while the connections were tested.
  if (choice === null || selectedServers(yield* store.current).length > 0) return null
  return yield* selectServer(choice)
})
