import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { type Dispatcher, request } from "undici"
import {
  PlexForbidden,
  PlexNotFound,
  PlexRefused,
  PlexUnreachable,
  TokenRejected,
} from "../../core/ports/mod.ts"
import { readWhole } from "../_http/body.ts"
import { badAnswer, timedOut, unreachable } from "./_faults.ts"
import { isNode, list, type Node, number, readXml } from "./_tree.ts"

/** Longest wait for a whole exchange, in milliseconds, unless a call says otherwise. */
export const CALL_TIMEOUT_MS = 10_000
/** Largest body, in bytes, that is read; a page of a library is the largest there is. */
export const ANSWER_BYTES_MAX = 16 * 1024 * 1024
/** Largest error body, in bytes, that is looked into. */
const ERROR_BYTES_MAX = 64 * 1024

export interface Call {
  /** For errors and logs: `plex.tv`, or the server's address. */
  readonly where: string
  /** What is attempted, so that it completes "refused to …": `create a PIN`. */
  readonly what: string
  /** What is missing at a 404, so that it completes "has no …": `item 1001`. */
  readonly subject?: string
  readonly method?: "GET" | "POST" | "PUT" | "DELETE"
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly token?: Redacted.Redacted
  readonly body?: string | Uint8Array
  readonly dispatcher: Dispatcher
  readonly timeoutMs?: number
  readonly bytesMax?: number
}

export interface Answer {
  readonly status: number
  readonly header: (name: string) => string | null
  readonly bytes: Uint8Array
}

export type CallFailure = PlexUnreachable | TokenRejected | PlexForbidden | PlexNotFound | PlexRefused

/** `base` with `path` under its own path, and a query. */
export function address(
  base: string,
  path: string,
  query: Readonly<Record<string, string | number | null>> = {},
): URL {
  const url = new URL(`${base.replace(/\/+$/, "")}${path}`)
  for (const [name, value] of Object.entries(query)) {
    if (value !== null) url.searchParams.append(name, String(value))
  }
  return url
}

/** Seconds to wait, from either form of `Retry-After`; never negative, at most a day. */
function retryAfter(value: string | null, nowMs: number): number | null {
  if (value === null) return null
  const seconds = /^\s*\d+\s*$/.test(value) ? Number(value) : (Date.parse(value) - nowMs) / 1000
  return Number.isFinite(seconds) ? Math.min(86_400, Math.max(0, Math.ceil(seconds))) : null
}

/** Plex's own error number in a body such as `{"errors":[{"code":1020,…}]}`. */
function errorOf(body: unknown): { readonly code: number | null; readonly message: string } {
  const errors = isNode(body) ? list(body, "errors") : []
  const first = errors[0] === undefined ? undefined : (list(errors[0], "error")[0] ?? errors[0])
  const message = first?.message
  return {
    code: first === undefined ? null : number(first, "code"),
    message: typeof message === "string" ? message : "",
  }
}

