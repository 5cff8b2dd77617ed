import { connect, type Socket } from "node:net"
import { fault, smallWorld, startSimulator } from "../../simulator/mod.ts"
import { API_KEY, configurationFor, temporaryConfig } from "../../support/server.ts"
import { startOnCue } from "../processes.ts"
import { median, type Part, type Peer, pause, percentile, rounded, times } from "../row.ts"

const RUNS = 3
/** How long, in milliseconds, a peer may keep us. */
const PEER_WAIT_MS = 60_000

const IDLE_CONNECTIONS = 100
const STUCK_REQUESTS = 50
const ASKED = 200
const EVERY_MS = 10

/** How long an ordinary client waits, asked again and again over connections of its own. */
async function waits(url: string, key: string): Promise<ReadonlyArray<number>> {
  const measured: Array<number> = []
  for (let n = 0; n < ASKED; n++) {
    const begun = performance.now()
    await (await fetch(url, { headers: { "x-api-key": key, connection: "close" } })).text()
    measured.push(performance.now() - begun)
    await pause(EVERY_MS)
  }
  return measured
}

function openIdle(address: string): ReadonlyArray<Socket> {
  const { hostname, port, protocol } = new URL(address)
  const at = Number(port || (protocol === "https:" ? 443 : 80))
  return Array.from({ length: IDLE_CONNECTIONS }, () => connect(at, hostname).on("error", () => {}))
}

interface Felt {
  readonly before: number
  readonly p99: number
  readonly max: number
}
const felt = (before: ReadonlyArray<number>, meanwhile: ReadonlyArray<number>): Felt => ({
  before: percentile(before, 0.99),
  p99: percentile(meanwhile, 0.99),
  max: percentile(meanwhile, 1),
})

async function once(): Promise<Felt> {
  const simulator = await startSimulator({ world: smallWorld({ connections: "live" }) })
  const config = temporaryConfig(configurationFor(simulator))
  const server = await startOnCue(config.folder, simulator.env)
  const url = `${server.address}/api/jobs?limit=1`
  await waits(url, API_KEY)
  const before = await waits(url, API_KEY)

  const idle = openIdle(server.address)
  simulator.faults.set({ service: "pms" }, fault.hang)
  simulator.faults.set({ service: "plexTv" }, fault.hang)
  const giveUp = new AbortController()
  const stuck = Array.from({ length: STUCK_REQUESTS }, () =>
    fetch(`${server.address}/api/plex/oauth/servers`, {
      headers: { "x-api-key": API_KEY },
      signal: giveUp.signal,
    }).catch(() => null),
  )
  await pause(500)
  const meanwhile = await waits(url, API_KEY)
  giveUp.abort()
  await Promise.all(stuck)
  for (const socket of idle) socket.destroy()
  await server.stop()
  await simulator.close()
  config.remove()
  return felt(before, meanwhile)
}

/** What can be seen of a peer from outside: its upstreams are not ours to silence. */
async function atPeer({ key, url }: Peer): Promise<Felt | null> {
  const asked = `${url}/api/system/health`
  const before = await waits(asked, key)
  const idle = openIdle(url)
  await pause(500)
  const meanwhile = await Promise.race([waits(asked, key), pause(PEER_WAIT_MS).then(() => null)])
  for (const socket of idle) socket.destroy()
  return meanwhile === null ? null : felt(before, meanwhile)
}

export const clients: Part = {
  name: "clients",
  about: "what other clients feel of idle connections and of requests that wait for a silent upstream",
  peerLacks: null,
  measure: async (peer) => {
    const runs = await times(RUNS, once)
    const of = (name: keyof Felt) => rounded(median(runs.map((run) => run[name])), 1)
    const other = peer === null ? null : await atPeer(peer)
    const told = (one: Felt | null) =>
      one === null
        ? `no answer within ${PEER_WAIT_MS / 1_000} s`
        : `p99 ${rounded(one.p99, 1)} ms, without them ${rounded(one.before, 1)} ms`
    const beside = peer === null ? "" : `; ${peer.url}, idle connections alone: ${told(other)}`
    return [
      {
        what: `Another client beside ${IDLE_CONNECTIONS} idle connections and ${STUCK_REQUESTS} requests stuck on a silent upstream`,
        measured: `p99 ${of("p99")} ms, longest ${of("max")} ms; without them p99 ${of("before")} ms${beside}`,
        aim: "≤ 50 ms more",
        values: {
          p99Ms: of("p99"),
          maxMs: of("max"),
          p99BeforeMs: of("before"),
          peerP99Ms: other === null ? null : rounded(other.p99, 1),
        },
      },
    ]
  },
}
