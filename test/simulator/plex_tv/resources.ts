/** The servers and players an account can reach, in both the current and the legacy form. */

import type { ListedConnection, Simulation } from "../context.ts"
import { type Answer, json, xml } from "../http/answer.ts"
import type { Call } from "../http/service.ts"
import { listToXml, plexTvXml, pmsXml, toXml } from "../http/xml.ts"
import type { Account } from "../world/account.ts"
import type { PlexServer } from "../world/plex_server.ts"
import { accountOf } from "../world/world.ts"
import { wantsJson } from "./reply.ts"

function isOn(call: Call, name: string): boolean {
  const value = call.query.get(name)
  return value === "1" || value === "true"
}

function connectionsFor(call: Call, all: ReadonlyArray<ListedConnection>): ListedConnection[] {
  const https = isOn(call, "includeHttps")
  const kept = all.filter(
    (connection) =>
      (isOn(call, "includeRelay") || !connection.relay) && (isOn(call, "includeIPv6") || !connection.IPv6),
  )
  if (https) return kept
  // Without includeHttps the same addresses are listed as plain http.
  return kept.map((connection) => {
    const host = connection.IPv6 ? `[${connection.address}]` : connection.address
    return { ...connection, protocol: "http", uri: `http://${host}:${connection.port}` }
  })
}

function accessTokenFor(server: PlexServer, account: Account): string | undefined {
  if (server.owner === account.username) return server.accessToken
  return server.shares.find((share) => share.username === account.username)?.accessToken
}

function serverResource(simulation: Simulation, call: Call, account: Account, index: number) {
  const server = simulation.world.servers[index]!
  const accessToken = accessTokenFor(server, account)
  if (accessToken === undefined) return undefined
  const owned = server.owner === account.username
  return {
    name: server.name,
    product: "Plex Media Server",
    productVersion: server.version,
    platform: server.platform,
    platformVersion: server.platformVersion,
    device: server.device,
    clientIdentifier: server.machineIdentifier,
    createdAt: "2019-06-24T11:38:02Z",
    lastSeenAt: `${new Date(simulation.now()).toISOString().slice(0, 19)}Z`,
    provides: "server",
    ownerId: owned ? null : (accountOf(simulation.world, server.owner)?.id ?? 0),
    sourceTitle: owned ? null : server.owner,
    publicAddress: server.publicAddress,
    accessToken,
    owned,
    home: false,
    synced: false,
    relay: true,
    presence: server.presence,
    httpsRequired: server.httpsRequired,
    publicAddressMatches: server.publicAddressMatches,
    dnsRebindingProtection: false,
    natLoopbackSupported: false,
    connections: connectionsFor(call, simulation.connections[index] ?? []),
  }
}

type Resource = NonNullable<ReturnType<typeof serverResource>>

function playerResources(simulation: Simulation, account: Account): Resource[] {
  return simulation.world.players
    .filter((player) => player.owner === account.username)
    .map((player) => ({
      name: player.name,
      product: player.product,
      productVersion: "1.68.0",
      platform: player.platform,
      platformVersion: "6.1",
      device: player.device,
      clientIdentifier: player.clientIdentifier,
      createdAt: "2022-02-02T02:02:02Z",
      lastSeenAt: "2025-08-12T11:00:00Z",
      provides: "client,player,pubsub-player",
      ownerId: null,
      sourceTitle: null,
      publicAddress: player.publicAddress,
      accessToken: "",
      owned: true,
      home: false,
      synced: false,
      relay: false,
      presence: true,
      httpsRequired: false,
      publicAddressMatches: true,
      dnsRebindingProtection: false,
      natLoopbackSupported: false,
      connections: [],
    }))
}

function listResources(simulation: Simulation, call: Call, account: Account): Resource[] {
  const servers = simulation.world.servers
    .map((_, index) => serverResource(simulation, call, account, index))
    .filter((resource) => resource !== undefined)
  return [...servers, ...playerResources(simulation, account)]
}

export function resources(simulation: Simulation, call: Call, account: Account): Answer {
  const list = listResources(simulation, call, account)
  return wantsJson(call) ? json(list) : xml(listToXml("resources", list, plexTvXml))
}

const seconds = (iso: string) => Math.floor(Date.parse(iso) / 1000)

/** Always XML, whatever the Accept header says. */
export function legacyResources(simulation: Simulation, call: Call, account: Account): Answer {
  const devices = listResources(simulation, call, account).map((resource) => {
    const { connections, ownerId, sourceTitle, createdAt, lastSeenAt, home: _home, ...rest } = resource
    return {
      ...rest,
      createdAt: seconds(createdAt),
      lastSeenAt: seconds(lastSeenAt),
      ...(ownerId === null ? {} : { ownerId, sourceTitle }),
      Connection: connections.map(({ relay, IPv6: _ipv6, ...connection }) => ({
        ...connection,
        ...(relay ? { relay } : {}),
      })),
    }
  })
  return xml(toXml("MediaContainer", { size: devices.length, Device: devices }, pmsXml))
}
