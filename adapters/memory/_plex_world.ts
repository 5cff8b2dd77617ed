import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import type { PlexUser } from "../../core/auth/token.ts"
import type { Section } from "../../core/library/section.ts"
import type { MediaItem } from "../../core/media/media_item.ts"
import { PlexForbidden, PlexUnreachable, TokenRejected } from "../../core/ports/mod.ts"
import type { OnDemandSubtitle, ShowItem } from "../../core/ports/plex_library.ts"
import type {
  PlaySession,
  ProbeFailure,
  ServerAccount,
  ServerNotification,
} from "../../core/ports/plex_server.ts"
import { placeName } from "../../core/servers/connection.ts"
import {
  PROBE_TIMEOUT_MS,
  type Server,
  type ServerAccess,
  type ServerAddress,
} from "../../core/servers/server.ts"

/** How one address behaves: the server itself, another machine, a failure, or no answer at all. */
export interface MemoryAddress {
  readonly answers: "server" | "silent" | { readonly impostor: string } | ProbeFailure
  readonly latencyMs: number
}

/** One media server of the world. Tests change it freely between calls. */
export interface MemoryServer {
  /** As plex.tv lists it. */
  server: Server
  /** The owner's tokens that it accepts; the one that plex.tv lists, unless a test says otherwise. */
  tokens: Set<string>
  /** Tokens of people with whom the server is shared; they may look and not touch. */
  guestTokens: Set<string>
  /** Behaviour by address; what is not in it refuses the connection. */
  addresses: Map<string, MemoryAddress>
  sections: Array<Section>
  items: Map<string, MediaItem>
  shows: Map<string, ShowItem>
  sessions: Array<PlaySession>
  accounts: Array<ServerAccount>
  preferences: Map<string, string>
  onDemand: Map<string, ReadonlyArray<OnDemandSubtitle>>
  plexPass: boolean
  /** What is sent to a listener before its stream is cut. */
  notifications: ReadonlyArray<ServerNotification>
  /** Calls that change something, in order, for example `scan 1 /data/media/movies/Sintel`. */
  calls: Array<string>
  /** Runs after a call was recorded, so that a test can let a scan list a subtitle. */
  onCall: (call: string) => Effect.Effect<void>
}

export interface MemoryPin {
  readonly id: string
  readonly code: string
  readonly clientIdentifier: string
  token: string | null
}

/** plex.tv and the servers behind it. */
export interface PlexWorld {
  user: PlexUser
  /** Account tokens that are alive. */
  tokens: Set<string>
  pins: Array<MemoryPin>
  webhooks: ReadonlyArray<string>
  servers: Array<MemoryServer>
  /** Set: every call to plex.tv fails with it. */
  outage: PlexUnreachable | null
  /** How long plex.tv takes. */
  accountLatencyMs: number
  /** Calls to plex.tv in order, for example `user`. */
  accountCalls: Array<string>
  /** plex.tv's signing-in side: the user approves the PIN, which makes a token. */
  readonly approve: (pinIdOrCode: string, token?: string) => string
}

export const MEMORY_USER: PlexUser = {
  id: "10000001",
  username: "owner_user",
  email: "owner@example.com",
  subtitleLanguage: "en",
  audioLanguage: null,
  subscription: { active: true, plan: "lifetime", hasWebhooks: true },
}

/** A server at one local address that answers at once, with whatever else is given. */
export function memoryServer(
  given: Partial<Server> & { readonly token?: string } = {},
  rest: Partial<Omit<MemoryServer, "server">> = {},
): MemoryServer {
  const { token: asked, ...fields } = given
  const machineIdentifier = fields.machineIdentifier ?? "c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00"
  const connections = fields.connections ?? [
    {
      uri: "http://192.168.1.50:32400",
      protocol: "http",
      address: "192.168.1.50",
      port: 32_400,
      local: true,
      relay: false,
    },
  ]
  const token = asked ?? `token-of-${machineIdentifier}`
  return {
    tokens: new Set([token]),
    server: {
      name: "Attic",
      machineIdentifier,
      owned: true,
      accessToken: Redacted.make(token),
      version: "1.43.2.0000-example",
      platform: "Linux",
      device: "Docker Container",
      httpsRequired: false,
      publicAddressMatches: true,
      ...fields,
      connections,
    },
    guestTokens: new Set(),
    addresses: new Map(connections.map(({ uri }) => [uri, { answers: "server", latencyMs: 0 }])),
    sections: [],
    items: new Map(),
    shows: new Map(),
    sessions: [],
    accounts: [],
    preferences: new Map([["WebHooksEnabled", "true"]]),
    onDemand: new Map(),
    plexPass: true,
    notifications: [],
    calls: [],
    onCall: () => Effect.void,
    ...rest,
  }
}

