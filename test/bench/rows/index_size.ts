import { largeWorld, startSimulator } from "../../simulator/mod.ts"
import { API_KEY, configurationFor, eventually, temporaryConfig } from "../../support/server.ts"
import { startOnCue } from "../processes.ts"
import { type Part, rounded } from "../row.ts"

const MOVIES = 20_000
const SHOWS = 1_500
const EPISODES_PER_SHOW = 20
const ITEMS = MOVIES + SHOWS * EPISODES_PER_SHOW
const LONGEST_MS = 300_000
/** Pause between two looks, in milliseconds. Each look counts the index, so many of them would be measured as well. */
const LOOK_EVERY_MS = 500

interface Section {
  readonly items: number
  readonly builtAtMs: number | null
}

export const indexSize: Part = {
  name: "index",
  about: `the index of ${ITEMS} films and episodes, from nothing`,
  measure: async () => {
    const world = largeWorld({ movies: MOVIES, shows: SHOWS, episodesPerShow: EPISODES_PER_SHOW })
    const simulator = await startSimulator({ world: { ...world, files: "none" } })
    const config = temporaryConfig(configurationFor(simulator))
    const begun = performance.now()
    const server = await startOnCue(config.folder, simulator.env)
    const headers = { "x-api-key": API_KEY }
    let before = server.memory()
    let readingSince: number | null = null
    const items = await eventually(
      "the index",
      async () => {
        await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS))
        const response = await fetch(`${server.address}/api/plex/index`, { headers })
        const { data } = (await response.json()) as { readonly data: ReadonlyArray<Section> }
        if (data.length === 0) before = server.memory()
        else readingSince ??= performance.now() - LOOK_EVERY_MS
        const count = data.reduce((sum, section) => sum + section.items, 0)
        return data.length > 0 && data.every(({ builtAtMs }) => builtAtMs !== null) && count >= ITEMS && count
      },
      LONGEST_MS,
    )
    const ended = performance.now()
    const seconds = rounded((ended - begun) / 1_000, 1)
    const readingSeconds = rounded((ended - (readingSince ?? begun)) / 1_000, 1)
    const cpuSeconds = rounded((server.cpuMs() ?? Number.NaN) / 1_000, 1)
    const memory = server.memory()
    await server.stop()
    await simulator.close()
    config.remove()
    return [
      {
        what: `Index of ${ITEMS.toLocaleString("en")} films and episodes from nothing`,
        measured: `${items.toLocaleString("en")} items in ${readingSeconds} s (${seconds} s after the start; ${cpuSeconds} s of processor time, start included), at most ${memory?.peak} MB resident since the start (${before?.rss} MB before)`,
        aim: "≤ 60 s, ≤ 150 MB",
        values: { items, readingSeconds, seconds, cpuSeconds, peakMb: memory?.peak ?? null },
      },
    ]
  },
}
