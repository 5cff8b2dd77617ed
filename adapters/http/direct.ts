import type { IncomingMessage, ServerResponse } from "node:http"
import * as Exit from "effect/Exit"
import { opens } from "./_access.ts"
import { encode, encodeFailure, type Reply } from "./_reply.ts"
import { readIncoming } from "./_request.ts"
import type { AppOptions } from "./app.ts"
import type { RawRequest, Route } from "./route.ts"

/** Answers a request of Node's own and says so, or leaves it to the framework. */
export type Direct = (incoming: IncomingMessage, outgoing: ServerResponse) => boolean

/** Longest body, in bytes, of a request that is answered directly. */
export const DIRECT_BODY_BYTES_MAX = 64 * 1024

function send(outgoing: ServerResponse, { body, headers, status }: Reply): void {
  if (body === null) outgoing.writeHead(status, headers).end()
  else outgoing.writeHead(status, { ...headers, "content-length": Buffer.byteLength(body) }).end(body)
}

/**
 * A short way past the framework for the one route that must keep up with bursts: half of what a small request costs is
 * the wrapping into the web's request and response. What is taken here is the plain case, a body of known and moderate
 * length with a key in header or query that opens the route; everything else, refusals included, is the framework's.
 */
export function makeDirect(
  route: Route,
  { basePath, onDefect, run, settings }: Pick<AppOptions, "basePath" | "onDefect" | "run" | "settings">,
): Direct {
  const paths = [route.path, basePath + route.path]
  const name = `${route.method} ${route.path}`

  const answer = async (request: RawRequest, outgoing: ServerResponse): Promise<void> => {
    if (route.handleRaw === null) return
    const exit = await run(route.handleRaw(request))
    const reply = Exit.isSuccess(exit)
      ? encode(exit.value.status as number, exit.value.body, exit.value.headers)
      : encodeFailure(exit.cause, (cause) => onDefect(name, cause))
    if (!outgoing.destroyed) send(outgoing, reply)
  }

  /** What an address asks for; null: not this route. Whoever posts a burst has the same one for all of it. */
  const queryOf = (url: string): URLSearchParams | null => {
    const mark = url.indexOf("?")
    if (!paths.includes(mark < 0 ? url : url.slice(0, mark))) return null
    return new URLSearchParams(mark < 0 ? "" : url.slice(mark + 1))
  }
  let lastUrl = ""
  let lastQuery: URLSearchParams | null = null

  return (incoming, outgoing) => {
    const { headers, method, url = "" } = incoming
    if (route.handleRaw === null || method !== route.method) return false
    if (url !== lastUrl) {
      lastQuery = queryOf(url)
      lastUrl = url
    }
    const query = lastQuery
    if (query === null) return false
    const contentLength = Number(headers["content-length"] ?? Number.NaN)
    if (!(contentLength <= DIRECT_BODY_BYTES_MAX)) return false
    const given = headers["x-api-key"]
    const key = typeof given === "string" ? given : query.get("apikey")
    if (!opens(route.access, key, settings())) return false
    const request: RawRequest = {
      contentType: headers["content-type"] ?? "",
      contentEncoding: (headers["content-encoding"] ?? "").trim().toLowerCase(),
      contentLength,
      query,
      read: (onChunk) => readIncoming(incoming, onChunk),
    }
    void answer(request, outgoing)
    return true
  }
}
