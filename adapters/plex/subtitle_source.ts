import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import {
  CandidateUnusable,
  type OnDemandSubtitle,
  type PlexForbidden,
  PlexLibrary,
  type PlexNotFound,
  type PlexRefused,
  type PlexUnreachable,
  type ProviderFailure,
  ProviderQuota,
  ProviderRejected,
  ProviderUnavailable,
  type SubtitleQuery,
  type SubtitleSource,
  type TokenRejected,
} from "../../core/ports/mod.ts"
import type { Candidate } from "../../core/subtitles/candidate.ts"
import { baseOf, ENGLISH, type Language, parseLanguage } from "../../core/subtitles/language.ts"

const ID = "plex"
const NAME = "Plex"

/** Languages that are asked for in one search; each is a call of its own to the server. */
export const LANGUAGES_MAX = 6

/** Plex's figures for a wish: 0 rather without, 1 rather with, 2 only with. */
const WISH = { avoid: 0, prefer: 1, require: 2 } as const

/** How long nothing is asked after a 429 that does not say, in seconds. */
const QUOTA_SECONDS = 300

const isOnDemand = Schema.decodeUnknownOption(
  Schema.fromJsonString(
    Schema.Struct({
      key: Schema.NonEmptyString,
      sourceKey: Schema.NullOr(Schema.String),
      title: Schema.String,
      codec: Schema.String,
      languageCode: Schema.NullOr(Schema.String),
      languageTag: Schema.NullOr(Schema.String),
      providerTitle: Schema.String,
      score: Schema.NullOr(Schema.Finite),
      perfectMatch: Schema.Boolean,
      forced: Schema.Boolean,
      hearingImpaired: Schema.Boolean,
    }),
  ),
)

/**
 * What becomes of the errors of the server. A refusal of the token is not the server's last word on this provider, but
 * nothing can be asked until the owner has signed in again.
 */
const failureOf = (
  error: PlexUnreachable | TokenRejected | PlexForbidden | PlexNotFound | PlexRefused,
): Effect.Effect<never, ProviderFailure> => {
  const detail = error.message
  if (error._tag === "TokenRejected" || error._tag === "PlexForbidden") {
    return Effect.fail(new ProviderRejected({ provider: NAME, detail }))
  }
  const retryAfterSeconds = error._tag === "PlexUnreachable" ? error.retryAfterSeconds : null
  if (error._tag !== "PlexUnreachable" || error.status !== 429) {
    return Effect.fail(new ProviderUnavailable({ provider: NAME, detail, retryAfterSeconds }))
  }
  return Effect.flatMap(Clock.currentTimeMillis, (nowMs) => {
    const untilMs = nowMs + (retryAfterSeconds ?? QUOTA_SECONDS) * 1_000
    return Effect.fail(new ProviderQuota({ provider: NAME, detail, untilMs }))
  })
}

/**
 * What the server says of the language; what was asked for where it says nothing. Asked for Brazilian Portuguese it
 * answers with both kinds and often the same two letters, which then stay what they are: plain Portuguese.
 */
function languageOf(found: OnDemandSubtitle, asked: Language): Language {
  const tag = found.languageTag === null ? null : parseLanguage(found.languageTag)
  return tag ?? (found.languageCode === null ? null : parseLanguage(found.languageCode)) ?? asked
}

function candidateOf(found: OnDemandSubtitle, asked: Language): Candidate {
  return {
    provider: ID,
    // The key is that of one search, and what somebody refused must be known again in the next.
    id: found.sourceKey ?? found.key,
    language: languageOf(found, asked),
    forced: found.forced,
    hearingImpaired: found.hearingImpaired,
    releases: found.title === "" ? [] : [found.title],
    matchedBy: found.perfectMatch ? ["hash", "server"] : ["server"],
    season: null,
    episode: null,
    seasonPack: false,
    frameRate: null,
    machineTranslated: false,
    trusted: false,
    downloads: null,
    uploader: null,
    fileName: null,
    handle: JSON.stringify(found),
  }
}

/**
 * The search that is built into the media server: it needs no account with anybody, and the server keeps what it
 * fetches itself. Results come from OpenSubtitles through Plex.
 */
export const make = Effect.fnUntraced(function* () {
  const library = yield* PlexLibrary

  const searchOne = Effect.fnUntraced(function* (query: SubtitleQuery, language: Language) {
    if (query.item === null) return []
    const { access, ref } = query.item
    const found = yield* library
      .searchSubtitles(access, ref.ratingKey, {
        language: baseOf(language),
        hearingImpaired: WISH[query.hearingImpaired],
        forced: WISH[query.forced],
      })
      .pipe(Effect.catch(failureOf))
    return found.map((one) => candidateOf(one, language))
  })

  return {
    id: ID,
    name: NAME,
    test: Effect.fnUntraced(function* (item: SubtitleQuery["item"]) {
      if (item === null) {
        const detail = "no film or episode of a server is known yet that could be asked for"
        return yield* new ProviderUnavailable({ provider: NAME, detail, retryAfterSeconds: null })
      }
      const wish = { language: baseOf(ENGLISH), hearingImpaired: WISH.avoid, forced: WISH.avoid }
      const found = yield* library
        .searchSubtitles(item.access, item.ref.ratingKey, wish)
        .pipe(Effect.catch(failureOf))
      return {
        told: `${item.access.name || "the server"} searched for one of its titles and found ${found.length}`,
        downloads: null,
      }
    }),
    unsuited: (query) => Effect.succeed(query.item === null ? "the item is in no Plex library" : null),
    search: (query) =>
      Effect.forEach(
        [...new Map(query.languages.map((language) => [baseOf(language), language])).values()].slice(
          0,
          LANGUAGES_MAX,
        ),
        (language) => searchOne(query, language),
        { concurrency: 2 },
      ).pipe(Effect.map((lists) => lists.flat())),
    fetch: (candidate, query) =>
      Effect.gen(function* () {
        const unusable = (detail: string) =>
          new CandidateUnusable({ provider: NAME, id: candidate.id, detail })
        if (query.item === null) return yield* unusable("the item is in no Plex library")
        const { access, ref } = query.item
        const handle = isOnDemand(candidate.handle)
        if (Option.isNone(handle)) return yield* unusable("it was not found by Plex")
        const found = handle.value
        yield* library
          .downloadSubtitle(access, ref.ratingKey, found)
          .pipe(
            Effect.catch(
              (error): Effect.Effect<never, ProviderFailure | CandidateUnusable> =>
                error._tag === "PlexRefused" || error._tag === "PlexNotFound"
                  ? Effect.fail(unusable(error.message))
                  : failureOf(error),
            ),
          )
        return {
          _tag: "StoredByPlex",
          providerTitle: found.providerTitle,
          language: candidate.language,
        } as const
      }),
  } satisfies SubtitleSource as SubtitleSource
})
