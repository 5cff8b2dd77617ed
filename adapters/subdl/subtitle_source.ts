import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import type { Dispatcher } from "undici"
import { SecretBox } from "../../core/ports/secret_box.ts"
import { SettingsStore } from "../../core/ports/settings_store.ts"
import {
  CandidateUnusable,
  ProviderQuota,
  ProviderRejected,
  ProviderUnavailable,
  SUBTITLE_DOWNLOAD_BYTES_MAX,
  type SubtitleQuery,
  type SubtitleSource,
} from "../../core/ports/subtitle_source.ts"
import { secretKeys } from "../../core/settings/settings.ts"
import type { Candidate } from "../../core/subtitles/candidate.ts"
import { decoded, failureOf, fileOf, JSON_BYTES_MAX, jsonOf, told } from "../_provider/answer.ts"
import { makeClient, type ProviderAnswer } from "../_provider/client.ts"
import { decodeAnswer } from "./_answers.ts"
import { candidateOf, isAnother, pathOf } from "./_candidates.ts"
import { searchFor } from "./_query.ts"

export interface SubdlOptions {
  /** Base address with its version, by default `https://api.subdl.com/api/v1`. */
  readonly url: string
  /** Where the archives are, by default `https://dl.subdl.com`. */
  readonly downloadsUrl: string
  readonly userAgent: string
  /** Instead of the network; for tests. */
  readonly dispatcher?: Dispatcher
}

const ID = "subdl"
const NAME = "SubDL"

const CONCURRENCY = 2
/** SubDL publishes no figure for its rate; its quota is a daily one. */
const PACE = { count: 5, windowMs: 5_000 }
/** Rest when the day's downloads are used up, in milliseconds; SubDL does not say when the day ends. */
export const QUOTA_REST_MS = 6 * 60 * 60 * 1_000

/** A search for a film that SubDL surely has, which proves the key and is no download. */
const PROOF = { imdb_id: "tt0111161", type: "movie", languages: "EN", subs_per_page: "1" }

/** What an answer says when it has nothing, which is no failure. */
const NOTHING_FOUND = /can'?t find|not found|no (?:subtitles?|results?|movie|tv|matching)/i
const QUOTA = /limit (?:exceeded|reached)|exceeded|quota|too many/i

