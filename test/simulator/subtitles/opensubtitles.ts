/** OpenSubtitles.com, REST v1: its keys, its canonical queries, its quota. */

import { randomBytes } from "node:crypto"
import type { Simulation } from "../context.ts"
import { type Answer, bytes, json } from "../http/answer.ts"
import { makeRouter } from "../http/router.ts"
import type { Call, Handler } from "../http/service.ts"
import { findLanguage } from "../world/language.ts"
import type { StockedSubtitle } from "../world/stock.ts"
import { fileNameOf, subtitleBytes } from "./dialogue.ts"
import { canonicalQuery, excluded, wantedIn } from "./opensubtitles_query.ts"
import { hashesOf, searchStock } from "./search.ts"

const PER_PAGE = 50
const FILE_ID = 8_000_000

const imdbNumber = (id: string | undefined) => (id === undefined ? undefined : Number(id.replace(/^tt/, "")))

function featureOf(entry: StockedSubtitle): Record<string, unknown> {
  const own = {
    year: entry.year ?? null,
    title: entry.title,
    imdb_id: imdbNumber(entry.imdbId) ?? null,
    tmdb_id: entry.tmdbId ?? null,
  }
  const { show } = entry
  if (show === undefined) {
    return {
      feature_id: 500_000 + entry.id,
      feature_type: "Movie",
      movie_name: `${entry.year} - ${entry.title}`,
      ...own,
    }
  }
  const number = (n: number) => String(n).padStart(2, "0")
  return {
    feature_id: 1_900_000 + entry.id,
    feature_type: "Episode",
    movie_name: `${show.title} - S${number(show.season)}E${number(show.episode)}  ${entry.title}`,
    ...own,
    season_number: show.season,
    episode_number: show.episode,
    parent_imdb_id: imdbNumber(show.imdbId) ?? null,
    parent_title: show.title,
    parent_tmdb_id: show.tmdbId ?? null,
    parent_feature_id: 1_900_000 + (show.tvdbId ?? 0),
  }
}

function describe(simulation: Simulation, entry: StockedSubtitle, hash: string | null) {
  return {
    id: String(700_000 + entry.id),
    type: "subtitle",
    attributes: {
      subtitle_id: String(700_000 + entry.id),
      language: findLanguage(entry.language)?.openSubtitles ?? entry.language,
      download_count: entry.downloads ?? 100,
      new_download_count: 12,
      hearing_impaired: entry.hearingImpaired === true,
      hd: true,
      fps: entry.fps ?? 23.976,
      votes: 3,
      points: 0,
      ratings: 8.5,
      from_trusted: entry.trusted === true,
      foreign_parts_only: entry.forced === true,
      upload_date: "2012-01-01T00:00:00Z",
      file_hashes: [],
      ai_translated: entry.aiTranslated === true,
      nb_cd: 1,
      slug: "example",
      machine_translated: entry.machineTranslated === true,
      release: entry.release,
      comments: "",
      legacy_subtitle_id: 100_000 + entry.id,
      legacy_uploader_id: 1,
      uploader: { uploader_id: 1, name: "example_uploader", rank: "Trusted Member" },
      feature_details: featureOf(entry),
      url: `https://www.opensubtitles.com/en/subtitles/legacy/${100_000 + entry.id}`,
      related_links: [],
      files: [{ file_id: FILE_ID + entry.id, cd_number: 1, file_name: entry.release }],
      ...(hash === null ? {} : { moviehash_match: hashesOf(simulation, entry).includes(hash) }),
    },
  }
}

function message(text: string, status: number): Answer {
  return json({ message: text, status }, status)
}

function parse(body: Buffer): Record<string, unknown> {
  try {
    return JSON.parse(body.toString("utf8")) as Record<string, unknown>
  } catch {
    return {}
  }
}

function resetTimes(nowMs: number) {
  const at = new Date(nowMs + 7 * 3600 * 1000).toISOString()
  return { reset_time: "07 hours and 00 minutes", reset_time_utc: at }
}

