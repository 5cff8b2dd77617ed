import { connect, type Socket } from "node:net"
import { fault, smallWorld, startSimulator } from "../../simulator/mod.ts"
import { API_KEY, configurationFor, temporaryConfig } from "../../support/server.ts"
import { startOnCue } from "../processes.ts"
import { type Part, pause, percentile, rounded } from "../row.ts"

const IDLE_CONNECTIONS = 100
const STUCK_REQUESTS = 50
const ASKED = 200
const EVERY_MS = 10

/** How long an ordinary client waits, asked again and again over connections of its own. */
async function waits(address: string): Promise<ReadonlyArray<number>> {
  const measured: Array<number> = []
  for (let n = 0; n < ASKED; n++) {
    const begun = performance.now()
    await (await fetch(`${address}/api/jobs?limit=1`, { headers: { "x-api-key": API_KEY } })).text()
    measured.push(performance.now() - begun)
    await pause(EVERY_MS)
  }
  return measured
}

export const clients: Part = {
  name: "clients",
  about: "what other clients feel of idle connections and of requests that wait for a silent upstream",
  measure: async () => {
    const simulator = await startSimulator({ world: smallWorld({ connections: "live" }) })
    const config = temporaryConfig(configurationFor(simulator))
    const server = await startOnCue(config.folder, simulator.env)
    const { hostname, port } = new URL(server.address)
    await waits(server.address)
    const before = await waits(server.address)

    const idle: ReadonlyArray<Socket> = Array.from({ length: IDLE_CONNECTIONS }, () =>
      connect(Number(port), hostname),
    )
    for (const socket of idle) socket.on("error", () => {})
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
    const meanwhile = await waits(server.address)
    giveUp.abort()
    await Promise.all(stuck)
    for (const socket of idle) socket.destroy()
    await server.stop()
    await simulator.close()
    config.remove()
    const [p99Before, p99] = [percentile(before, 0.99), percentile(meanwhile, 0.99)].map((ms) =>
      rounded(ms, 1),
    )
    const longest = rounded(percentile(meanwhile, 1), 1)
    return [
      {
        what: `Another client beside ${IDLE_CONNECTIONS} idle connections and ${STUCK_REQUESTS} requests stuck on a silent upstream`,
        measured: `p99 ${p99} ms, longest ${longest} ms; without them p99 ${p99Before} ms`,
        aim: "≤ 50 ms more",
        values: { p99Ms: p99 ?? null, maxMs: longest, p99BeforeMs: p99Before ?? null },
      },
    ]
  },
}
