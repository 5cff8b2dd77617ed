import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { largeWorld, type Simulator, startSimulator } from "../../simulator/mod.ts"
import { API_KEY, configurationFor, eventually, temporaryConfig } from "../../support/server.ts"
import { type LoadResult, startOnCue, volley } from "../processes.ts"
import { median, type Part, type Row, rounded, times } from "../row.ts"

const RUNS = 5
const EVENTS = 2_000
const CONNECTIONS = 100
const SEARCH_MS = 1_000
/** Longest wait, in milliseconds, until the libraries have been read. */
const INDEX_MS = 120_000

/** Each of another episode, as JSON; `part` 1 of those after the ones of `part` 0. */
function payloads({ world }: Simulator, part: number): ReadonlyArray<string> {
  const home = world.servers[0]
  const episodes = [...(home?.items.values() ?? [])].filter((item) => item.type === "episode")
  return Array.from({ length: EVENTS }, (_, n) => {
    const item = episodes[part * EVENTS + n]
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

/**
 * Two bursts at a server that has read its libraries: the first since its start, when all of its code for events is
 * cold, and one that comes while the searches of the first go on.
 */
async function once(simulator: Simulator, files: Files): Promise<Record<keyof Files, LoadResult>> {
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
  const url = `${server.address}/api/webhooks/plex?apikey=${API_KEY}`
  const first = await volley(url, CONNECTIONS, files.first)
  const second = await volley(url, CONNECTIONS, files.second)
  await server.stop()
  config.remove()
  return { first, second }
}

interface Files {
  readonly first: string
  readonly second: string
}

export const burst: Part = {
  name: "burst",
  about: `${EVENTS} events over ${CONNECTIONS} connections while each search takes a second`,
  peerLacks: null,
  measure: async (peer) => {
    const world = largeWorld({ movies: 0, shows: 200, episodesPerShow: 20 })
    const simulator = await startSimulator({ world: { ...world, files: "none" } })
    const folder = mkdtempSync(join(tmpdir(), "oncue-bench-"))
    const files = { first: join(folder, "first.json"), second: join(folder, "second.json") }
    writeFileSync(files.first, JSON.stringify(payloads(simulator, 0)))
    writeFileSync(files.second, JSON.stringify(payloads(simulator, 1)))
    const runs = await times(RUNS, () => once(simulator, files))
    const key = encodeURIComponent(peer?.key ?? "")
    const other =
      peer === null
        ? null
        : await volley(`${peer.url}/api/webhooks/plex?apikey=${key}`, CONNECTIONS, files.first)
    rmSync(folder, { recursive: true })
    await simulator.close()
    const of = (which: keyof Files, name: "p50" | "p99" | "max") =>
      rounded(median(runs.map((run) => run[which][name])))
    const taken = (which: keyof Files) =>
      Math.min(...runs.map((run) => run[which].answered - run[which].refused))
    const row = (which: keyof Files, when: string, beside: string): Row => ({
      what: `${EVENTS} events at ${CONNECTIONS} connections while each search takes 1 s, ${when}`,
      measured: `${taken(which)} taken, p50 ${of(which, "p50")} ms, p99 ${of(which, "p99")} ms, longest ${of(which, "max")} ms${beside}`,
      aim: "all taken, p99 ≤ 100 ms (that kill -9 loses none is test/app/burst.test.ts)",
      values: {
        taken: taken(which),
        p50Ms: of(which, "p50"),
        p99Ms: of(which, "p99"),
        maxMs: of(which, "max"),
        peerP99Ms: which === "first" ? (other?.p99 ?? null) : null,
      },
    })
    const beside =
      other === null
        ? ""
        : `; ${peer?.url}, once, its own searches: ${other.answered - other.refused} taken, p99 ${other.p99} ms, longest ${other.max} ms`
    return [
      row("first", "the first since the start", beside),
      row("second", "in the midst of the first one's searches", ""),
    ]
  },
}
