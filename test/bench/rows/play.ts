import { smallWorld, startSimulator } from "../../simulator/mod.ts"
import { configurationFor, eventually, startIn, temporaryConfig } from "../../support/server.ts"
import { median, type Part, type Row, rounded, times } from "../row.ts"

const RUNS = 5

/** The first play finds out where the server is; what is measured is an evening like any other. */
const FIRST = "1003"
const MEASURED = "2013"

async function once(latencyMs: number): Promise<number> {
  const simulator = await startSimulator({ world: smallWorld({ connections: "live" }) })
  const config = temporaryConfig(configurationFor(simulator))
  const server = await startIn(config.folder, simulator)
  const played = async (item: string) => {
    const before = simulator.subtitlesListedBy(item).length
    const begun = performance.now()
    await simulator.play({ item, urls: [server.webhook] })
    await eventually("the subtitle", async () => simulator.subtitlesListedBy(item).length > before)
    return performance.now() - begun
  }
  await played(FIRST)
  simulator.setLatency(latencyMs)
  const took = await played(MEASURED)
  simulator.setLatency(0)
  await server.stop()
  await simulator.close()
  config.remove()
  return took
}

async function row(latencyMs: number, name: string, aim: string): Promise<Row> {
  const ms = rounded(median(await times(RUNS, () => once(latencyMs))))
  return { what: `Play to subtitle listed, ${name}`, measured: `${ms} ms`, aim, values: { ms } }
}

export const play: Part = {
  name: "play",
  about: "from the event to the subtitle that Plex lists",
  peerLacks: "since the Plex server that it asks is not ours to slow down or to fill",
  measure: async () => [
    await row(0, "instant upstreams", "≤ 1,500 ms"),
    await row(500, "every upstream answers after 500 ms", "no aim of its own"),
  ],
}
