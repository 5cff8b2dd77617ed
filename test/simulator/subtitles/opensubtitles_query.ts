/** Reading an OpenSubtitles search, and the form in which it wants to be asked. */

import type { Call } from "../http/service.ts"
import { findLanguage } from "../world/language.ts"
import type { StockedSubtitle } from "../world/stock.ts"
import type { Wanted } from "./search.ts"

const IMDB_NAMES = new Set(["imdb_id", "parent_imdb_id"])

function canonicalValue(name: string, value: string): string {
  const lower = value.toLowerCase()
  if (IMDB_NAMES.has(name)) return lower.replace(/^tt/, "").replace(/^0+(?=\d)/, "")
  if (name === "languages") return lower.split(",").sort().join(",")
  return lower
}

/** The query to redirect to; undefined when it is already alphabetical, lower-case, without `tt`
 *  and leading zeros, and with `+` for spaces. */
export function canonicalQuery(call: Call): string | undefined {
  const pairs = [...call.query].map(([name, value]) => [name, canonicalValue(name, value)] as const)
  pairs.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
  const given = [...call.query]
  const same =
    !call.rawQuery.includes("%20") &&
    pairs.every(([name, value], i) => given[i]![0] === name && given[i]![1] === value)
  return same ? undefined : new URLSearchParams(pairs.map(([name, value]) => [name, value])).toString()
}

/** Numbers come back with their `tt`, at least seven digits wide. */
function imdbId(value: string | null): string | undefined {
  return value === null ? undefined : `tt${value.replace(/^tt/, "").padStart(7, "0")}`
}

function natural(value: string | null): number | undefined {
  return value !== null && /^\d+$/.test(value) ? Number(value) : undefined
}

/** Undefined when there is nothing to search by. */
export function wantedIn(call: Call): Wanted | undefined {
  const { query } = call
  const languages = query
    .get("languages")
    ?.split(",")
    .map((code) => findLanguage(code)?.tag)
    .filter((tag) => tag !== undefined)
  const parent = {
    imdbId: imdbId(query.get("parent_imdb_id")),
    tmdbId: natural(query.get("parent_tmdb_id")),
  }
  const hasParent = parent.imdbId !== undefined || parent.tmdbId !== undefined
  const own = { imdbId: imdbId(query.get("imdb_id")), tmdbId: natural(query.get("tmdb_id")) }
  const season = natural(query.get("season_number"))
  const episode = natural(query.get("episode_number"))
  const year = natural(query.get("year"))
  const title = query.get("query")
  const hash = query.get("moviehash")
  const type = query.get("type")
  const hasAny =
    hasParent || own.imdbId !== undefined || own.tmdbId !== undefined || title !== null || hash !== null
  if (!hasAny) return undefined
  const nothingButHash =
    hash !== null && !hasParent && own.imdbId === undefined && own.tmdbId === undefined && title === null
  return {
    ...(languages === undefined ? {} : { languages }),
    ...(type === "movie" || type === "episode" ? { kind: type } : {}),
    ...(own.imdbId === undefined ? {} : { imdbId: own.imdbId }),
    ...(own.tmdbId === undefined ? {} : { tmdbId: own.tmdbId }),
    ...(hasParent
      ? {
          show: {
            ...(parent.imdbId === undefined ? {} : { imdbId: parent.imdbId }),
            ...(parent.tmdbId === undefined ? {} : { tmdbId: parent.tmdbId }),
          },
        }
      : {}),
    ...(season === undefined ? {} : { season }),
    ...(episode === undefined ? {} : { episode }),
    ...(year === undefined ? {} : { year }),
    ...(title === null ? {} : { title }),
    ...(hash === null ? {} : { hash }),
    // A hash alone must not match everything that has no ids to compare.
    ...(nothingButHash ? { imdbId: "none" } : {}),
  }
}

/** The switches that leave entries out. */
export function excluded(call: Call, entry: StockedSubtitle): boolean {
  const { query } = call
  const fails = (name: string, flag: boolean) =>
    (query.get(name) === "exclude" && flag) || (query.get(name) === "only" && !flag)
  return (
    fails("ai_translated", entry.aiTranslated === true) ||
    fails("machine_translated", entry.machineTranslated === true) ||
    fails("hearing_impaired", entry.hearingImpaired === true) ||
    fails("foreign_parts_only", entry.forced === true) ||
    fails("trusted_sources", entry.trusted === true)
  )
}
