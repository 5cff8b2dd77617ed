import { largeWorld, type Simulator, startSimulator } from "../../simulator/mod.ts"
import { API_KEY, configurationFor, eventually, temporaryConfig } from "../../support/server.ts"
import { startOnCue } from "../processes.ts"
import { median, type Part, rounded, times } from "../row.ts"

const RUNS = 3
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

async function once(simulator: Simulator) {
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
  const cpuMs = server.cpuMs() ?? Number.NaN
  const peakMb = server.memory()?.peak ?? Number.NaN
  await server.stop()
  config.remove()
  return {
    items,
    ms: ended - begun,
    readingMs: ended - (readingSince ?? begun),
    cpuMs,
    peakMb,
    beforeMb: before?.rss ?? Number.NaN,
  }
}

export const indexSize: Part = {
  name: "index",
  about: `the index of ${ITEMS} films and episodes, from nothing`,
  peerLacks: "since the Plex server that it asks is not ours to slow down or to fill",
  measure: async () => {
    const world = largeWorld({ movies: MOVIES, shows: SHOWS, episodesPerShow: EPISODES_PER_SHOW })
    const simulator = await startSimulator({ world: { ...world, files: "none" } })
    const runs = await times(RUNS, () => once(simulator))
    await simulator.close()
    const of = (name: keyof (typeof runs)[number]) => median(runs.map((run) => run[name]))
    const secondsOf = (name: "ms" | "readingMs" | "cpuMs") => rounded(of(name) / 1_000, 1)
    const [seconds, readingSeconds, cpuSeconds] = [
      secondsOf("ms"),
      secondsOf("readingMs"),
      secondsOf("cpuMs"),
    ]
    return [
      {
        what: `Index of ${ITEMS.toLocaleString("en")} films and episodes from nothing`,
        measured: `${of("items").toLocaleString("en")} items in ${readingSeconds} s (${seconds} s after the start; ${cpuSeconds} s of processor time, start included), at most ${of("peakMb")} MB resident since the start (${of("beforeMb")} MB before)`,
        aim: "≤ 60 s, ≤ 150 MB",
        values: { items: of("items"), readingSeconds, seconds, cpuSeconds, peakMb: of("peakMb") },
      },
    ]
  },
}
