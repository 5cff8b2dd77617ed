import { type LookupAddress, type LookupOptions, lookup as systemLookup } from "node:dns"
import type { LookupFunction, Socket } from "node:net"
import { connect as connectTls, TLSSocket } from "node:tls"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import { Agent, buildConnector, type Dispatcher } from "undici"
import { addressKind, isPrivate, mayDial, plexDirect } from "../../core/servers/address.ts"
import type { ServerAddress } from "../../core/servers/server.ts"
import { ForbiddenAddress, OtherCertificate } from "./_faults.ts"

/** Connections kept to one address at the same time. */
const CONNECTIONS_PER_ADDRESS_MAX = 16
/** Addresses whose connections are kept; the one that was used longest ago goes first. */
const ADDRESSES_KEPT_MAX = 128
/** Longest wait for a connection, in milliseconds; a call's own limit may be shorter. */
const CONNECT_TIMEOUT_MS = 5_000
/** Largest message of an event stream, in bytes. */
const MESSAGE_BYTES_MAX = 4 * 1024 * 1024

/** A name's addresses; `dns.lookup` in production. */
export type Resolve = (
  host: string,
  options: LookupOptions & { readonly all: true },
  done: (error: NodeJS.ErrnoException | null, addresses: Array<LookupAddress>) => void,
) => void

type Rules = Pick<ServerAddress, "fingerprint" | "privateOnly">

/** A sentence why this address is not dialled, or null. */
function objection(ip: string, rules: Rules): string | null {
  const kind = addressKind(ip)
  if (kind === null || !mayDial(kind)) return `${ip} is no address that a server may have`
  return rules.privateOnly === true && !isPrivate(kind) ? `${ip} is not in the home network` : null
}

/**
 * Resolves a host for one connection. The address of a `*.plex.direct` name is in the name, so that a router which
 * refuses such answers (DNS rebinding protection) does not matter. What may not be dialled is refused here, on the very
 * answer that is then used.
 */
function lookupFor(rules: Rules, resolve: Resolve): LookupFunction {
  return (host, options, done) => {
    const answer = (found: ReadonlyArray<LookupAddress>): void => {
      const objections = found.map((one) => objection(one.address, rules))
      const allowed = found.filter((_, index) => objections[index] === null)
      const refused = objections.find((one) => one !== null)
      if (allowed.length === 0 || (rules.privateOnly === true && refused !== undefined)) {
        done(new ForbiddenAddress(refused ?? `${host} has no address`), "", 4)
      } else if (options.all === true) done(null, [...allowed])
      else done(null, allowed[0]!.address, allowed[0]!.family)
    }
    const direct = plexDirect(host)
    if (direct !== null) {
      answer([{ address: direct.address, family: direct.address.includes(":") ? 6 : 4 }])
      return
    }
    resolve(host, { ...options, all: true }, (error, found) => {
      if (error !== null) done(error, "", 4)
      else answer(found)
    })
  }
}

/**
 * Connects by the rules of one address. The chain is verified by TLS itself, unless the user accepted a certificate:
 * then the fingerprint is compared before anything is sent, and a valid chain is as good. No session is resumed, since a
 * resumed one is not checked again.
 */
function connectorFor(rules: Rules, resolve: Resolve): buildConnector.connector {
  const connect = buildConnector({
    allowH2: false,
    maxCachedSessions: 0,
    timeout: CONNECT_TIMEOUT_MS,
    rejectUnauthorized: rules.fingerprint === null,
    lookup: lookupFor(rules, resolve),
  })
  return (options, done) => {
    // An IP address in the URL is dialled without asking `lookup`.
    const refused = addressKind(options.hostname) === null ? null : objection(options.hostname, rules)
    if (refused !== null) {
      queueMicrotask(() => done(new ForbiddenAddress(refused), null))
      return
    }
    connect(options, (...result) => {
      const [error, socket] = result
      if (error === null && socket instanceof TLSSocket && !socket.authorized) {
        const { fingerprint256 } = socket.getPeerCertificate()
        if (fingerprint256 !== rules.fingerprint) {
          socket.destroy()
          done(new OtherCertificate(fingerprint256), null)
          return
        }
      }
      done(...result)
    })
  }
}

