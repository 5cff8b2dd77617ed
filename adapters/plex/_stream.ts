import { subscribe, unsubscribe } from "node:diagnostics_channel"
import type * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Sse from "effect/encoding/Sse"
import * as Queue from "effect/Queue"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { ping, request, WebSocket } from "undici"
import type { PlexForbidden, PlexUnreachable, TokenRejected } from "../../core/ports/mod.ts"
import type { ServerNotification } from "../../core/ports/plex_server.ts"
import { timedOut, unreachable } from "./_faults.ts"
import { type Answer, type Call, failure, neverMissing, neverRefused, send } from "./_http.ts"
import { readNotifications } from "./_server_answers.ts"

type Failure = PlexUnreachable | TokenRejected | PlexForbidden

type Out = Queue.Queue<ServerNotification, Failure | Cause.Done>

/** How often the server is pinged, in milliseconds. */
export const PING_EVERY_MS = 30_000
/** Without any sign of life for this long, in milliseconds, the connection is given up. */
export const SILENCE_MAX_MS = 70_000
/** Longest wait for a stream to open, in milliseconds. */
const OPEN_TIMEOUT_MS = 10_000
/** Notifications that may wait for a slow reader; the oldest go first, since sessions can be read again. */
const WAITING_MAX = 1_024
/** Largest error body, in bytes, that is read for the sake of the connection. */
const ERROR_BYTES_MAX = 64 * 1024
/** Largest server-sent event, in characters. */
const EVENT_CHARS_MAX = 4 * 1024 * 1024

/** The WebSocket could not be opened although somebody answered: it may be the other path, or not offered at all. */
const NOT_A_WEB_SOCKET = Symbol("not a WebSocket")

function openWebSocket(call: Call): Effect.Effect<WebSocket, PlexUnreachable | typeof NOT_A_WEB_SOCKET> {
  return Effect.callback<WebSocket, PlexUnreachable | typeof NOT_A_WEB_SOCKET>((resume) => {
    const url = new URL(call.url)
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:"
    const token = call.token === undefined ? {} : { "x-plex-token": Redacted.value(call.token) }
    const socket = new WebSocket(url, {
      dispatcher: call.dispatcher,
      headers: { ...call.headers, ...token },
    })
    let opened = false
    socket.onopen = () => {
      opened = true
      resume(Effect.succeed(socket))
    }
    socket.onerror = (event) => {
      if (opened) return
      const cause: unknown = event.error?.cause ?? event.error
      const isNetwork = cause instanceof Error && "code" in cause
      resume(Effect.fail(isNetwork ? unreachable(call.where, cause) : NOT_A_WEB_SOCKET))
    }
    return Effect.sync(() => {
      if (!opened) socket.close()
    })
  }).pipe(
    Effect.timeoutOrElse({
      duration: OPEN_TIMEOUT_MS,
      orElse: () => Effect.fail(timedOut(call.where, OPEN_TIMEOUT_MS)),
    }),
  )
}

const PONGS = "undici:websocket:pong"

/** Reads an open WebSocket until it closes or falls silent; always ends with a failure. */
const readWebSocket = (call: Call, socket: WebSocket, out: Out) =>
  Effect.gen(function* () {
    const signs = yield* Queue.sliding<"sign" | "closed">(16)
    const onPong = (message: unknown): void => {
      if ((message as { readonly websocket?: unknown }).websocket === socket) Queue.offerUnsafe(signs, "sign")
    }
    yield* Effect.acquireRelease(
      Effect.sync(() => subscribe(PONGS, onPong)),
      () =>
        Effect.sync(() => {
          unsubscribe(PONGS, onPong)
          socket.close()
        }),
    )
    socket.onmessage = (event: { readonly data: unknown }) => {
      Queue.offerUnsafe(signs, "sign")
      if (typeof event.data !== "string") return
      for (const one of readNotifications(event.data)) Queue.offerUnsafe(out, one)
    }
    socket.onclose = () => void Queue.offerUnsafe(signs, "closed")
    if (socket.readyState !== WebSocket.OPEN) Queue.offerUnsafe(signs, "closed")
    yield* Effect.forkScoped(
      Effect.forever(
        Effect.andThen(
          Effect.sleep(PING_EVERY_MS),
          Effect.sync(() => ping(socket)),
        ),
      ),
    )
    const lost = unreachable(call.where, Object.assign(new Error(), { code: "ECONNRESET" }))
    const sign = Queue.take(signs).pipe(
      Effect.timeoutOrElse({
        duration: SILENCE_MAX_MS,
        orElse: () => Effect.fail(timedOut(call.where, SILENCE_MAX_MS)),
      }),
    )
    return yield* Effect.forever(
      Effect.flatMap(sign, (one) => (one === "closed" ? Effect.fail(lost) : Effect.void)),
    )
  }).pipe(Effect.scoped)

