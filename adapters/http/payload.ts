import { boundaryOf, type MultipartLimits, MultipartReader } from "./_multipart.ts"
import type { RawRequest } from "./route.ts"

/** Largest `payload` of a webhook, in bytes. Plex's are a few kilobytes. */
export const WEBHOOK_PAYLOAD_BYTES_MAX = 1024 * 1024
/** Largest whole body of a webhook, in bytes; beside the payload it may hold a picture. */
export const WEBHOOK_BODY_BYTES_MAX = 4 * 1024 * 1024

const LIMITS: MultipartLimits = { keep: ["payload"], partBytesMax: WEBHOOK_PAYLOAD_BYTES_MAX, partsMax: 100 }

/** The text of the event, parsed already where the body itself is JSON; or why there is none. */
export type Payload =
  | { readonly _tag: "Json"; readonly json: unknown }
  | { readonly _tag: "Refused"; readonly status: 400 | 413; readonly reason: string }

const NO_PAYLOAD = "No payload found in request"
const refused = (reason: string, status: 400 | 413 = 400): Payload => ({ _tag: "Refused", status, reason })
const tooLarge = (bytes: number) => refused(`The body is larger than ${bytes} bytes`, 413)
const utf8 = new TextDecoder("utf-8", { fatal: true })

function parse(bytes: Uint8Array | string): Payload {
  let text: string
  try {
    text = typeof bytes === "string" ? bytes : utf8.decode(bytes)
  } catch {
    return refused("The payload is not valid UTF-8")
  }
  if (text.trim() === "") return refused(NO_PAYLOAD)
  if (text.length > WEBHOOK_PAYLOAD_BYTES_MAX) return tooLarge(WEBHOOK_PAYLOAD_BYTES_MAX)
  try {
    return { _tag: "Json", json: JSON.parse(text) }
  } catch {
    return refused("Invalid JSON payload")
  }
}

/** A JSON body is the event itself, or an object whose `payload` is the event as a text. */
function unwrap(payload: Payload): Payload {
  if (payload._tag === "Refused") return payload
  const inner = (payload.json as { payload?: unknown } | null)?.payload
  return typeof inner === "string" ? parse(inner) : payload
}

/** Counts the bytes and hands them on; the outcome of reading, or a refusal. */
async function drain(request: RawRequest, onChunk: (chunk: Uint8Array) => boolean): Promise<Payload | null> {
  let size = 0
  const end = await request.read((chunk) => {
    size += chunk.byteLength
    return size <= WEBHOOK_BODY_BYTES_MAX && onChunk(chunk)
  })
  if (size > WEBHOOK_BODY_BYTES_MAX) return tooLarge(WEBHOOK_BODY_BYTES_MAX)
  return end === "aborted" ? refused("The body ends before it is complete") : null
}

async function readMultipart(request: RawRequest, boundary: string): Promise<Payload> {
  const reader = new MultipartReader(boundary, LIMITS)
  const failure = await drain(request, (chunk) => {
    reader.push(chunk)
    return !reader.over
  })
  if (failure !== null) return failure
  const result = reader.end()
  if (result._tag === "TooLarge") return refused(result.reason, 413)
  if (result._tag === "Malformed") return refused(result.reason)
  const part = result.parts[0]
  return part === undefined ? queryPayload(request) : parse(part.bytes)
}

async function readWhole(request: RawRequest): Promise<Buffer | Payload> {
  const pieces: Array<Uint8Array> = []
  const failure = await drain(request, (chunk) => {
    pieces.push(chunk)
    return true
  })
  return failure ?? Buffer.concat(pieces)
}

function queryPayload(request: RawRequest): Payload {
  const text = request.query.get("payload")
  return text === null ? refused(NO_PAYLOAD) : parse(text)
}

/**
 * The event in a webhook's body: multipart as Plex sends it (the payload as a field, or as a file as some proxies make
 * it), urlencoded, or JSON. The body is read to its end, which for multipart is the closing boundary; of several
 * payload fields the first counts, as in Bazarr.
 */
export async function readPayload(request: RawRequest): Promise<Payload> {
  if (request.contentLength !== null && request.contentLength > WEBHOOK_BODY_BYTES_MAX)
    return tooLarge(WEBHOOK_BODY_BYTES_MAX)
  if (request.contentEncoding !== "" && request.contentEncoding !== "identity") {
    return refused(`The content encoding ${request.contentEncoding.slice(0, 20)} is not supported`)
  }
  const type = request.contentType.toLowerCase()
  if (type.startsWith("multipart/")) {
    const boundary = boundaryOf(request.contentType)
    return boundary === null
      ? refused("The multipart body has no boundary")
      : readMultipart(request, boundary)
  }
  const body = await readWhole(request)
  if (!Buffer.isBuffer(body)) return body
  if (type.startsWith("application/x-www-form-urlencoded")) {
    const text = new URLSearchParams(body.toString("utf8")).get("payload")
    if (text === null) return queryPayload(request)
    return text.includes("\uFFFD") ? refused("The payload is not valid UTF-8") : parse(text)
  }
  if (type.startsWith("application/json") || type === "")
    return body.length === 0 ? queryPayload(request) : unwrap(parse(body))
  return queryPayload(request)
}
