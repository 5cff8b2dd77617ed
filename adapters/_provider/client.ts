import { isIP } from "node:net"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Semaphore from "effect/Semaphore"
import { type Dispatcher, request } from "undici"
import { ProviderUnavailable } from "../../core/ports/subtitle_source.ts"
import { chainOf, transportFault } from "../_http/transport_fault.ts"
import { Damaged, readBody } from "./body.ts"
import { makePace, type Pace } from "./pace.ts"

export interface ClientOptions {
  /** The provider's name for people, used in errors. */
  readonly provider: string
  /** Who carries the requests; the default is undici's own. */
  readonly dispatcher?: Dispatcher | undefined
  readonly userAgent: string
  readonly concurrency: number
  readonly pace: Pace
}

export interface ProviderRequest {
  readonly method?: "GET" | "POST"
  readonly url: URL
  readonly headers?: Readonly<Record<string, string>>
  /** Sent to this host only, and shown to nobody. */
  readonly secretHeaders?: Readonly<Record<string, Redacted.Redacted>>
  readonly secretQuery?: Readonly<Record<string, Redacted.Redacted>>
  readonly body?: Redacted.Redacted
  /** Largest body that is read, in bytes. */
  readonly bytesMax: number
  /** Where a redirect may lead: to the same origin, or to any public host, without the secrets. */
  readonly redirects: "same_origin" | "public"
}

export interface ProviderAnswer {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** Null: more than was asked for. */
  readonly bytes: Uint8Array | null
}

/** Longest time, in milliseconds, that a whole call of the port takes. */
export const CALL_TIMEOUT_MS = 14_000
/** Redirects that are followed for one request. */
export const REDIRECTS_MAX = 4

/** Something about the answer that makes it useless; the message is for people. */
class BadAnswer extends Error {}

function faultOf(error: unknown): string {
  const own = chainOf(error).find((one) => one instanceof BadAnswer || one instanceof Damaged)
  return own?.message ?? transportFault(error)?.reason ?? "the request failed"
}

/** Whether an address names a host of the public network. A provider has no business to send us to our own. */
function isPublic(url: URL): boolean {
  const host = url.hostname.replace(/^\[|\]$/g, "").replace(/\.$/, "")
  if (isIP(host) !== 0 || !host.includes(".")) return false
  return !/\.(localhost|local|internal|lan|home\.arpa)$/i.test(host)
}

/** Whether `to` may be followed from `from`: the same origin, or a public host by a means that is no less safe. */
export function mayFollow(from: URL, to: URL, redirects: ProviderRequest["redirects"]): boolean {
  if (to.origin === from.origin) return true
  if (redirects === "same_origin" || to.username !== "" || to.password !== "") return false
  const safe = to.protocol === "https:" || (to.protocol === "http:" && from.protocol === "http:")
  return safe && isPublic(to)
}

const isRedirect = (status: number) => [301, 302, 303, 307, 308].includes(status)

function plainHeaders(headers: Dispatcher.ResponseData["headers"]): Record<string, string> {
  const plain: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) plain[name.toLowerCase()] = Array.isArray(value) ? value.join(", ") : value
  }
  return plain
}

const opened = (secrets: Readonly<Record<string, Redacted.Redacted>> | undefined) =>
  Object.entries(secrets ?? {}).map(([name, value]) => [name, Redacted.value(value)] as const)

/** Asks one provider: so many requests at a time and in a span, bounded answers, and no secret where it does not belong. */
export const makeClient = Effect.fnUntraced(function* (options: ClientOptions) {
  const permits = yield* Semaphore.make(options.concurrency)
  const turn = makePace(options.pace)

  const once = async (asked: ProviderRequest, url: URL, signal: AbortSignal) => {
    const own = url.origin === asked.url.origin
    const target = new URL(url)
    for (const [name, value] of own ? opened(asked.secretQuery) : []) target.searchParams.set(name, value)
    return await request(target, {
      method: asked.method ?? "GET",
      headers: {
        "user-agent": options.userAgent,
        ...asked.headers,
        ...Object.fromEntries(own ? opened(asked.secretHeaders) : []),
      },
      ...(asked.body === undefined ? {} : { body: Redacted.value(asked.body) }),
      headersTimeout: CALL_TIMEOUT_MS,
      bodyTimeout: CALL_TIMEOUT_MS,
      signal,
      ...(options.dispatcher === undefined ? {} : { dispatcher: options.dispatcher }),
    })
  }

  const send = async (asked: ProviderRequest, signal: AbortSignal): Promise<ProviderAnswer> => {
    let url = asked.url
    for (let followed = 0; ; followed++) {
      const response = await once(asked, url, signal)
      const headers = plainHeaders(response.headers)
      const location = headers.location
      if (!isRedirect(response.statusCode) || location === undefined) {
        const bytes = await readBody(response.body, headers, asked.bytesMax)
        return { status: response.statusCode, headers, bytes }
      }
      response.body.on("error", () => {}).destroy()
      const next = URL.canParse(location, url) ? new URL(location, url) : null
      if (asked.method === "POST" || next === null || followed >= REDIRECTS_MAX)
        throw new BadAnswer(`it sends us from one address to another (${response.statusCode})`)
      if (!mayFollow(url, next, asked.redirects))
        throw new BadAnswer("it sends us to a host that we do not follow it to")
      url = next
    }
  }

  const unavailable = (detail: string) =>
    new ProviderUnavailable({ provider: options.provider, detail, retryAfterSeconds: null })

  return {
    /** One request, whatever its status is. */
    send: (asked: ProviderRequest): Effect.Effect<ProviderAnswer, ProviderUnavailable> =>
      Effect.andThen(
        turn,
        Effect.tryPromise({
          try: (signal) => send(asked, signal),
          catch: (error) => unavailable(faultOf(error)),
        }),
      ).pipe(permits.withPermits(1)),
    unavailable,
    /** Bounds a whole call of the port. */
    bounded: <A, E, R>(call: Effect.Effect<A, E, R>): Effect.Effect<A, E | ProviderUnavailable, R> =>
      Effect.timeoutOrElse(call, {
        duration: CALL_TIMEOUT_MS,
        orElse: () => Effect.fail(unavailable(`no answer within ${CALL_TIMEOUT_MS / 1_000} s`)),
      }),
  }
})

export type ProviderClient = Effect.Success<ReturnType<typeof makeClient>>
