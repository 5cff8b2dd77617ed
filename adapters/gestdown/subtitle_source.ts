import * as Cache from "effect/Cache"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type { Dispatcher } from "undici"
import {
  CandidateUnusable,
  type ProviderFailure,
  ProviderUnavailable,
  SUBTITLE_DOWNLOAD_BYTES_MAX,
  type SubtitleQuery,
  type SubtitleSource,
} from "../../core/ports/subtitle_source.ts"
import type { Candidate } from "../../core/subtitles/candidate.ts"
import type { Language } from "../../core/subtitles/language.ts"
import { decoded, failureOf, fileOf, JSON_BYTES_MAX, nameIn } from "../_provider/answer.ts"
import { makeClient } from "../_provider/client.ts"
import { decodeShows, decodeSubtitles, type Show } from "./_answers.ts"
import { makeBusy } from "./_busy.ts"
import { type Asked, candidateOf } from "./_candidates.ts"
import { addic7edName } from "./_languages.ts"

export interface GestdownOptions {
  /** Base address, by default `https://api.gestdown.info`. */
  readonly url: string
  readonly userAgent: string
  /** Instead of the network; for tests. */
  readonly dispatcher?: Dispatcher
}

const ID = "gestdown"
const NAME = "Gestdown (Addic7ed)"

/** Languages that are asked for in one search; each is a request of its own. */
export const LANGUAGES_MAX = 6
/** Shows of the same TVDB id that are asked for: Addic7ed splits some by country. */
const SHOWS_MAX = 2
const SHOWS_KEPT_MAX = 500
/** How long the id of a show is remembered, and that there is none. */
const SHOW_KEPT = "24 hours"
const NO_SHOW_KEPT = "1 hour"

const CONCURRENCY = 2
/** Gestdown publishes no figure; a proxy that is run for free is asked gently. */
const PACE = { count: 10, windowMs: 10_000 }

/** A show that Addic7ed surely has. */
const PROOF = "/shows/external/tvdb/81189"

function placeOf(query: SubtitleQuery) {
  const { kind, season, episode, showIds, title } = query.release
  if (kind !== "episode" || season === null || episode === null) return null
  return { season, episode, tvdb: showIds.tvdb ?? null, title }
}

function obstacle(query: SubtitleQuery): string | null {
  const place = placeOf(query)
  if (query.release.kind !== "episode") return "it has shows only"
  if (place === null) return "it needs the numbers of season and episode"
  if (place.tvdb === null && place.title.trim() === "") return "it needs the show's TVDB id or its title"
  return query.forced === "require" ? "it has no subtitles for foreign parts only" : null
}

