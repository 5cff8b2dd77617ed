import type { SubtitleQuery } from "../../core/ports/subtitle_source.ts"
import { baseOf, type Language, parseLanguage } from "../../core/subtitles/language.ts"

/** SubDL's own codes, where they are not the two letters of ISO 639-1. `ZH` is the code page GB, `ZH_BG` is Big 5. */
const CODES: Readonly<Record<string, ReadonlyArray<string>>> = {
  "pt-BR": ["BR_PT"],
  zh: ["ZH", "ZH_BG"],
  "zh-Hans": ["ZH"],
  "zh-Hant": ["ZH_BG"],
  fil: ["TL"],
}

/** What SubDL calls a language; none where it has no code. */
export function languageCodes(language: Language): ReadonlyArray<string> {
  const own = CODES[language]
  if (own !== undefined) return own
  const base = baseOf(language)
  return CODES[base] ?? (/^[a-z]{2}$/.test(base) ? [base.toUpperCase()] : [])
}

/** The language behind a code; null for two languages in one file (`EN_DE`) and for what is no code. */
export function languageBehind(code: string): Language | null {
  const plain = code.trim().toUpperCase()
  if (plain === "BR_PT") return parseLanguage("pt-BR")
  if (plain === "ZH_BG") return parseLanguage("zh-Hant")
  if (plain === "ZH") return parseLanguage("zh-Hans")
  return /^[A-Z]{2}$/.test(plain) ? parseLanguage(plain) : null
}

/** What is asked, and by which of the release's ids an answer then counts as found. */
export interface Search {
  readonly parameters: Readonly<Record<string, string>>
  readonly by: "imdb" | "tmdb" | "title"
}

/** How to search for a release; null when there is nothing to search by. */
export function searchFor(query: SubtitleQuery): Search | null {
  const { episode, ids, kind, season, showIds, title, year } = query.release
  const isShow = kind === "episode"
  if (isShow && (season === null || episode === null)) return null
  const own = isShow ? showIds : ids
  const codes = [...new Set(query.languages.flatMap(languageCodes))].sort()
  if (codes.length === 0) return null
  const parameters = {
    type: isShow ? "tv" : "movie",
    languages: codes.join(","),
    subs_per_page: "30",
    releases: "1",
    comment: "1",
    hi: "1",
    ...(isShow ? { season_number: String(season), episode_number: String(episode) } : {}),
  }
  if (/^tt\d+$/.test(own.imdb ?? ""))
    return { parameters: { ...parameters, imdb_id: own.imdb ?? "" }, by: "imdb" }
  if (/^[1-9]\d*$/.test(own.tmdb ?? ""))
    return { parameters: { ...parameters, tmdb_id: own.tmdb ?? "" }, by: "tmdb" }
  if (title.trim() === "") return null
  return {
    parameters: {
      ...parameters,
      film_name: title,
      ...(isShow || year === null ? {} : { year: String(year) }),
    },
    by: "title",
  }
}
