import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { authMethod } from "../auth/account_access.ts"
import { PlexServer, PlexUnreachable, SettingsStore, StateStore } from "../ports/mod.ts"
import type { ServerEntry } from "../settings/records.ts"
import type { Settings } from "../settings/settings.ts"
import { connectionOf, placeName } from "./connection.ts"
import { selectedServers } from "./selected.ts"
import type { Connection, ConnectionFault } from "./server.ts"

/** Where the machine identifier behind `plex.ip` is kept, so that it is asked for once for each address. */
const BY_ADDRESS_KEY = "servers/by_address"
/** Where the addresses are kept that plex.tv listed after the ones in the configuration had failed. */
export const discoveredKey = (serverId: string): string => `servers/${serverId}/discovered`

/** The address of a configuration with an API key, which names its server by host and port. */
export function apiKeyAddress({ plex }: Pick<Settings, "plex">): string {
  const host = plex.ip.includes(":") && !plex.ip.startsWith("[") ? `[${plex.ip}]` : plex.ip
  return `${plex.ssl ? "https" : "http"}://${host}:${plex.port}`
}

/** The failure of a call that could not be made because of what a probe found. */
export function notReached(where: string, fault: ConnectionFault | null, detail: string): PlexUnreachable {
  const known = fault === null || fault === "wrong_server" || fault === "unauthorised" ? "bad_answer" : fault
  return new PlexUnreachable({ where, fault: known, status: null, retryAfterSeconds: null, detail })
}

interface ByAddress {
  readonly url: string
  readonly machineIdentifier: string
}
const isByAddress = (value: unknown): value is ByAddress =>
  typeof value === "object" && value !== null && "url" in value && "machineIdentifier" in value

/**
 * The servers in use. With an API key and no selected server it is the one at `plex.ip`, whose identity is asked for at
 * the first time; PlexUnreachable when it cannot be.
 */
export const serversInUse = Effect.fnUntraced(function* () {
  const settings = yield* SettingsStore.use((store) => store.current)
  const selected = selectedServers(settings)
  if (selected.length > 0 || authMethod(settings) !== "apikey") return selected
  const url = apiKeyAddress(settings)
  const state = yield* StateStore
  const known = yield* state.get(BY_ADDRESS_KEY)
  const entry = (machineIdentifier: string): ServerEntry => ({
    machine_id: machineIdentifier,
    name: settings.plex.server_name,
    url,
    local: connectionOf(url)?.local ?? false,
    token: Redacted.make(""),
    connections: [],
    manual: [],
    fingerprint: "",
    libraries: [...settings.plex.movie_library_ids, ...settings.plex.series_library_ids],
  })
  if (isByAddress(known) && known.url === url) return [entry(known.machineIdentifier)]
  const server = yield* PlexServer
  const { machineIdentifier } = yield* server
    .identity({ uri: url, machineIdentifier: null, fingerprint: null })
    .pipe(
      Effect.mapError(({ fault, reason }) =>
        notReached(placeName({ name: settings.plex.server_name, uri: url }), fault, reason),
      ),
    )
  yield* state.put(BY_ADDRESS_KEY, { url, machineIdentifier })
  return [entry(machineIdentifier)]
})

const isConnection = Schema.is(
  Schema.Struct({
    uri: Schema.String,
    protocol: Schema.Literals(["http", "https"]),
    address: Schema.String,
    port: Schema.Finite,
    local: Schema.Boolean,
    relay: Schema.Boolean,
  }),
)

/** Every address under which a server is known, without duplicates: the chosen one, the stored and the found ones. */
export const knownConnections = Effect.fnUntraced(function* (entry: ServerEntry) {
  const state = yield* StateStore
  const found = yield* state.get(discoveredKey(entry.machine_id))
  const discovered = Array.isArray(found) ? found.filter(isConnection) : []
  const stored = [entry.url, ...entry.manual, ...entry.connections].flatMap((uri) => connectionOf(uri) ?? [])
  const known = new Map<string, Connection>()
  for (const one of stored) if (!known.has(one.uri)) known.set(one.uri, one)
  // plex.tv knows better than an address what is local and what a relay is.
  for (const one of discovered) known.set(one.uri, one)
  return [...known.values()]
})
