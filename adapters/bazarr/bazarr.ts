import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { type Dispatcher, request } from "undici"
import type { BazarrLanguage, BazarrTarget } from "../../core/bridge/bazarr_item.ts"
import {
  Bazarr,
  type BazarrAccess,
  BazarrKeyRejected,
  BazarrRefused,
  BazarrUnreachable,
} from "../../core/ports/bazarr.ts"
import { readWhole } from "../_http/body.ts"
import { transportFault } from "../_http/transport_fault.ts"
import { readItem, readVersion } from "./_answers.ts"

export interface BazarrOptions {
  /** Who carries the requests; the default is undici's own. */
  readonly dispatcher?: Dispatcher
}

/** Longest wait, in milliseconds, for whatever is no search. */
const CALL_TIMEOUT_MS = 10_000
/** Largest answer, in bytes. */
const ANSWER_BYTES_MAX = 4 * 1024 * 1024
/** Longest sentence of Bazarr's that is passed on, in characters. */
const WORDS_MAX = 200

interface Call {
  readonly method: "GET" | "PATCH"
  readonly path: string
  readonly query?: Readonly<Record<string, string | number>>
  readonly form?: Readonly<Record<string, string>>
  readonly timeoutMs: number
}

interface Answer {
  readonly status: number
  readonly text: string
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** What Bazarr says of a failure, which is a JSON text or `{message}`; not a web page. */
function wordsOf({ status, text }: Answer): string {
  const value = parsed(text)
  const said =
    typeof value === "string"
      ? value
      : typeof value === "object" && value !== null && "message" in value
        ? String(value.message)
        : ""
  const words = said.replace(/\s+/g, " ").trim().slice(0, WORDS_MAX)
  return words === "" ? `it answered ${status}` : `${words} (${status})`
}

const unreachable = (detail: string) => new BazarrUnreachable({ detail })

const makeBazarr = (options: BazarrOptions) => {
  const ask = Effect.fnUntraced(function* (access: BazarrAccess, call: Call) {
    const url = new URL(`${access.url}/api/${call.path}`)
    for (const [name, value] of Object.entries(call.query ?? {})) url.searchParams.set(name, String(value))
    const body = call.form === undefined ? null : new URLSearchParams(call.form).toString()
    const answer = yield* Effect.tryPromise({
      try: async (signal): Promise<Answer> => {
        const response = await request(url, {
          method: call.method,
          headers: {
            accept: "application/json",
            "user-agent": "OnCue",
            "x-api-key": Redacted.value(access.apiKey),
            ...(body === null ? {} : { "content-type": "application/x-www-form-urlencoded" }),
          },
          body,
          headersTimeout: call.timeoutMs,
          bodyTimeout: call.timeoutMs,
          signal,
          ...(options.dispatcher === undefined ? {} : { dispatcher: options.dispatcher }),
        })
        const bytes = await readWhole(response.body, ANSWER_BYTES_MAX)
        return { status: response.statusCode, text: bytes?.toString("utf8") ?? "" }
      },
      catch: (error) => unreachable(transportFault(error)?.reason ?? "the request failed"),
    }).pipe(
      Effect.timeoutOrElse({
        duration: call.timeoutMs,
        orElse: () => Effect.fail(unreachable(`no answer within ${Math.round(call.timeoutMs / 1_000)} s`)),
      }),
    )
    if (answer.status === 401 || answer.status === 403) return yield* new BazarrKeyRejected()
    if (answer.status >= 300 && answer.status < 400)
      return yield* unreachable(`it sends to another address (${answer.status}): check its URL base`)
    return answer
  })

  const value = Effect.fnUntraced(function* <A>(
    access: BazarrAccess,
    call: Omit<Call, "method" | "timeoutMs">,
    read: (value: unknown) => A | undefined,
  ) {
    const answer = yield* ask(access, { ...call, method: "GET", timeoutMs: CALL_TIMEOUT_MS })
    if (answer.status !== 200) return yield* unreachable(wordsOf(answer))
    const known = read(parsed(answer.text))
    if (known !== undefined) return known
    return yield* unreachable("what answers there is no Bazarr: check the address and its URL base")
  })

  /**
   * A search of one language. Older versions take the ids from the query and the rest from the form, newer ones take
   * anything from either; all of them answer when the search is over.
   */
  const search = Effect.fnUntraced(function* (
    access: BazarrAccess,
    target: BazarrTarget,
    language: BazarrLanguage,
    timeoutMs: number,
  ) {
    const isMovie = target._tag === "Movie"
    const answer = yield* ask(access, {
      method: "PATCH",
      path: isMovie ? "movies/subtitles" : "episodes/subtitles",
      query: isMovie
        ? { radarrid: target.radarrId }
        : { seriesid: target.seriesId, episodeid: target.episodeId },
      form: {
        language: language.code,
        forced: language.forced ? "True" : "False",
        hi: language.hearingImpaired ? "True" : "False",
      },
      timeoutMs,
    })
    if (answer.status >= 200 && answer.status < 300) return
    if (answer.status === 502 || answer.status === 503 || answer.status === 504)
      return yield* unreachable(wordsOf(answer))
    return yield* new BazarrRefused({ detail: wordsOf(answer) })
  })

  return Bazarr.of({
    version: (access) => value(access, { path: "system/status" }, readVersion),
    item: (access, target) =>
      target._tag === "Movie"
        ? value(access, { path: "movies", query: { "radarrid[]": target.radarrId } }, readItem)
        : value(access, { path: "episodes", query: { "episodeid[]": target.episodeId } }, readItem),
    search,
  })
}

/** An existing Bazarr over its API. */
export const layer = (options: BazarrOptions = {}): Layer.Layer<Bazarr> =>
  Layer.succeed(Bazarr, makeBazarr(options))
