import * as Cause from "effect/Cause"
import * as Option from "effect/Option"
import { failureAnswer, type KnownError } from "./errors.ts"

/** An answer as it goes over the wire. */
export interface Reply {
  readonly status: number
  readonly body: string | Uint8Array | null
  readonly headers: Readonly<Record<string, string>>
}

const HEADERS = {
  "content-type": "application/json; charset=utf-8",
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
  // Whatever a browser takes an answer for, nothing in it is run or loaded, and it stands in nobody's frame.
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "referrer-policy": "no-referrer",
}

/** JSON, unless the headers name the type of a text or of bytes; a 204 and a null have no body. */
export function encode(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Reply {
  if (status === 204 || body === null) return { status, body: null, headers }
  const isRaw =
    headers["content-type"] !== undefined && (typeof body === "string" || body instanceof Uint8Array)
  return { status, body: isRaw ? body : JSON.stringify(body), headers: { ...HEADERS, ...headers } }
}

/** Bazarr's message, and what every failure of ours has beside it. */
export const INTERNAL_ERROR = {
  message: "Internal Server Error",
  error: "Something went wrong that should not: the log says what",
  code: "INTERNAL_ERROR",
}

/** The answer to a program that did not end well. `onDefect` is told of what should not happen. */
export function encodeFailure(
  cause: Cause.Cause<KnownError>,
  onDefect: (cause: Cause.Cause<unknown>) => void,
): Reply {
  const error = Cause.findErrorOption(cause)
  if (Option.isSome(error)) {
    const { status, body, headers } = failureAnswer(error.value)
    return encode(status, body, headers)
  }
  onDefect(cause)
  return encode(500, INTERNAL_ERROR)
}
