import * as Effect from "effect/Effect"
import { ACCOUNT_LANGUAGE_KEY } from "../auth/token.ts"
import { displayName, type MediaItem } from "../media/media_item.ts"
import { INTENTION_OLD_MS } from "../placed/intention.ts"
import type { PlacedSubtitle, Refusal } from "../placed/placed.ts"
import { intendPlacing, recordPlaced } from "../placed/record_placed.ts"
import { settleIntentions } from "../placed/settle_intentions.ts"
import {
  type Delivery,
  Journal,
  ReleaseNames,
  SettingsStore,
  StateStore,
  SubtitleLedger,
  type SubtitleQuery,
} from "../ports/mod.ts"
import { type ProviderReport, searchProviders } from "../providers/search_providers.ts"
import type { ServerAccess } from "../servers/server.ts"
import { noticeTiming } from "../timing/notice_timing.ts"
import type { Candidate } from "./candidate.ts"
import { CANDIDATES_TOLD_MAX, placedText, searchText, told } from "./found_text.ts"
import { type Found, type Fulfilled, fulfilWish, judge } from "./fulfil_wish.ts"
import { parseLanguage } from "./language.ts"
import { type Profile, profileFor, type Wish, wishName } from "./profile.ts"
import { readSidecars } from "./read_sidecars.ts"
import { choiceText, explain, PERFECT_SCORE, type Scored, type ScoredFile } from "./score.ts"
import { isCutoff, type PresentSubtitle, presentIn, unlistedOf, wantedOf, withoutGone } from "./wanted.ts"
import { fileLabel, type WantedFile } from "./wanted_file.ts"

/** Records of one item that are looked at. */
const RECORDS_MAX = 500

export interface FindRequest {
  readonly item: MediaItem
  /** Every file that is to get subtitles; the search is for the first one's release. Never empty. */
  readonly files: readonly [WantedFile, ...Array<WantedFile>]
  readonly access: ServerAccess
  readonly jobId: number | null
  /** What is wanted instead of the library's profile; left out or null: that one. */
  readonly profile?: Profile | null
}

/** What became of one wish for one file. */
export type WishResult =
  | {
      readonly _tag: "Found"
      readonly wish: Wish
      readonly file: WantedFile
      readonly scored: Scored
      readonly placement: Fulfilled["placement"]
      /** Null when it could not be remembered. */
      readonly placed: PlacedSubtitle | null
      /** It has the name of one that was taken away, so that Plex may list it as it did that one. */
      readonly inPlace: boolean
    }
  | {
      readonly _tag: "NotFound"
      readonly wish: Wish
      readonly file: WantedFile
      readonly reasons: ReadonlyArray<string>
    }

/** A sidecar on the disk that the server does not list, though it should. */
export interface UnlistedSidecar extends PresentSubtitle {
  readonly file: WantedFile
}

export interface FindResult {
  readonly unlisted: ReadonlyArray<UnlistedSidecar>
  readonly results: ReadonlyArray<WishResult>
  readonly providers: ReadonlyArray<ProviderReport>
  /** The server lists a sidecar that was taken away. */
  readonly listsGone: boolean
}

