import { writeFileSync } from "node:fs"
import { smallWorld, startSimulator } from "../../simulator/mod.ts"
import { configurationFor, eventually, startIn, temporaryConfig } from "../../support/server.ts"
import type { Part, Row } from "../row.ts"

const SUBTITLE = "1\n00:00:01,000 --> 00:00:03,000\nHello\n"
const COMMAND = /\/refresh$/

interface Asked {
  /** Calls up to the one after which Plex has been told to look. */
  readonly before: number
  readonly all: number
  readonly bytes: number
  readonly ms: number
}

/** What one refresh asks of the media server. */
async function measure(
  latencyMs: number,
): Promise<{ readonly cold: Asked; readonly warm: ReadonlyArray<Asked> }> {
  const simulator = await startSimulator({ world: smallWorld({ connections: "live" }), latencyMs })
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
  const cold = await refreshed("1003", "fr")
  const film = await refreshed("1003", "de")
  // What makes Plex look is remembered for each library.
  await refreshed("2013", "fr")
  const warm = [film, await refreshed("2013", "de")]
  await server.stop()
  await simulator.close()
  config.remove()
  return { cold, warm }
}

const told = ({ all, before, bytes, ms }: Asked) =>
  `${before} calls until Plex is told, ${all} with the check, ${(bytes / 1_000).toFixed(1)} kB read, ${ms} ms`

async function rows(latencyMs: number): Promise<ReadonlyArray<Row>> {
  const { cold, warm } = await measure(latencyMs)
  const named = [
    ["a film, the first after the start", cold, "no aim of its own"],
    ["a film, warm", warm[0], "≤ 2 calls before the check, ≤ 20 kB"],
    ["an episode, warm", warm[1], "≤ 2 calls before the check, ≤ 20 kB"],
  ] as const
  return named.flatMap(([name, asked, aim]) =>
    asked === undefined
      ? []
      : [
          {
            what: `Refresh of ${name}, Plex answers after ${latencyMs} ms`,
            measured: told(asked),
            aim,
            values: { ...asked },
          },
        ],
  )
}

export const refresh: Part = {
  name: "refresh",
  about: "what is asked of Plex to make it list a file that lies beside a video",
  measure: async () => [...(await rows(0)), ...(await rows(20))],
}
