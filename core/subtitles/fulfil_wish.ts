import * as Effect from "effect/Effect"
import { type Refusal, refusedWhy } from "../placed/placed.ts"
import {
  type Delivery,
  ReleaseNames,
  SettingsStore,
  type SubtitleQuery,
  SubtitleReader,
  type SubtitleSource,
  SubtitleSources,
  type SubtitleText,
} from "../ports/mod.ts"
import { guarded, isProviderFailure } from "../providers/ask_provider.ts"
import type { Candidate } from "./candidate.ts"
import { removeAdvertisements, removeHearingImpaired } from "./clean.ts"
import { type Placement, type PlaceRequest, type Planned, placeSubtitle } from "./place_subtitle.ts"
import type { Wish } from "./profile.ts"
import { rank, type Scored, type ScoredFile, scoreCandidate } from "./score.ts"

/** Candidates that are fetched for one wish before giving up. */
export const CANDIDATES_TRIED_MAX = 5

/** A subtitle that is where it belongs. `candidate` is what was placed: without its cues for the hearing impaired it is a plain one. */
export interface Fulfilled {
  readonly scored: Scored
  readonly candidate: Candidate
  readonly placement: Placement | { readonly _tag: "StoredByPlex"; readonly title: string }
  /** What was stored; null when Plex fetches it itself. */
  readonly text: SubtitleText | null
}

/** What became of a wish. `reasons` are those of candidates that looked right and could not be had. */
export interface Fulfilment {
  readonly done: Fulfilled | null
  readonly others: ReadonlyArray<Scored>
  readonly rejected: ReadonlyArray<Scored>
  readonly reasons: ReadonlyArray<string>
}

/** What a search has found, and for which file. */
export interface Found {
  readonly query: SubtitleQuery
  readonly file: ScoredFile
  readonly candidates: ReadonlyArray<Candidate>
  readonly refusals: ReadonlyArray<Refusal>
  /** What was fetched already, by provider and id, so that the other files of the item cost no second download. */
  readonly deliveries: Map<string, Delivery>
  readonly mediaId: string | null
  /** Plex keeps what it fetches with the item's first file; the others must be served by somebody else. */
  readonly isFirstFile: boolean
  /** The one that is there, and what a candidate must be to take its place; null: nothing is there. */
  readonly instead: {
    readonly place: PlaceRequest["replacing"]
    readonly isBetter: (scored: Scored) => boolean
  } | null
  /** Keeps what is about to be written, see `PlaceRequest`. */
  readonly remember: (
    chosen: { readonly candidate: Candidate; readonly scored: Scored },
    planned: Planned,
  ) => ReturnType<PlaceRequest["remember"]>
}

/** What decides about a candidate for one file. */
export type Judging = Pick<Found, "file" | "isFirstFile" | "query" | "refusals">

/** Scores one candidate with its names taken apart. */
const score = Effect.fnUntraced(function* (candidate: Candidate, wish: Wish, file: ScoredFile) {
  const names = yield* ReleaseNames
  const releases = candidate.releases.map((name) => names.parse(name, file.release.kind))
  return scoreCandidate(candidate, wish, file, releases)
})

/** Why a candidate is left out whatever it scores; null when it is not. */
function barred(candidate: Candidate, { isFirstFile, refusals }: Judging): string | null {
  const refused = refusedWhy(refusals, candidate)
  if (refused !== null) return refused
  return candidate.provider === "plex" && !isFirstFile
    ? "Plex keeps what it finds with the first file of the item"
    : null
}

/** A search knows the hash of one file. For the others a candidate that was found by it is one like any other. */
function unhashed({ file, query }: Judging, candidate: Candidate): Candidate {
  if (file.release.movieHash === query.release.movieHash) return candidate
  return { ...candidate, matchedBy: candidate.matchedBy.filter((by) => by !== "hash") }
}

/** A candidate's score for a file and a wish, or why it cannot be used. */
export const judge = Effect.fnUntraced(function* (candidate: Candidate, wish: Wish, judging: Judging) {
  const scored = yield* score(unhashed(judging, candidate), wish, judging.file)
  const bar = scored.rejected === null ? barred(candidate, judging) : null
  return bar === null ? scored : { ...scored, rejected: bar }
})

