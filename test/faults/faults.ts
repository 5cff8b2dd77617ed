import { type Fault, fault, largeWorld, type Simulator, startSimulator } from "../simulator/mod.ts"
import { type Random, seeded } from "../support/random.ts"
import { configurationFor, eventually, temporaryConfig } from "../support/server.ts"
import type { TamperedServer } from "../support/tampered_server.ts"
import { spawnTampered } from "../support/tampered_server.ts"
import { playPayload } from "../support/webhook_play.ts"
import { badFiles, secretsTold } from "./judge.ts"

/**
 * Plays in bad weather: slow, broken, lying and refusing upstreams, a clock that is set, a disk that is full. When the
 * weather has cleared every play must have come to its end, and nothing may be left behind.
 */

/** Most calls are to the media server. */
const SERVICES = [
  "plexTv",
  "pms",
  "pms",
  "pms",
  "gestdown",
  "openSubtitles",
  "subdl",
  "sonarr",
  "radarr",
] as const
/** How many times as fast time passes during the plays, so that waits and retries are part of it. */
const SCALE = 5
/** Jobs that may run when the next play comes: one worker is free to take it. */
const RUNNING_MAX = 3
const CALM_TIMEOUT_MS = 900_000
/** What may be more at the end than after the first plays: caches, and connections that are kept for a while. */
const HEAP_MORE_BYTES_MAX = 40 * 1024 * 1024
const HANDLES_MORE_MAX = 40
/** Plays in fair weather before anything is measured. */
const WARM_UP = 8
const CALM_PASS_MS = 31 * 60_000

export interface FaultsOptions {
  readonly seed: number
  readonly plays: number
  readonly progress?: (text: string) => void
}

export interface FaultsReport {
  readonly plays: number
  readonly acknowledged: number
  readonly refused: number
  readonly jobs: Readonly<Record<string, number>>
  /** Dead letters that were listed after they were tried again in fair weather. */
  readonly revived: number
  readonly faultsStruck: number
  readonly heapMoreBytes: number
  readonly handlesMore: number | null
  readonly problems: ReadonlyArray<string>
}

function badLuck(random: Random): Fault {
  switch (random.below(12)) {
    case 0:
    case 1:
      return fault.delay(random.below(3_000))
    case 2:
      return fault.reset
    case 3:
      return fault.hang
    case 4:
      return fault.garbage
    case 5:
      return fault.html
    case 6:
    case 7:
      return fault.truncate
    case 8:
      return fault.status(429, "", { "retry-after": String(1 + random.below(90)) })
    case 9:
      return fault.status(401, '{"errors":[{"code":1001,"message":"User could not be authenticated"}]}', {
        "content-type": "application/json",
      })
    default:
      return fault.status(random.pick([500, 502, 503, 504]))
  }
}

interface Played {
  readonly item: string
  readonly status: number
  readonly text: string
}

class Run {
  readonly problems: Array<string> = []
  readonly played: Array<Played> = []
  readonly answers: Array<string> = []
  readonly random: Random
  readonly simulator: Simulator
  readonly server: TamperedServer
  readonly items: ReadonlyArray<string>

  constructor(random: Random, simulator: Simulator, server: TamperedServer, items: ReadonlyArray<string>) {
    this.random = random
    this.simulator = simulator
    this.server = server
    this.items = items
  }

  async get(path: string): Promise<any> {
    const answer = await this.server.get(path)
    this.answers.push(JSON.stringify(answer))
    return answer
  }

  async play(item: string, viewer: number): Promise<void> {
    const payload = playPayload(this.simulator, item, viewer)
    const { body, status } = await this.simulator.sendPayload(this.server.webhook, payload)
    this.played.push({ item, status, text: body })
    this.answers.push(body)
  }

  /** What the weather is now; most of it is over after a few requests, some of it stays until the next change. */
  changeWeather(): void {
    const { faults } = this.simulator
    if (this.random.oneIn(4)) faults.clear()
    for (let n = this.random.below(4); n >= 0; n--) {
      const service = this.random.pick(SERVICES)
      const times = this.random.oneIn(4) ? 40 : 1 + this.random.below(6)
      faults.set({ service, times }, badLuck(this.random))
    }
  }