/** Reads server-sent events until they end or fall silent; always ends with a failure. */
const readEvents = (call: Call, out: Out) =>
  Effect.gen(function* () {
    const parser = Sse.makeParser(
      (event) => {
        if (event._tag !== "Event") return
        for (const one of readNotifications(event.data)) Queue.offerUnsafe(out, one)
      },
      { maxEventSize: EVENT_CHARS_MAX },
    )
    const refusal = yield* Effect.tryPromise({
      try: async (signal): Promise<Answer | null> => {
        const response = await request(call.url, {
          headers: {
            ...call.headers,
            accept: "text/event-stream",
            ...(call.token === undefined ? {} : { "x-plex-token": Redacted.value(call.token) }),
          },
          dispatcher: call.dispatcher,
          signal,
          headersTimeout: OPEN_TIMEOUT_MS,
          bodyTimeout: SILENCE_MAX_MS,
        })
        if (response.statusCode !== 200) {
          await response.body.dump({ limit: ERROR_BYTES_MAX })
          return { status: response.statusCode, header: () => null, bytes: new Uint8Array() }
        }
        Queue.offerUnsafe(out, { _tag: "Connected", via: "eventsource" })
        const decoder = new TextDecoder()
        for await (const chunk of response.body) {
          const tooLarge = parser.feed(decoder.decode(chunk as Uint8Array, { stream: true }))
          if (tooLarge !== undefined) throw tooLarge
        }
        return null
      },
      catch: (error) => unreachable(call.where, error),
    })
    if (refusal !== null) return yield* neverRefused(neverMissing(failure(call, refusal)))
    return yield* unreachable(call.where, Object.assign(new Error(), { code: "ECONNRESET" }))
  })

export interface StreamCalls {
  /** An ordinary authenticated call: what it is refused with tells why the WebSocket was. */
  readonly proof: Call
  /** The paths of the WebSocket in the order in which they are tried. */
  readonly webSockets: ReadonlyArray<Call>
  readonly events: Call
}

/**
 * The server's event stream. A WebSocket handshake that is refused does not say with which status, so an ordinary call
 * asks first: a rejected token is told from a server without a WebSocket.
 */
export function notifications(
  calls: Effect.Effect<StreamCalls, PlexUnreachable, Scope.Scope>,
): Stream.Stream<ServerNotification, Failure> {
  const run = (out: Out) =>
    Effect.gen(function* () {
      const { proof, webSockets, events } = yield* calls
      yield* neverRefused(neverMissing(send(proof)))
      for (const call of webSockets) {
        const opened = yield* openWebSocket(call).pipe(
          Effect.catchIf(
            (error) => error === NOT_A_WEB_SOCKET,
            () => Effect.succeed(null),
          ),
        )
        if (opened === null) continue
        Queue.offerUnsafe(out, { _tag: "Connected", via: "websocket" })
        return yield* readWebSocket(call, opened, out)
      }
      return yield* readEvents(events, out)
    })
  return Stream.callback(run, { bufferSize: WAITING_MAX, strategy: "sliding" })
}
