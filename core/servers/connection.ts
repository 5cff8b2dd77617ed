import { addressKind, isPrivate, plexDirect } from "./address.ts"
import type { Connection, Server, ServerAddress, TestedConnection } from "./server.ts"

/** Connections by what they are worth, the best first. A relay is slow and limited by Plex. */
export const CONNECTION_CLASSES = [
  "local_https",
  "local_http",
  "remote_https",
  "remote_http",
  "relay",
] as const
export type ConnectionClass = (typeof CONNECTION_CLASSES)[number]

/** The port at which Plex's relays listen, in the addresses that plex.tv lists. */
const RELAY_PORT = 8_443

/**
 * The class of a connection.
 *
 * @example
 * ```ts
 * assert.strictEqual(classOf({ protocol: "http", local: true, relay: false }), "local_http")
 * assert.strictEqual(classOf({ protocol: "https", local: false, relay: true }), "relay")
 * assert.strictEqual(connectionOf("http://plex:32400/")?.uri, "http://plex:32400")
 * assert.strictEqual(connectionOf("javascript:alert(1)"), null)
 * ```
 */
export function classOf(connection: Pick<Connection, "protocol" | "local" | "relay">): ConnectionClass {
  if (connection.relay) return "relay"
  return `${connection.local ? "local" : "remote"}_${connection.protocol}`
}

/** For people: `local, https`. */
export function className(connection: Pick<Connection, "protocol" | "local" | "relay">): string {
  return classOf(connection).replace("_", ", ")
}

/**
 * A server for people, in errors: its name first and then its address, or the address alone.
 *
 * @example
 * ```ts
 * const uri = "https://192-168-1-20.0123456789abcdef0123456789abcdef.plex.direct:32400"
 * assert.strictEqual(placeName({ name: "Den", uri }), "Den (192.168.1.20:32400)")
 * assert.strictEqual(placeName({ uri: "http://plex:32400/" }), "http://plex:32400")
 * ```
 */
export function placeName({ name = "", uri }: Pick<ServerAddress, "name" | "uri">): string {
  const connection = connectionOf(uri)
  if (connection === null) return name === "" ? "the server" : name
  if (name === "") return new URL(connection.uri).origin
  return `${name} (${hostPort(connection)})`
}

/** Address and port as they stand in a URL; of a plex.direct name it is the address inside it. */
export function hostPort({ address, port }: Pick<Connection, "address" | "port">): string {
  return `${address.includes(":") ? `[${address}]` : address}:${port}`
}

function rankOf(connection: Pick<Connection, "protocol" | "local" | "relay">): number {
  return CONNECTION_CLASSES.indexOf(classOf(connection))
}

/** Negative when `a` is of a better class. */
export function compareClass(a: Connection, b: Connection): number {
  return rankOf(a) - rankOf(b)
}

/** The best first: by class, then by latency. What does not answer comes last. */
export function compareTested(a: TestedConnection, b: TestedConnection): number {
  if (a.available !== b.available) return a.available ? -1 : 1
  return compareClass(a, b) || (a.latencyMs ?? 0) - (b.latencyMs ?? 0)
}

/**
 * The connection behind an address that was stored or typed; null when it is none that a server can have. Names without
 * a dot and IP addresses of the home network are local; the address of a relay is known by its port.
 */
export function connectionOf(text: string): Connection | null {
  const trimmed = text.trim()
  if (!URL.canParse(trimmed)) return null
  const url = new URL(trimmed)
  const isWeb = url.protocol === "http:" || url.protocol === "https:"
  if (!isWeb || url.hostname === "" || url.username !== "" || url.password !== "") return null
  const protocol = url.protocol === "https:" ? "https" : "http"
  const host = url.hostname.replace(/^\[|\]$/g, "")
  const direct = plexDirect(host)
  const address = direct?.address ?? host
  const port = url.port === "" ? (protocol === "https" ? 443 : 80) : Number(url.port)
  const kind = addressKind(address)
  return {
    uri: url.origin + url.pathname.replace(/\/+$/, ""),
    protocol,
    address,
    port,
    local:
      kind === null
        ? !host.includes(".") || /\.(local|lan|home\.arpa|internal)$/i.test(host)
        : isPrivate(kind),
    relay: direct !== null && port === RELAY_PORT && !isPrivate(kind),
  }
}

/**
 * What of a server is worth testing: everything that is listed and, where the server allows it and plex.tv left it out,
 * plain http to its local addresses. The "local" of somebody else's server is somebody else's network.
 */
export function candidatesOf(server: Server): {
  readonly listed: ReadonlyArray<Connection>
  readonly derived: ReadonlyArray<Connection>
} {
  const listed = server.owned ? server.connections : server.connections.filter(({ local }) => !local)
  if (server.httpsRequired) return { listed, derived: [] }
  const known = new Set(listed.map(({ uri }) => uri))
  const derived = listed
    .filter(({ local, protocol, relay }) => local && protocol === "https" && !relay)
    .map((one) => connectionOf(`http://${hostPort(one)}`))
    .filter((one) => one !== null)
    .filter(({ uri }) => !known.has(uri))
  return { listed, derived: [...new Map(derived.map((one) => [one.uri, { ...one, local: true }])).values()] }
}
