/** What a media server tells its listeners, by WebSocket and by event stream. */

import type { IncomingMessage, ServerResponse } from "node:http"
import type { Duplex } from "node:stream"
import type { Answer } from "../http/answer.ts"
import type { Scope } from "../http/scope.ts"
import type { Call } from "../http/service.ts"
import { acceptWebSocket } from "../http/web_socket.ts"

const PING_EVERY_MS = 10_000

type Entry = Readonly<Record<string, unknown>>

export interface NotificationHub {
  /** Sends to every listener; `kind` is the key that holds the entry. */
  readonly emit: (type: string, kind: string, entry: Entry) => void
  readonly attachWebSocket: (request: IncomingMessage, socket: Duplex) => void
  readonly eventStream: (call: Call) => Answer
  readonly listeners: () => number
  /** Ends every stream, as a restart of the server does. */
  readonly dropAll: () => void
}

interface Listener {
  readonly send: (type: string, kind: string, entry: Entry) => void
  readonly ping: () => void
  readonly drop: () => void
}

/** `filters=playing,timeline` names what is wanted, `filters=-log` what is not. */
function makeFilter(filters: string | null): (type: string) => boolean {
  if (filters === null) return (type) => type !== "log"
  const names = filters.split(",").filter((name) => name !== "")
  if (names.length === 0) return () => true
  if (names.every((name) => name.startsWith("-"))) return (type) => !names.includes(`-${type}`)
  return (type) => names.includes(type)
}

export function makeNotificationHub(scope: Scope): NotificationHub {
  const listeners = new Set<Listener>()
  let stopPinging: (() => void) | undefined

  const add = (listener: Listener) => {
    listeners.add(listener)
    stopPinging ??= scope.every(PING_EVERY_MS, () => {
      for (const each of listeners) each.ping()
    })
  }
  const remove = (listener: Listener) => {
    listeners.delete(listener)
    if (listeners.size === 0) {
      stopPinging?.()
      stopPinging = undefined
    }
  }

  return {
    listeners: () => listeners.size,
    dropAll: () => {
      for (const listener of [...listeners]) listener.drop()
    },
    emit: (type, kind, entry) => {
      for (const listener of listeners) listener.send(type, kind, entry)
    },
    attachWebSocket: (request, socket) => {
      const peer = acceptWebSocket(request, socket, () => remove(listener))
      const listener: Listener = {
        send: (type, kind, entry) =>
          peer?.sendText(JSON.stringify({ NotificationContainer: { type, size: 1, [kind]: [entry] } })),
        ping: () => peer?.ping(),
        drop: () => peer?.close(),
      }
      if (peer !== undefined) add(listener)
    },
    eventStream: (call) => {
      const wanted = makeFilter(call.query.get("filters"))
      return {
        status: 200,
        headers: { "Content-Type": "text/event-stream", "Cache-Control": "no-cache" },
        body: "event: ping\ndata: {}\n\n",
        stream: (response: ServerResponse) => {
          const listener: Listener = {
            send: (type, kind, entry) => {
              if (wanted(type))
                response.write(`event: ${type}\ndata: ${JSON.stringify({ [kind]: entry })}\n\n`)
            },
            ping: () => response.write("event: ping\ndata: {}\n\n"),
            drop: () => response.end(),
          }
          add(listener)
          response.on("close", () => remove(listener))
        },
      }
    },
  }
}