/** A world with one account, one token (`account-token`) and the given servers. */
export function plexWorld(given: Partial<Omit<PlexWorld, "approve">> = {}): PlexWorld {
  const world: PlexWorld = {
    user: MEMORY_USER,
    tokens: new Set(["account-token"]),
    pins: [],
    webhooks: [],
    servers: [],
    outage: null,
    accountLatencyMs: 0,
    accountCalls: [],
    ...given,
    approve: (pinIdOrCode, token = `token-${pinIdOrCode}`) => {
      const pin = world.pins.find(({ id, code }) => id === pinIdOrCode || code === pinIdOrCode)
      if (pin !== undefined) pin.token = token
      world.tokens.add(token)
      return token
    },
  }
  return world
}

const REFUSED: ProbeFailure = { fault: "refused", reason: "the connection was refused", fingerprint: null }

/** Who answers at an address, after its latency; within the probe's limit when `isProbe`. */
export const answering = (
  world: PlexWorld,
  address: ServerAddress,
  isProbe: boolean,
): Effect.Effect<MemoryServer | { readonly impostor: string }, ProbeFailure> =>
  Effect.gen(function* () {
    const home = world.servers.find(({ addresses }) => addresses.has(address.uri))
    const behaviour = home?.addresses.get(address.uri)
    if (home === undefined || behaviour === undefined) return yield* Effect.fail(REFUSED)
    const limitMs = isProbe ? PROBE_TIMEOUT_MS : 10_000
    const silent: ProbeFailure = {
      fault: "timeout",
      reason: `no answer in ${limitMs / 1000} s`,
      fingerprint: null,
    }
    if (behaviour.answers === "silent" || behaviour.latencyMs > limitMs) {
      yield* Effect.sleep(limitMs)
      return yield* Effect.fail(silent)
    }
    if (behaviour.latencyMs > 0) yield* Effect.sleep(behaviour.latencyMs)
    if (behaviour.answers === "server") return home
    if ("impostor" in behaviour.answers) return behaviour.answers
    const { fault, fingerprint } = behaviour.answers
    // An accepted certificate makes a failed handshake good.
    if (fault === "tls" && fingerprint !== null && fingerprint === address.fingerprint) return home
    return yield* Effect.fail(behaviour.answers)
  })

/** The server behind an authenticated call; an impostor refuses tokens that are not its own. */
export const admitted = (
  world: PlexWorld,
  access: ServerAccess,
  owner: { readonly what: string } | null = null,
): Effect.Effect<MemoryServer, PlexUnreachable | TokenRejected | PlexForbidden> =>
  Effect.gen(function* () {
    const found = yield* answering(world, access, false).pipe(
      Effect.mapError(({ fault, reason }) => {
        const known = fault === "wrong_server" || fault === "unauthorised" ? "bad_answer" : fault
        return new PlexUnreachable({
          where: placeName(access),
          fault: known,
          status: null,
          retryAfterSeconds: null,
          detail: reason,
        })
      }),
    )
    if ("impostor" in found) return yield* new TokenRejected({ where: placeName(access) })
    const token = Redacted.value(access.token)
    if (found.tokens.has(token)) return found
    if (!found.guestTokens.has(token)) return yield* new TokenRejected({ where: placeName(access) })
    if (owner !== null) return yield* new PlexForbidden({ where: placeName(access), what: owner.what })
    return found
  })
