import { afterEach, describe, expect, it } from "vitest"
import { largeWorld, type Simulator, startSimulator } from "../simulator/mod.ts"
import { type BurstAnswer, burst } from "../support/burst.ts"
import { configurationFor, temporaryConfig } from "../support/server.ts"
import { killServers, type ServerProcess, SLOW_MAIN, spawnServer } from "../support/server_process.ts"

/**
 * More events than anybody can work on, a provider that takes a second, and power cuts at random moments: what was
 * acknowledged is done after the last start, and nothing is done twice. `ONCUE_KILL_ROUNDS` sets how many cuts, and
 * `ONCUE_KILL_EVENTS` the events of the burst into which each of them falls: 20 and 2,000 for the long form.
 */

const ROUNDS = Number(process.env.ONCUE_KILL_ROUNDS || 3)
const ROUND_EVENTS = Number(process.env.ONCUE_KILL_EVENTS || 60)
const EVENTS = 2_000
const CONNECTIONS = 100
/** Items of the burst, and of each round after it. */
const BURST_ITEMS = 60
const ROUND_ITEMS = 20
const EPISODES_PER_SHOW = 20
/** How long a search takes until the last start. */
const SEARCH_MS = 1_000
/** Longest time, in milliseconds, between the first event of a round and the cut. */
const LONGEST_MS = Math.max(900, 2 * ROUND_EVENTS)
const DONE_TIMEOUT_MS = 300_000 + 15_000 * ROUNDS

let simulator: Simulator
let server: ServerProcess | null = null
let config: ReturnType<typeof temporaryConfig> | null = null

afterEach(async () => {
  killServers()
  config?.remove()
  await simulator.close()
})

const start = (searchMs: number) =>
  spawnServer(config!.folder, simulator, { main: SLOW_MAIN, env: { ONCUE_TEST_SEARCH_MS: String(searchMs) } })

interface Playable {
  readonly ratingKey: string
  readonly payload: (viewer: number) => string
}

function playables(count: number): ReadonlyArray<Playable> {
  const home = simulator.world.servers[0]!
  // The libraries of the current agents, whose ids every provider knows.
  const episodes = [...home.items.values()].filter((item) => item.type === "episode" && item.section === "11")
  expect(episodes.length).toBeGreaterThanOrEqual(count)
  return episodes.slice(0, count).map((item) => ({
    ratingKey: item.ratingKey,
    payload: (viewer) =>
      JSON.stringify({
        event: "media.play",
        Account: { id: viewer, title: `viewer ${viewer}` },
        Server: { title: home.name, uuid: home.machineIdentifier },
        Player: { title: "TV", uuid: `player-${viewer}` },
        Metadata: {
          type: "episode",
          ratingKey: item.ratingKey,
          guid: item.guid,
          title: item.title,
          librarySectionID: 11,
        },
      }),
  }))
}

const send = (to: ServerProcess, payloads: ReadonlyArray<string>, connections: number) =>
  burst(to.webhook, payloads, { connections, contentType: "application/json" })

const acknowledged = (answers: ReadonlyArray<BurstAnswer>, keys: ReadonlyArray<string>) =>
  answers.filter(({ status }) => status === 200).map(({ index }) => keys[index] ?? "")