/** A file with what it lacks. */
interface Lacking {
  readonly file: WantedFile
  readonly missing: ReadonlyArray<Wish>
  readonly unlisted: ReadonlyArray<UnlistedSidecar>
  /** The names of the files that were taken away from beside it. */
  readonly taken: ReadonlyArray<string>
  readonly listsGone: boolean
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

/** One question for all the wishes of an item, asked for its first file. */
export function queryFor(
  request: Pick<FindRequest, "access" | "files" | "item">,
  wishes: ReadonlyArray<Wish>,
): SubtitleQuery {
  const strongest = (fits: ReadonlyArray<Wish["forced"]>) =>
    fits.every((one) => one === "require")
      ? "require"
      : fits.some((one) => one !== "avoid")
        ? "prefer"
        : "avoid"
  return {
    release: request.files[0].release,
    languages: [...new Set(wishes.map((wish) => wish.language))],
    forced: strongest(wishes.map((wish) => wish.forced)),
    hearingImpaired: strongest(wishes.map((wish) => wish.hearingImpaired)),
    item: { ref: request.item.ref, access: request.access },
  }
}

/** A file with its names taken apart. */
export const scoredFile = Effect.fnUntraced(function* ({ piece, release }: WantedFile) {
  const names = yield* ReleaseNames
  return {
    release,
    names: release.names.map((name) => names.parse(name, release.kind)),
    piece,
  } satisfies ScoredFile as ScoredFile
})

/** What was placed for an item and what was refused; nothing when the store does not work, which is in the log. */
export const historyOf = Effect.fnUntraced(
  function* ({ ref }: MediaItem) {
    const ledger = yield* SubtitleLedger
    yield* settleIntentions(INTENTION_OLD_MS, ref)
    const filter = { ...ref, limit: RECORDS_MAX }
    return { placed: yield* ledger.list(filter), refusals: yield* ledger.refusals(filter) }
  },
  Effect.catchTag("StoreUnavailable", (error) =>
    Effect.as(Effect.logWarning(`What was placed and refused is not known: ${error.reason}`), {
      placed: [] as ReadonlyArray<PlacedSubtitle>,
      refusals: [] as ReadonlyArray<Refusal>,
    }),
  ),
)

/** Fulfils one wish for one file and tells its story. */
const fulfil = Effect.fnUntraced(function* (
  wish: Wish,
  found: Omit<Found, "remember">,
  { file, taken }: Lacking,
  reports: ReadonlyArray<ProviderReport>,
  request: FindRequest,
) {
  const note = noteFor(request)
  const label = fileLabel(file, request.files.length)
  const placing = { item: request.item, file, jobId: request.jobId, reports, instead: null }
  const remember = intendPlacing(placing)
  const { done, others, reasons, rejected } = yield* fulfilWish(wish, { ...found, remember })
  const detail = {
    others: others.slice(0, CANDIDATES_TOLD_MAX).map(told),
    rejected: rejected.slice(0, CANDIDATES_TOLD_MAX).map(told),
    unusable: reasons,
  }
  if (done === null) {
    const seen = rejected.slice(0, CANDIDATES_TOLD_MAX).map((one) => `${told(one).name}: ${explain(one)}`)
    const why = [...reasons, ...seen]
    const text = `Chose nothing for ${wishName(wish)}${label}: ${why[0] ?? "nothing was offered"}`
    yield* note("chose", text, detail)
    return { _tag: "NotFound", wish, file, reasons: why } as WishResult
  }
  const { candidate, placement, scored } = done
  yield* note("chose", choiceText(scored, wish, label), {
    language: wish.language,
    chosen: told(scored),
    ...detail,
  })
  const placed = yield* recordPlaced(placing, done)
  yield* note("wrote", placedText(placement), { placement, placedId: placed?.id ?? null })
  if (placed !== null && done.text !== null)
    yield* noticeTiming(placed, done.text, candidate.frameRate, file.release)
  const inPlace = placement._tag === "Sidecar" && taken.includes(placement.name)
  const chosen = { ...scored, candidate }
  return { _tag: "Found", wish, file, scored: chosen, placement, placed, inPlace } as WishResult
})

/** What one file lacks. A sidecar that OnCue has taken away counts as gone, also while the server lists it still. */
const lackingOf = Effect.fnUntraced(function* (
  file: WantedFile,
  request: FindRequest,
  profile: Profile,
  records: ReadonlyArray<PlacedSubtitle>,
) {
  const note = noteFor(request)
  const sidecars = yield* readSidecars(file.release.path)
  const taken = records.filter(
    (one) => one.state === "refused" && one.file !== null && one.partId === file.part?.id,
  )
  const kept = records.filter((one) => one.file === null && one.state !== "refused")
  const part = withoutGone(file.part, taken, sidecars, kept)
  const present = presentIn(part, sidecars)
  const { missing, settled } = wantedOf(profile, present)
  const parts = [
    ...missing.map((one) => `${wishName(one)} (missing)`),
    ...settled.map((one) => `${wishName(one.wish)} (${one.reason})`),
  ]
  const text = `Wants ${parts.join(", ") || "nothing"}${fileLabel(file, request.files.length)}`
  yield* note(missing.length === 0 ? "nothing_to_do" : "wanted", text, {
    profile: profile.name,
    present: present.subtitles.map((one) => one.label),
    audio: present.audio,
  })
  const unlisted = unlistedOf(sidecars, part).map((one): UnlistedSidecar => ({ ...one, file }))
  const names = taken.flatMap((one) => (one.file === null ? [] : [one.file.name]))
  const listsGone = part?.streams.length !== file.part?.streams.length
  return { file, missing, unlisted, taken: names, listsGone } as Lacking
})

/**
 * Finds and stores what a profile wants and the files of an item lack. The searches run together under the viewer's
 * limit, once for all files; each missing language is then fulfilled for each file by the best candidate that can be
 * had, up to the profile's cutoff. Everything decided is in the journal. Fails only when the server itself cannot be
 * used; that nothing was found is a result.
 */
export const findSubtitles = Effect.fn("findSubtitles")(function* (request: FindRequest) {
  const profile = request.profile ?? (yield* profileOf(request.item))
  for (const warning of profile.warnings) yield* Effect.logWarning(warning)
  const { placed, refusals } = yield* historyOf(request.item)
  const looked = yield* Effect.forEach(request.files, (file) => lackingOf(file, request, profile, placed))
  const unlisted = looked.flatMap((one) => one.unlisted)
  const listsGone = looked.some((one) => one.listsGone)
  const wishes = profile.wishes.filter((wish) => looked.some((one) => one.missing.includes(wish)))
  if (wishes.length === 0) return { results: [], providers: [], unlisted, listsGone } as FindResult
  const lacking = yield* Effect.forEach(looked, (one) =>
    Effect.map(scoredFile(one.file), (scored) => ({ ...one, scored })),
  )
  const query = queryFor(request, wishes)
  const judging = (index: number, file: ScoredFile) => ({ query, refusals, file, isFirstFile: index === 0 })
  const isPerfect = (candidates: ReadonlyArray<Candidate>) =>
    Effect.forEach(
      lacking.flatMap(({ missing, scored }, index) =>
        missing.map((wish) => ({ wish, judging: judging(index, scored) })),
      ),
      ({ judging, wish }) =>
        Effect.map(
          Effect.forEach(candidates, (one) => judge(one, wish, judging)),
          (judged) => judged.some((one) => one.rejected === null && one.score >= PERFECT_SCORE),
        ),
    ).pipe(Effect.map((perfect) => perfect.every(Boolean)))
  const { candidates, reports } = yield* searchProviders(query, isPerfect)
  yield* noteFor(request)("searched", searchText(reports), { providers: reports })
  const deliveries = new Map<string, Delivery>()
  const results: Array<WishResult> = []
  for (const [index, one] of lacking.entries()) {
    const { file, missing, scored } = one
    const { mediaId } = file
    const found = { ...judging(index, scored), candidates, deliveries, mediaId, instead: null }
    for (const wish of missing) {
      const result = yield* fulfil(wish, found, one, reports, request)
      results.push(result)
      if (result._tag === "Found" && isCutoff(profile, result.wish)) break
    }
  }
  return { results, providers: reports, unlisted, listsGone } as FindResult
})
