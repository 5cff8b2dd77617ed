import type { Release } from "../media/release.ts"
import { editionsIn, type ReleaseName, UNKNOWN_RELEASE_NAME } from "../media/release_name.ts"
import type { Candidate } from "./candidate.ts"
import { languageName, sameLanguage } from "./language.ts"
import { matchEpisode, matchFilm, type PlaceMatch } from "./place_match.ts"
import { type Wish, wishName } from "./profile.ts"

/**
 * What each fact is worth. The positive ones add up to 100, and the hash of the very file is worth them all. The right
 * film or episode by an id is 62, just over the usual minimum of 60; what describes the same release comes on top. A
 * contradiction that makes a subtitle run out of step costs more than anything it can gain.
 */
export const WEIGHTS = {
  hash: 100,
  /** An id of the film or show, or the server's own match. */
  id: 50,
  titleAndYear: 44,
  title: 36,
  /** It is certainly for this film or this episode. */
  place: 12,
  /** The episode must be picked out of a season. */
  pack: 8,
  /** Made for the release of the same group: the same cut at the same speed. */
  group: 14,
  source: 8,
  edition: 4,
  service: 3,
  resolution: 3,
  frameRate: 3,
  trusted: 2,
  popular: 1,
  otherSource: -2,
  otherEdition: -25,
  otherFrameRate: -25,
  /** From here on taste: it decides between subtitles and never makes one unacceptable. */
  hearingImpaired: -8,
  notHearingImpaired: -4,
  notForced: -4,
  otherVariant: -1,
  machineTranslated: -20,
} as const

type Fact = keyof typeof WEIGHTS

const TASTE: ReadonlySet<Fact> = new Set([
  "hearingImpaired",
  "notHearingImpaired",
  "notForced",
  "otherVariant",
  "machineTranslated",
])

export const SCORE_MAX = 100
/** From here on a subtitle is as good as one made for the file, and waiting for others is not worth while. */
export const PERFECT_SCORE = 90
/** Downloads from which a subtitle counts as popular. */
export const POPULAR_DOWNLOADS_MIN = 1_000

/** By how many points a subtitle must beat the one that is there to take its place. */
export const UPGRADE_MARGIN = 10

/** Which piece of a film this file is, of one that is cut into several: `CD 2` of 2. */
export interface FilePiece {
  readonly number: number
  readonly of: number
}

/** The file that is to get a subtitle, with its names taken apart. */
export interface ScoredFile {
  readonly release: Release
  readonly names: ReadonlyArray<ReleaseName>
  /** Null or left out: the file is the whole film or episode. */
  readonly piece?: FilePiece | null
}

/** One fact that counted. `say` is for people. */
export interface ScorePart {
  readonly what: Fact
  readonly points: number
  readonly say: string
}

/** A candidate with its score out of 100, or the sentence why it cannot be used. */
export interface Scored {
  readonly candidate: Candidate
  readonly score: number
  readonly parts: ReadonlyArray<ScorePart>
  readonly rejected: string | null
}

const PIECE = /(?:^|[^a-z])(?:cd|dis[ck]|part|pt)[ ._-]?(\d)(?!\d)/i

/** A subtitle of the whole film runs with its first piece; the others need one that is for them. */
function wrongPiece(candidate: Candidate, piece: FilePiece): string | null {
  const names = [...candidate.releases, candidate.fileName ?? ""]
  const said = names.map((name) => Number(PIECE.exec(name)?.[1] ?? 0)).find((number) => number > 0)
  if (said === piece.number || (said === undefined && piece.number === 1)) return null
  const what = said === undefined ? "the whole film" : `part ${said}`
  return `it is for ${what}, and the file is part ${piece.number} of ${piece.of}`
}

/** Why it can never serve the wish, whatever it scores; null when it can. */
function rejection(candidate: Candidate, wish: Wish, match: PlaceMatch): string | null {
  if (!sameLanguage(candidate.language, wish.language))
    return `wrong language: it is ${languageName(candidate.language)}`
  if (wish.forced === "avoid" && candidate.forced) return "it is for foreign parts only"
  if (wish.forced === "require" && !candidate.forced) return "it is not for foreign parts only"
  if (wish.hearingImpaired === "require" && !candidate.hearingImpaired)
    return "it is not for the hearing impaired"
  return typeof match === "object" ? match.wrong : null
}

const part = (what: Fact, say: string): ScorePart => ({ what, points: WEIGHTS[what], say })