/** The fingerprint of whatever certificate is shown at `url`, for the user to look at; nothing is sent there. */
function readFingerprint(url: URL, rules: Rules, resolve: Resolve): Effect.Effect<string | null> {
  return Effect.callback((resume) => {
    const host = url.hostname.replace(/^\[|\]$/g, "")
    if (addressKind(host) !== null && objection(host, rules) !== null) {
      resume(Effect.succeed(null))
      return
    }
    const socket = connectTls({
      host,
      port: Number(url.port || 443),
      rejectUnauthorized: false,
      lookup: lookupFor(rules, resolve),
      ...(addressKind(host) === null ? { servername: host } : {}),
    })
    const end = (fingerprint: string | null): void => {
      socket.destroy()
      resume(Effect.succeed(fingerprint))
    }
    socket.once("secureConnect", () => end(socket.getPeerCertificate().fingerprint256 ?? null))
    socket.once("error", () => end(null))
    return Effect.sync(() => socket.destroy())
  })
}

/** Where calls to servers leave: one dispatcher, and so one set of connections and rules, for each address. */
export class Dialer extends Context.Service<
  Dialer,
  {
    readonly dispatcher: (address: ServerAddress) => Dispatcher
    /**
     * A dispatcher for one long-lived stream. Its connections end with the scope, upgraded ones too, whether or not the
     * other side still takes part.
     */
    readonly stream: (address: ServerAddress) => Effect.Effect<Dispatcher, never, Scope.Scope>
    readonly fingerprint: (address: ServerAddress) => Effect.Effect<string | null>
  }
>()("adapters/plex/Dialer") {}

/** An agent whose every socket is known, so that all of them can be ended. */
function streamAgent(rules: Rules, resolve: Resolve) {
  const sockets = new Set<Socket>()
  const connect = connectorFor(rules, resolve)
  const agent = new Agent({
    allowH2: false,
    webSocket: { maxPayloadSize: MESSAGE_BYTES_MAX },
    connect: (options, done) =>
      connect(options, (...result) => {
        if (result[1] !== null) sockets.add(result[1])
        done(...result)
      }),
  })
  const end = async (): Promise<void> => {
    for (const socket of sockets) socket.destroySoon()
    await agent.destroy()
  }
  return { agent, end }
}

function make(resolve: Resolve) {
  const agents = new Map<string, Agent>()
  const dispatcher = (address: ServerAddress): Dispatcher => {
    const rules: Rules = { fingerprint: address.fingerprint, privateOnly: address.privateOnly === true }
    const key = `${new URL(address.uri).origin} ${rules.fingerprint} ${rules.privateOnly}`
    const kept = agents.get(key)
    agents.delete(key)
    const agent =
      kept ??
      new Agent({
        connect: connectorFor(rules, resolve),
        connections: CONNECTIONS_PER_ADDRESS_MAX,
        allowH2: false,
      })
    agents.set(key, agent)
    const oldest = agents.size > ADDRESSES_KEPT_MAX ? agents.entries().next().value : undefined
    if (oldest !== undefined) {
      agents.delete(oldest[0])
      void oldest[1].close()
    }
    return agent
  }
  return {
    dispatcher,
    stream: (address: ServerAddress) =>
      Effect.map(
        Effect.acquireRelease(
          Effect.sync(() => streamAgent(address, resolve)),
          ({ end }) => Effect.promise(end),
        ),
        ({ agent }) => agent,
      ),
    fingerprint: (address: ServerAddress) => {
      const url = new URL(address.uri)
      return url.protocol === "https:" ? readFingerprint(url, address, resolve) : Effect.succeed(null)
    },
    close: Effect.promise(() => Promise.all([...agents.values()].map((agent) => agent.destroy()))),
  }
}

/** A dialler with its own way to resolve names. */
export function dialer(resolve: Resolve): Layer.Layer<Dialer> {
  return Layer.effect(
    Dialer,
    Effect.map(
      Effect.acquireRelease(
        Effect.sync(() => make(resolve)),
        (made) => made.close,
      ),
      ({ dispatcher, stream, fingerprint }) => ({ dispatcher, stream, fingerprint }),
    ),
  )
}

/** The one that every adapter of a process shares. */
export const liveDialer: Layer.Layer<Dialer> = dialer((host, options, done) =>
  systemLookup(host, options, done),
)

/** Everything goes to one dispatcher, whatever its address. */
export function fixedDialer(dispatcher: Dispatcher): Layer.Layer<Dialer> {
  return Layer.succeed(Dialer, {
    dispatcher: () => dispatcher,
    stream: () => Effect.succeed(dispatcher),
    fingerprint: () => Effect.succeed(null),
  })
}