/** SubDL: films and shows by id or title, as zip archives; a key is needed. */
export const make = Effect.fnUntraced(function* (options: SubdlOptions) {
  const store = yield* SettingsStore
  const box = yield* SecretBox
  const client = yield* makeClient({
    provider: NAME,
    dispatcher: options.dispatcher,
    userAgent: options.userAgent,
    concurrency: CONCURRENCY,
    pace: PACE,
  })
  const base = options.url.replace(/\/+$/, "")
  const downloads = options.downloadsUrl.replace(/\/+$/, "")

  /** The key of the settings, anew at every call, or why there is none. */
  const readKey = Effect.gen(function* () {
    const settings = yield* store.current
    const stored = Redacted.value(settings.subdl.api_key)
    if (stored === "") return "no API key is set (subdl.api_key)"
    return (yield* box.open(stored, secretKeys(settings), "SubDL API key")).secret
  }).pipe(Effect.catchTag("SecretUnreadable", (error) => Effect.succeed(error.message)))

  const rejected = (detail: string) => new ProviderRejected({ provider: NAME, detail })

  const usableKey = Effect.gen(function* () {
    const key = yield* readKey
    return typeof key === "string" ? yield* rejected(key) : key
  })

  /** What every status but 200 means, for searches and downloads alike. */
  const refusal = Effect.fnUntraced(function* (answer: ProviderAnswer, secrets: ReadonlyArray<string>) {
    const value = Option.getOrNull(Option.flatMap(jsonOf(answer), decodeAnswer))
    const body = answer.bytes === null ? "" : new TextDecoder().decode(answer.bytes.subarray(0, 500))
    const words = told(value?.error ?? value?.message, secrets)
    if (answer.status === 401 || answer.status === 403)
      return yield* rejected(words === "" ? "it does not accept the API key" : words)
    if (answer.status === 500 && /download limit exceeded/i.test(body)) {
      const untilMs = (yield* Clock.currentTimeMillis) + QUOTA_REST_MS
      return yield* new ProviderQuota({ provider: NAME, detail: "the day's downloads are used up", untilMs })
    }
    return yield* failureOf(NAME, answer, secrets)
  })

  /** A 200 that says that something is wrong. */
  const complaint = Effect.fnUntraced(function* (words: string) {
    if (/api[ _-]?key|unauthori[sz]ed|forbidden/i.test(words)) return yield* rejected(words)
    if (QUOTA.test(words)) {
      const untilMs = (yield* Clock.currentTimeMillis) + QUOTA_REST_MS
      return yield* new ProviderQuota({ provider: NAME, detail: words, untilMs })
    }
    const detail = words === "" ? "it says that something is wrong, and not what" : words
    return yield* new ProviderUnavailable({ provider: NAME, detail, retryAfterSeconds: null })
  })

  /** What is found by these parameters; null: nothing. */
  const found = Effect.fnUntraced(function* (parameters: Readonly<Record<string, string>>) {
    const key = yield* usableKey
    const secrets = [Redacted.value(key)]
    const answer = yield* client.send({
      url: new URL(`${base}/subtitles?${new URLSearchParams(parameters)}`),
      headers: { accept: "application/json" },
      secretQuery: { api_key: key },
      bytesMax: JSON_BYTES_MAX,
      redirects: "same_origin",
    })
    if (answer.status !== 200) return yield* refusal(answer, secrets)
    const value = yield* decoded(NAME, answer, decodeAnswer)
    if (value.status !== false && value.success !== false) return value
    const words = told(value.error ?? value.message, secrets)
    return NOTHING_FOUND.test(words) ? null : yield* complaint(words)
  })

  const test = Effect.fn("subdl.test")(function* () {
    yield* found(PROOF)
    return { told: "it takes the API key", downloads: null }
  }, client.bounded)

  const search = Effect.fn("subdl.search")(function* (query: SubtitleQuery) {
    const wanted = searchFor(query)
    if (wanted === null) return []
    const answered = yield* found(wanted.parameters)
    if (answered === null) return []
    if (answered.subtitles === undefined || answered.subtitles === null)
      return yield* client.unavailable("its answer has not the expected shape")
    if (isAnother(answered.results ?? [], query.release, wanted)) return []
    const candidates = answered.subtitles
      .map((row) => candidateOf(row, ID, query.release, wanted))
      .filter((one) => one !== null)
    return [...new Map(candidates.map((one) => [one.id, one])).values()]
  }, client.bounded)

  const fetch = Effect.fn("subdl.fetch")(function* (candidate: Candidate) {
    const { handle, id } = candidate
    const unusable = (detail: string) => new CandidateUnusable({ provider: NAME, id, detail })
    const path = pathOf(handle)
    if (path === null || path !== handle) return yield* unusable("it is no archive of SubDL")
    const answer = yield* client.send({
      url: new URL(`${downloads}${path}`),
      bytesMax: SUBTITLE_DOWNLOAD_BYTES_MAX,
      redirects: "public",
    })
    if (answer.status === 404 || answer.status === 410) return yield* unusable("the archive is gone")
    if (answer.status !== 200) return yield* refusal(answer, [])
    const bytes = yield* fileOf(NAME, id, answer)
    return { _tag: "File" as const, bytes, fileName: candidate.fileName }
  }, client.bounded)

  const unsuited = Effect.fnUntraced(function* (query: SubtitleQuery) {
    const key = yield* readKey
    if (typeof key === "string") return key
    const { episode, kind, season } = query.release
    if (kind === "episode" && (season === null || episode === null))
      return "it needs the numbers of season and episode"
    return searchFor(query) === null
      ? "there is no id or title to search by, or no language that it has"
      : null
  })

  const unready = Effect.map(readKey, (key) => (typeof key === "string" ? key : null))

  return { id: ID, name: NAME, unready, test, unsuited, search, fetch } satisfies SubtitleSource
})
