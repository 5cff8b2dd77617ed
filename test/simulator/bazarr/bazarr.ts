/**
 * A Bazarr as it is spoken to by other programs: what it knows of films and episodes, and a search of one language of
 * one of them, which it answers when it is over. It has the ids of the first Sonarr and the first Radarr, searches
 * nowhere, and writes a sidecar of its own beside the file.
 */

import { readdirSync, writeFileSync } from "node:fs"
import { basename, dirname, join } from "node:path"
import type { Simulation } from "../context.ts"
import { type Answer, empty, errorPage, html, json } from "../http/answer.ts"
import { makeRouter } from "../http/router.ts"
import type { Call, Handler } from "../http/service.ts"
import { findLanguage } from "../world/language.ts"
import { partsOf } from "../world/plex_server.ts"

export const BAZARR_KEY = "EXAMPLEbazarrKEY0123456789abcdef"
export const BAZARR_BASE = "/bazarr"

/** What tests change about it. */
export interface BazarrRules {
  version: string
  /** Codes of its language profile. */
  wanted: string[]
  /** Codes that it finds. */
  stock: Set<string>
  /** How long one search takes, in milliseconds. */
  searchMs: number
  /** It cannot write beside the files. */
  readOnly: boolean
}

const SRT = "1\n00:00:01,000 --> 00:00:03,000\nFrom Bazarr\n"

export function makeBazarr(simulation: Simulation): {
  readonly handler: Handler
  readonly rules: BazarrRules
} {
  const rules: BazarrRules = {
    version: "1.5.3",
    wanted: ["nl"],
    stock: new Set(["nl"]),
    searchMs: 0,
    readOnly: false,
  }

  /** Where the file lies on this machine, by its name in Sonarr or Radarr; undefined: not in the library. */
  const onDisk = (file: string | undefined): string | undefined => {
    if (file === undefined) return undefined
    const items = simulation.world.servers.flatMap((server) => [...server.items.values()])
    const found = items
      .flatMap((item) => partsOf(item))
      .find((part) => basename(part.file) === basename(file))
    return found === undefined ? undefined : simulation.paths.onDisk(found.file)
  }
  const movie = (id: number) => simulation.world.radarr[0]?.movies.find((one) => one.id === id)
  const episode = (id: number) => {
    for (const series of simulation.world.sonarr[0]?.series ?? []) {
      const row = series.episodes.find((one) => one.id === id)
      if (row !== undefined)
        return { series, row, file: series.files.find((one) => one.id === row.episodeFileId) }
    }
    return undefined
  }

  const language = (code: string) => ({
    name: findLanguage(code)?.name ?? code,
    code2: code,
    code3: findLanguage(code)?.code3 ?? code,
    forced: false,
    hi: false,
  })
  const sidecars = (video: string) => {
    const stem = basename(video).replace(/\.[^.]+$/, "")
    return readdirSync(dirname(video)).flatMap((name) => {
      const code = /^\.([a-z]{2})\.srt$/.exec(name.slice(stem.length))?.[1]
      return name.startsWith(stem) && code !== undefined ? [{ code, path: join(dirname(video), name) }] : []
    })
  }
  const described = (video: string | undefined) => {
    const there = video === undefined ? [] : sidecars(video)
    return {
      audio_language: [language("en")],
      missing_subtitles: rules.wanted.filter((code) => there.every((one) => one.code !== code)).map(language),
      monitored: true,
      path: video ?? "",
      sceneName: null,
      subtitles: there.map(({ code, path }) => ({ ...language(code), path, file_size: SRT.length })),
    }
  }

  const form = (call: Call) => new URLSearchParams(call.body.toString("utf8"))
  const search = async (call: Call, video: string | undefined, unknown: string): Promise<Answer> => {
    const asked = form(call)
    const code = asked.get("language")
    if (code === null || asked.get("forced") === null || asked.get("hi") === null)
      return json(
        { errors: { language: "Missing required parameter" }, message: "Input payload validation failed" },
        400,
      )
    if (video === undefined) return json(unknown, 404)
    await new Promise<void>((resolve) => void simulation.scope.after(rules.searchMs, resolve))
    if (rules.readOnly) return json("Unable to save subtitles file. Permission or path mapping issue?", 409)
    if (rules.stock.has(code)) writeFileSync(video.replace(/\.[^.]+$/, `.${code}.srt`), SRT)
    return empty(204)
  }

  const router = makeRouter({
    "GET /bazarr/api/system/status": () =>
      json({ data: { bazarr_version: rules.version, sonarr_version: "4.0.15", radarr_version: "5.26.2" } }),
    "GET /bazarr/api/movies": (call) => {
      const found = movie(Number(call.query.get("radarrid[]")))
      const rows =
        found === undefined
          ? []
          : [{ ...described(onDisk(found.file?.path)), radarrId: found.id, title: found.title }]
      return json({ data: rows, total: simulation.world.radarr[0]?.movies.length ?? 0 })
    },
    "GET /bazarr/api/episodes": (call) => {
      const found = episode(Number(call.query.get("episodeid[]")))
      const rows =
        found === undefined
          ? []
          : [
              {
                ...described(onDisk(found.file?.path)),
                sonarrEpisodeId: found.row.id,
                sonarrSeriesId: found.series.id,
                season: found.row.seasonNumber,
                episode: found.row.episodeNumber,
                title: found.row.title,
              },
            ]
      return json({ data: rows })
    },
    "PATCH /bazarr/api/movies/subtitles": (call) =>
      search(call, onDisk(movie(Number(call.query.get("radarrid")))?.file?.path), "Movie not found"),
    "PATCH /bazarr/api/episodes/subtitles": (call) =>
      search(call, onDisk(episode(Number(call.query.get("episodeid")))?.file?.path), "Episode not found"),
  })

  return {
    rules,
    handler: (call) => {
      // Its web interface answers whatever is not the API.
      if (!call.path.startsWith(`${BAZARR_BASE}/api/`)) return html("<!doctype html><title>Bazarr</title>")
      if (call.headers["x-api-key"] !== BAZARR_KEY) return json({ message: "Unauthorized" }, 401)
      return router(call) ?? errorPage(404, "Not Found")
    },
  }
}
