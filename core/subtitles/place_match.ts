import type { Release } from "../media/release.ts"
import type { ReleaseName } from "../media/release_name.ts"
import type { Candidate } from "./candidate.ts"

/**
 * Whether a subtitle is for the film or episode that is meant: certainly, as part of a season, one cannot tell, or no,
 * with the sentence that says why.
 */
export type PlaceMatch = "certain" | "pack" | "unknown" | { readonly wrong: string }

const code = (season: number | null, episode: number) =>
  `${season === null ? "" : `S${String(season).padStart(2, "0")}`}E${String(episode).padStart(2, "0")}`

function named(name: ReleaseName, release: Release): PlaceMatch {
  const { absoluteEpisode, airDate, episode, season } = release
  if (name.airDate !== null && airDate !== null)
    return name.airDate === airDate ? "certain" : { wrong: `wrong date: it is for ${name.airDate}` }
  const [absolute] = name.absoluteEpisodes
  if (absolute !== undefined) {
    const ours = [absoluteEpisode, season === 1 ? episode : null].filter((one) => one !== null)
    if (ours.some((one) => name.absoluteEpisodes.includes(one))) return "certain"
    return absoluteEpisode === null
      ? "unknown"
      : { wrong: `wrong episode: it is for ${code(null, absolute)}` }
  }
  const [theirs] = name.seasons
  if (theirs === undefined || season === null) return "unknown"
  if (!name.seasons.includes(season)) return { wrong: `wrong season: it is for season ${theirs}` }
  const [first] = name.episodes
  if (first === undefined) return "pack"
  if (episode === null || name.episodes.includes(episode)) return "certain"
  return { wrong: `wrong episode: it is for ${code(season, first)}` }
}

/**
 * For an episode: what the provider says counts first, then the names of the releases. A single name that is right is
 * enough; uploaders list many.
 *
 * @example
 * ```ts
 * const release = { season: 1, episode: 3, absoluteEpisode: null, airDate: null }
 * const said = { season: 1, episode: 3, seasonPack: false }
 * assert.strictEqual(matchEpisode(said, [], release), "certain")
 * assert.deepStrictEqual(matchEpisode({ ...said, season: 2 }, [], release), {
 *   wrong: "wrong season: it is for season 2",
 * })
 * ```
 */
export function matchEpisode(
  candidate: Candidate,
  names: ReadonlyArray<ReleaseName>,
  release: Release,
): PlaceMatch {
  const { absoluteEpisode, episode, season } = release
  if (candidate.season !== null && season !== null && candidate.season !== season)
    return { wrong: `wrong season: it is for season ${candidate.season}` }
  const said = candidate.seasonPack ? null : candidate.episode
  if (said !== null && episode !== null && said !== episode && said !== absoluteEpisode)
    return { wrong: `wrong episode: it is for ${code(candidate.season, said)}` }
  if (said !== null && candidate.season !== null) return "certain"
  const matches = names.map((name) => named(name, release)).filter((match) => match !== "unknown")
  if (matches.includes("certain")) return candidate.seasonPack ? "pack" : "certain"
  if (matches.includes("pack")) return "pack"
  if (matches[0] !== undefined) return matches[0]
  return candidate.seasonPack && candidate.season !== null ? "pack" : "unknown"
}

/** Years by which two sources may differ about one film: festival and general release. */
const YEARS_APART_MAX = 1

/** For a film: an id settles it, otherwise the year in any of the names. */
export function matchFilm(
  candidate: Candidate,
  names: ReadonlyArray<ReleaseName>,
  release: Release,
): PlaceMatch {
  if (candidate.matchedBy.some((by) => by !== "title")) return "certain"
  const years = names.flatMap((name) => (name.year === null ? [] : [name.year]))
  const [first] = years
  const ours = release.year
  if (ours === null || first === undefined) return "unknown"
  return years.some((year) => Math.abs(year - ours) <= YEARS_APART_MAX)
    ? "certain"
    : { wrong: `wrong film: it is named for ${first}` }
}
