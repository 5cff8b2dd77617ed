import * as Effect from "effect/Effect"
import { displayName, type MediaItem, type MediaPart } from "../media/media_item.ts"
import type { Release } from "../media/release.ts"
import {
  Journal,
  ReleaseNames,
  SettingsStore,
  StateStore,
  type SubtitleQuery,
  SubtitleReader,
  SubtitleShelf,
  type SubtitleSource,
  SubtitleSources,
} from "../ports/mod.ts"
import type { ServerAccess } from "../servers/server.ts"
import { guarded } from "./ask_provider.ts"
import type { Candidate } from "./candidate.ts"
import { parseLanguage } from "./language.ts"
import { type Placement, placeSubtitle } from "./place_subtitle.ts"
import { type Profile, profileFor, type Wish, wishName } from "./profile.ts"
import {
  choiceText,
  explain,
  PERFECT_SCORE,
  rank,
  type Scored,
  type ScoredFile,
  scoreCandidate,
} from "./score.ts"
import { type ProviderReport, searchProviders } from "./search_providers.ts"
import { parseSidecar } from "./sidecar.ts"
import { type PresentSubtitle, presentIn, unlistedOf, wantedOf } from "./wanted.ts"

/** Candidates that are tried for one wish before giving up. */
export const CANDIDATES_TRIED_MAX = 5
/** Where sign-in leaves the account's own subtitle language, for when no profile is set. */
export const ACCOUNT_LANGUAGE_KEY = "account/subtitle_language"
/** Rejected candidates that are named in the journal. */
const REJECTED_TOLD_MAX = 20

export interface FindRequest {
  readonly item: MediaItem
  /** The file that is to get subtitles; null when the server names none. */
  readonly part: MediaPart | null
  readonly release: Release
  readonly access: ServerAccess
  readonly jobId: number | null
}

/** What became of one wish. */
export type WishResult =
  | {
      readonly _tag: "Found"
      readonly wish: Wish
      readonly scored: Scored
      readonly placement: Placement | { readonly _tag: "StoredByPlex"; readonly title: string }
    }
  | { readonly _tag: "NotFound"; readonly wish: Wish; readonly reasons: ReadonlyArray<string> }

export interface FindResult {
  /** Sidecars on the disk that the server does not list, though it should. */
  readonly unlisted: ReadonlyArray<PresentSubtitle>
  readonly results: ReadonlyArray<WishResult>
  readonly providers: ReadonlyArray<ProviderReport>
}

type Note = (
  kind: "wanted" | "searched" | "chose" | "wrote" | "nothing_to_do",
  text: string,
  detail?: unknown,
) => Effect.Effect<void, never, Journal>

const noteFor = ({ item, jobId }: FindRequest): Note => {
  const place = {
    jobId,
    serverId: item.ref.serverId,
    ratingKey: item.ref.ratingKey,
    title: displayName(item),
  }
  return (kind, text, detail) =>
    Journal.use((journal) => journal.write({ ...place, kind, text, detail: detail ?? null }))
}

/** The subtitles beside the video; none, with a warning in the log, when its folder cannot be read here. */
const sidecarsOf = Effect.fnUntraced(function* (videoPath: string | null) {
  if (videoPath === null) return []
  const shelf = yield* SubtitleShelf
  const files = yield* shelf
    .list(videoPath)
    .pipe(Effect.catchTag("ShelfUnavailable", (error) => Effect.as(Effect.logDebug(error.message), [])))
  return files.flatMap(({ name }): ReadonlyArray<PresentSubtitle> => {
    const read = parseSidecar(videoPath, name)
    if (read === null) return []
    const { forced, hearingImpaired, language } = read
    return [{ language, forced, hearingImpaired, where: "sidecar", label: name }]
  })
})

const profileOf = Effect.fnUntraced(function* (item: MediaItem) {
  const settings = yield* (yield* SettingsStore).current
  const state = yield* StateStore
  const stored = yield* state
    .get(ACCOUNT_LANGUAGE_KEY)
    .pipe(Effect.catchTag("StoreUnavailable", () => Effect.succeed(null)))
  const defaults = typeof stored === "string" && parseLanguage(stored) !== null ? [stored] : []
  return profileFor(
    settings.oncue.languages,
    { serverId: item.ref.serverId, sectionId: item.sectionId },
    defaults,
  )
})

function queryFor(request: FindRequest, wishes: ReadonlyArray<Wish>): SubtitleQuery {
  const strongest = (fits: ReadonlyArray<Wish["forced"]>) =>
    fits.every((one) => one === "require")
      ? "require"
      : fits.some((one) => one !== "avoid")
        ? "prefer"
        : "avoid"
  return {
    release: request.release,
    languages: wishes.map((wish) => wish.language),
    forced: strongest(wishes.map((wish) => wish.forced)),
    hearingImpaired: strongest(wishes.map((wish) => wish.hearingImpaired)),
    item: { ref: request.item.ref, access: request.access },
  }
}

function searchText(reports: ReadonlyArray<ProviderReport>): string {
  const asked = reports.filter((one) => one.result !== "unsuited")
  if (asked.length === 0) return "Searched nowhere: no provider is suited"
  const words = asked.map((one) =>
    one.result === "answered"
      ? `${one.name} ${one.found}`
      : `${one.name} ${one.result.replace("_", " ")} (${one.reason})`,
  )
  return `Searched ${words.join(", ")}`
}

const told = (scored: Scored) => ({
  provider: scored.candidate.provider,
  name: scored.candidate.releases[0] ?? scored.candidate.fileName ?? scored.candidate.id,
  score: scored.score,
  why: explain(scored),
})

