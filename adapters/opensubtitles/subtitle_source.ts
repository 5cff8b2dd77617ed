import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import type { Dispatcher } from "undici"
import {
  CandidateUnusable,
  ProviderQuota,
  ProviderRejected,
  ProviderUnavailable,
  SUBTITLE_DOWNLOAD_BYTES_MAX,
  type SubtitleQuery,
  type SubtitleSource,
} from "../../core/ports/subtitle_source.ts"
import type { Candidate } from "../../core/subtitles/candidate.ts"
import { decoded, failureOf, fileOf, JSON_BYTES_MAX, jsonOf, told } from "../_provider/answer.ts"
import { makeClient, mayFollow, type ProviderAnswer, type ProviderRequest } from "../_provider/client.ts"
import { type Account, makeAccount } from "./_account.ts"
import { decodeDownload, decodePage, decodeQuota, decodeUser } from "./_answers.ts"
import { candidateOf } from "./_candidates.ts"
import { canonicalQuery, type Search, searchFor } from "./_query.ts"
import { makeSessions, type Session } from "./_session.ts"

export interface OpenSubtitlesOptions {
  /** Base address with its version, by default `https://api.opensubtitles.com/api/v1`. */
  readonly url: string
  /** The address was set by hand, and wins over the host that a login names. */
  readonly urlFixed: boolean
  /** The service refuses programs that do not name themselves and their version: `OnCue v1.2.3`. */
  readonly userAgent: string
  /** Instead of the network; for tests. */
  readonly dispatcher?: Dispatcher
}

const ID = "opensubtitles"
const NAME = "OpenSubtitles.com"

/** Pages of 50 that are read of one answer. */
export const PAGES_MAX = 2
const CONCURRENCY = 2
/** The service allows five requests a second. */
const PACE = { count: 5, windowMs: 1_000 }
/** Rest after a bad gateway, in seconds; it is over soon. */
const GATEWAY_REST_SECONDS = 15
/** Rest when the quota is used up and the service does not say until when, in milliseconds. */
const QUOTA_REST_MS = 6 * 60 * 60 * 1_000

/** A film that the service surely has, for a search that proves the key. */
const PROOF = { imdb_id: "111161" }

interface Access {
  readonly account: Account
  readonly session: Session | null
}

