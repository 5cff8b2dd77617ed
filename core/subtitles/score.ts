import type { Release } from "../media/release.ts"
import type { ReleaseName } from "../media/release_name.ts"
import type { Candidate } from "./candidate.ts"
import { languageName, sameLanguage } from "./language.ts"
import { type Wish, wishName } from "./profile.ts"

/** What each fact is worth. The most that can be reached is 100. */
export const WEIGHTS = {
  /** The provider knows the film or episode by an id; a title alone or the server's own guess is worth less. */
  identity: 60,
  identityByServer: 52,
  identityByTitle: 45,
  /** Same release group: the subtitle was made for this very cut and frame rate. */
  group: 12,
  source: 9,
  edition: 7,
  service: 4,
  frameRate: 3,
  resolution: 2,
  hearingImpaired: 2,
  trusted: 1,
} as const

/** From here on a subtitle is as good as one made for the file, and waiting for others is not worth while. */
export const PERFECT_SCORE = 92

/** Frame rates further apart than this drift by seconds within an hour. */
const FRAME_RATE_TOLERANCE = 0.05

/** The file that is to get a subtitle, with its names taken apart. */
export interface ScoredFile {
  readonly release: Release
  readonly names: ReadonlyArray<ReleaseName>
}

/** One fact that counted. */
export interface ScorePart {
  readonly what: keyof typeof WEIGHTS | "hash"
  readonly points: number
}

/** A candidate with its score out of 100, or the sentence why it cannot be used. */
export interface Scored {
  readonly candidate: Candidate
  readonly score: number
  readonly parts: ReadonlyArray<ScorePart>
  readonly rejected: string | null
}

const place = (season: number | null, episode: number | null) =>
  `S${String(season ?? "?").padStart(2, "0")}E${String(episode ?? "?").padStart(2, "0")}`

/** Why it is for another season or episode, or null. Names count where the provider itself says nothing. */
function wrongPlace(
  candidate: Candidate,
  file: ScoredFile,
  releases: ReadonlyArray<ReleaseName>,
): string | null {
  const { kind, season, episode, absoluteEpisode } = file.release
  if (kind === "movie" || candidate.matchedBy.includes("hash")) return null
  if (candidate.season !== null && season !== null && candidate.season !== season) {
    return `wrong season: it is for season ${candidate.season}`
  }
  const isOther = candidate.episode !== null && episode !== null && candidate.episode !== episode
  if (isOther && !candidate.seasonPack && candidate.episode !== absoluteEpisode) {
    return `wrong episode: it is for ${place(candidate.season ?? season, candidate.episode)}`
  }
  if (candidate.episode !== null || candidate.seasonPack || episode === null) return null
  const named = releases.filter(
    (one) => one.episodes.length > 0 || (one.seasons.length > 0 && one.fullSeason),
  )
  const fits = named.some(
    (one) =>
      (season === null || one.seasons.length === 0 || one.seasons.includes(season)) &&
      (one.fullSeason || one.episodes.includes(episode)),
  )
  const first = named[0]
  return named.length > 0 && !fits && first !== undefined
    ? `wrong episode: it is named for ${place(first.seasons[0] ?? null, first.episodes[0] ?? null)}`
    : null
}

function wrongYear(
  candidate: Candidate,
  file: ScoredFile,
  releases: ReadonlyArray<ReleaseName>,
): string | null {
  const { kind, year } = file.release
  const byTitle = candidate.matchedBy.every((one) => one === "title")
  if (kind !== "movie" || year === null || !byTitle) return null
  const years = releases.flatMap((one) => (one.year === null ? [] : [one.year]))
  return years.length > 0 && years.every((one) => Math.abs(one - year) > 1)
    ? `wrong year: it is named for ${years[0]}`
    : null
}

/** Why it can never serve the wish, whatever it scores; null when it can. */
function rejection(
  candidate: Candidate,
  wish: Wish,
  file: ScoredFile,
  releases: ReadonlyArray<ReleaseName>,
): string | null {
  if (!sameLanguage(candidate.language, wish.language)) return `it is ${languageName(candidate.language)}`
  if (wish.forced === "avoid" && candidate.forced) return "it is for foreign parts only"
  if (wish.forced === "require" && !candidate.forced) return "it is not for foreign parts only"
  if (wish.hearingImpaired === "require" && !candidate.hearingImpaired)
    return "it is not for the hearing impaired"
  const misplaced = wrongPlace(candidate, file, releases) ?? wrongYear(candidate, file, releases)
  if (misplaced !== null) return misplaced
  const ours = file.release.frameRate
  const theirs = candidate.frameRate
  if (
    ours !== null &&
    theirs !== null &&
    theirs > 0 &&
    Math.abs(ours - theirs) > FRAME_RATE_TOLERANCE &&
    !candidate.matchedBy.includes("hash")
  ) {
    return `wrong frame rate: it is for ${theirs}, the file has ${ours}`
  }
  return null
}

function identityPoints(candidate: Candidate): number {
  if (candidate.matchedBy.some((one) => one === "hash" || one === "imdb" || one === "tmdb" || one === "tvdb"))
    return WEIGHTS.identity
  return candidate.matchedBy.includes("server") ? WEIGHTS.identityByServer : WEIGHTS.identityByTitle
}