export function makeOpenSubtitles(simulation: Simulation): Handler {
  const rules = () => simulation.world.openSubtitles
  const sessions = new Map<string, { vip: boolean }>()
  const links = new Map<string, StockedSubtitle>()
  const offered = new Map<number, StockedSubtitle>()
  let requests = 0
  let lastLoginMs = 0

  const login = (call: Call): Answer => {
    if (rules().limitsLogins && simulation.now() - lastLoginMs < 1000) {
      return json({ message: "Too many requests" }, 429, {
        "ratelimit-limit": "1",
        "ratelimit-remaining": "0",
        "ratelimit-reset": "1",
      })
    }
    lastLoginMs = simulation.now()
    const { username, password } = parse(call.body)
    const user = rules().users.find((each) => each.username === username && each.password === password)
    if (user === undefined) return message("Error, invalid username/password", 401)
    const token = `${randomBytes(12).toString("base64url")}.EXAMPLE.EXAMPLE`
    sessions.set(token, { vip: user.vip })
    return json(
      {
        user: {
          allowed_translations: 5,
          allowed_downloads: user.vip ? 1000 : 20,
          level: user.vip ? "VIP Member" : "Sub leecher",
          user_id: 1_234_567,
          ext_installed: false,
          vip: user.vip,
        },
        token,
        status: 200,
        base_url: user.vip ? "vip-api.opensubtitles.com" : "api.opensubtitles.com",
      },
      200,
      { "ratelimit-limit": "1", "ratelimit-remaining": "0", "ratelimit-reset": "1" },
    )
  }

  const sessionOf = (call: Call) => sessions.get((call.headers.authorization ?? "").replace(/^Bearer /, ""))

  const search = (call: Call): Answer => {
    const canonical = canonicalQuery(call)
    if (rules().redirectsToCanonical && canonical !== undefined) {
      return { status: 301, headers: { Location: `/api/v1/subtitles?${canonical}` }, body: "" }
    }
    const hash = call.query.get("moviehash")
    const others = [...call.query.keys()].filter((name) => name !== "moviehash" && name !== "languages")
    const trapped = rules().hashWithFiltersIsEmpty && hash !== null && others.length > 0
    const wanted = wantedIn(call)
    const found = trapped || wanted === undefined ? [] : searchStock(simulation, "openSubtitles", wanted)
    const data = found.filter((entry) => !excluded(call, entry))
    for (const entry of data) offered.set(FILE_ID + entry.id, entry)
    const page = Math.max(1, Number(call.query.get("page") ?? "1"))
    return json({
      total_pages: Math.ceil(data.length / PER_PAGE),
      total_count: data.length,
      per_page: PER_PAGE,
      page,
      data: data
        .slice((page - 1) * PER_PAGE, page * PER_PAGE)
        .map((entry) => describe(simulation, entry, hash)),
    })
  }

  const download = (call: Call): Answer => {
    if (call.headers.authorization !== undefined && sessionOf(call) === undefined)
      return message("invalid token", 401)
    const { file_id, sub_format } = parse(call.body)
    const found = offered.get(Number(file_id))
    if (found === undefined) return message("Invalid file_id", 400)
    // The service converts when a format is named.
    const entry: StockedSubtitle = sub_format === "srt" ? { ...found, format: "srt" } : found
    requests += 1
    if (rules().downloadsLeft <= 0) {
      return json(
        {
          requests,
          remaining: -1,
          message: "You have downloaded your allowed 20 subtitles for 24h.",
          ...resetTimes(simulation.now()),
        },
        406,
      )
    }
    rules().downloadsLeft -= 1
    const token = randomBytes(12).toString("hex").toUpperCase()
    links.set(token, entry)
    const origin = new URL(simulation.urls.openSubtitles).origin
    return json({
      link: `${origin}/download/${token}/subfile/${encodeURIComponent(fileNameOf(entry))}`,
      file_name: fileNameOf(entry),
      requests,
      remaining: rules().downloadsLeft,
      message: "Your quota will be renewed in 07 hours and 00 minutes",
      ...resetTimes(simulation.now()),
    })
  }

  const api = makeRouter({
    "POST /api/v1/login": login,
    "DELETE /api/v1/logout": () => {
      sessions.clear()
      return json({ message: "token successfully destroyed", status: 200 })
    },
    "GET /api/v1/infos/user": (call) =>
      sessionOf(call) === undefined
        ? message("invalid token", 401)
        : json({
            data: {
              allowed_downloads: Math.max(20, requests + rules().downloadsLeft),
              downloads_count: requests,
              remaining_downloads: rules().downloadsLeft,
              level: "Sub leecher",
              user_id: 1_234_567,
              vip: sessionOf(call)!.vip,
            },
          }),
    "GET /api/v1/subtitles": search,
    "POST /api/v1/download": download,
  })
  const files = makeRouter({
    "GET /download/:token/subfile/:name": (_call, { token }) => {
      const entry = links.get(token!)
      return entry === undefined
        ? message("link expired", 410)
        : bytes(subtitleBytes(entry), "application/x-subrip")
    },
  })

  return (call) => {
    const file = files(call)
    if (file !== undefined) return file
    const key = call.headers["api-key"]
    if (typeof key !== "string" || !rules().apiKeys.includes(key))
      return message("You cannot consume this service", 403)
    // Generic agents are refused; an application names itself and its version.
    if (!/^\S.* v\d+\.\d+/.test(call.headers["user-agent"] ?? "")) return message("Invalid User-Agent", 403)
    return api(call) ?? message("not found", 404)
  }
}