async function untilDone(at: ServerProcess): Promise<void> {
  const deadline = performance.now() + DONE_TIMEOUT_MS
  for (;;) {
    const { counts } = await at.get("/api/jobs?limit=1")
    if (counts.waiting + counts.running === 0) return
    if (performance.now() > deadline) throw new Error(`not done: ${JSON.stringify(counts)}`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

async function jobsByItem(at: ServerProcess): Promise<ReadonlyMap<string, ReadonlyArray<string>>> {
  const found = new Map<string, ReadonlyArray<string>>()
  let before = ""
  for (;;) {
    const { data } = await at.get(`/api/jobs?limit=500${before}`)
    if (data.length === 0) return found
    for (const job of data)
      found.set(job.work.ratingKey, [...(found.get(job.work.ratingKey) ?? []), job.state])
    before = `&before=${data.at(-1).id}`
  }
}

/** How often the journal says that a subtitle was written for each item. */
async function writtenByItem(at: ServerProcess): Promise<ReadonlyMap<string, number>> {
  const found = new Map<string, number>()
  let before = ""
  for (;;) {
    const { data } = await at.get(`/api/journal?kind=wrote&limit=1000${before}`)
    if (data.length === 0) return found
    for (const { ratingKey } of data) found.set(ratingKey, (found.get(ratingKey) ?? 0) + 1)
    before = `&before=${data.at(-1).id}`
  }
}

describe("2,000 events at 100 connections, a slow provider, and kill -9", () => {
  it(
    "nothing that was acknowledged is lost, and nothing is done twice",
    async () => {
      const needed = BURST_ITEMS + ROUNDS * ROUND_ITEMS
      const shows = Math.ceil(needed / EPISODES_PER_SHOW / 0.6) + 2
      simulator = await startSimulator({
        world: largeWorld({ movies: 0, shows, episodesPerShow: EPISODES_PER_SHOW, files: true }),
      })
      config = temporaryConfig(configurationFor(simulator))
      const items = playables(needed)
      const taken = new Set<string>()

      server = await start(SEARCH_MS)
      const events = Array.from({ length: EVENTS }, (_, n) => {
        const item = items[n % BURST_ITEMS]!
        return { key: item.ratingKey, payload: item.payload(Math.floor(n / BURST_ITEMS)) }
      })
      const answers = await send(
        server,
        events.map(({ payload }) => payload),
        CONNECTIONS,
      )
      expect(answers.filter(({ status }) => status !== 200)).toEqual([])
      for (const { key } of events) taken.add(key)
      await server.kill()

      for (let round = 0; round < ROUNDS; round++) {
        const from = BURST_ITEMS + round * ROUND_ITEMS
        const batch = Array.from({ length: ROUND_EVENTS }, (_, n) => {
          const item = items[from + (n % ROUND_ITEMS)]!
          return { key: item.ratingKey, payload: item.payload(Math.floor(n / ROUND_ITEMS)) }
        })
        // In turns: cut while everything waits for searches, and cut while files are written and Plex is told.
        server = await start(round % 2 === 0 ? 0 : SEARCH_MS)
        const sending = send(
          server,
          batch.map(({ payload }) => payload),
          Math.min(CONNECTIONS, Math.ceil(ROUND_EVENTS / 12)),
        )
        await new Promise((resolve) => setTimeout(resolve, Math.random() * LONGEST_MS))
        await server.kill()
        for (const key of acknowledged(
          await sending,
          batch.map(({ key }) => key),
        ))
          taken.add(key)
      }

      server = await start(0)
      await untilDone(server)

      const jobs = await jobsByItem(server)
      const written = await writtenByItem(server)
      const wrong: Array<string> = []
      for (const key of taken) {
        // A viewer who is heard after the job of another was done has a job too, which finds nothing to do.
        const states = jobs.get(key) ?? []
        if (states.length === 0 || states.some((state) => state !== "done"))
          wrong.push(`${key}: jobs ${JSON.stringify(states)}`)
        // None where the cut came between the file and the journal.
        const times = written.get(key) ?? 0
        if (times > 1) wrong.push(`${key}: written ${times} times`)
        const listed = simulator.subtitlesListedBy(key).filter(({ key: external }) => external !== undefined)
        if (listed.length !== 1) wrong.push(`${key}: ${listed.length} subtitles`)
      }
      expect(wrong).toEqual([])
      expect(taken.size).toBeGreaterThanOrEqual(BURST_ITEMS)
    },
    900_000 + 60_000 * ROUNDS,
  )
})
