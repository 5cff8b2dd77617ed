/** One simulated service: an HTTP server on loopback with journal, latency and faults. */

import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http"
import { createServer as createTlsServer } from "node:https"
import type { AddressInfo, Socket } from "node:net"
import type { Duplex } from "node:stream"
import { type Answer, html } from "./answer.ts"
import type { Faults } from "./faults.ts"
import {
  LOGGED_BODY_BYTES_MAX,
  type LoggedRequest,
  type RequestLog,
  type ServiceName,
} from "./request_log.ts"
import type { Scope } from "./scope.ts"

export interface Call {
  readonly method: string
  /** Path without the query, still percent-encoded. */
  readonly path: string
  readonly query: URLSearchParams
  readonly rawQuery: string
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

export type Handler = (call: Call) => Answer | Promise<Answer>

export interface ServiceOptions {
  readonly name: ServiceName
  readonly handler: Handler
  /** Takes over an upgraded connection, or answers the status that refuses it. */
  readonly upgrade?: (call: Call, request: IncomingMessage, socket: Duplex) => void
  readonly tls?: { readonly key: string; readonly cert: string }
  readonly headers?: Readonly<Record<string, string>>
  readonly port?: number
}

/** What all services of one simulator share. */
export interface ServiceContext {
  readonly scope: Scope
  readonly requests: RequestLog
  readonly faults: Faults
  readonly latencyMs: () => number
}

export interface Service {
  readonly port: number
  readonly origin: string
  readonly close: () => Promise<void>
}

const NO_BODY = Buffer.alloc(0)

function readBody(request: IncomingMessage): Promise<Buffer> | Buffer {
  if (request.headers["content-length"] === undefined && request.headers["transfer-encoding"] === undefined) {
    return NO_BODY
  }
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    request.on("data", (chunk: Buffer) => chunks.push(chunk))
    request.on("end", () => resolve(Buffer.concat(chunks)))
    request.on("error", reject)
  })
}

export function toCall(request: IncomingMessage, body: Buffer): Call {
  const url = request.url ?? "/"
  const cut = url.indexOf("?")
  const rawQuery = cut === -1 ? "" : url.slice(cut + 1)
  return {
    method: request.method ?? "GET",
    path: cut === -1 ? url : url.slice(0, cut),
    rawQuery,
    query: new URLSearchParams(rawQuery),
    headers: request.headers,
    body,
  }
}

function logged(name: ServiceName, call: Call): LoggedRequest {
  return {
    service: name,
    method: call.method,
    path: call.path,
    query: Object.fromEntries(call.query),
    rawQuery: call.rawQuery,
    headers: call.headers,
    body: call.body.length === 0 ? "" : call.body.subarray(0, LOGGED_BODY_BYTES_MAX).toString("utf8"),
    bodyBytes: call.body.length,
    answerBytes: 0,
    status: 0,
    atMs: Date.now(),
  }
}

function send(response: ServerResponse, answer: Answer, extra: Readonly<Record<string, string>>): number {
  const length = Buffer.byteLength(answer.body)
  if (answer.stream !== undefined) {
    response.writeHead(answer.status, { ...extra, ...answer.headers })
    response.write(answer.body)
    answer.stream(response)
    return length
  }
  const bodiless = answer.status === 204 || answer.status === 304
  response.writeHead(answer.status, {
    ...extra,
    ...answer.headers,
    ...(bodiless ? {} : { "Content-Length": length }),
  })
  response.end(bodiless ? undefined : answer.body)
  return length
}

function sendHalf(response: ServerResponse, answer: Answer): void {
  const body = Buffer.from(answer.body)
  response.writeHead(answer.status, { ...answer.headers, "Content-Length": Math.max(2, body.length) })
  response.write(body.subarray(0, body.length >> 1), () => response.destroy())
}

export function startService(context: ServiceContext, options: ServiceOptions): Promise<Service> {
  const { faults, requests, scope } = context
  const extra = options.headers ?? {}
  const wait = (ms: number) => new Promise<void>((resolve) => void scope.after(ms, resolve))

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const pending = readBody(request)
    const call = toCall(request, pending instanceof Promise ? await pending : pending)
    const entry = logged(options.name, call)
    requests.add(entry)
    if (context.latencyMs() > 0) await wait(context.latencyMs())
    let truncated = false
    for (const struck of faults.strike(options.name, call.method, call.path)) {
      switch (struck._tag) {
        case "delay":
          await wait(struck.ms)
          break
        case "hang":
          return
        case "reset":
          ;(request.socket as Socket).resetAndDestroy()
          return
        case "status":
          entry.status = struck.status
          entry.answerBytes = send(response, struck, extra)
          return
        case "garbage":
          entry.status = 200
          entry.answerBytes = send(
            response,
            {
              status: 200,
              headers: { "Content-Type": "application/json" },
              body: '{"MediaContainer":{"si\u0000<<',
            },
            extra,
          )
          return
        case "html":
          entry.status = 200
          entry.answerBytes = send(
            response,
            html("<!doctype html><html><body><div id=root></div></body></html>"),
            extra,
          )
          return
        case "truncate":
          truncated = true
      }
    }
    const answer = await options.handler(call)
    if (response.destroyed) return
    entry.status = answer.status
    if (truncated) sendHalf(response, answer)
    else entry.answerBytes = send(response, answer, extra)
  }

  const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    serve(request, response).catch((cause: unknown) => {
      // A broken simulator must be visible in the test that met it.
      console.error(`simulator ${options.name} ${request.method} ${request.url}:`, cause)
      if (!response.headersSent) response.writeHead(500)
      response.end()
    })
  }

  const server =
    options.tls === undefined ? createServer(onRequest) : createTlsServer({ ...options.tls }, onRequest)
  server.keepAliveTimeout = 30_000
  const sockets = new Set<Socket>()
  server.on("connection", (socket: Socket) => {
    sockets.add(socket)
    socket.on("close", () => sockets.delete(socket))
    socket.on("error", () => {})
  })
  server.on("clientError", (_error, socket) => socket.destroy())
  server.on("upgrade", (request: IncomingMessage, socket: Duplex) => {
    const call = toCall(request, NO_BODY)
    const entry = logged(options.name, call)
    requests.add(entry)
    socket.on("error", () => {})
    for (const struck of faults.strike(options.name, call.method, call.path)) {
      if (struck._tag === "hang") return
      if (struck._tag === "status") {
        entry.status = struck.status
        socket.end(`HTTP/1.1 ${struck.status} Fault\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`)
        return
      }
      if (struck._tag !== "delay") {
        socket.destroy()
        return
      }
    }
    if (options.upgrade === undefined) socket.end("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
    else {
      entry.status = 101
      options.upgrade(call, request, socket)
    }
  })

  const close = (): Promise<void> =>
    new Promise((resolve) => {
      forget()
      server.close(() => resolve())
      for (const socket of sockets) socket.destroy()
    })
  const forget = scope.onClose(close)

  return new Promise((resolve, reject) => {
    server.on("error", reject)
    server.listen(options.port ?? 0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo
      const scheme = options.tls === undefined ? "http" : "https"
      resolve({ port, origin: `${scheme}://127.0.0.1:${port}`, close })
    })
  })
}
