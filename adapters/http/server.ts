import { createServer, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import { getRequestListener } from "@hono/node-server"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Hono } from "hono"
import { limitConnections } from "./_connections.ts"
import type { Direct } from "./direct.ts"

/** Longest wait, in milliseconds, for the headers of a request, and for the whole of it. */
export const HEADERS_TIMEOUT_MS = 10_000
export const REQUEST_TIMEOUT_MS = 30_000
/** How long, in milliseconds, a connection may stay open between two requests. */
export const KEEP_ALIVE_MS = 65_000
/** How long, in milliseconds, nothing may be sent either way during a request; live streams beat more often than that. */
export const SILENCE_MAX_MS = 10 * 60_000
/** How often, in milliseconds, connections are looked at for those that have passed a limit. */
const CHECK_EVERY_MS = 2_000
/** Open connections; beyond it idle ones make room, so that nobody waits (see `_connections.ts`). */
export const CONNECTIONS_MAX = 2_000
/** How long, in milliseconds, requests that are under way may still take when the server stops. */
export const DRAIN_MS = 2_000

/** The address is taken, or not one of this machine. */
export class CannotListen extends Schema.TaggedError<CannotListen>()("CannotListen", {
  host: Schema.String,
  port: Schema.Int,
  /** Which of the two is to blame; null: neither. */
  fault: Schema.NullOr(Schema.Literals(["host", "port"])),
  reason: Schema.String,
}) {
  override get message(): string {
    return `Cannot listen on ${this.host}:${this.port}: ${this.reason}`
  }
}

export interface Listening {
  readonly host: string
  /** The port that was given, or the one that the system chose for port 0. */
  readonly port: number
}

const REASONS: Readonly<Record<string, readonly [fault: "host" | "port", reason: string]>> = {
  EADDRINUSE: ["port", "another program uses this port"],
  EACCES: ["port", "this user may not use this port"],
  EADDRNOTAVAIL: ["host", "this machine does not have this address"],
  ENOTFOUND: ["host", "this is no address, and no name that is known"],
  EAI_AGAIN: ["host", "this is no address, and nobody answers who could know the name"],
  EINVAL: ["host", "this is no address to listen on"],
}

/** What a server answers with: the framework, and what is answered before it is asked. */
export interface Served extends Pick<Hono, "fetch"> {
  readonly direct?: Direct
}

function makeServer({ direct, fetch }: Served, connectionsMax: number): Server {
  // Checks of load balancers speak HTTP/1.0, which needs to name no host.
  const listener = getRequestListener(fetch, { overrideGlobalObjects: false, hostname: "localhost" })
  const server = createServer(
    {
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
      connectionsCheckingInterval: CHECK_EVERY_MS,
    },
    (incoming, outgoing) => {
      if (direct?.(incoming, outgoing) !== true) void listener(incoming, outgoing)
    },
  )
  server.setTimeout(SILENCE_MAX_MS)
  limitConnections(server, connectionsMax)
  return server
}

const open = (server: Server, host: string, port: number) =>
  Effect.callback<Listening, CannotListen>((resume) => {
    const onError = (error: NodeJS.ErrnoException) => {
      const [fault, reason] = REASONS[error.code ?? ""] ?? [null, error.message]
      resume(Effect.fail(new CannotListen({ host, port, fault, reason })))
    }
    server.once("error", onError)
    server.listen(port, host, () => {
      server.off("error", onError)
      resume(Effect.succeed({ host, port: (server.address() as AddressInfo).port }))
    })
  })

const close = (server: Server) =>
  Effect.callback<void>((resume) => {
    const deadline = setTimeout(() => server.closeAllConnections(), DRAIN_MS)
    server.close(() => {
      clearTimeout(deadline)
      resume(Effect.void)
    })
    server.closeIdleConnections()
  })

/** Listens until the scope ends; then finishes what is under way, for at most `DRAIN_MS`. */
export const listen = Effect.fnUntraced(function* (
  served: Served,
  host: string,
  port: number,
  connectionsMax = CONNECTIONS_MAX,
) {
  const server = makeServer(served, connectionsMax)
  const listening = yield* open(server, host, port)
  yield* Effect.addFinalizer(() => close(server))
  return listening
})
