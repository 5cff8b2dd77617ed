import { API_KEY, temporaryConfig } from "../../support/server.ts"
import { type Running, startBareNode, startOnCue } from "../processes.ts"
import { median, type Part, pause, times } from "../row.ts"

const RUNS = 7
/** When memory is looked at, in milliseconds after the first answer. */
const IDLE_AFTER_MS = 3_000

async function withServer<A>(
  start: () => Promise<Running>,
  look: (server: Running) => Promise<A>,
): Promise<A> {
  const server = await start()
  try {
    return await look(server)
  } finally {
    await server.stop()
  }
}

async function measured<A>(look: (server: Running) => Promise<A>) {
  const config = temporaryConfig(`auth: { apikey: ${API_KEY} }\n`)
  const ours = () => startOnCue(config.folder)
  // What is compiled is kept when a process ends, so the first start is not like the others.
  await withServer(ours, async () => {})
  const bare: Array<A> = []
  const own: Array<A> = []
  const sources: Array<A> = []
  await times(RUNS, async (n) => {
    bare.push(await withServer(startBareNode, look))
    own.push(await withServer(ours, look))
    if (n < 3) sources.push(await withServer(() => startOnCue(config.folder, {}, "sources"), look))
  })
  config.remove()
  return { bare, own, sources }
}

export const start: Part = {
  name: "start",
  about: "from the start of the process to the first answer",
  peerLacks: "since it is a process of its own that others started",
  measure: async () => {
    const { bare, own, sources } = await measured(async ({ cpuMs, startedMs }) => ({
      ms: startedMs,
      cpu: cpuMs() ?? Number.NaN,
    }))
    const ms = (all: ReadonlyArray<{ ms: number }>) => median(all.map((one) => one.ms))
    const cpu = (all: ReadonlyArray<{ cpu: number }>) => median(all.map((one) => one.cpu))
    return [
      {
        what: "First answer after start",
        measured: `${ms(own)} ms (${cpu(own)} ms of processor time); from the sources ${ms(sources)} ms (${cpu(sources)}); bare Node ${ms(bare)} ms (${cpu(bare)})`,
        aim: "≤ 800 ms",
        values: {
          ms: ms(own),
          cpuMs: cpu(own),
          sourcesMs: ms(sources),
          sourcesCpuMs: cpu(sources),
          bareMs: ms(bare),
          bareCpuMs: cpu(bare),
        },
      },
    ]
  },
}

export const memory: Part = {
  name: "memory",
  about: "resident memory of a server that has nothing to do",
  peerLacks: "since it is a process of its own that others started",
  measure: async () => {
    const { bare, own, sources } = await measured(async (server) => {
      await pause(IDLE_AFTER_MS)
      return server.memory()
    })
    const rss = (all: typeof own) => median(all.map((one) => one?.rss ?? Number.NaN))
    const pss = (all: typeof own) => median(all.map((one) => one?.pss ?? Number.NaN))
    return [
      {
        what: "Memory, idle (resident)",
        measured: `${rss(own)} MB, ${pss(own)} MB of it not shared with other processes of Node (PSS); from the sources ${rss(sources)} MB; bare Node ${rss(bare)} MB`,
        aim: "≤ 115 MB",
        values: { rssMb: rss(own), pssMb: pss(own), sourcesRssMb: rss(sources), bareRssMb: rss(bare) },
      },
    ]
  },
}
