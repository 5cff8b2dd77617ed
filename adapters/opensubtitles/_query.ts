import type { SubtitleQuery } from "../../core/ports/subtitle_source.ts"
import { baseOf, type Language, parseLanguage } from "../../core/subtitles/language.ts"

/** The service's own codes, where they are not the usual ones. */
const CODES: Readonly<Record<string, ReadonlyArray<string>>> = {
  pt: ["pt-pt"],
  "pt-PT": ["pt-pt"],
  "pt-BR": ["pt-br"],
  "pt-MZ": ["pm"],
  zh: ["zh-cn", "zh-tw"],
  "zh-Hans": ["zh-cn"],
  "zh-Hant": ["zh-tw"],
  es: ["es"],
  "es-ES": ["es", "sp"],
  "es-419": ["ea"],
  nb: ["no"],
  fil: ["tl"],
  yue: ["zh-ca"],
}

/** What the service calls a language. */
export function languageCodes(language: Language): ReadonlyArray<string> {
  const own = CODES[language]
  if (own !== undefined) return own
  const base = baseOf(language)
  if (base === "es") return ["ea"]
  return CODES[base] ?? [base]
}

/** Codes that the service gives another meaning than everybody else, or that nobody else has. */
const MEANT: Readonly<Record<string, string>> = { sp: "es-ES", "zh-ca": "yue" }

/** The language behind a code of the service; null for one that means none. */
export function languageBehind(code: string): Language | null {
  return parseLanguage(MEANT[code.toLowerCase()] ?? code)
}

/** What is asked, and by which of the release's ids an answer then counts as found. */
export interface Search {
  readonly parameters: Readonly<Record<string, string>>
  readonly by: "imdb" | "tmdb" | "title" | "hash"
}

const imdbNumber = (id: string | undefined) => {
  const digits = id?.replace(/^tt/i, "").replace(/^0+(?=\d)/, "")
  return digits !== undefined && /^\d{1,10}$/.test(digits) ? digits : null
}
const tmdbNumber = (id: string | undefined) => (id !== undefined && /^[1-9]\d{0,9}$/.test(id) ? id : null)

function identityOf(query: SubtitleQuery): Search | null {
  const { episode, ids, kind, season, showIds, title, year } = query.release
  const own = { imdb: imdbNumber(ids.imdb), tmdb: tmdbNumber(ids.tmdb) }
  const byOwn = (): Search | null => {
    if (own.imdb !== null) return { parameters: { imdb_id: own.imdb }, by: "imdb" }
    return own.tmdb === null ? null : { parameters: { tmdb_id: own.tmdb, type: kind }, by: "tmdb" }
  }
  if (kind === "movie") {
    const byTitle: Search | null =
      title.trim() === ""
        ? null
        : {
            parameters: { query: title, type: "movie", ...(year === null ? {} : { year: String(year) }) },
            by: "title",
          }
    return byOwn() ?? byTitle
  }
  if (season === null || episode === null) return byOwn()
  const place = { season_number: String(season), episode_number: String(episode) }
  const show = { imdb: imdbNumber(showIds.imdb), tmdb: tmdbNumber(showIds.tmdb) }
  if (show.imdb !== null) return { parameters: { parent_imdb_id: show.imdb, ...place }, by: "imdb" }
  if (show.tmdb !== null) return { parameters: { parent_tmdb_id: show.tmdb, ...place }, by: "tmdb" }
  const found = byOwn()
  if (found !== null || title.trim() === "") return found
  return { parameters: { query: title, type: "episode", ...place }, by: "title" }
}

/** How to search for a release; null when there is nothing to search by. */
export function searchFor(query: SubtitleQuery, useHash: boolean): Search | null {
  const identity = identityOf(query)
  const hash =
    useHash && /^[0-9a-f]{16}$/.test(query.release.movieHash ?? "") ? query.release.movieHash : null
  if (identity === null && hash === null) return null
  const languages = [...new Set(query.languages.flatMap(languageCodes))].sort()
  return {
    parameters: {
      ...identity?.parameters,
      ...(hash === null ? {} : { moviehash: hash }),
      ai_translated: "include",
      machine_translated: "include",
      ...(query.forced === "require" ? { foreign_parts_only: "only" } : {}),
      ...(query.hearingImpaired === "require" ? { hearing_impaired: "only" } : {}),
      languages: languages.join(","),
    },
    by: identity?.by ?? "hash",
  }
}

/**
 * The query in the form that the service wants, so that it need not redirect: sorted by name, in lower case, with `+` for
 * blanks.
 */
export function canonicalQuery(parameters: Readonly<Record<string, string>>): string {
  const sorted = Object.entries(parameters).sort(([a], [b]) => (a < b ? -1 : 1))
  return new URLSearchParams(sorted.map(([name, value]) => [name, value.toLowerCase()])).toString()
}
