import * as Effect from "effect/Effect"
import { ACCOUNT_LANGUAGE_KEY } from "../auth/token.ts"
import { displayName, type MediaItem, type MediaPart } from "../media/media_item.ts"
import type { Release } from "../media/release.ts"
import { Journal, ReleaseNames, SettingsStore, StateStore, type SubtitleQuery } from "../ports/mod.ts"
import type { ServerAccess } from "../servers/server.ts"
import type { Candidate } from "./candidate.ts"
import { type Found, type Fulfilled, fulfilWish, judge } from "./fulfil_wish.ts"
import { parseLanguage } from "./language.ts"
import { type Profile, profileFor, type Wish, wishName } from "./profile.ts"
import { readSidecars } from "./read_sidecars.ts"
import { choiceText, explain, PERFECT_SCORE, type Scored, type ScoredFile } from "./score.ts"
import { type ProviderReport, searchProviders } from "./search_providers.ts"
import { isCutoff, type PresentSubtitle, presentIn, unlistedOf, wantedOf } from "./wanted.ts"

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
      readonly placement: Fulfilled["placement"]
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
    languages: [...new Set(wishes.map((wish) => wish.language))],
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

function placedText(placement: Fulfilled["placement"]): string {
  switch (placement._tag) {
    case "Sidecar":
      return `Wrote ${placement.name} beside the video`
    case "Uploaded":
      return `Gave the subtitle to Plex as "${placement.title}", since the folder cannot be written`
    case "StoredByPlex":
      return `Plex fetches and keeps the subtitle itself (${placement.title})`
  }
}

/** Fulfils one wish and tells its story. */
const fulfil = Effect.fnUntraced(function* (wish: Wish, found: Found, request: FindRequest) {
  const note = noteFor(request)
  const { done, others, reasons, rejected } = yield* fulfilWish(wish, found)
  const detail = {
    others: others.slice(0, REJECTED_TOLD_MAX).map(told),
    rejected: rejected.slice(0, REJECTED_TOLD_MAX).map(told),
    unusable: reasons,
  }
  if (done === null) {
    const seen = rejected.slice(0, REJECTED_TOLD_MAX).map((one) => `${told(one).name}: ${explain(one)}`)
    const why = [...reasons, ...seen]
    yield* note("chose", `Chose nothing for ${wishName(wish)}: ${why[0] ?? "nothing was offered"}`, detail)
    return { _tag: "NotFound", wish, reasons: why } as WishResult
  }
  const { candidate, placement, scored } = done
  yield* note("chose", choiceText(scored, wish), {
    language: wish.language,
    chosen: told(scored),
    ...detail,
  })
  yield* note("wrote", placedText(placement), { placement })
  return { _tag: "Found", wish, scored: { ...scored, candidate }, placement } as WishResult
})

const wishesOf = Effect.fnUntraced(function* (request: FindRequest, profile: Profile) {
  const note = noteFor(request)
  for (const warning of profile.warnings) yield* Effect.logWarning(warning)
  const sidecars = yield* readSidecars(request.release.path)
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
 * missing language is then fulfilled by the best candidate that can be had, up to the profile's cutoff. Everything decided is in the journal. Fails
 * only when the server itself cannot be used; that nothing was found is a result.
 */
export const findSubtitles = Effect.fn("findSubtitles")(function* (request: FindRequest) {
  const profile = yield* profileOf(request.item)
  const { missing, unlisted } = yield* wishesOf(request, profile)
  if (missing.length === 0) return { results: [], providers: [], unlisted } as FindResult
  const names = yield* ReleaseNames
  const { release } = request
  const file: ScoredFile = { release, names: release.names.map((name) => names.parse(name, release.kind)) }
  const query = queryFor(request, missing)
  const isPerfect = (candidates: ReadonlyArray<Candidate>) =>
    Effect.forEach(missing, (wish) =>
      Effect.map(
        Effect.forEach(candidates, (one) => judge(one, wish, file)),
        (judged) => judged.some((one) => one.rejected === null && one.score >= PERFECT_SCORE),
      ),
    ).pipe(Effect.map((perfect) => perfect.every(Boolean)))
  const { candidates, reports } = yield* searchProviders(query, isPerfect)
  yield* noteFor(request)("searched", searchText(reports), { providers: reports })
  const results: Array<WishResult> = []
  for (const wish of missing) {
    const enough = results.find((one) => one._tag === "Found" && isCutoff(profile, one.wish))
    if (enough !== undefined) break
    results.push(yield* fulfil(wish, { query, file, candidates }, request))
  }
  return { results, providers: reports, unlisted } as FindResult
})