function identityParts(candidate: Candidate, match: PlaceMatch, kind: Release["kind"]): Array<ScorePart> {
  const parts: Array<ScorePart> = []
  const by = candidate.matchedBy.find((one) => one !== "title" && one !== "hash")
  if (by === "server") parts.push(part("id", "found by Plex for this item"))
  else if (by !== undefined) parts.push(part("id", `${by.toUpperCase()} id`))
  else if (kind === "movie" && match === "certain") parts.push(part("titleAndYear", "title and year"))
  else if (candidate.matchedBy.includes("title")) parts.push(part("title", "title"))
  if (match === "certain" || (match === "unknown" && by === "server"))
    parts.push(part("place", kind === "movie" ? "the right film" : "the right episode"))
  if (match === "pack") parts.push(part("pack", "in a season pack"))
  return parts
}

/** All that the names of our file and its catalogue say, as if it were one name. */
function ourName(file: ScoredFile): ReleaseName {
  const { edition, releaseGroup } = file.release
  const first = <K extends "group" | "source" | "service" | "resolution">(key: K): ReleaseName[K] =>
    (file.names.find((name) => name[key] !== null)?.[key] ?? null) as ReleaseName[K]
  const named = edition === null ? [] : editionsIn(edition)
  const editions = new Set([...file.names.flatMap((name) => name.editions), ...named])
  return {
    ...UNKNOWN_RELEASE_NAME,
    group: releaseGroup?.toLowerCase() ?? first("group"),
    source: first("source"),
    service: first("service"),
    resolution: first("resolution"),
    editions: [...editions].sort(),
  }
}

const agree = <A>(a: A | null, b: A | null) => a !== null && a === b

/** What our file and one name of the candidate have in common, and where they contradict each other. */
function nameParts(ours: ReleaseName, theirs: ReleaseName): ReadonlyArray<ScorePart> {
  const parts: Array<ScorePart> = []
  if (agree(ours.group, theirs.group)) parts.push(part("group", `group ${theirs.group}`))
  if (agree(ours.source, theirs.source)) parts.push(part("source", `source ${theirs.source}`))
  else if (ours.source !== null && theirs.source !== null)
    parts.push(part("otherSource", `for ${theirs.source}, not ${ours.source}`))
  if (agree(ours.service, theirs.service)) parts.push(part("service", `service ${theirs.service}`))
  if (agree(ours.resolution, theirs.resolution)) parts.push(part("resolution", `${theirs.resolution}`))
  const cut = theirs.editions.length === 0 ? "the usual cut" : `the cut "${theirs.editions.join(", ")}"`
  if (ours.editions.join() === [...theirs.editions].sort().join()) parts.push(part("edition", cut))
  else parts.push(part("otherEdition", `for ${cut}`))
  return parts
}

const total = (parts: ReadonlyArray<ScorePart>) => parts.reduce((sum, one) => sum + one.points, 0)

/** The name that fits best speaks for the candidate: uploaders list every release that they tried it with. */
function likenessParts(file: ScoredFile, releases: ReadonlyArray<ReleaseName>): ReadonlyArray<ScorePart> {
  const ours = ourName(file)
  return releases
    .map((theirs) => nameParts(ours, theirs))
    .reduce<ReadonlyArray<ScorePart>>(
      (best, one, index) => (index === 0 || total(one) > total(best) ? one : best),
      [],
    )
}

/**
 * Only PAL's 25 frames change how fast a film runs: 23.976, 24, 29.97 and their doubles are one speed to within 0.1 %,
 * closer than providers' figures can be trusted.
 */
const isPal = (frameRate: number) => Math.abs(frameRate - 25) < 0.1 || Math.abs(frameRate - 50) < 0.2

function speedParts(candidate: Candidate, file: ScoredFile): ReadonlyArray<ScorePart> {
  const ours = file.release.frameRate
  const theirs = candidate.frameRate
  if (ours === null || theirs === null || theirs <= 0) return []
  return isPal(ours) === isPal(theirs)
    ? [part("frameRate", "same speed")]
    : [part("otherFrameRate", `for ${theirs} frames a second, the file has ${ours}`)]
}

function tasteParts(candidate: Candidate, wish: Wish): ReadonlyArray<ScorePart> {
  const parts: Array<ScorePart> = []
  if (wish.hearingImpaired === "avoid" && candidate.hearingImpaired)
    parts.push(part("hearingImpaired", "for the hearing impaired"))
  if (wish.hearingImpaired === "prefer" && !candidate.hearingImpaired)
    parts.push(part("notHearingImpaired", "not for the hearing impaired"))
  if (wish.forced === "prefer" && !candidate.forced) parts.push(part("notForced", "not forced"))
  if (candidate.language !== wish.language) parts.push(part("otherVariant", languageName(candidate.language)))
  if (candidate.machineTranslated) parts.push(part("machineTranslated", "translated by a machine"))
  return parts
}

