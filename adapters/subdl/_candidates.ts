import * as Option from "effect/Option"
import type { Release } from "../../core/media/release.ts"
import type { Candidate } from "../../core/subtitles/candidate.ts"
import { decodeResult, decodeSubtitle, natural, type Subtitle, truth } from "./_answers.ts"
import { languageBehind, type Search } from "./_query.ts"

/** Names of one subtitle that are kept. */
const RELEASES_MAX = 20

/** Uploaders say it in words, since SubDL has no field for it. */
const FORCED = /\bforced\b|foreign (?:parts?|lines?|language)(?: only)?\b/i
const HEARING_IMPAIRED = /\bSDH\b|\bHI\b|hearing[ -]impaired|\bCC\b/

/**
 * The path of an archive, without anything behind it: SubDL puts the key of whoever asks there. Null when it is no path
 * of SubDL.
 */
export function pathOf(url: string): string | null {
  const [path = ""] = url.trim().split(/[?#]/)
  return /^\/subtitle\/(?!.*\.\.)[\w./-]{1,200}$/.test(path) ? path : null
}

/** The season and the episodes of a row, as far as it says. Some packs have a range, some a flag, some nothing. */
function coverageOf(row: Subtitle, search: Search) {
  const asked = natural(search.parameters.episode_number)
  const season = natural(row.season)
  const [from, end] = [natural(row.episode_from), natural(row.episode_end)]
  const isRange = from !== null && end !== null && from !== end
  if (truth(row.full_season)) return { season, episode: null, isPack: true }
  if (isRange) {
    const covers = asked === null || (asked >= Math.min(from, end) && asked <= Math.max(from, end))
    return { season, episode: covers ? null : from, isPack: covers }
  }
  return { season, episode: natural(row.episode) ?? from, isPack: false }
}

/** Whether SubDL took the question for another film or show than was asked for. */
export function isAnother(results: ReadonlyArray<unknown>, release: Release, search: Search): boolean {
  if (search.by === "title") return false
  const ids = release.kind === "episode" ? release.showIds : release.ids
  const named = results.map((row) => Option.getOrNull(decodeResult(row))).filter((row) => row !== null)
  if (search.by === "imdb") {
    const theirs = named.map((row) => String(row.imdb_id ?? "")).filter((id) => /^tt\d+$/.test(id))
    return theirs.length > 0 && !theirs.some((id) => Number(id.slice(2)) === Number(ids.imdb?.slice(2)))
  }
  const theirs = named.map((row) => natural(row.tmdb_id)).filter((id) => id !== null)
  return theirs.length > 0 && !theirs.some((id) => String(id) === ids.tmdb)
}

/** One row of an answer; null for one that is not understood or in no language that is known. */
export function candidateOf(
  given: unknown,
  provider: string,
  release: Release,
  search: Search,
): Candidate | null {
  const row = Option.getOrNull(decodeSubtitle(given))
  const path = row === null ? null : pathOf(row.url)
  if (row === null || path === null) return null
  const language = languageBehind(row.language ?? "")
  if (language === null) return null
  const named = (row.releases ?? []).filter((one) => typeof one === "string")
  const names = [row.release_name ?? "", ...named].map((name) => name.trim()).filter((name) => name !== "")
  const isEpisode = release.kind === "episode"
  const { episode, isPack, season } = coverageOf(row, search)
  const words = `${row.comment ?? ""} ${row.release_name ?? ""}`
  return {
    provider,
    id: path.replace(/^\/subtitle\//, "").replace(/\.zip$/, ""),
    language,
    forced: FORCED.test(words),
    hearingImpaired: truth(row.hi) || HEARING_IMPAIRED.test(words),
    releases: [...new Set(names)].slice(0, RELEASES_MAX),
    matchedBy: [search.by],
    season: isEpisode ? season : null,
    episode: isEpisode ? episode : null,
    seasonPack: isEpisode && isPack,
    frameRate: null,
    machineTranslated: false,
    trusted: false,
    downloads: null,
    uploader: row.author?.trim() || null,
    fileName: row.name?.replace(/^SUBDL::/i, "").trim() || null,
    handle: path,
  }
}
