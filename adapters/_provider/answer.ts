import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { CandidateUnusable, ProviderQuota, ProviderUnavailable } from "../../core/ports/subtitle_source.ts"
import type { ProviderAnswer } from "./client.ts"

/** Longest text of a provider that is shown, in characters. */
const TOLD_CHARS_MAX = 200
/** Rest after a 429 that does not say how long, in milliseconds. */
const SLOW_DOWN_MS = 60_000
/** Longest rest that a provider's header can ask for, in milliseconds. */
const REST_MAX_MS = 86_400_000

/** Largest JSON answer, in bytes. */
export const JSON_BYTES_MAX = 4 * 1024 * 1024

/** What a provider says, in one short line and without our secrets. Empty when it says nothing. */
export function told(text: unknown, secrets: ReadonlyArray<string> = []): string {
  if (typeof text !== "string") return ""
  const hidden = secrets
    .filter((secret) => secret !== "")
    .reduce((all, secret) => all.replaceAll(secret, "…"), text)
  const line = hidden
    .replace(/[\s\p{Cc}]+/gu, " ")
    .replace(/https?:\/\/\S+/g, "…")
    .trim()
  return line.length > TOLD_CHARS_MAX ? `${line.slice(0, TOLD_CHARS_MAX)}…` : line
}

/** The JSON value of a body, or None. */
export function jsonOf(answer: ProviderAnswer): Option.Option<unknown> {
  if (answer.bytes === null) return Option.none()
  try {
    return Option.some(JSON.parse(new TextDecoder().decode(answer.bytes)))
  } catch {
    return Option.none()
  }
}

const startOf = (bytes: Uint8Array | null) =>
  bytes === null ? "" : new TextDecoder("latin1").decode(bytes.subarray(0, 512))

/** Whether the body is a web page. */
export function isPage(answer: ProviderAnswer): boolean {
  if (/^\s*(text\/html|application\/xhtml)/i.test(answer.headers["content-type"] ?? "")) return true
  return /^[\s\xef\xbb\xbf]*(<!doctype html|<html|<head)/i.test(startOf(answer.bytes))
}

/** Milliseconds that an answer asks us to wait; null where it does not say. */
export function askedRestMs(headers: ProviderAnswer["headers"], nowMs: number): number | null {
  const text = headers["retry-after"] ?? headers["ratelimit-reset"] ?? headers["x-ratelimit-reset"]
  if (text === undefined) return null
  const seconds = /^\s*\d+(\.\d+)?\s*$/.test(text) ? Number(text) : null
  const ms = seconds === null ? Date.parse(text) - nowMs : seconds * 1_000
  return Number.isNaN(ms) ? null : Math.min(Math.max(ms, 1_000), REST_MAX_MS)
}

/** The failure behind a status that means the same at every provider: slow down, or out of order. */
export const failureOf = Effect.fnUntraced(function* (
  provider: string,
  answer: ProviderAnswer,
  secrets: ReadonlyArray<string> = [],
) {
  const nowMs = yield* Clock.currentTimeMillis
  const restMs = askedRestMs(answer.headers, nowMs)
  const body = Option.getOrNull(jsonOf(answer)) as { message?: unknown; error?: unknown } | null
  const words = told(body?.message ?? body?.error, secrets)
  if (answer.status === 429) {
    const detail = words === "" ? "it asks us to slow down" : words
    return yield* new ProviderQuota({ provider, detail, untilMs: nowMs + (restMs ?? SLOW_DOWN_MS) })
  }
  return yield* new ProviderUnavailable({
    provider,
    detail: `it answered ${answer.status}${words === "" ? "" : `: ${words}`}`,
    retryAfterSeconds: restMs === null ? null : Math.ceil(restMs / 1_000),
  })
})

/** The value of a 200, decoded; anything else about it is ProviderUnavailable. */
export function decoded<A>(
  provider: string,
  answer: ProviderAnswer,
  decode: (value: unknown) => Option.Option<A>,
): Effect.Effect<A, ProviderUnavailable> {
  const value = Option.flatMap(jsonOf(answer), decode)
  if (Option.isSome(value)) return Effect.succeed(value.value)
  const detail = isPage(answer)
    ? "it answered with a web page: check its address and the network's proxy"
    : answer.bytes === null
      ? "its answer is too large"
      : "its answer has not the expected shape"
  return Effect.fail(new ProviderUnavailable({ provider, detail, retryAfterSeconds: null }))
}

/** The bytes of a 200 that is no web page and not empty. */
export function fileOf(
  provider: string,
  id: string,
  answer: ProviderAnswer,
): Effect.Effect<Uint8Array, CandidateUnusable> {
  const unusable = (detail: string) => Effect.fail(new CandidateUnusable({ provider, id, detail }))
  if (answer.bytes === null) return unusable("the file is too large")
  if (answer.bytes.length === 0) return unusable("the file is empty")
  if (isPage(answer)) return unusable("it sent a web page instead of a subtitle")
  return Effect.succeed(answer.bytes)
}

/** The file name of a Content-Disposition header (RFC 6266), without any folder. */
export function nameIn(headers: ProviderAnswer["headers"]): string | null {
  const text = headers["content-disposition"] ?? ""
  const extended = /filename\*\s*=\s*utf-8''([^;]+)/i.exec(text)?.[1]
  const plain = /filename\s*=\s*(?:"((?:\\.|[^"\\])*)"|([^;]+))/i.exec(text)
  const given = plain?.[1]?.replace(/\\(.)/g, "$1") ?? plain?.[2]
  const found = extended === undefined ? given : decodedName(extended)
  const name = found
    ?.trim()
    .replace(/^.*[/\\]/, "")
    .slice(0, 255)
  return name === undefined || name === "" ? null : name
}

function decodedName(text: string): string {
  try {
    return decodeURIComponent(text.trim())
  } catch {
    return text
  }
}
