import { readdirSync, readFileSync, statSync } from "node:fs"
import { dirname, join, resolve } from "node:path"
import { fileURLToPath } from "node:url"
import { largeWorld, startSimulator } from "../simulator/mod.ts"
import { processorMs, residentMb } from "./process_use.ts"
import { requestTally, type Tallied } from "./request_tally.ts"
import { API_KEY, configurationFor, temporaryConfig } from "./server.ts"
import { spawnTampered, type TamperedServer } from "./tampered_server.ts"

const MAIN = resolve(fileURLToPath(import.meta.url), "..", "quota_provider_main.ts")
const DAY_MS = 24 * 60 * 60_000
/** How often, in milliseconds, it is looked how far it is, and how long after a moment that is waited for time goes on. */
const LOOK_MS = 250
const BEHIND_MS = 1_000
const TELL_MS = 20_000

export interface SweepRunOptions {
  readonly films: number
  /** Downloads that the provider allows a day; the next one begins at midnight of the server's clock. */
  readonly quota: number
  /** Shares of the way after which the server is killed: 0.2 is after a fifth of the films. */
  readonly killsAt: ReadonlyArray<number>
  readonly log?: (line: string) => void
}

export interface SweepRun {
  readonly tookMs: number
  /** What the server took of the processors, in milliseconds, without its starts after a kill. */
  readonly processorMs: number
  /** Films with a subtitle on the disk, and listed by the media server. */
  readonly written: number
  readonly listed: number
  readonly searches: number
  readonly fetches: number
  readonly refusals: number
  /** Downloads of the fullest day, and days on which there were any. */
  readonly mostADay: number
  readonly days: number
  /** Calls to the media server and Radarr and the bytes of their answers, altogether and the commonest. */
  readonly calls: number
  readonly answerBytes: number
  readonly commonest: ReadonlyArray<Tallied>
  /** Largest resident memory that was seen, in megabytes; the database at the end, in bytes. */
  readonly peakMb: number
  readonly databaseBytes: number
  readonly waited: ReadonlyArray<string>
  readonly sweeps: ReadonlyArray<any>
}

const pause = (ms: number) => new Promise((done) => setTimeout(done, ms))

/** What is waited for: the sweeps' times and those of jobs; null while somebody works. */
async function idleUntilMs(server: TamperedServer, sweeps: ReadonlyArray<any>, nowMs: number) {
  const running = sweeps.filter((one) => one.state === "running")
  const { counts, data } = await server.get("/api/jobs?state=waiting&limit=500")
  const times: Array<number> = [
    ...running.map((one) => one.waiting?.untilMs ?? nowMs),
    ...data.map((job: any) => job.notBeforeMs),
  ]
  const next = Math.min(...times)
  return counts.running > 0 || next <= nowMs || !Number.isFinite(next) ? null : next
}

/** A sweep of a whole server as a process of its own, killed on the way as a power cut would, until it is through. */
export async function runSweepUntilDone(options: SweepRunOptions): Promise<SweepRun> {
  const { films, killsAt, log = () => {}, quota } = options
  const simulator = await startSimulator({ world: largeWorld({ movies: films, shows: 0, files: true }) })
  const more = "oncue: { event_stream: false, languages: [{ name: all, languages: [{ language: nl }] }] }"
  const config = temporaryConfig(configurationFor(simulator, more))
  const ledger = join(config.folder, "ledger.txt")
  const tally = requestTally(simulator.requests)
  let aheadMs = 0
  const start = () => {
    const env = {
      ONCUE_TEST_QUOTA: String(quota),
      ONCUE_TEST_LEDGER: ledger,
      ONCUE_TEST_AHEAD_MS: String(aheadMs),
    }
    return spawnTampered(config.folder, simulator, env, MAIN)
  }
  const pass = async (server: TamperedServer, ms: number) => {
    aheadMs += ms
    await server.tell({ _tag: "Pass", ms })
  }
  let peakMb = 0
  let processor = 0
  const waited = new Set<string>()
  let server = await start()
  const begunMs = performance.now()
  try {
    await fetch(`${server.address}/api/library/sweeps`, { method: "POST", headers: { "x-api-key": API_KEY } })
    const kills = [...killsAt]
    let sweeps: ReadonlyArray<any> = []
    for (let told = 0; ; ) {
      await pause(LOOK_MS)
      const pid = server.child.pid ?? 0
      peakMb = Math.max(peakMb, residentMb(pid))
      tally.take()
      sweeps = (await server.get("/api/library/sweeps")).data
      const looked = sweeps.reduce((sum, one) => sum + one.looked, 0)
      for (const { waiting } of sweeps) if (waiting !== null) waited.add(waiting.reason)
      if (performance.now() - begunMs > told * TELL_MS) {
        told += 1
        const days = Math.round(aheadMs / DAY_MS)
        log(`${looked} of ${films} looked at after ${days} days, ${Math.round(peakMb)} MB`)
      }
      if (kills[0] !== undefined && looked >= kills[0] * films) {
        kills.shift()
        processor += processorMs(pid)
        await server.kill()
        log(`killed after ${looked}`)
        server = await start()
        continue
      }
      const { nowMs } = await server.tell({ _tag: "Set", byMs: 0 })
      const { data } = await server.get("/api/jobs?state=waiting&state=running&limit=500")
      const isThrough = sweeps.every((one) => one.state === "done")
      if (isThrough && kills.length === 0 && data.every((job: any) => job.work.cause.source !== "sweep"))
        break
      const untilMs = await idleUntilMs(server, sweeps, nowMs)
      if (untilMs !== null) await pass(server, untilMs - nowMs + BEHIND_MS)
    }
    const tookMs = performance.now() - begunMs
    processor += processorMs(server.child.pid ?? 0)
    sweeps = (await server.get("/api/library/sweeps")).data
    const { data: told } = await server.get("/api/journal?kind=system&limit=1000")
    for (const { text } of told) {
      const reason = / waits: (.*)$/.exec(text)?.[1]
      if (reason !== undefined) waited.add(reason)
    }
    tally.take()
    const calls = readFileSync(ledger, "utf8").trim().split("\n")
    const days = new Map<string, number>()
    for (const call of calls) if (call.startsWith("fetch ")) days.set(call, (days.get(call) ?? 0) + 1)
    const items = [...simulator.world.servers[0]!.items.values()].filter(({ type }) => type === "movie")
    return {
      tookMs,
      processorMs: processor,
      written: items.filter((item) =>
        readdirSync(dirname(simulator.pathOf(item.ratingKey))).some((name) => name.endsWith(".nl.srt")),
      ).length,
      listed: items.filter((item) => simulator.subtitlesListedBy(item.ratingKey).some(({ key }) => key))
        .length,
      searches: calls.filter((call) => call.startsWith("search ")).length,
      fetches: [...days.values()].reduce((sum, one) => sum + one, 0),
      refusals: calls.filter((call) => call.startsWith("refused ")).length,
      mostADay: Math.max(...days.values()),
      days: days.size,
      ...tally.all(),
      peakMb: Math.round(peakMb),
      databaseBytes: statSync(join(config.folder, "oncue.db")).size,
      waited: [...waited],
      sweeps,
    }
  } finally {
    await server.kill()
    config.remove()
    await simulator.close()
  }
}
