/** Binding the addresses of a server, and listing them the way plex.tv does. */

import { readFileSync } from "node:fs"
import { type AddressInfo, createServer, type Socket } from "node:net"
import type { ListedConnection, Simulation } from "../context.ts"
import { json } from "../http/answer.ts"
import { type Service, startService } from "../http/service.ts"
import type { Connection, PlexServer } from "../world/plex_server.ts"
import type { Pms } from "./pms.ts"
import { SERVER_HEADERS } from "./reply.ts"

const CERTIFICATES = new URL("../certificates/", import.meta.url)

/** The authority that signed the test certificate; a client must be told to trust it. */
export const AUTHORITY_FILE = new URL("authority.pem", CERTIFICATES)

function certificate() {
  return {
    key: readFileSync(new URL("server_key.pem", CERTIFICATES), "utf8"),
    cert: readFileSync(new URL("server.pem", CERTIFICATES), "utf8"),
  }
}

export interface Listeners {
  readonly http: Service
  readonly connections: ListedConnection[]
  readonly close: () => Promise<void>
}

interface Bound {
  readonly port: number
  readonly close: () => Promise<void>
}

function silentPort(simulation: Simulation): Promise<Bound> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on("error", () => {})
    socket.on("close", () => sockets.delete(socket))
  })
  const close = () =>
    new Promise<void>((resolve) => {
      forget()
      server.close(() => resolve())
      for (const socket of sockets) socket.destroy()
    })
  const forget = simulation.scope.onClose(close)
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve({ port: (server.address() as AddressInfo).port, close }))
  })
}

async function refusedPort(simulation: Simulation): Promise<Bound> {
  const bound = await silentPort(simulation)
  await bound.close()
  return { port: bound.port, close: async () => {} }
}

function impostorPort(simulation: Simulation): Promise<Service> {
  const body = {
    size: 0,
    claimed: true,
    machineIdentifier: "badc0de0badc0de0badc0de0badc0de0badc0de0",
    version: "1.0",
  }
  return startService(simulation, { name: "impostor", handler: () => json({ MediaContainer: body }) })
}

function plexDirect(server: PlexServer, address: string): string {
  return `${address.replaceAll(/[.:]/g, "-")}.${server.certificateHash}.plex.direct`
}

function loopback(port: number, local: boolean): ListedConnection {
  return {
    protocol: "http",
    address: "127.0.0.1",
    port,
    uri: `http://127.0.0.1:${port}`,
    local,
    relay: false,
    IPv6: false,
  }
}

function listLiteral(server: PlexServer, connection: Connection & { kind: "literal" }): ListedConnection {
  const { address, port, protocol } = connection
  const IPv6 = connection.IPv6 === true
  const plain = IPv6 ? `[${address}]` : address
  const host = protocol === "https" ? plexDirect(server, address) : plain
  return {
    protocol,
    address,
    port,
    uri: `${protocol}://${host}:${port}`,
    local: connection.local === true,
    relay: connection.relay === true,
    IPv6,
  }
}

export async function openListeners(simulation: Simulation, pms: Pms): Promise<Listeners> {
  const { index, server } = pms.context
  const options = {
    name: `pms:${index}` as const,
    handler: pms.handler,
    upgrade: pms.upgrade,
    headers: SERVER_HEADERS,
  }
  const http = await startService(simulation, options)
  const closers: Array<() => Promise<void>> = [http.close]
  let https: Service | undefined

  const list = async (connection: Connection): Promise<ListedConnection> => {
    if (connection.kind === "literal") return listLiteral(server, connection)
    const local = connection.local === true
    if (connection.kind === "http") return loopback(http.port, local)
    if (connection.kind === "https") {
      if (https === undefined) {
        https = await startService(simulation, { ...options, tls: certificate() })
        closers.push(https.close)
      }
      return {
        ...loopback(https.port, local),
        protocol: "https",
        uri: `https://${plexDirect(server, "127.0.0.1")}:${https.port}`,
        relay: connection.relay === true,
      }
    }
    const bound =
      connection.kind === "silent"
        ? await silentPort(simulation)
        : connection.kind === "refused"
          ? await refusedPort(simulation)
          : await impostorPort(simulation)
    closers.push(bound.close)
    return loopback(bound.port, local)
  }

  const connections: ListedConnection[] = []
  for (const connection of server.connections) connections.push(await list(connection))
  return {
    http,
    connections,
    close: async () => {
      await Promise.all(closers.map((close) => close()))
    },
  }
}
