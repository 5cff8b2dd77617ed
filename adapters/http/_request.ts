import type { IncomingMessage } from "node:http"
import type { Context } from "hono"
import { boundaryOf, MultipartReader } from "./_multipart.ts"
import type { RawRequest } from "./route.ts"

/** Largest body of an ordinary call, in bytes. */
export const ARGUMENT_BYTES_MAX = 1024 * 1024
/** Largest form, in bytes, that is read to look for a key in it when there is none in the header or the query. */
export const KEYED_FORM_BYTES_MAX = 64 * 1024

export type Arguments = Record<string, unknown>
export type BodyRead =
  | { readonly _tag: "Body"; readonly bytes: Buffer }
  | { readonly _tag: "Refused"; readonly status: 400 | 413; readonly reason: string }

const text = (c: Context, name: string) => c.req.header(name) ?? ""

/** Reads Node's request by its events, which is several times as cheap as any stream interface on top of it. */
export function readIncoming(incoming: IncomingMessage, onChunk: (chunk: Uint8Array) => boolean) {
  return new Promise<"ended" | "aborted" | "stopped">((resolve) => {
    incoming.on("data", (chunk: Uint8Array) => {
      if (onChunk(chunk)) return
      incoming.removeAllListeners("data")
      resolve("stopped")
    })
    incoming.once("end", () => resolve("ended"))
    incoming.once("error", () => resolve("aborted"))
    incoming.once("close", () => resolve("aborted"))
  })
}

async function readWeb(body: ReadableStream<Uint8Array> | null, onChunk: (chunk: Uint8Array) => boolean) {
  if (body === null) return "ended" as const
  const reader = body.getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return "ended" as const
      if (!onChunk(value)) return "stopped" as const
    }
  } catch {
    return "aborted" as const
  } finally {
    reader.releaseLock()
  }
}

/** The request with its body unread; from Node's own request where there is one. */
export function rawRequest(c: Context): RawRequest {
  const incoming = (c.env as { incoming?: IncomingMessage } | undefined)?.incoming
  const declared = Number(text(c, "content-length") || Number.NaN)
  return {
    contentType: text(c, "content-type"),
    contentEncoding: text(c, "content-encoding").trim().toLowerCase(),
    contentLength: Number.isSafeInteger(declared) ? declared : null,
    query: new URL(c.req.url, "http://localhost").searchParams,
    read: (onChunk) =>
      incoming === undefined ? readWeb(c.req.raw.body, onChunk) : readIncoming(incoming, onChunk),
  }
}

/** The whole body, up to `limit` bytes. */
export async function readBody(request: RawRequest, limit: number): Promise<BodyRead> {
  const tooLarge = { _tag: "Refused", status: 413, reason: `The body is larger than ${limit} bytes` } as const
  if (request.contentLength !== null && request.contentLength > limit) return tooLarge
  const pieces: Array<Uint8Array> = []
  let size = 0
  const end = await request.read((chunk) => {
    size += chunk.byteLength
    pieces.push(chunk)
    return size <= limit
  })
  if (end === "stopped") return tooLarge
  if (end === "aborted")
    return { _tag: "Refused", status: 400, reason: "The body ends before it is complete" }
  return { _tag: "Body", bytes: Buffer.concat(pieces) }
}

/** The same request again, with a body that has been read already. */
export function replay(request: RawRequest, bytes: Buffer): RawRequest {
  return {
    ...request,
    read: async (onChunk) => (bytes.length === 0 || onChunk(bytes) ? "ended" : "stopped"),
  }
}

export function isForm(contentType: string): boolean {
  return /^(application\/x-www-form-urlencoded|multipart\/form-data)/i.test(contentType)
}

function add(into: Arguments, name: string, value: string) {
  const known = into[name]
  into[name] = known === undefined ? value : Array.isArray(known) ? [...known, value] : [known, value]
}

function fromParams(params: URLSearchParams): Arguments {
  const found: Arguments = Object.create(null)
  for (const [name, value] of params) add(found, name, value)
  return found
}

/** The arguments in a form body; a reason when it is malformed. Files count as absent. */
export function formArguments(contentType: string, bytes: Buffer): Arguments | string {
  if (!/^multipart/i.test(contentType)) return fromParams(new URLSearchParams(bytes.toString("utf8")))
  const boundary = boundaryOf(contentType)
  if (boundary === null) return "The multipart body has no boundary"
  const reader = new MultipartReader(boundary, {
    keep: null,
    partBytesMax: ARGUMENT_BYTES_MAX,
    partsMax: 1_000,
  })
  reader.push(bytes)
  const result = reader.end()
  if (result._tag !== "Parts") return result.reason
  const found: Arguments = Object.create(null)
  for (const part of result.parts) {
    if (part.fileName === null && part.name !== "")
      add(found, part.name, Buffer.from(part.bytes).toString("utf8"))
  }
  return found
}

/** Arguments of the query. The key is none: it says who asks, not what. */
export function queryArguments(query: URLSearchParams): Arguments {
  const found = fromParams(query)
  delete found.apikey
  return found
}

/** Body before query; a JSON null counts as absent. */
export function bodyArguments(contentType: string, bytes: Buffer): Arguments | string {
  if (bytes.length === 0) return {}
  if (isForm(contentType)) return formArguments(contentType, bytes)
  if (!/^(application\/json|[^;]*\+json)/i.test(contentType)) return {}
  let json: unknown
  try {
    json = JSON.parse(bytes.toString("utf8"))
  } catch {
    return "The body is not valid JSON"
  }
  if (typeof json !== "object" || json === null || Array.isArray(json)) return "The body is not a JSON object"
  return Object.fromEntries(Object.entries(json).filter(([, value]) => value !== null))
}
