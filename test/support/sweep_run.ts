import { readdirSync, readFileSync } from "node:fs"
import { dirname, join, resolve } from "node:path"
import { fileURLToPath } from "node:url"
import { largeWorld, startSimulator } from "../simulator/mod.ts"
import { API_KEY, configurationFor, temporaryConfig } from "./server.ts"
import { type ServerProcess, spawnServer } from "./server_process.ts"

const MAIN = resolve(fileURLToPath(import.meta.url), "..", "quota_provider_main.ts")

export interface SweepRunOptions {
  readonly films: number
  /** Downloads that the provider allows a day, */
  readonly quota: number
  /** and how long after the last of them, in milliseconds, the next day begins. */
  readonly dayMs: number
  /** Shares of the way after which the server is killed: 0.2 is after a fifth of the films. */
  readonly killsAt: ReadonlyArray<number>
  readonly log?: (line: string) => void
}

export interface SweepRun {
  readonly tookMs: number
  /** Films with a subtitle on the disk, and listed by the media server. */
  readonly written: number
  readonly listed: number
  readonly searches: number
  readonly fetches: number
  readonly refusals: number
  /** Downloads of the fullest day. */
  readonly mostADay: number
  readonly days: number
  /** Calls to the media server and Radarr, all together. */
  readonly calls: number
  /** Largest resident memory that was seen, in megabytes. */
  readonly peakMb: number
  readonly waited: ReadonlyArray<string>
  readonly sweeps: ReadonlyArray<any>
}

const memoryMb = (pid: number) => {
  try {
    const kb = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]
    return Number(kb ?? 0) / 1_024
  } catch {
    return 0
  }
}
const pause = (ms: number) => new Promise((done) => setTimeout(done, ms))

/** A sweep of a whole server as a process of its own, killed on the way as a power cut would, until it is through. */
export async function runSweepUntilDone(options: SweepRunOptions): Promise<SweepRun> {
  const { dayMs, films, killsAt, log = () => {}, quota } = options
  const simulator = await startSimulator({ world: largeWorld({ movies: films, shows: 0, files: true }) })
  const more = "oncue: { event_stream: false, languages: [{ name: all, languages: [{ language: nl }] }] }"
  const config = temporaryConfig(configurationFor(simulator, more))
  const ledger = join(config.folder, "ledger.txt")
  const env = {
    ONCUE_TEST_QUOTA: String(quota),
    ONCUE_TEST_DAY_MS: String(dayMs),
    ONCUE_TEST_LEDGER: ledger,
  }
  let peakMb = 0
  const waited = new Set<string>()
  const start = () => spawnServer(config.folder, simulator, { env, main: MAIN })
  let server: ServerProcess = await start()
  const begunMs = performance.now()
  try {
    await fetch(`${server.address}/api/library/sweeps`, { method: "POST", headers: { "x-api-key": API_KEY } })
    const kills = [...killsAt]
    let sweeps: ReadonlyArray<any> = []
    for (let told = 0; ; ) {
      await pause(500)
      peakMb = Math.max(peakMb, memoryMb(server.child.pid ?? 0))
      sweeps = (await server.get("/api/library/sweeps")).data
      const looked = sweeps.reduce((sum, one) => sum + one.looked, 0)
      for (const { waiting } of sweeps) if (waiting !== null) waited.add(waiting.reason)
      if (performance.now() - begunMs > (told + 1) * 20_000) {
        told += 1
        log(`${looked} of ${films} looked at, ${Math.round(peakMb)} MB`)
      }
      if (kills[0] !== undefined && looked >= kills[0] * films) {
        kills.shift()
        await server.kill()
        log(`killed after ${looked}`)
        server = await start()
      }
      const { data: waiting } = await server.get("/api/jobs?state=waiting&limit=1")
      const { data: running } = await server.get("/api/jobs?state=running&limit=1")
      const isThrough = sweeps.every((one) => one.state === "done")
      if (isThrough && kills.length === 0 && waiting.length === 0 && running.length === 0) break
    }
    const tookMs = performance.now() - begunMs
    const foundBy = async () => {
      sweeps = (await server.get("/api/library/sweeps")).data
      return sweeps.reduce((sum, one) => sum + one.found, 0) >= films
    }
    // The last ones are counted at the next look of the sweeps, a few seconds later.
    for (let left = 12; left > 0 && !(await foundBy()); left--) await pause(500)
    const { data: told } = await server.get("/api/journal?kind=system&limit=1000")
    for (const { text } of told) {
      const reason = / waits: (.*)$/.exec(text)?.[1]
      if (reason !== undefined) waited.add(reason)
    }
    const calls = readFileSync(ledger, "utf8").trim().split("\n")
    const days = new Map<string, number>()
    for (const call of calls) if (call.startsWith("fetch ")) days.set(call, (days.get(call) ?? 0) + 1)
    const items = [...simulator.world.servers[0]!.items.values()].filter(({ type }) => type === "movie")
    return {
      tookMs,
      written: items.filter((item) =>
        readdirSync(dirname(simulator.pathOf(item.ratingKey))).some((name) => name.endsWith(".nl.srt")),
      ).length,
      listed: items.filter((item) => simulator.subtitlesListedBy(item.ratingKey).some(({ key }) => key))
        .length,
      searches: calls.filter((call) => call === "search").length,
      fetches: [...days.values()].reduce((sum, one) => sum + one, 0),
      refusals: calls.filter((call) => call.startsWith("refused ")).length,
      mostADay: Math.max(...days.values()),
      days: days.size,
      calls: simulator.requests.total(),
      peakMb: Math.round(peakMb),
      waited: [...waited],
      sweeps,
    }
  } finally {
    await server.kill()
    config.remove()
    await simulator.close()
  }
}
