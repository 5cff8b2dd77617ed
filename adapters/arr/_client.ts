import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import { type Dispatcher, request } from "undici"
import { instancePlace } from "../../core/media/catalog.ts"
import { type CatalogAccess, CatalogKeyRejected, CatalogUnreachable } from "../../core/ports/media_catalog.ts"
import { readWhole } from "../_http/body.ts"
import { transportFault } from "../_http/transport_fault.ts"
import { JsonArrayReader } from "./_json_array.ts"

export interface ClientOptions {
  /** Who carries the requests; the default is undici's own. */
  readonly dispatcher?: Dispatcher
  /** Longest wait for one answer, whole, in milliseconds; lists of everything get `listTimeoutMs`. */
  readonly timeoutMs?: number
  readonly listTimeoutMs?: number
}

export const TIMEOUT_MS = 10_000
export const LIST_TIMEOUT_MS = 60_000
/** Largest answer that is one value, in bytes. */
export const ANSWER_BYTES_MAX = 4 * 1024 * 1024
/** Largest list, in bytes and in elements, and largest element. */
export const LIST_BYTES_MAX = 512 * 1024 * 1024
export const LIST_ELEMENTS_MAX = 250_000
export const ELEMENT_BYTES_MAX = 4 * 1024 * 1024

type Failure = CatalogUnreachable | CatalogKeyRejected
type Query = Readonly<Record<string, string | number | boolean>>

const WRONG_BASE = "check the address and its URL base"

/** Makes the calls of API v3. The key goes into `X-Api-Key`, never into an address or an error. */
export function makeClient(options: ClientOptions) {
  const call = <A>(
    access: CatalogAccess,
    path: string,
    query: Query,
    timeoutMs: number,
    read: (body: Dispatcher.ResponseData["body"]) => Promise<A>,
    missing?: A,
  ): Effect.Effect<A, Failure> => {
    const unreachable = (detail: string) =>
      new CatalogUnreachable({ instance: instancePlace(access), detail })
    const url = new URL(`${access.url}/api/v3/${path}`)
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, String(value))
    return Effect.tryPromise({
      try: async (signal) => {
        const response = await request(url, {
          method: "GET",
          headers: {
            accept: "application/json",
            "x-api-key": Redacted.value(access.apiKey),
            "user-agent": "OnCue",
          },
          headersTimeout: timeoutMs,
          bodyTimeout: timeoutMs,
          signal,
          ...(options.dispatcher === undefined ? {} : { dispatcher: options.dispatcher }),
        })
        if (response.statusCode === 404 && missing !== undefined && isJson(response)) {
          response.body.on("error", () => {}).destroy()
          return missing
        }
        const refused = refusal(access, response)
        if (refused !== null) {
          response.body.on("error", () => {}).destroy()
          throw refused
        }
        return await read(response.body)
      },
      catch: (cause) =>
        cause instanceof CatalogUnreachable || cause instanceof CatalogKeyRejected
          ? cause
          : unreachable(
              cause instanceof BadAnswer
                ? cause.message
                : (transportFault(cause)?.reason ?? "the request failed"),
            ),
    }).pipe(
      Effect.timeoutOrElse({
        duration: timeoutMs,
        orElse: () => Effect.fail(unreachable(`no answer within ${timeoutMs / 1_000} s`)),
      }),
    )
  }

  return {
    /** One JSON value. */
    value: <A>(
      access: CatalogAccess,
      path: string,
      decode: (value: unknown) => Option.Option<A>,
    ): Effect.Effect<A, Failure> =>
      call(access, path, {}, options.timeoutMs ?? TIMEOUT_MS, async (body) => {
        const bytes = await readWhole(body, ANSWER_BYTES_MAX)
        if (bytes === null) throw new BadAnswer("the answer is larger than 4 MiB")
        const value = decode(parse(bytes.toString("utf8")))
        if (Option.isNone(value)) throw new BadAnswer(`${path} has not the shape of API v3`)
        return value.value
      }),

    /**
     * The elements of a JSON array; one that is not understood is left out and counted in the log. A list that belongs
     * to something that is gone (404 in JSON) is empty.
     */
    list: <A>(
      access: CatalogAccess,
      path: string,
      query: Query,
      decode: (value: unknown) => Option.Option<A>,
      size: "few" | "all" = "few",
    ): Effect.Effect<ReadonlyArray<A>, Failure> =>
      call(
        access,
        path,
        query,
        size === "all" ? (options.listTimeoutMs ?? LIST_TIMEOUT_MS) : (options.timeoutMs ?? TIMEOUT_MS),
        (body) => readList(body, path, decode),
        Object.keys(query).some((name) => /Id$/.test(name)) ? { elements: [], odd: 0 } : undefined,
      ).pipe(
        Effect.tap(({ odd }) =>
          odd === 0
            ? Effect.void
            : Effect.logWarning(`${instancePlace(access)}: ${odd} elements of ${path} were not understood`),
        ),
        Effect.map(({ elements }) => elements),
      ),
  }
}

class BadAnswer extends Error {}

async function readList<A>(
  body: Dispatcher.ResponseData["body"],
  path: string,
  decode: (value: unknown) => Option.Option<A>,
): Promise<{ readonly elements: ReadonlyArray<A>; readonly odd: number }> {
  const elements: Array<A> = []
  let odd = 0
  let bytes = 0
  const reader = new JsonArrayReader(ELEMENT_BYTES_MAX, (text) => {
    const value = decode(parse(text))
    if (Option.isSome(value)) elements.push(value.value)
    else odd += 1
  })
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    bytes += chunk.length
    reader.push(chunk)
    if (reader.isBroken) throw new BadAnswer(`${path} is not the list that API v3 has there`)
    if (bytes > LIST_BYTES_MAX || elements.length > LIST_ELEMENTS_MAX)
      throw new BadAnswer(`${path} is longer than ${LIST_ELEMENTS_MAX} elements or 512 MiB`)
  }
  if (!reader.isComplete) throw new BadAnswer(`${path} ended before its end`)
  return { elements, odd }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new BadAnswer("the answer is no valid JSON")
  }
}

/** Null for a 200 with JSON. A wrong url base shows as the web page, as a redirect to its login, or as a 404. */
function refusal(access: CatalogAccess, response: Dispatcher.ResponseData): Failure | null {
  const { statusCode } = response
  const unreachable = (detail: string) => new CatalogUnreachable({ instance: instancePlace(access), detail })
  if (statusCode === 401 || statusCode === 403)
    return new CatalogKeyRejected({ instance: instancePlace(access) })
  if (statusCode >= 300 && statusCode < 400)
    return unreachable(`it sends to another address (${statusCode}): ${WRONG_BASE}`)
  if (statusCode === 404) return unreachable(`it has no API v3 at this address (404): ${WRONG_BASE}`)
  if (statusCode !== 200) return unreachable(`it answered ${statusCode}`)
  if (isJson(response)) return null
  const type = contentType(response)
  return unreachable(
    type.startsWith("text/html")
      ? `it answered with a web page: ${WRONG_BASE}`
      : `it answered with ${type === "" ? "no content type" : type.slice(0, 80)} instead of JSON`,
  )
}

function contentType(response: Dispatcher.ResponseData): string {
  return String(response.headers["content-type"] ?? "").toLowerCase()
}

function isJson(response: Dispatcher.ResponseData): boolean {
  return /^(application|text)\/([a-z0-9.+-]+\+)?json\b/.test(contentType(response))
}
