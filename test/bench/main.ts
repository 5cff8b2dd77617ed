/**
 * `npm run bench`: the figures that OnCue is to hold, each measured beside a bare server where that makes sense, on the
 * machine at hand. Prints a table; `--json` prints data. Machines differ and are noisy: compare within one run.
 */

import { cpus, totalmem } from "node:os"
import { fault, smallWorld, startSimulator } from "../simulator/mod.ts"
import { API_KEY, configurationFor, eventually, startIn, temporaryConfig } from "../support/server.ts"
import { load, median, startBare, startOnCue } from "./processes.ts"

interface Row {
  readonly what: string
  readonly measured: string
  readonly aim: string
}

const RUNS = 5
const LOAD_SECONDS = 5
const CONNECTIONS = 50
const rows: Array<Row> = []
const add = (what: string, measured: string, aim: string) => {
  rows.push({ what, measured, aim })
  if (!process.argv.includes("--json")) console.error(`${what}: ${measured}`)
}

async function startAndMemory() {
  const config = temporaryConfig(`auth: { apikey: ${API_KEY} }\n`)
  const starts: Array<number> = []
  const memories: Array<number> = []
  for (let run = 0; run < RUNS; run++) {
    const server = await startOnCue(config.folder)
    starts.push(server.startedMs)
    await new Promise((resolve) => setTimeout(resolve, 3_000))
    memories.push(server.memoryMb() ?? Number.NaN)
    await server.stop()
  }
  config.remove()
  add("First answer after start", `${median(starts)} ms`, "≤ 800 ms")
  add("Memory, idle", `${median(memories)} MB`, "≤ 115 MB")
}

async function webhooks() {
  const simulator = await startSimulator({ world: { ...smallWorld({ connections: "live" }), files: "none" } })
  simulator.faults.set({ service: "pms" }, fault.hang)
  for (const [name, thumb] of [
    ["without a picture", 0],
    ["with a picture of 20 kB", 20_000],
  ] as const) {
    const ours: Array<number> = []
    const bare: Array<number> = []
    const slowest: Array<number> = []
    for (let run = 0; run < 3; run++) {
      // The server it is about is off, so that nothing but taking events is measured.
      const config = temporaryConfig(
        configurationFor(simulator).replace(/server_url: .*/, "server_url: 'http://127.0.0.1:9'"),
      )
      const server = await startOnCue(config.folder, {
        ...simulator.env,
        ONCUE_PLEX_TV_URL: "http://127.0.0.1:9",
      })
      const hook = `${server.address}/api/webhooks/plex?apikey=${API_KEY}`
      const result = await load(hook, CONNECTIONS, LOAD_SECONDS, thumb)
      if (result.refused > 0) throw new Error(`${result.refused} events were not taken`)
      await server.stop()
      config.remove()
      const yardstick = await startBare()
      bare.push(
        (await load(`${yardstick.address}/api/webhooks/plex`, CONNECTIONS, LOAD_SECONDS, thumb)).perSecond,
      )
      await yardstick.stop()
      ours.push(result.perSecond)
      slowest.push(result.p99)
    }
    const share = Math.round((100 * median(ours)) / median(bare))
    add(
      `Webhook, ${CONNECTIONS} connections, durable, ${name}`,
      `${median(ours)} a second, p99 ${median(slowest)} ms, ${share} % of a bare server (${median(bare)})`,
      "≥ 10,000 a second, p99 ≤ 20 ms, ≥ 50 %",
    )
  }
  await simulator.close()
}

async function playToListed() {
  const times: Array<number> = []
  for (let run = 0; run < RUNS; run++) {
    const simulator = await startSimulator({ world: smallWorld({ connections: "live" }) })
    const config = temporaryConfig(configurationFor(simulator))
    const server = await startIn(config.folder, simulator)
    // The first play finds out where the server is; what is measured is an evening like any other.
    for (const item of ["1003", "2013"]) {
      const before = simulator.subtitlesListedBy(item).length
      const begun = performance.now()
      await simulator.play({ item, urls: [server.webhook] })
      await eventually("the subtitle", async () => simulator.subtitlesListedBy(item).length > before)
      if (item === "2013") times.push(Math.round(performance.now() - begun))
    }
    await server.stop()
    await simulator.close()
    config.remove()
  }
  add("Play to subtitle listed, instant upstreams", `${median(times)} ms`, "≤ 1,500 ms")
}

await startAndMemory()
await webhooks()
await playToListed()

const machine = `${cpus().length} × ${cpus()[0]?.model ?? "?"}, ${Math.round(totalmem() / 2 ** 30)} GB, Node ${process.versions.node}`
if (process.argv.includes("--json")) {
  console.log(JSON.stringify({ machine, at: new Date().toISOString(), rows }, null, 2))
} else {
  const cells = (row: Row) => `| ${row.what} | ${row.measured} | ${row.aim} |`
  console.log(`\n${machine}\n\n| What | Measured | To hold |\n|--|--|--|\n${rows.map(cells).join("\n")}`)
}