/**
 * How well a candidate fits a wish for a file. A hash match is the very file, so everything that names could tell is
 * taken as told. `releases` are the candidate's names, taken apart.
 *
 * @example
 * ```ts
 * const release = { kind: "movie", year: 2010, releaseGroup: null, edition: null, frameRate: null }
 * const candidate = { language: "en", forced: false, hearingImpaired: false, matchedBy: ["imdb"], downloads: 5 }
 * const wish = { language: "en", forced: "avoid", hearingImpaired: "avoid", unlessAudio: false }
 * const file = { release, names: [] }
 * assert.strictEqual(scoreCandidate({ ...candidate, frameRate: null }, wish, file, []).score, 62)
 * assert.strictEqual(
 *   scoreCandidate({ ...candidate, language: "fr" }, wish, file, []).rejected,
 *   "wrong language: it is French",
 * )
 * ```
 */
export function scoreCandidate(
  candidate: Candidate,
  wish: Wish,
  file: ScoredFile,
  releases: ReadonlyArray<ReleaseName>,
): Scored {
  const { release } = file
  const byHash = candidate.matchedBy.includes("hash")
  const match: PlaceMatch = byHash
    ? "certain"
    : release.kind === "episode"
      ? matchEpisode(candidate, releases, release)
      : matchFilm(candidate, releases, release)
  const piece = file.piece ?? null
  const rejected =
    rejection(candidate, wish, match) ?? (piece === null || byHash ? null : wrongPiece(candidate, piece))
  if (rejected !== null) return { candidate, score: 0, parts: [], rejected }
  const popular = candidate.downloads !== null && candidate.downloads >= POPULAR_DOWNLOADS_MIN
  const facts: ReadonlyArray<ScorePart> = byHash
    ? [part("hash", "made for this very file")]
    : [
        ...identityParts(candidate, match, release.kind),
        ...likenessParts(file, releases),
        ...speedParts(candidate, file),
        ...(candidate.trusted ? [part("trusted", "trusted uploader")] : []),
        ...(popular ? [part("popular", "popular")] : []),
      ]
  const parts = [...facts, ...tasteParts(candidate, wish)]
  return { candidate, score: Math.max(0, Math.min(SCORE_MAX, total(parts))), parts, rejected: null }
}

/** The score without taste, which the minimum is about: how certainly the subtitle runs with the film. */
export function fitOf(scored: Scored): number {
  return Math.max(0, Math.min(SCORE_MAX, total(scored.parts.filter((one) => !TASTE.has(one.what)))))
}

/** Translated by a machine last, then by score, then by how often it was taken; equals keep one fixed order. */
function better(a: Scored, b: Scored): number {
  const machine = Number(a.candidate.machineTranslated) - Number(b.candidate.machineTranslated)
  const downloads = (b.candidate.downloads ?? 0) - (a.candidate.downloads ?? 0)
  const name = (one: Scored) => `${one.candidate.provider}/${one.candidate.id}`
  return machine || b.score - a.score || downloads || (name(a) < name(b) ? -1 : 1)
}

/** The candidates that may be taken, best first, and the others with the reason, the nearest to acceptance first. */
export function rank(
  scored: ReadonlyArray<Scored>,
  minimumScore: number,
): { readonly usable: ReadonlyArray<Scored>; readonly rejected: ReadonlyArray<Scored> } {
  const judged = scored.map((one) =>
    one.rejected === null && fitOf(one) < minimumScore
      ? { ...one, rejected: `${listed(one)}: below the minimum of ${minimumScore}` }
      : one,
  )
  return {
    usable: judged.filter((one) => one.rejected === null).sort(better),
    rejected: judged.filter((one) => one.rejected !== null).sort(better),
  }
}

function listed(scored: Scored): string {
  const facts = scored.parts.map((one) => `${one.say} ${one.points > 0 ? "+" : ""}${one.points}`)
  return `${scored.score} of ${SCORE_MAX}${facts.length === 0 ? "" : ` (${facts.join(", ")})`}`
}

/** For the journal: `94 of 100 (IMDB id +50, the right film +12, …)`, or why it cannot be used. */
export function explain(scored: Scored): string {
  return scored.rejected ?? listed(scored)
}

/** For the journal: which wish a candidate was chosen for; `label` names the file where there are several. */
export function choiceText(scored: Scored, wish: Wish, label = ""): string {
  const name = scored.candidate.releases[0] ?? scored.candidate.fileName ?? scored.candidate.id
  return `Chose "${name}" of ${scored.candidate.provider} for ${wishName(wish)}${label}: ${explain(scored)}`
}
