/** Gestdown: subtitles of shows by TVDB id, no key. */

import { createHash } from "node:crypto"
import type { Simulation } from "../context.ts"
import { type Answer, bytes, empty, json } from "../http/answer.ts"
import { makeRouter } from "../http/router.ts"
import type { Handler } from "../http/service.ts"
import { findLanguage } from "../world/language.ts"
import type { StockedSubtitle } from "../world/stock.ts"
import { fileNameOf, subtitleBytes } from "./dialogue.ts"
import { searchStock } from "./search.ts"

interface Show {
  readonly id: string
  readonly name: string
  readonly tvDbId: number
  readonly tmdbId: number | null
  readonly seasons: ReadonlyArray<number>
}

function uuidOf(text: string): string {
  const hex = createHash("sha256").update(text).digest("hex")
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

function showOf(simulation: Simulation, tvdbId: number): Show | undefined {
  const id = uuidOf(`show ${tvdbId}`)
  const stocked = simulation.world.stock.filter(
    ({ providers, show }) => providers.includes("gestdown") && show?.tvdbId === tvdbId,
  )
  const first = stocked[0]?.show
  if (first !== undefined) {
    const seasons = [...new Set(stocked.map(({ show }) => show!.season))].sort((a, b) => a - b)
    return { id, name: first.title, tvDbId: tvdbId, tmdbId: first.tmdbId ?? null, seasons }
  }
  if (!simulation.world.stockForAnything) return undefined
  return { id, name: `Show ${tvdbId}`, tvDbId: tvdbId, tmdbId: null, seasons: [1] }
}

export function makeGestdown(simulation: Simulation): Handler {
  const shows = new Map<string, Show>()
  const downloads = new Map<string, StockedSubtitle>()

  const describe = (entry: StockedSubtitle) => {
    const subtitleId = uuidOf(`subtitle ${entry.id}`)
    downloads.set(subtitleId, entry)
    return {
      subtitleId,
      version: entry.release,
      completed: entry.completed !== false,
      hearingImpaired: entry.hearingImpaired === true,
      downloadUri: `/subtitles/download/${subtitleId}`,
      language: findLanguage(entry.language)?.name ?? entry.language,
      qualities: ["720p", "1080p"],
      release: null,
    }
  }
  const find = (show: Show | undefined, season: string, episode: string, code: string): Answer => {
    const language = findLanguage(code)
    if (show === undefined || language === undefined) return empty(404)
    const found = searchStock(simulation, "gestdown", {
      languages: [language.tag],
      show: { tvdbId: show.tvDbId, title: show.name },
      season: Number(season),
      episode: Number(episode),
    })
    return found.length === 0 ? empty(404) : json({ matchingSubtitles: found.map(describe) })
  }

  const router = makeRouter({
    "GET /shows/external/tvdb/:id": (_call, { id }) => {
      const show = showOf(simulation, Number(id))
      if (show === undefined) return empty(404)
      shows.set(show.id, show)
      const { seasons } = show
      const slug = show.name.toLowerCase().replaceAll(" ", "-")
      return json({ shows: [{ ...show, nbSeasons: seasons.length, seasons, slug }] })
    },
    "GET /subtitles/get/:show/:season/:episode/:language": (_call, { show, season, episode, language }) =>
      find(shows.get(show!), season!, episode!, language!),
    "GET /subtitles/find/:language/:title/:season/:episode": (
      _call,
      { language, title, season, episode },
    ) => {
      const known = simulation.world.stock.find(
        ({ providers, show }) =>
          providers.includes("gestdown") && show?.title.toLowerCase() === title!.toLowerCase(),
      )?.show?.tvdbId
      return find(known === undefined ? undefined : showOf(simulation, known), season!, episode!, language!)
    },
    "GET /subtitles/download/:id": (_call, { id }) => {
      const entry = downloads.get(id!)
      if (entry === undefined) return empty(404)
      return bytes(subtitleBytes(entry), "text/srt", {
        "Content-Disposition": `attachment; filename="${fileNameOf(entry)}"`,
      })
    },
  })
  return (call) => router(call) ?? empty(404)
}
