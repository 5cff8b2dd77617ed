/** SubDL: search with the key in the query, downloads as zip archives. */

import type { Simulation } from "../context.ts"
import { type Answer, bytes, json, text } from "../http/answer.ts"
import { makeRouter } from "../http/router.ts"
import type { Call, Handler } from "../http/service.ts"
import { makeZip } from "../http/stored_zip.ts"
import { findLanguage } from "../world/language.ts"
import type { StockedSubtitle } from "../world/stock.ts"
import { fileNameOf, subtitleBytes } from "./dialogue.ts"
import { searchStock, type Wanted } from "./search.ts"

const natural = (value: string | null) => (value !== null && /^\d+$/.test(value) ? Number(value) : undefined)

function wantedIn(call: Call): Wanted | undefined {
  const { query } = call
  const imdbId = query.get("imdb_id")
  const tmdbId = natural(query.get("tmdb_id"))
  const title = query.get("film_name") ?? query.get("file_name")
  const season = natural(query.get("season_number"))
  const episode = natural(query.get("episode_number"))
  const tv = query.get("type") === "tv" || season !== undefined
  if (imdbId === null && tmdbId === undefined && title === null) return undefined
  const languages = query
    .get("languages")
    ?.split(",")
    .map((code) => findLanguage(code.replace("BR_PT", "pt-BR").replace("ZH_BG", "zh-TW"))?.tag)
    .filter((tag) => tag !== undefined)
  const ids = {
    ...(imdbId === null ? {} : { imdbId: imdbId.startsWith("tt") ? imdbId : `tt${imdbId}` }),
    ...(tmdbId === undefined ? {} : { tmdbId }),
  }
  const year = natural(query.get("year"))
  return {
    ...(languages === undefined ? {} : { languages }),
    kind: tv ? "episode" : "movie",
    // For a show the ids are those of the show; with ids the name is not compared.
    ...(tv ? { show: { ...ids, ...(title === null ? {} : { title }) } } : ids),
    ...(!tv && title !== null && Object.keys(ids).length === 0 ? { title } : {}),
    ...(season === undefined ? {} : { season }),
    ...(episode === undefined ? {} : { episode }),
    ...(year === undefined || tv ? {} : { year }),
  }
}

function describe(entry: StockedSubtitle, last: number) {
  const language = findLanguage(entry.language)
  const pack = entry.seasonPack === true
  return {
    release_name: entry.release,
    name: `SUBDL::${entry.release}.zip`,
    lang: language?.name.toLowerCase() ?? entry.language,
    language: language?.subdl ?? entry.language.toUpperCase(),
    author: "example_author",
    url: `/subtitle/${3_197_000 + entry.id}-${3_213_000 + entry.id}.zip`,
    subtitlePage: "/s/info/exampleid/english",
    season: entry.show?.season ?? null,
    episode: pack ? null : (entry.show?.episode ?? null),
    episode_from: entry.show === undefined ? null : pack ? 1 : entry.show.episode,
    episode_end: entry.show === undefined ? null : pack ? last : entry.show.episode,
    hi: entry.hearingImpaired === true,
    full_season: pack,
    comment: entry.forced === true ? "Forced parts only" : "",
    releases: [entry.release],
  }
}

function resultOf(entry: StockedSubtitle) {
  return {
    sd_id: 990_000 + entry.id,
    type: entry.kind === "movie" ? "movie" : "tv",
    name: entry.show?.title ?? entry.title,
    imdb_id: entry.show?.imdbId ?? entry.imdbId ?? null,
    tmdb_id: entry.show?.tmdbId ?? entry.tmdbId ?? null,
    first_air_date: null,
    release_date: null,
    year: entry.year ?? null,
  }
}

/** Of a season pack the other episodes too, the way packs are named. */
function packOf(simulation: Simulation, entry: StockedSubtitle): StockedSubtitle[] {
  if (entry.seasonPack !== true) return [entry]
  return simulation.world.stock.filter(
    (other) =>
      other.seasonPack === true &&
      other.language === entry.language &&
      other.show?.tvdbId === entry.show?.tvdbId &&
      other.show?.season === entry.show?.season,
  )
}

function nameInZip(entry: StockedSubtitle): string {
  if (entry.seasonPack !== true) return fileNameOf(entry)
  const two = (n: number) => String(n).padStart(2, "0")
  return `The Season/${entry.show?.title} - S${two(entry.show?.season ?? 1)}E${two(entry.show?.episode ?? 1)}.srt`
}

export function makeSubdl(simulation: Simulation): Handler {
  const rules = () => simulation.world.subdl
  const offered = new Map<string, StockedSubtitle>()

  const search = (call: Call): Answer => {
    if (!rules().apiKeys.includes(call.query.get("api_key") ?? "")) {
      return json({ status: false, error: "Invalid API key" }, 403)
    }
    const wanted = wantedIn(call)
    const found = wanted === undefined ? [] : searchStock(simulation, "subdl", wanted)
    const first = found[0]
    if (first === undefined) return json({ status: false, error: "can't find movie or tv" })
    const size = Math.min(30, natural(call.query.get("subs_per_page")) ?? 10)
    const rows = found.slice(0, size).map((entry) => describe(entry, packOf(simulation, entry).length))
    for (const [i, row] of rows.entries()) offered.set(row.url, found[i]!)
    return json({ status: true, results: [resultOf(first)], subtitles: rows })
  }

  const download = (file: string): Answer => {
    const entry = offered.get(`/subtitle/${file}`)
    if (entry === undefined) return text("Not found", 404)
    if (rules().downloadsLeft <= 0) return text("Download limit exceeded", 500)
    rules().downloadsLeft -= 1
    const entries = packOf(simulation, entry)
    const zip = makeZip(entries.map((each) => ({ name: nameInZip(each), content: subtitleBytes(each) })))
    return bytes(zip, "application/zip")
  }

  const router = makeRouter({
    "GET /api/v1/subtitles": search,
    // The download host is another one than the API's; here both are the same.
    "GET /subtitle/:file": (_call, { file }) => download(file!),
    "GET /api/v1/subtitle/:file": (_call, { file }) => download(file!),
  })
  return (call) => router(call) ?? json({ status: false, error: "not found" }, 404)
}