  async counts(): Promise<Record<string, number>> {
    const { counts } = await this.server.get("/api/jobs?limit=1")
    return counts ?? { waiting: Number.POSITIVE_INFINITY, running: Number.POSITIVE_INFINITY }
  }

  /** Time passes, whenever nothing runs, until every job has ended. */
  async untilCalm(): Promise<void> {
    const deadline = performance.now() + CALM_TIMEOUT_MS
    for (;;) {
      const { running = 0, waiting = 0 } = await this.counts()
      if (running + waiting === 0) return
      if (performance.now() > deadline) {
        this.problems.push(`${waiting} jobs still wait and ${running} run`)
        return
      }
      if (running === 0) await this.server.tell({ _tag: "Pass", ms: CALM_PASS_MS })
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }

  async jobs(): Promise<ReadonlyArray<any>> {
    const all: Array<any> = []
    for (let before = ""; ; ) {
      const { data } = await this.get(`/api/jobs?limit=500${before}`)
      if (data.length === 0) return all
      all.push(...data)
      before = `&before=${data.at(-1).id}`
    }
  }

  isListed(item: string): boolean {
    return this.simulator.subtitlesListedBy(item).some(({ key }) => key !== undefined)
  }
}

async function storm(run: Run, plays: number, progress: (text: string) => void): Promise<void> {
  const { random, server } = run
  let diskFullFor = 0
  for (let n = 0; n < plays; n++) {
    if (random.oneIn(3)) run.changeWeather()
    if (random.oneIn(80)) await server.tell({ _tag: "Set", byMs: (random.below(7_200) - 3_600) * 1_000 })
    if (random.oneIn(60)) diskFullFor = 4 + random.below(8)
    await server.tell({ _tag: "Disk", full: diskFullFor-- > 0 })
    await run.play(random.pick(run.items), n)
    // On a full disk nothing comes to its end, and the next play finds everybody at work.
    if (diskFullFor >= 0) await new Promise((resolve) => setTimeout(resolve, 200))
    else {
      const isFree = async () => ((await run.counts()).running ?? 0) < RUNNING_MAX
      await eventually("a free worker", isFree, CALM_TIMEOUT_MS)
    }
    if ((n + 1) % 50 === 0) progress(`${n + 1} plays, ${JSON.stringify(await run.counts())}`)
  }
  run.simulator.faults.clear()
  await server.tell({ _tag: "Disk", full: false })
  await server.tell({ _tag: "Run", scale: 1 })
}

/** Every play that was taken is listed, or failed with a reason and can be tried again, which then lists it. */
async function judgeEnds(run: Run, progress: (text: string) => void) {
  const jobs = await run.jobs()
  const byState: Record<string, number> = {}
  for (const { state } of jobs) byState[state] = (byState[state] ?? 0) + 1
  for (const { item, status, text } of run.played) {
    if (status !== 200 && status !== 503) run.problems.push(`a play was answered ${status}: ${text}`)
    if (status === 503 && !text.includes('"error"')) run.problems.push(`a refusal without a reason: ${text}`)
    if (status === 200 && !jobs.some(({ work }) => work.ratingKey === item))
      run.problems.push(`${item} was acknowledged and has no job`)
  }
  const dead = jobs.filter(({ state }) => state === "failed")
  for (const { id, reason, state, work } of jobs) {
    if (!reason) run.problems.push(`job ${id} ended as ${state} without a reason`)
    if (state === "done" && !run.isListed(work.ratingKey))
      run.problems.push(`job ${id} is done (${reason}), and ${work.ratingKey} has no subtitle`)
  }
  const lost = dead.filter(({ work }) => !run.isListed(work.ratingKey))
  progress(`${dead.length} dead letters, of which ${lost.length} without a subtitle are tried again`)
  const headers = { "x-api-key": "key-of-the-tests-0123456789abcdef" }
  for (const { id } of lost) {
    const again = await fetch(`${run.server.address}/api/jobs/${id}/retry`, { method: "POST", headers })
    if (!again.ok) run.problems.push(`job ${id} cannot be tried again: ${again.status}`)
  }
  await run.untilCalm()
  const revived = lost.filter(({ work }) => run.isListed(work.ratingKey))
  for (const { id, work, reason } of lost)
    if (!revived.some((one) => one.id === id))
      run.problems.push(`job ${id} for ${work.ratingKey} fails in fair weather too: ${reason}`)
  return { byState, revived: revived.length }
}

export async function playInBadWeather(options: FaultsOptions): Promise<FaultsReport> {
  const progress = options.progress ?? (() => {})
  const random = seeded(options.seed)
  const shows = Math.max(3, Math.ceil(options.plays / 60))
  const world = largeWorld({ movies: 0, shows, episodesPerShow: 20, files: true })
  world.openSubtitles.downloadsLeft = 1_000_000
  world.subdl.downloadsLeft = 1_000_000
  const simulator = await startSimulator({ world })
  const items = [...world.servers[0]!.items.values()]
    .filter((item) => item.type === "episode" && item.section === "11")
    .map((item) => item.ratingKey)
  const more = [
    "general: { use_plex: true, use_sonarr: true, use_radarr: true, enabled_providers: [gestdown, opensubtitlescom, subdl] }",
    `opensubtitlescom: { username: example_user, password: example_password }`,
    `subdl: { api_key: ${world.subdl.apiKeys[0]} }`,
    `oncue: { opensubtitles_api_key: ${world.openSubtitles.apiKeys[0]}, log_level: DEBUG }`,
  ]
  const text = configurationFor(simulator, more.slice(1).join("\n")).replace(/^general:.*$/m, more[0]!)
  const config = temporaryConfig(text)
  const server = await spawnTampered(config.folder, simulator)
  const run = new Run(random, simulator, server, items.slice(WARM_UP))
  try {
    for (const [n, item] of items.slice(0, WARM_UP).entries()) await run.play(item, 1_000_000 + n)
    await run.untilCalm()
    const before = await server.tell({ _tag: "Resources" })
    await server.tell({ _tag: "Run", scale: SCALE })
    await storm(run, options.plays, progress)
    progress("The weather clears")
    await run.untilCalm()
    const { byState, revived } = await judgeEnds(run, progress)
    await run.get("/api/journal?limit=1000")
    await run.get("/api/system/status")
    run.problems.push(...badFiles([simulator.mediaRoot, config.folder]))
    run.problems.push(...secretsTold(simulator.world, config.folder, [...run.answers, server.output()]))
    // Connections that nobody uses are closed by then.
    let after = await server.tell({ _tag: "Resources" })
    for (let n = 0; n < 30; n++) {
      const handlesMore = (after.handles ?? 0) - (before.handles ?? 0)
      if (after.heapBytes - before.heapBytes < HEAP_MORE_BYTES_MAX && handlesMore <= 8) break
      await new Promise((resolve) => setTimeout(resolve, 1_000))
      after = await server.tell({ _tag: "Resources" })
    }
    const heapMoreBytes = after.heapBytes - before.heapBytes
    const handlesMore =
      after.handles === null || before.handles === null ? null : after.handles - before.handles
    if (heapMoreBytes > HEAP_MORE_BYTES_MAX) run.problems.push(`the heap grew by ${heapMoreBytes} bytes`)
    if ((handlesMore ?? 0) > HANDLES_MORE_MAX)
      run.problems.push(`${handlesMore} more files and sockets are open`)
    if (/A job broke off|Cannot answer/.test(server.output()))
      run.problems.push(
        `a defect: ${/.*(A job broke off|Cannot answer)[\s\S]{0,600}/.exec(server.output())?.[0]}`,
      )
    return {
      plays: run.played.length,
      acknowledged: run.played.filter(({ status }) => status === 200).length,
      refused: run.played.filter(({ status }) => status !== 200).length,
      jobs: byState,
      revived,
      faultsStruck: simulator.faults.struck(),
      heapMoreBytes,
      handlesMore,
      problems: run.problems,
    }
  } finally {
    await server.kill()
    await simulator.close()
    config.remove()
  }
}