/** Fetches, reads and stores one candidate. */
const take = Effect.fnUntraced(function* (
  scored: Scored,
  source: SubtitleSource,
  query: SubtitleQuery,
  request: FindRequest,
) {
  const { candidate } = scored
  const { release } = request
  const delivery = yield* guarded(source.id, source.fetch(candidate, query))
  if (delivery._tag === "StoredByPlex")
    return { _tag: "StoredByPlex", title: delivery.providerTitle } as const
  const reader = yield* SubtitleReader
  const text = yield* reader.read(delivery.bytes, {
    season: release.season,
    episode: release.episode,
    names: release.names,
    language: candidate.language,
    fileName: delivery.fileName ?? candidate.fileName,
  })
  return yield* placeSubtitle({
    candidate,
    text,
    videoPath: release.path,
    item: { ref: request.item.ref, access: request.access },
  })
})

function placedText(placement: Extract<WishResult, { _tag: "Found" }>["placement"]): string {
  switch (placement._tag) {
    case "Sidecar":
      return `Wrote ${placement.name} beside the video`
    case "Uploaded":
      return `Gave the subtitle to Plex as "${placement.title}", since the folder cannot be written`
    case "StoredByPlex":
      return `Plex fetches and keeps the subtitle itself (${placement.title})`
  }
}

/** The best candidate for a wish that can be had; the next best when one turns out to be unusable. */
const fulfil = Effect.fnUntraced(function* (
  wish: Wish,
  file: ScoredFile,
  candidates: ReadonlyArray<Candidate>,
  query: SubtitleQuery,
  request: FindRequest,
) {
  const note = noteFor(request)
  const settings = yield* (yield* SettingsStore).current
  const names = yield* ReleaseNames
  const sources = yield* SubtitleSources
  const { kind } = request.release
  const { rejected, usable } = rank(
    candidates.map((one) =>
      scoreCandidate(
        one,
        wish,
        file,
        one.releases.map((name) => names.parse(name, kind)),
      ),
    ),
    settings.oncue.minimum_score,
  )
  const reasons: Array<string> = []
  for (const scored of usable.slice(0, CANDIDATES_TRIED_MAX)) {
    const source = sources.find((one) => one.id === scored.candidate.provider)
    if (source === undefined) continue
    const taken = yield* Effect.result(take(scored, source, query, request))
    if (taken._tag === "Success") {
      const others = usable.filter((one) => one !== scored)
      yield* note("chose", choiceText(scored, wish), {
        chosen: told(scored),
        others: others.slice(0, REJECTED_TOLD_MAX).map(told),
        rejected: rejected.slice(0, REJECTED_TOLD_MAX).map(told),
      })
      yield* note("wrote", placedText(taken.success), { placement: taken.success })
      return { _tag: "Found", wish, scored, placement: taken.success } as WishResult
    }
    // A server that cannot be reached now is no fault of the candidate: the whole job comes again later.
    const error = taken.failure
    if (error._tag === "PlexUnreachable" || error._tag === "TokenRejected") return yield* error
    reasons.push(error.message)
  }
  const seen = rejected.slice(0, REJECTED_TOLD_MAX).map((one) => `${told(one).name}: ${explain(one)}`)
  return { _tag: "NotFound", wish, reasons: [...reasons, ...seen] } as WishResult
})

const wishesOf = Effect.fnUntraced(function* (request: FindRequest, profile: Profile) {
  const note = noteFor(request)
  for (const warning of profile.warnings) yield* Effect.logWarning(warning)
  const sidecars = yield* sidecarsOf(request.release.path)
  const present = presentIn(request.part, sidecars)
  const { missing, settled } = wantedOf(profile, present)
  const parts = [
    ...missing.map((one) => `${wishName(one)} (missing)`),
    ...settled.map((one) => `${wishName(one.wish)} (${one.reason})`),
  ]
  yield* note(missing.length === 0 ? "nothing_to_do" : "wanted", `Wants ${parts.join(", ") || "nothing"}`, {
    profile: profile.name,
    present: present.subtitles.map((one) => one.label),
    audio: present.audio,
  })
  return { missing, unlisted: unlistedOf(sidecars, request.part) }
})

/**
 * Finds and stores what a profile wants and an item lacks. The searches run together under the viewer's limit; each
 * missing language is then fulfilled by the best candidate that can be had. Everything decided is in the journal. Fails
 * only when the server itself cannot be used; that nothing was found is a result.
 */
export const findSubtitles = Effect.fn("findSubtitles")(function* (request: FindRequest) {
  const { missing, unlisted } = yield* wishesOf(request, yield* profileOf(request.item))
  if (missing.length === 0) return { results: [], providers: [], unlisted } as FindResult
  const names = yield* ReleaseNames
  const { release } = request
  const file: ScoredFile = { release, names: release.names.map((name) => names.parse(name, release.kind)) }
  const query = queryFor(request, missing)
  const isPerfect = (wish: Wish) => (candidate: Candidate) => {
    const { rejected, score } = scoreCandidate(
      candidate,
      wish,
      file,
      candidate.releases.map((name) => names.parse(name, release.kind)),
    )
    return rejected === null && score >= PERFECT_SCORE
  }
  const { candidates, reports } = yield* searchProviders(query, (found) =>
    missing.every((wish) => found.some(isPerfect(wish))),
  )
  yield* noteFor(request)("searched", searchText(reports), { providers: reports })
  const results = yield* Effect.forEach(missing, (wish) => fulfil(wish, file, candidates, query, request))
  return { results, providers: reports, unlisted } as FindResult
})