/** OpenSubtitles.com: every film and show, by file hash, id or title; a key is needed, an account raises the quota. */
export const make = Effect.fnUntraced(function* (options: OpenSubtitlesOptions) {
  const client = yield* makeClient({
    provider: NAME,
    dispatcher: options.dispatcher,
    userAgent: options.userAgent,
    concurrency: CONCURRENCY,
    pace: PACE,
  })
  const readAccount = yield* makeAccount
  const base = options.url.replace(/\/+$/, "")
  const sessions = yield* makeSessions({ provider: NAME, base, baseFixed: options.urlFixed, client })

  const account = Effect.gen(function* () {
    const found = yield* readAccount
    return "reason" in found ? yield* new ProviderRejected({ provider: NAME, detail: found.reason }) : found
  })

  const secretsOf = ({ account, session }: Access) => [
    Redacted.value(account.apiKey),
    ...(account.user === null ? [] : [Redacted.value(account.user.password)]),
    ...(session === null ? [] : [Redacted.value(session.token)]),
  ]

  /** What every status but 200 and 401 means. */
  const refusal = Effect.fnUntraced(function* (answer: ProviderAnswer, access: Access) {
    const secrets = secretsOf(access)
    const quota = Option.getOrNull(Option.flatMap(jsonOf(answer), decodeQuota))
    const words = told(quota?.message, secrets)
    if (answer.status === 406) {
      const nowMs = yield* Clock.currentTimeMillis
      const resetMs = Date.parse(quota?.reset_time_utc ?? "")
      return yield* new ProviderQuota({
        provider: NAME,
        detail: words === "" ? "the quota of downloads is used up" : words,
        untilMs: resetMs > nowMs ? resetMs : nowMs + QUOTA_REST_MS,
      })
    }
    if (answer.status === 401 || answer.status === 403) {
      const what = answer.status === 403 ? "it does not accept the API key" : "it does not accept the login"
      return yield* new ProviderRejected({
        provider: NAME,
        detail: words === "" ? what : `${what} (${words})`,
      })
    }
    if (answer.status === 502) {
      const detail = "it answered 502"
      return yield* new ProviderUnavailable({
        provider: NAME,
        detail,
        retryAfterSeconds: GATEWAY_REST_SECONDS,
      })
    }
    return yield* failureOf(NAME, answer, secrets)
  })

  /** One authorised request. A token that is refused is replaced once. */
  const send = Effect.fnUntraced(function* (
    access: Access,
    path: string,
    asked: Pick<ProviderRequest, "method" | "body" | "headers">,
  ) {
    const once = ({ account, session }: Access) =>
      client.send({
        ...asked,
        url: new URL(`${session?.base ?? base}${path}`),
        headers: { accept: "application/json", ...asked.headers },
        secretHeaders: {
          "api-key": account.apiKey,
          ...(session === null
            ? {}
            : { authorization: Redacted.make(`Bearer ${Redacted.value(session.token)}`) }),
        },
        bytesMax: JSON_BYTES_MAX,
        redirects: "same_origin",
      })
    const answer = yield* once(access)
    if (answer.status !== 401 || access.session === null) return { answer, access }
    sessions.forget(access.session)
    const renewed = { ...access, session: yield* sessions.of(access.account) }
    return { answer: yield* once(renewed), access: renewed }
  })

  /** A search needs the key alone; only a wrong login stops it, so that it is noticed before a download. */
  const searchAccess = Effect.fnUntraced(function* () {
    const found = yield* account
    const session = yield* sessions
      .of(found)
      .pipe(Effect.catchTag(["ProviderQuota", "ProviderUnavailable"], () => Effect.succeed(null)))
    return { account: found, session } as Access
  })

  const page = Effect.fnUntraced(function* (access: Access, search: Search, number: number) {
    const parameters = { ...search.parameters, ...(number === 1 ? {} : { page: String(number) }) }
    const { answer } = yield* send(access, `/subtitles?${canonicalQuery(parameters)}`, { method: "GET" })
    if (answer.status !== 200) return yield* refusal(answer, access)
    return yield* decoded(NAME, answer, decodePage)
  })

  const pages = Effect.fnUntraced(function* (access: Access, search: Search) {
    const first = yield* page(access, search, 1)
    const count = Math.min(first.total_pages ?? 1, PAGES_MAX)
    const numbers = Array.from({ length: Math.max(0, count - 1) }, (_, index) => index + 2)
    const others = yield* Effect.forEach(numbers, (number) => page(access, search, number))
    return [first, ...others].flatMap(({ data }) => data)
  })

  const search = Effect.fn("opensubtitles.search")(function* (query: SubtitleQuery) {
    const access = yield* searchAccess()
    const wanted = searchFor(query, access.account.useHash)
    if (wanted === null || query.languages.length === 0) return []
    const found = yield* pages(access, wanted)
    // A hash together with other conditions is known to find nothing where the conditions alone find much.
    const { moviehash, ...others } = wanted.parameters
    const again = found.length === 0 && moviehash !== undefined && wanted.by !== "hash"
    const rows = again ? yield* pages(access, { ...wanted, parameters: others }) : found
    const candidates = rows
      .map((row) => candidateOf(row, ID, query.release, wanted))
      .filter((one) => one !== null)
    return [...new Map(candidates.map((one) => [one.id, one])).values()]
  }, client.bounded)

  const unusable = (candidate: Candidate, detail: string) =>
    new CandidateUnusable({ provider: NAME, id: candidate.id, detail })

  /** A link to the file. Each one counts against the quota. */
  const link = Effect.fnUntraced(function* (candidate: Candidate, first: Access) {
    const { access, answer } = yield* send(first, "/download", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: Redacted.make(JSON.stringify({ file_id: Number(candidate.handle) })),
    })
    if ([400, 404, 410].includes(answer.status)) return yield* unusable(candidate, "the file is gone")
    if (answer.status !== 200) return yield* refusal(answer, access)
    const found = yield* decoded(NAME, answer, decodeDownload)
    const url = URL.canParse(found.link) ? new URL(found.link) : null
    if (url === null || !mayFollow(new URL(base), url, "public"))
      return yield* unusable(candidate, "its link leads nowhere that it may")
    return { url, fileName: found.file_name ?? null }
  })

  const file = (url: URL) => client.send({ url, bytesMax: SUBTITLE_DOWNLOAD_BYTES_MAX, redirects: "public" })

  const fetch = Effect.fn("opensubtitles.fetch")(function* (candidate: Candidate) {
    if (!/^[1-9]\d{0,11}$/.test(candidate.handle))
      return yield* unusable(candidate, "it is no file of the service")
    const found = yield* account
    const access = { account: found, session: yield* sessions.of(found) }
    let target = yield* link(candidate, access)
    let answer = yield* file(target.url)
    if (answer.status === 410) {
      target = yield* link(candidate, access)
      answer = yield* file(target.url)
    }
    if (answer.status === 404 || answer.status === 410) return yield* unusable(candidate, "the file is gone")
    if (answer.status !== 200) return yield* failureOf(NAME, answer, secretsOf(access))
    const bytes = yield* fileOf(NAME, candidate.id, answer)
    return { _tag: "File" as const, bytes, fileName: target.fileName }
  }, client.bounded)

  const unsuited = Effect.fnUntraced(function* (query: SubtitleQuery) {
    const found = yield* readAccount
    if ("reason" in found) return found.reason
    return searchFor(query, found.useHash) === null ? "there is no id, title or hash to search by" : null
  })

  /** A user is asked for his quota; a key alone is proved by a search, which costs none. */
  const test = Effect.fn("opensubtitles.test")(function* () {
    const found = yield* account
    const first: Access = { account: found, session: yield* sessions.of(found) }
    const path =
      found.user === null ? `/subtitles?${canonicalQuery({ ...PROOF, languages: "en" })}` : "/infos/user"
    const { access, answer } = yield* send(first, path, { method: "GET" })
    if (answer.status !== 200) return yield* refusal(answer, access)
    if (found.user === null) {
      yield* decoded(NAME, answer, decodePage)
      return { told: "it takes the API key; a user name would allow more downloads a day", downloads: null }
    }
    const { data } = yield* decoded(NAME, answer, decodeUser)
    const { allowed_downloads: allowed, remaining_downloads: left } = data
    const isTold = typeof allowed === "number" && typeof left === "number"
    return {
      told: `signed in as ${found.user.name}`,
      downloads: isTold ? { left: Math.max(0, left), allowed } : null,
    }
  }, client.bounded)

  const unready = Effect.map(readAccount, (found) => ("reason" in found ? found.reason : null))

  return { id: ID, name: NAME, unready, test, unsuited, search, fetch } satisfies SubtitleSource
})
