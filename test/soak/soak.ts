import { statSync } from "node:fs"
import { join } from "node:path"
import { LOG_FILE_BYTES_MAX, LOG_FILES_MAX } from "../../app/logging.ts"
import { JOURNAL_KEPT_DAYS } from "../../core/jobs/journal_entry.ts"
import { filesBelow } from "../faults/judge.ts"
import { largeWorld, type Simulator, startSimulator } from "../simulator/mod.ts"
import { seeded } from "../support/random.ts"
import { configurationFor, temporaryConfig } from "../support/server.ts"
import { spawnTampered, type TamperedServer } from "../support/tampered_server.ts"
import { playPayload } from "../support/webhook_play.ts"

/**
 * The life of a server in a short time: so many days of events on a clock that is put forward between them, then as long
 * without any as the journal keeps its entries, then the same again. The second time must not cost more than the first.
 */

const DAY_MS = 86_400_000
/** What the second time may have more of than the first. */
const HEAP_MORE_BYTES_MAX = 24 * 1024 * 1024
const HANDLES_MORE_MAX = 12
const DATABASE_MORE_SHARE_MAX = 1.25
const DATABASE_MORE_BYTES_MAX = 512 * 1024
/**
 * Entries and jobs that may be left when everything of the first time is too old: a day that passes at once ends every
 * event stream, which is an entry, and its new begin is one as well.
 */
const LEFT_MAX = 4 * JOURNAL_KEPT_DAYS
const JOB_TIMEOUT_MS = 300_000
/** Days that pass at once while nothing happens. */
const QUIET_STEP_DAYS = 5

export interface SoakOptions {
  readonly days: number
  readonly eventsPerDay: number
  readonly seed: number
  readonly progress?: (text: string) => void
}

/** What a server has after a while. */
export interface Footprint {
  readonly heapBytes: number
  readonly handles: number | null
  readonly databaseBytes: number
  readonly logBytes: number
  readonly jobs: number
  readonly entries: number
}

export interface SoakReport {
  readonly events: number
  readonly first: Footprint
  /** After the quiet time, in which everything of the first has become too old. */
  readonly quiet: Footprint
  readonly second: Footprint
  readonly problems: ReadonlyArray<string>
}

class Life {
  readonly #simulator: Simulator
  readonly #server: TamperedServer
  readonly #folder: string
  #viewer = 0
  events = 0

  constructor(simulator: Simulator, server: TamperedServer, folder: string) {
    this.#simulator = simulator
    this.#server = server
    this.#folder = folder
  }

  /** Time passes once nobody works, so that no call is cut short by it. */
  async pass(ms: number): Promise<void> {
    const deadline = performance.now() + JOB_TIMEOUT_MS
    for (;;) {
      const { counts } = await this.#server.get("/api/jobs?limit=1")
      if (counts.running + counts.waiting === 0) break
      if (performance.now() > deadline) throw new Error(`jobs do not end: ${JSON.stringify(counts)}`)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    await this.#server.tell({ _tag: "Pass", ms })
  }

  async live(items: ReadonlyArray<string>, options: SoakOptions): Promise<void> {
    const random = seeded(options.seed)
    for (let day = 1; day <= options.days; day++) {
      for (let n = 0; n < options.eventsPerDay; n++) {
        const payload = playPayload(this.#simulator, random.pick(items), this.#viewer++)
        const { status } = await this.#simulator.sendPayload(this.#server.webhook, payload)
        if (status !== 200) throw new Error(`an event was answered ${status}`)
        this.events += 1
        await this.pass(DAY_MS / options.eventsPerDay)
      }
      if (day % 5 === 0) options.progress?.(`day ${day}, ${this.events} events`)
    }
  }

  async #count(path: string): Promise<number> {
    let count = 0
    for (let before = ""; ; ) {
      const { data } = await this.#server.get(`${path}?limit=500${before}`)
      if (data.length === 0) return count
      count += data.length
      before = `&before=${data.at(-1).id}`
    }
  }

  async footprint(): Promise<Footprint> {
    // What goes on once a day has been done, and connections that nobody uses are closed.
    await this.pass(60_000)
    await new Promise((resolve) => setTimeout(resolve, 6_000))
    const { handles, heapBytes } = await this.#server.tell({ _tag: "Resources" })
    const sizeOf = (paths: ReadonlyArray<string>) => paths.reduce((sum, path) => sum + statSync(path).size, 0)
    return {
      heapBytes,
      handles,
      databaseBytes: statSync(join(this.#folder, "oncue.db")).size,
      logBytes: sizeOf(filesBelow(join(this.#folder, "logs"))),
      jobs: await this.#count("/api/jobs"),
      entries: await this.#count("/api/journal"),
    }
  }
}

/** What has grown beyond its bound. */
export function growth({
  first,
  quiet,
  second,
}: Omit<SoakReport, "events" | "problems">): ReadonlyArray<string> {
  const found: Array<string> = []
  const heapMore = second.heapBytes - first.heapBytes
  if (heapMore > HEAP_MORE_BYTES_MAX) found.push(`the heap grew by ${heapMore} bytes`)
  const handlesMore = (second.handles ?? 0) - (first.handles ?? 0)
  if (handlesMore > HANDLES_MORE_MAX) found.push(`${handlesMore} more files and sockets are open`)
  if (second.databaseBytes > first.databaseBytes * DATABASE_MORE_SHARE_MAX + DATABASE_MORE_BYTES_MAX)
    found.push(`the database grew from ${first.databaseBytes} to ${second.databaseBytes} bytes`)
  const logMax = (LOG_FILES_MAX + 1) * LOG_FILE_BYTES_MAX * 1.05
  if (second.logBytes > logMax) found.push(`the logs take ${second.logBytes} bytes`)
  if (quiet.jobs > LEFT_MAX) found.push(`${quiet.jobs} jobs are kept beyond their time`)
  if (quiet.entries > LEFT_MAX)
    found.push(`${quiet.entries} entries of the journal are kept beyond their time`)
  return found
}

export async function soak(options: SoakOptions): Promise<SoakReport> {
  const progress = options.progress ?? (() => {})
  const world = largeWorld({ movies: 0, shows: 4, episodesPerShow: 20, files: true })
  const simulator = await startSimulator({ world })
  const config = temporaryConfig(configurationFor(simulator))
  const server = await spawnTampered(config.folder, simulator)
  const life = new Life(simulator, server, config.folder)
  const items = [...world.servers[0]!.items.values()]
    .filter((item) => item.type === "episode" && item.section === "11")
    .map((item) => item.ratingKey)
  try {
    await life.live(items, options)
    const first = await life.footprint()
    progress(`first time: ${JSON.stringify(first)}`)
    for (let day = 0; day <= JOURNAL_KEPT_DAYS; day += QUIET_STEP_DAYS)
      await life.pass(QUIET_STEP_DAYS * DAY_MS)
    await life.pass(DAY_MS)
    const quiet = await life.footprint()
    progress(`after ${JOURNAL_KEPT_DAYS} quiet days: ${JSON.stringify(quiet)}`)
    await life.live(items, options)
    const second = await life.footprint()
    progress(`second time: ${JSON.stringify(second)}`)
    return { events: life.events, first, quiet, second, problems: growth({ first, quiet, second }) }
  } finally {
    await server.kill()
    await simulator.close()
    config.remove()
  }
}