const sameEditions = (a: ReleaseName, b: ReleaseName) => a.editions.join() === b.editions.join()
const agree = <A>(a: A | null, b: A | null) => a !== null && a === b

/** What one of our names and one of theirs have in common. */
function nameParts(ours: ReleaseName, theirs: ReleaseName): ReadonlyArray<ScorePart> {
  const parts: Array<ScorePart> = []
  const count = (what: keyof typeof WEIGHTS, hit: boolean) =>
    hit && parts.push({ what, points: WEIGHTS[what] })
  count("group", agree(ours.group, theirs.group))
  count("source", agree(ours.source, theirs.source))
  count("service", agree(ours.service, theirs.service))
  count("resolution", agree(ours.resolution, theirs.resolution))
  count("edition", sameEditions(ours, theirs))
  return parts
}

const total = (parts: ReadonlyArray<ScorePart>) => parts.reduce((sum, part) => sum + part.points, 0)

function bestNameParts(file: ScoredFile, releases: ReadonlyArray<ReleaseName>): ReadonlyArray<ScorePart> {
  const pairs = file.names.flatMap((ours) => releases.map((theirs) => nameParts(ours, theirs)))
  const best = pairs.reduce<ReadonlyArray<ScorePart>>((a, b) => (total(b) > total(a) ? b : a), [])
  // Without any name to compare, the usual cut is the likely one unless ours is a special one.
  const usual = releases.length === 0 && file.names.every((one) => one.editions.length === 0)
  return usual ? [{ what: "edition", points: WEIGHTS.edition }] : best
}

/**
 * How well a candidate fits a wish for a file. A hash match is the very file, so everything that names could tell is
 * taken as told. `releases` are the candidate's names, taken apart.
 */
export function scoreCandidate(
  candidate: Candidate,
  wish: Wish,
  file: ScoredFile,
  releases: ReadonlyArray<ReleaseName>,
): Scored {
  const rejected = rejection(candidate, wish, file, releases)
  if (rejected !== null) return { candidate, score: 0, parts: [], rejected }
  const { edition, frameRate, group, resolution, service, source } = WEIGHTS
  const byHash = candidate.matchedBy.includes("hash")
  const names: ReadonlyArray<ScorePart> = byHash
    ? [{ what: "hash", points: group + source + service + edition + resolution + frameRate }]
    : bestNameParts(file, releases)
  const rateKnown =
    !byHash && candidate.frameRate !== null && candidate.frameRate > 0 && file.release.frameRate !== null
  const fits = wish.hearingImpaired === "avoid" ? !candidate.hearingImpaired : candidate.hearingImpaired
  const parts: ReadonlyArray<ScorePart> = [
    { what: "identity", points: identityPoints(candidate) },
    ...names,
    ...(rateKnown ? [{ what: "frameRate" as const, points: frameRate }] : []),
    ...(fits ? [{ what: "hearingImpaired" as const, points: WEIGHTS.hearingImpaired }] : []),
    ...(candidate.trusted ? [{ what: "trusted" as const, points: WEIGHTS.trusted }] : []),
  ]
  return { candidate, score: Math.min(100, total(parts)), parts, rejected: null }
}

/** Translated by a machine last, then by score, then by how often it was taken. */
function better(a: Scored, b: Scored): number {
  const machine = Number(a.candidate.machineTranslated) - Number(b.candidate.machineTranslated)
  return machine || b.score - a.score || (b.candidate.downloads ?? 0) - (a.candidate.downloads ?? 0)
}

/** The candidates that may be taken, best first, and the others with the reason. */
export function rank(
  scored: ReadonlyArray<Scored>,
  minimumScore: number,
): { readonly usable: ReadonlyArray<Scored>; readonly rejected: ReadonlyArray<Scored> } {
  const judged = scored.map((one) =>
    one.rejected === null && one.score < minimumScore
      ? { ...one, rejected: `${one.score} of 100 is below the minimum of ${minimumScore}` }
      : one,
  )
  return {
    usable: judged.filter((one) => one.rejected === null).sort(better),
    rejected: judged.filter((one) => one.rejected !== null),
  }
}

const WORDS: Readonly<Record<ScorePart["what"], string>> = {
  hash: "made for this very file",
  identity: "known by id",
  identityByServer: "found by the server",
  identityByTitle: "found by title",
  group: "same release group",
  source: "same source",
  edition: "same edition",
  service: "same streaming service",
  frameRate: "same frame rate",
  resolution: "same resolution",
  hearingImpaired: "as wanted for the hearing impaired",
  trusted: "trusted uploader",
}

/** For the journal: `94 of 100: known by id, same release group, …`. */
export function explain(scored: Scored): string {
  if (scored.rejected !== null) return scored.rejected
  return `${scored.score} of 100: ${scored.parts.map((part) => WORDS[part.what]).join(", ")}`
}

/** For the journal: which wish a candidate was chosen for. */
export function choiceText(scored: Scored, wish: Wish): string {
  const name = scored.candidate.releases[0] ?? scored.candidate.fileName ?? scored.candidate.id
  return `Chose "${name}" of ${scored.candidate.provider} for ${wishName(wish)}, ${explain(scored)}`
}