/** Gestdown, a public proxy in front of Addic7ed: shows only, by TVDB id, without an account. */
export const make = Effect.fnUntraced(function* (options: GestdownOptions) {
  const client = yield* makeClient({
    provider: NAME,
    dispatcher: options.dispatcher,
    userAgent: options.userAgent,
    concurrency: CONCURRENCY,
    pace: PACE,
  })
  const busy = makeBusy()
  const base = options.url.replace(/\/+$/, "")

  const get = (path: string, bytesMax: number) =>
    client.send({
      url: new URL(`${base}${path}`),
      headers: { accept: "application/json, */*" },
      bytesMax,
      redirects: "same_origin",
    })

  const refreshing = (waitMs: number) =>
    new ProviderUnavailable({
      provider: NAME,
      detail: "it is fetching this show from Addic7ed",
      retryAfterSeconds: Math.ceil(waitMs / 1_000),
    })

  /** One call about a show; null: not there. While the show is being refreshed nothing is asked. */
  const about = Effect.fnUntraced(function* (show: string, path: string) {
    const waitMs = busy.waitMs(show, yield* Clock.currentTimeMillis)
    if (waitMs > 0) return yield* refreshing(waitMs)
    const answer = yield* get(path, JSON_BYTES_MAX)
    if (answer.status === 423) return yield* refreshing(busy.refused(show, yield* Clock.currentTimeMillis))
    busy.ready(show)
    if (answer.status === 404) return null
    return answer.status === 200 ? answer : yield* failureOf(NAME, answer)
  })

  const shows = yield* Cache.makeWith(
    Effect.fnUntraced(function* (tvdb: string) {
      const answer = yield* about(`tvdb ${tvdb}`, `/shows/external/tvdb/${encodeURIComponent(tvdb)}`)
      return answer === null ? [] : (yield* decoded(NAME, answer, decodeShows)).shows
    }),
    {
      capacity: SHOWS_KEPT_MAX,
      timeToLive: (exit: Exit.Exit<ReadonlyArray<Show>, ProviderFailure>) =>
        Exit.isFailure(exit) ? 0 : exit.value.length === 0 ? NO_SHOW_KEPT : SHOW_KEPT,
    },
  )

  const subtitles = Effect.fnUntraced(function* (show: string, path: string, asked: Asked) {
    const answer = yield* about(show, path)
    if (answer === null) return []
    const { matchingSubtitles } = yield* decoded(NAME, answer, decodeSubtitles)
    return matchingSubtitles.map((row) => candidateOf(row, asked)).filter((one) => one !== null)
  })

  const inLanguage = (place: NonNullable<ReturnType<typeof placeOf>>, found: ReadonlyArray<Show>) =>
    Effect.fnUntraced(function* (language: Language) {
      const name = encodeURIComponent(addic7edName(language))
      const { season, episode, title } = place
      const asked = { provider: ID, season, episode, language }
      if (place.tvdb === null) {
        const path = `/subtitles/find/${name}/${encodeURIComponent(title)}/${season}/${episode}`
        return yield* subtitles(`title ${title}`, path, { ...asked, showName: title, matchedBy: "title" })
      }
      const lists = yield* Effect.forEach(found, (show) =>
        subtitles(show.id, `/subtitles/get/${show.id}/${season}/${episode}/${name}`, {
          ...asked,
          showName: show.name,
          matchedBy: "tvdb",
        }),
      )
      return lists.flat()
    })

  const search = Effect.fn("gestdown.search")(function* (query: SubtitleQuery) {
    const place = placeOf(query)
    if (place === null || obstacle(query) !== null) return []
    const known = place.tvdb === null ? [] : yield* Cache.get(shows, place.tvdb)
    const inSeason = known.filter((show) => show.seasons?.includes(place.season) ?? true)
    const found = (inSeason.length === 0 ? known : inSeason).slice(0, SHOWS_MAX)
    const lists = yield* Effect.forEach(query.languages.slice(0, LANGUAGES_MAX), inLanguage(place, found), {
      concurrency: CONCURRENCY,
    })
    const byId = new Map<string, Candidate>(lists.flat().map((one) => [one.id, one]))
    return [...byId.values()]
  }, client.bounded)

  const fetch = Effect.fn("gestdown.fetch")(function* (candidate: Candidate) {
    const { id, handle } = candidate
    const unusable = (detail: string) => new CandidateUnusable({ provider: NAME, id, detail })
    if (!/^\/(?!\/)[\w./%-]{1,300}$/.test(handle) || handle.includes(".."))
      return yield* unusable("it is no address of Gestdown")
    const answer = yield* get(handle, SUBTITLE_DOWNLOAD_BYTES_MAX)
    if (answer.status === 404 || answer.status === 410) return yield* unusable("it is gone")
    if (answer.status === 423) return yield* refreshing(30_000)
    if (answer.status !== 200) return yield* failureOf(NAME, answer)
    const bytes = yield* fileOf(NAME, id, answer)
    return { _tag: "File" as const, bytes, fileName: nameIn(answer.headers) }
  }, client.bounded)

  const test = Effect.fn("gestdown.test")(function* () {
    const answer = yield* get(PROOF, JSON_BYTES_MAX)
    // A show that it is fetching just now, or has not, is an answer as well.
    if (![200, 404, 423].includes(answer.status)) return yield* failureOf(NAME, answer)
    if (answer.status === 200) yield* decoded(NAME, answer, decodeShows)
    return { told: "it answers, and needs no account", downloads: null }
  }, client.bounded)

  return {
    id: ID,
    name: NAME,
    test,
    unsuited: (query) => Effect.succeed(obstacle(query)),
    search,
    fetch,
  } satisfies SubtitleSource
})
