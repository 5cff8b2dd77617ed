import { createHash, createHmac, timingSafeEqual } from "node:crypto"
import { deflateSync, inflateSync } from "node:zlib"
import { SECRET_BYTES_MAX } from "../../core/ports/secret_box.ts"

/** Largest payload, in bytes, after inflation: a sealed secret of the largest size with room for its JSON. */
const PAYLOAD_BYTES_MAX = 2 * SECRET_BYTES_MAX

/** What a text turned out to be: not this format at all, this format under another key, or a payload. */
export type Unsigned =
  | { readonly _tag: "NotSigned" }
  | { readonly _tag: "BadSignature" }
  | { readonly _tag: "TooLarge" }
  | { readonly _tag: "BadPayload" }
  | { readonly _tag: "Payload"; readonly payload: unknown }

/** django-concat derivation with the default salt: `pallets/itsdangerous`, signer.py and serializer.py. */
function signature(key: string, body: string): Buffer {
  const derived = createHash("sha1").update("itsdangerous").update("signer").update(key, "utf8").digest()
  return createHmac("sha1", derived).update(body, "ascii").digest()
}

/** The text that itsdangerous 2.2.0 URLSafeSerializer writes for `payload`; only zlib's own bytes may differ. */
export function signed(payload: unknown, key: string): string {
  const json = Buffer.from(JSON.stringify(payload), "utf8")
  const packed = deflateSync(json)
  const body =
    packed.length < json.length - 1 ? `.${packed.toString("base64url")}` : json.toString("base64url")
  return `${body}.${signature(key, body).toString("base64url")}`
}

const SHAPE = /^(\.?[A-Za-z0-9_-]+)\.([A-Za-z0-9_-]{27})$/

function payloadOf(body: string): Unsigned {
  const packed = body.startsWith(".")
  const bytes = Buffer.from(packed ? body.slice(1) : body, "base64url")
  try {
    const json = packed ? inflateSync(bytes, { maxOutputLength: PAYLOAD_BYTES_MAX }) : bytes
    const text = new TextDecoder("utf-8", { fatal: true }).decode(json)
    return { _tag: "Payload", payload: JSON.parse(text) as unknown }
  } catch (error) {
    const large = (error as { readonly code?: unknown }).code === "ERR_BUFFER_TOO_LARGE"
    return { _tag: large ? "TooLarge" : "BadPayload" }
  }
}

/**
 * Reads a URLSafeSerializer text. The signature is compared as bytes and in constant time. A text whose signature is
 * not ours is `BadSignature` only when its body has the shape of a stored token; anything else is not signed at all.
 */
export function unsigned(text: string, key: string): Unsigned {
  const found = SHAPE.exec(text)
  if (found === null) return { _tag: "NotSigned" }
  const [, body, signatureText] = found as unknown as [string, string, string]
  const good = timingSafeEqual(signature(key, body), Buffer.from(signatureText, "base64url"))
  const result = payloadOf(body)
  if (good) return result
  if (result._tag === "BadPayload") return { _tag: "NotSigned" }
  return result._tag === "Payload" && tokenIn(result.payload) === null
    ? { _tag: "NotSigned" }
    : { _tag: result._tag === "TooLarge" ? "TooLarge" : "BadSignature" }
}

/** The secret inside a payload: `{token}` (Bazarr), `{secret}` (its fork) or the bare text of early builds. */
export function tokenIn(payload: unknown): string | null {
  if (typeof payload === "string") return payload
  if (typeof payload !== "object" || payload === null) return null
  const { token, secret } = payload as { readonly token?: unknown; readonly secret?: unknown }
  if (typeof token === "string") return token
  return typeof secret === "string" ? secret : null
}
