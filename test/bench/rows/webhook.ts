import { fault, smallWorld, startSimulator } from "../../simulator/mod.ts"
import { API_KEY, configurationFor, temporaryConfig } from "../../support/server.ts"
import { type LoadResult, load, type Running, startBareHono, startOnCue } from "../processes.ts"
import { median, type Part, type Peer, type Row, rounded, times } from "../row.ts"

const RUNS = 3
const CONNECTIONS = 50
const SECONDS = 5
/** Before it is measured, so that what is compared has been compiled on both sides. */
const WARM_UP_SECONDS = 3
/** An address where nothing listens. */
const NOWHERE = "http://127.0.0.1:9"

interface Measured extends LoadResult {
  /** Microseconds of processor time for one event, all threads together. */
  readonly cpuUs: number
}

async function hammer(url: string, server: Running | null, thumbBytes: number): Promise<Measured> {
  let before = Number.NaN
  const wanted = {
    url,
    connections: CONNECTIONS,
    seconds: SECONDS,
    thumbBytes,
    warmUpSeconds: WARM_UP_SECONDS,
  }
  const result = await load(wanted, () => {
    before = server?.cpuMs() ?? Number.NaN
  })
  if (result.refused > 0) throw new Error(`${result.refused} events were not taken`)
  const cpuUs = (((server?.cpuMs() ?? Number.NaN) - before) * 1_000) / result.answered
  return { ...result, cpuUs }
}

/** The server that the events are about is off, so that its workers find nobody and what is measured is the taking. */
async function ours(simulator: Awaited<ReturnType<typeof startSimulator>>, thumbBytes: number) {
  const text = configurationFor(simulator).replace(/server_url: .*/, `server_url: '${NOWHERE}'`)
  const config = temporaryConfig(text)
  const server = await startOnCue(config.folder, { ...simulator.env, ONCUE_PLEX_TV_URL: NOWHERE })
  try {
    return await hammer(`${server.address}/api/webhooks/plex?apikey=${API_KEY}`, server, thumbBytes)
  } finally {
    await server.stop()
    config.remove()
  }
}

async function yardstick(thumbBytes: number) {
  const server = await startBareHono()
  try {
    return await hammer(`${server.address}/api/webhooks/plex`, server, thumbBytes)
  } finally {
    await server.stop()
  }
}

async function row(name: string, thumbBytes: number, peer: Peer | null): Promise<Row> {
  const simulator = await startSimulator({ world: { ...smallWorld({ connections: "live" }), files: "none" } })
  simulator.faults.set({ service: "pms" }, fault.hang)
  const results = await times(RUNS, async () => ({
    bare: await yardstick(thumbBytes),
    ours: await ours(simulator, thumbBytes),
    peer:
      peer === null
        ? null
        : await hammer(
            `${peer.url}/api/webhooks/plex?apikey=${encodeURIComponent(peer.key)}`,
            null,
            thumbBytes,
          ),
  }))
  await simulator.close()
  const of = (who: "bare" | "ours", what: keyof Measured) => median(results.map((one) => one[who][what]))
  // Each run beside its own yardstick, since the machine is not the same from one moment to the next.
  const share = median(results.map((one) => (100 * one.ours.perSecond) / one.bare.perSecond))
  const cpuShare = median(results.map((one) => (100 * one.bare.cpuUs) / one.ours.cpuUs))
  const others = results.flatMap((one) => (one.peer === null ? [] : [one.peer.perSecond]))
  const beside = others.length === 0 ? "" : `; ${peer?.url}: ${median(others)} a second`
  return {
    what: `Webhook, ${CONNECTIONS} connections, each event on the disk before its answer, ${name}`,
    measured: `${of("ours", "perSecond")} a second, p99 ${of("ours", "p99")} ms, ${rounded(share)} % of a bare Hono server (${of("bare", "perSecond")}, p99 ${of("bare", "p99")} ms); ${rounded(of("ours", "cpuUs"))} µs of processor time an event, bare ${rounded(of("bare", "cpuUs"))} (${rounded(cpuShare)} %)${beside}`,
    aim: "≥ 10,000 a second or ≥ 50 % of bare, p99 ≤ 20 ms",
    values: {
      perSecond: of("ours", "perSecond"),
      p50Ms: of("ours", "p50"),
      p99Ms: of("ours", "p99"),
      cpuUs: of("ours", "cpuUs"),
      barePerSecond: of("bare", "perSecond"),
      bareP99Ms: of("bare", "p99"),
      bareCpuUs: of("bare", "cpuUs"),
      sharePercent: share,
      peerPerSecond: others.length === 0 ? null : median(others),
    },
  }
}

export const webhook: Part = {
  name: "webhook",
  about:
    "events as fast as they are taken, with and without a picture; workers run beside it and find the server off",
  peerLacks: null,
  measure: async (peer) => [
    await row("without a picture", 0, peer),
    await row("with a picture of 20 kB", 20_000, peer),
  ],
}
