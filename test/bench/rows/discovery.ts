import { smallWorld, startSimulator } from "../../simulator/mod.ts"
import { API_KEY, configurationFor, startIn, temporaryConfig } from "../../support/server.ts"
import { median, type Part, type Row, rounded, times } from "../row.ts"

const RUNS = 3

type Kind = "http" | "https" | "silent"
interface Case {
  readonly what: string
  /** The connections of each server. */
  readonly servers: ReadonlyArray<ReadonlyArray<Kind>>
  readonly aim: string
}

const silent = (count: number): ReadonlyArray<Kind> => Array.from({ length: count }, () => "silent")
const CASES: ReadonlyArray<Case> = [
  {
    what: "Discovery, 4 servers with 2 live connections each",
    servers: Array.from({ length: 4 }, () => ["https", "http"] as const),
    aim: "≤ 3,200 ms",
  },
  {
    what: "Discovery, 2 live and 6 silent connections",
    servers: [["https", "http", ...silent(6)]],
    aim: "≤ 3,200 ms for the full list, a usable choice ≤ 500 ms",
  },
  {
    what: "Discovery, 1 live and 20 silent connections",
    servers: [[...silent(20), "http"]],
    aim: "≤ 3,200 ms and the server",
  },
]

function worldOf({ servers }: Case) {
  const world = smallWorld({ connections: "live" })
  const [model] = world.servers
  if (model === undefined) throw new Error("The small world has no server")
  const made = servers.map((kinds, n) => ({
    ...model,
    name: `Server ${n}`,
    machineIdentifier: `${n}${model.machineIdentifier.slice(1)}`,
    connections: kinds.map((kind) => ({ kind, local: true })),
  }))
  return { ...world, servers: made, files: "none" as const }
}

/** When the first usable connection was told, in milliseconds. */
async function firstUsable(address: string): Promise<number> {
  const begun = performance.now()
  const response = await fetch(`${address}/api/plex/servers/discover?apikey=${API_KEY}`)
  const decoder = new TextDecoder()
  let text = ""
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true })
    if (text.includes("event: usable")) return performance.now() - begun
  }
  return Number.NaN
}

async function once(one: Case) {
  const simulator = await startSimulator({ world: worldOf(one) })
  const config = temporaryConfig(configurationFor(simulator))
  const server = await startIn(config.folder, simulator)
  const usable = await firstUsable(server.address)
  const begun = performance.now()
  const { data } = await server.get("/api/plex/oauth/servers")
  const all = performance.now() - begun
  const found = data.filter((each: { bestConnection: unknown }) => each.bestConnection !== null).length
  await server.stop()
  await simulator.close()
  config.remove()
  return { all, usable, found }
}

async function row(one: Case): Promise<Row> {
  const runs = await times(RUNS, () => once(one))
  const of = (name: "all" | "usable") => rounded(median(runs.map((run) => run[name])))
  const found = Math.min(...runs.map((run) => run.found))
  return {
    what: one.what,
    measured: `${of("all")} ms for the full list, a usable connection after ${of("usable")} ms, ${found} of ${one.servers.length} servers usable`,
    aim: one.aim,
    values: { allMs: of("all"), usableMs: of("usable"), found },
  }
}

export const discovery: Part = {
  name: "discovery",
  about: "the account's servers with every connection tested, some of them silent",
  peerLacks: "since the Plex server that it asks is not ours to slow down or to fill",
  measure: async () => {
    const rows: Array<Row> = []
    for (const one of CASES) rows.push(await row(one))
    return rows
  },
}