/** The body as nodes: JSON or XML by content type, and by its first character where the type says neither. */
export function decode(call: Pick<Call, "where">, answer: Answer): Effect.Effect<unknown, PlexUnreachable> {
  const { buffer, byteOffset, byteLength } = answer.bytes
  const source = Buffer.from(buffer, byteOffset, byteLength)
    .toString("utf8")
    .replace(/^\uFEFF/, "")
    .trimStart()
  const type = answer.header("content-type")?.toLowerCase() ?? ""
  const isJson = type.includes("json") || (!type.includes("xml") && /^[[{]/.test(source))
  if (isJson) {
    return Effect.try({
      try: () => JSON.parse(source) as unknown,
      catch: () => badAnswer(call.where, "its answer is not the JSON it says it is", answer.status),
    })
  }
  if (!/^<(\?xml|MediaContainer|[a-z])/.test(source) || /^<(!doctype|html)/i.test(source)) {
    return Effect.fail(
      badAnswer(call.where, "it answers with something that is not Plex's API", answer.status),
    )
  }
  return Effect.mapError(readXml(source), () =>
    badAnswer(call.where, "its answer is not the XML it says it is", answer.status),
  )
}

/** Fails as a status outside 2xx means. Only 401, 498 and plex.tv's "Invalid token" say something about the token. */
export const failure = Effect.fnUntraced(function* (call: Call, answer: Answer) {
  const { where, what } = call
  const { status } = answer
  const body = answer.bytes.byteLength === 0 ? null : yield* Effect.option(decode(call, answer))
  const error = errorOf(body?._tag === "Some" ? body.value : null)
  if (status === 401 || status === 498 || (status === 422 && /invalid token/i.test(error.message))) {
    return yield* new TokenRejected({ where })
  }
  if (status === 403) return yield* new PlexForbidden({ where, what })
  if (status === 404 || status === 410) {
    return yield* new PlexNotFound({ where, what: call.subject ?? "answer to this" })
  }
  if (status === 408 || status === 429 || status >= 500) {
    const seconds = retryAfter(answer.header("retry-after"), yield* Clock.currentTimeMillis)
    const detail = status === 429 ? "it asks to be left alone for a while (429)" : `it answers ${status}`
    return yield* new PlexUnreachable({ where, fault: "status", status, retryAfterSeconds: seconds, detail })
  }
  if (status >= 400) return yield* new PlexRefused({ where, what, status, code: error.code })
  return yield* badAnswer(where, `it answers ${status} instead of the data`, status)
})

/** One exchange. No redirect is followed, since the token would go along, and nothing is tried twice. */
export const send = Effect.fnUntraced(function* (call: Call) {
  const timeoutMs = call.timeoutMs ?? CALL_TIMEOUT_MS
  const headers: Record<string, string> = { ...call.headers }
  if (call.token !== undefined) {
    const token = Redacted.value(call.token)
    // What cannot stand in a header cannot be a token either, and an exception could show it.
    if (!/^[\x21-\x7e]+$/.test(token)) return yield* new TokenRejected({ where: call.where })
    headers["x-plex-token"] = token
  }
  const bytesMax = call.bytesMax ?? ANSWER_BYTES_MAX
  const startedMs = yield* Clock.currentTimeMillis
  const answer = yield* Effect.tryPromise({
    try: async (signal): Promise<Answer | null> => {
      const response = await request(call.url, {
        method: call.method ?? "GET",
        headers,
        body: call.body ?? null,
        dispatcher: call.dispatcher,
        signal,
        headersTimeout: timeoutMs,
        bodyTimeout: timeoutMs,
      })
      const isGood = response.statusCode < 300
      const whole = await readWhole(response.body, isGood ? bytesMax : ERROR_BYTES_MAX)
      if (whole === null && isGood) return null
      const bytes = whole ?? new Uint8Array()
      const header = (name: string) => {
        const value = response.headers[name]
        return value === undefined ? null : Array.isArray(value) ? (value[0] ?? null) : value
      }
      return { status: response.statusCode, header, bytes }
    },
    catch: (error) => unreachable(call.where, error),
  }).pipe(
    Effect.timeoutOrElse({
      duration: timeoutMs,
      orElse: () => Effect.fail(timedOut(call.where, timeoutMs)),
    }),
  )
  const tookMs = (yield* Clock.currentTimeMillis) - startedMs
  const line = `${call.method ?? "GET"} ${call.url.origin}${call.url.pathname}`
  yield* Effect.logDebug(`${line}: ${answer?.status ?? "too large"} in ${tookMs} ms`)
  if (answer === null) return yield* badAnswer(call.where, "its answer is too large")
  return answer.status >= 200 && answer.status < 300 ? answer : yield* failure(call, answer)
})

/** One exchange whose answer is read as nodes. */
export const ask = Effect.fnUntraced(function* (call: Call) {
  return yield* decode(call, yield* send(call))
})

/** The root element of a server's answer; anything without one does not come from a Plex Media Server. */
export const askContainer = Effect.fnUntraced(function* (call: Call) {
  const root = yield* ask(call)
  const container: Node | undefined = isNode(root) ? list(root, "MediaContainer")[0] : undefined
  return container ?? (yield* badAnswer(call.where, "it does not answer like a Plex Media Server"))
})

/** For calls that address nothing which could be missing: 404 means that this is not the API. */
export const neverMissing = <A, E, R>(effect: Effect.Effect<A, E | PlexNotFound, R>) =>
  Effect.catchIf(
    effect,
    (error): error is Extract<E | PlexNotFound, PlexNotFound> => error instanceof PlexNotFound,
    (error) => Effect.fail(badAnswer(error.where, "it does not know this part of Plex's API", 404)),
  ) as Effect.Effect<A, Exclude<E, PlexNotFound> | PlexUnreachable, R>

/** For calls without anything of the user's in them: 400 and its like mean that this is not the API. */
export const neverRefused = <A, E, R>(effect: Effect.Effect<A, E | PlexRefused, R>) =>
  Effect.catchIf(
    effect,
    (error): error is Extract<E | PlexRefused, PlexRefused> => error instanceof PlexRefused,
    (error) => Effect.fail(badAnswer(error.where, `it answers ${error.status}`, error.status)),
  ) as Effect.Effect<A, Exclude<E, PlexRefused> | PlexUnreachable, R>