/** The text as the settings want it, and what it then is. */
const tidied = Effect.fnUntraced(function* (text: SubtitleText, candidate: Candidate) {
  const { remove_advertisements, remove_hearing_impaired } = (yield* (yield* SettingsStore).current).oncue
  const clean = remove_advertisements ? removeAdvertisements(text.text, text.format) : text.text
  if (!remove_hearing_impaired || !candidate.hearingImpaired)
    return { text: { ...text, text: clean }, candidate }
  const plain = removeHearingImpaired(clean, text.format)
  return { text: { ...text, text: plain }, candidate: { ...candidate, hearingImpaired: plain === clean } }
})

const fetchOnce = Effect.fnUntraced(function* (candidate: Candidate, source: SubtitleSource, found: Found) {
  const key = `${candidate.provider}/${candidate.id}`
  const known = found.deliveries.get(key)
  if (known !== undefined) return known
  const delivery = yield* guarded(source.id, source.fetch(candidate, found.query))
  if (delivery._tag === "File") found.deliveries.set(key, delivery)
  return delivery
})

/** Fetches, reads, tidies and stores one candidate. */
const take = Effect.fnUntraced(function* (scored: Scored, source: SubtitleSource, found: Found) {
  const { release } = found.file
  const delivery = yield* fetchOnce(scored.candidate, source, found)
  if (delivery._tag === "StoredByPlex") {
    const placement = { _tag: "StoredByPlex", title: delivery.providerTitle } as const
    return { scored, candidate: scored.candidate, placement, text: null } as Fulfilled
  }
  const reader = yield* SubtitleReader
  const read = yield* reader.read(delivery.bytes, {
    season: release.season,
    episode: release.episode,
    names: release.names,
    language: scored.candidate.language,
    fileName: delivery.fileName ?? scored.candidate.fileName,
    frameRate: release.frameRate,
  })
  const { candidate, text } = yield* tidied(read, scored.candidate)
  const placement = yield* placeSubtitle({
    candidate,
    text,
    videoPath: release.path,
    mediaId: found.mediaId,
    replacing: found.instead?.place ?? null,
    item: found.query.item,
    remember: (planned) => found.remember({ candidate, scored }, planned),
  })
  return { scored, candidate, placement, text } as Fulfilled
})

/**
 * Takes the best candidate for a wish that can be had, and the next best when one turns out to be unusable. A provider
 * that fails is not asked for its other candidates. A server that cannot be reached is no fault of a candidate: the
 * program then fails with PlexUnreachable or TokenRejected, so that the whole job comes again.
 */
export const fulfilWish = Effect.fn("fulfilWish")(function* (wish: Wish, found: Found) {
  const settings = yield* (yield* SettingsStore).current
  const sources = yield* SubtitleSources
  const judged = yield* Effect.forEach(found.candidates, (one) => judge(one, wish, found))
  const { rejected, usable } = rank(judged, settings.oncue.minimum_score)
  const reasons: Array<string> = []
  const failed = new Set<string>()
  let tried = 0
  for (const scored of usable) {
    if (found.instead !== null && !found.instead.isBetter(scored)) continue
    const source = sources.find((one) => one.id === scored.candidate.provider)
    if (source === undefined || failed.has(source.id)) continue
    if (tried >= CANDIDATES_TRIED_MAX) break
    tried += 1
    const taken = yield* Effect.result(take(scored, source, found))
    if (taken._tag === "Success") {
      const others = usable.filter((one) => one !== scored)
      return { done: taken.success, others, rejected, reasons } as Fulfilment
    }
    const error = taken.failure
    if (error._tag === "PlexUnreachable" || error._tag === "TokenRejected") return yield* error
    if (isProviderFailure(error)) failed.add(source.id)
    reasons.push(error.message)
  }
  return { done: null, others: usable, rejected, reasons } as Fulfilment
})
