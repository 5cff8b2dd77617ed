import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { largeWorld, type Simulator, startSimulator } from "../../simulator/mod.ts"
import { API_KEY, configurationFor, eventually, temporaryConfig } from "../../support/server.ts"
import { type LoadResult, startOnCue, volley } from "../processes.ts"
import { median, type Part, rounded, times } from "../row.ts"

const RUNS = 5
const EVENTS = 2_000
const CONNECTIONS = 100
const SEARCH_MS = 1_000
/** Longest wait, in milliseconds, until the libraries have been read. */
const INDEX_MS = 120_000

/** Each of another episode, as JSON. */
function payloads({ world }: Simulator): ReadonlyArray<string> {
  const home = world.servers[0]
  const episodes = [...(home?.items.values() ?? [])].filter((item) => item.type === "episode")
  return Array.from({ length: EVENTS }, (_, n) => {
    const item = episodes[n % episodes.length]
    return JSON.stringify({
      event: "media.play",
      Account: { id: 1, title: "owner_user" },
      Server: { title: home?.name, uuid: home?.machineIdentifier },
      Player: { title: "TV", uuid: "player" },
      Metadata: {
        type: "episode",
        ratingKey: item?.ratingKey,
        guid: item?.guid,
        title: item?.title,
        librarySectionID: 11,
      },
    })
  })
}

/** A server that has read its libraries and has been sent no event yet, so that all of its code for them is cold. */
async function once(simulator: Simulator, file: string): Promise<LoadResult> {
  const config = temporaryConfig(configurationFor(simulator))
  const env = { ...simulator.env, ONCUE_TEST_SEARCH_MS: String(SEARCH_MS) }
  const server = await startOnCue(config.folder, env, "slowProvider")
  const headers = { "x-api-key": API_KEY }
  await eventually(
    "the index",
    async () => {
      const response = await fetch(`${server.address}/api/plex/index`, { headers })
      const { data } = (await response.json()) as {
        readonly data: ReadonlyArray<{ builtAtMs: number | null }>
      }
      return data.length > 0 && data.every(({ builtAtMs }) => builtAtMs !== null)
    },
    INDEX_MS,
  )
  const result = await volley(`${server.address}/api/webhooks/plex?apikey=${API_KEY}`, CONNECTIONS, file)
  await server.stop()
  config.remove()
  return result
}

export const burst: Part = {
  name: "burst",
  about: `${EVENTS} events over ${CONNECTIONS} connections while each search takes a second`,
  peerLacks: null,
  measure: async (peer) => {
    const world = largeWorld({ movies: 0, shows: 150, episodesPerShow: 20 })
    const simulator = await startSimulator({ world: { ...world, files: "none" } })
    const folder = mkdtempSync(join(tmpdir(), "oncue-bench-"))
    const file = join(folder, "events.json")
    writeFileSync(file, JSON.stringify(payloads(simulator)))
    const runs = await times(RUNS, () => once(simulator, file))
    const key = encodeURIComponent(peer?.key ?? "")
    const other =
      peer === null ? null : await volley(`${peer.url}/api/webhooks/plex?apikey=${key}`, CONNECTIONS, file)
    rmSync(folder, { recursive: true })
    await simulator.close()
    const of = (name: "p50" | "p99" | "max") => rounded(median(runs.map((run) => run[name])))
    const taken = Math.min(...runs.map((run) => run.answered - run.refused))
    const beside =
      other === null
        ? ""
        : `; ${peer?.url}, once, its own searches: ${other.answered - other.refused} taken, p99 ${other.p99} ms, longest ${other.max} ms`
    return [
      {
        what: `${EVENTS} events at ${CONNECTIONS} connections, the first since the start, while each search takes 1 s`,
        measured: `${taken} taken, p50 ${of("p50")} ms, p99 ${of("p99")} ms, longest ${of("max")} ms${beside}`,
        aim: "all taken, p99 ≤ 100 ms (that kill -9 loses none is test/app/burst.test.ts)",
        values: {
          taken,
          p50Ms: of("p50"),
          p99Ms: of("p99"),
          maxMs: of("max"),
          peerP99Ms: other?.p99 ?? null,
        },
      },
    ]
  },
}
