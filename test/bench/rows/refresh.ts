import { writeFileSync } from "node:fs"
import { largeWorld, startSimulator } from "../../simulator/mod.ts"
import { configurationFor, eventually, startIn, temporaryConfig } from "../../support/server.ts"
import { median, type Part, type Row, times } from "../row.ts"

const RUNS = 3

const SUBTITLE = "1\n00:00:01,000 --> 00:00:03,000\nHello\n"
const COMMAND = /\/refresh$/
const EPISODES = 500
const FILMS = 20
/** Two episodes of seasons that are far from each other: their folders are scanned by themselves. */
const COLD_EPISODE = "1000060"
const WARM_EPISODE = "1000410"

interface Asked {
  /** Calls up to the one after which Plex has been told to look. */
  readonly before: number
  readonly all: number
  readonly bytes: number
  readonly ms: number
}

/** What one refresh asks of the media server. */
async function measure(latencyMs: number): Promise<ReadonlyArray<readonly [string, Asked]>> {
  const simulator = await startSimulator({
    world: largeWorld({ movies: FILMS, shows: 1, episodesPerShow: EPISODES, files: true }),
    latencyMs,
  })
  const config = temporaryConfig(configurationFor(simulator))
  const server = await startIn(config.folder, simulator)
  const refreshed = async (item: string, language: string): Promise<Asked> => {
    writeFileSync(simulator.pathOf(item).replace(/\.\w+$/, `.${language}.srt`), SUBTITLE)
    simulator.requests.clear()
    const before = simulator.subtitlesListedBy(item).length
    const begun = performance.now()
    const response = await server.post("/api/plex/refresh", { ratingKey: item })
    const { data } = (await response.json()) as { readonly data: ReadonlyArray<{ readonly jobId: number }> }
    await eventually("the subtitle", async () => simulator.subtitlesListedBy(item).length > before)
    const ms = Math.round(performance.now() - begun)
    await eventually("the end of the job", async () => {
      const { data: job } = await server.get(`/api/jobs/${data[0]?.jobId}`)
      return job?.state === "done"
    })
    const calls = simulator.requests.filter({ service: "pms" })
    const told = calls.findIndex(({ path }) => COMMAND.test(path))
    return {
      before: told + 1,
      all: calls.length,
      bytes: calls.reduce((sum, { answerBytes }) => sum + answerBytes, 0),
      ms,
    }
  }
  // What makes Plex look is found out with the first one of each library, and remembered.
  const asked: Array<readonly [string, Asked]> = []
  const [coldFilm = "", warmFilm = ""] = Array.from({ length: FILMS }, (_, at) => String(at + 1)).filter(
    (key) => simulator.item(key).section === simulator.item("1").section,
  )
  for (const [name, cold, warm] of [
    ["a film", coldFilm, warmFilm],
    [`an episode of ${EPISODES}`, COLD_EPISODE, WARM_EPISODE],
  ] as const) {
    asked.push([`${name}, cold`, await refreshed(cold, "fr")])
    asked.push([`${name}, warm`, await refreshed(warm, "fr")])
  }
  await server.stop()
  await simulator.close()
  config.remove()
  return asked
}

const told = ({ all, before, bytes, ms }: Asked) =>
  `${before} calls until Plex is told, ${all} with the check, ${(bytes / 1_000).toFixed(1)} kB read, ${ms} ms`

/** The middle one of each figure: calls are the same in every run, times are not. */
function middle(all: ReadonlyArray<Asked>): Asked {
  const of = (name: keyof Asked) => median(all.map((one) => one[name]))
  return { before: of("before"), all: of("all"), bytes: of("bytes"), ms: of("ms") }
}

async function rows(latencyMs: number): Promise<ReadonlyArray<Row>> {
  const runs = await times(RUNS, () => measure(latencyMs))
  return (runs[0] ?? []).map(([name], n) => {
    const asked = middle(runs.flatMap((run) => (run[n] === undefined ? [] : [run[n][1]])))
    return {
      what: `Refresh of ${name}, Plex answers after ${latencyMs} ms`,
      measured: told(asked),
      aim: name.endsWith("warm") ? "≤ 2 calls before the check, ≤ 20 kB" : "no aim of its own",
      values: { ...asked },
    }
  })
}

export const refresh: Part = {
  name: "refresh",
  about: "what is asked of Plex to make it list a file that lies beside a video",
  peerLacks: "since the Plex server that it asks is not ours to slow down or to fill",
  measure: async () => [...(await rows(0)), ...(await rows(20))],
}
