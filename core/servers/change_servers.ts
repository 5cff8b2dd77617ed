import * as Effect from "effect/Effect"
import { Journal, PlexServer, SettingsStore } from "../ports/mod.ts"
import type { ServerEntry } from "../settings/records.ts"
import { ServerUnknown } from "./access_server.ts"
import { type AddressTests, reconnect, rememberedConnection } from "./choose_connection.ts"
import { type ConnectionClass, classOf, connectionOf } from "./connection.ts"
import { readFingerprint } from "./fingerprint.ts"
import { readServerAddress, ServerAddressInvalid, ServerNotReached } from "./select_server.ts"
import { selectedServers, withServers } from "./selected.ts"

/** Addresses that may be typed for one server. */
export const MANUAL_ADDRESSES_MAX = 8

const entryOf = Effect.fnUntraced(function* (serverId: string) {
  const settings = yield* SettingsStore.use((store) => store.current)
  const entry = selectedServers(settings).find(({ machine_id }) => machine_id === serverId)
  return entry ?? (yield* new ServerUnknown({ serverId }))
})

/** Changes one entry, wherever it stands by then, and saves. */
const change = Effect.fnUntraced(function* (serverId: string, to: (entry: ServerEntry) => ServerEntry) {
  const store = yield* SettingsStore
  yield* store.update((current) =>
    withServers(selectedServers(current).map((one) => (one.machine_id === serverId ? to(one) : one))),
  )
  return yield* entryOf(serverId)
})

const note = (serverId: string, text: string) =>
  Journal.use((journal) => journal.write({ kind: "settings", serverId, text }))

/** Takes a server out of use. The next one becomes the primary one. */
export const removeServer = Effect.fn("removeServer")(function* (serverId: string) {
  const entry = yield* entryOf(serverId)
  const store = yield* SettingsStore
  yield* store.update((current) =>
    withServers(selectedServers(current).filter(({ machine_id }) => machine_id !== serverId)),
  )
  yield* note(serverId, `The Plex server ${entry.name} is not used any more`)
})

/** Makes a server in use the primary one, on which the single-server endpoints act. */
export const makePrimary = Effect.fn("makePrimary")(function* (serverId: string) {
  const entry = yield* entryOf(serverId)
  const store = yield* SettingsStore
  yield* store.update((current) => {
    const others = selectedServers(current).filter(({ machine_id }) => machine_id !== serverId)
    return withServers([entry, ...others])
  })
  yield* note(serverId, `The Plex server ${entry.name} is the primary one`)
})

/** Section ids of the libraries that are used; empty: all of them. */
export const chooseLibraries = Effect.fn("chooseLibraries")(function* (
  serverId: string,
  libraries: ReadonlyArray<string>,
) {
  yield* entryOf(serverId)
  return yield* change(serverId, (entry) => ({ ...entry, libraries: [...new Set(libraries)] }))
})

/**
 * Adds an address that the user typed, a container's name or a reverse proxy, after the server has proved there who it
 * is. A certificate that does not verify is the reason in ServerNotReached; see `acceptCertificate`.
 */
export const addAddress = Effect.fn("addAddress")(function* (serverId: string, uri: string) {
  const entry = yield* entryOf(serverId)
  const connection = yield* readServerAddress(uri)
  if (!entry.manual.includes(connection.uri) && entry.manual.length >= MANUAL_ADDRESSES_MAX) {
    const reason = `${MANUAL_ADDRESSES_MAX} addresses are stored for this server already`
    return yield* new ServerAddressInvalid({ reason })
  }
  const server = yield* PlexServer
  const fingerprint = entry.fingerprint === "" ? null : entry.fingerprint
  yield* server
    .identity({ uri: connection.uri, machineIdentifier: serverId, fingerprint })
    .pipe(
      Effect.mapError(
        ({ reason }) =>
          new ServerNotReached({ name: entry.name, addresses: 1, reason: `${connection.uri}: ${reason}` }),
      ),
    )
  yield* note(serverId, `${connection.uri} was added to the addresses of ${entry.name}`)
  return yield* change(serverId, (one) => ({
    ...one,
    manual: [...new Set([...one.manual, connection.uri])],
  }))
})

export const removeAddress = Effect.fn("removeAddress")(function* (serverId: string, uri: string) {
  yield* entryOf(serverId)
  const gone = connectionOf(uri)?.uri ?? uri
  const entry = yield* change(serverId, (one) => ({
    ...one,
    manual: one.manual.filter((address) => address !== gone && address !== uri),
  }))
  const inUse = yield* rememberedConnection(serverId)
  if (inUse?.uri === gone) yield* reconnect(entry)
  return entry
})

/**
 * Accepts one certificate for one server although its chain does not verify; an empty fingerprint takes that back. It is
 * written as browsers show it, SHA-256 in pairs of hexadecimal digits, with or without colons.
 */
export const acceptCertificate = Effect.fn("acceptCertificate")(function* (
  serverId: string,
  fingerprint: string,
) {
  yield* entryOf(serverId)
  const written = readFingerprint(fingerprint)
  if (written === null) {
    return yield* new ServerAddressInvalid({ reason: "a SHA-256 fingerprint has 64 hexadecimal digits" })
  }
  const entry = yield* change(serverId, (one) => ({ ...one, fingerprint: written }))
  const text =
    written === ""
      ? `No certificate of ${entry.name} is accepted any more that does not verify`
      : `The certificate ${written.slice(0, 11)}… of ${entry.name} is accepted`
  yield* note(serverId, text)
  return entry
})

/** How one server in use is reached now. */
export interface ServerStatus {
  readonly entry: ServerEntry
  readonly isPrimary: boolean
  /** Null: at none of its addresses when it was last tried, or not tried yet. */
  readonly uri: string | null
  readonly connectionClass: ConnectionClass | null
  readonly sinceMs: number | null
  /** How long it took there to say who it is when it was last tested, in milliseconds. */
  readonly latencyMs: number | null
  /** Every address when all of them were tested; null: not since this one is in use. */
  readonly tests: AddressTests | null
}

/** The servers in use with the connection of each. Asks nobody. */
export const serverStatuses = Effect.fn("serverStatuses")(function* () {
  const settings = yield* SettingsStore.use((store) => store.current)
  return yield* Effect.forEach(selectedServers(settings), (entry, index) =>
    Effect.map(rememberedConnection(entry.machine_id), (inUse): ServerStatus => {
      const uri = inUse?.uri ?? null
      const connection = uri === null ? null : connectionOf(uri)
      return {
        entry,
        isPrimary: index === 0,
        uri,
        connectionClass: connection === null ? null : classOf(connection),
        sinceMs: inUse?.sinceMs ?? null,
        latencyMs: inUse?.latencyMs ?? null,
        tests: inUse?.tests ?? null,
      }
    }),
  )
})
