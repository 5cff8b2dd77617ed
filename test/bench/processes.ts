import { type ChildProcess, execFile, spawn } from "node:child_process"
import { once } from "node:events"
import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { currentBundle } from "../../app/server_bundle.mjs"

/** The server, the yardsticks and the load as processes of their own, as they are in life. */

const pathOf = (name: string) => fileURLToPath(new URL(name, import.meta.url))
/** As `npm start` has it. */
const FLAGS: ReadonlyArray<string> = (
  /exec node (.*) app\/start\.mjs/.exec(
    JSON.parse(readFileSync(pathOf("../../package.json"), "utf8")).scripts.start as string,
  )?.[1] ?? ""
)
  .split(" ")
  .filter((flag) => flag !== "")

/** Memory in MB: what is resident, what of it is this process's share, and the most that was ever resident. */
export interface Memory {
  readonly rss: number
  readonly pss: number
  readonly peak: number
}

export interface Running {
  readonly address: string
  /** Milliseconds from the start of the process to its first answer. */
  readonly startedMs: number
  /** Processor time in milliseconds since the process began, of all its threads; null where the system does not tell. */
  readonly cpuMs: () => number | null
  readonly memory: () => Memory | null
  readonly stop: () => Promise<void>
}

const MB_IN_KIB = 1024

function memoryOf({ pid }: ChildProcess): Memory | null {
  try {
    const text = ["status", "smaps_rollup"]
      .map((name) => readFileSync(`/proc/${pid}/${name}`, "utf8"))
      .join("\n")
    const of = (name: string) =>
      Math.round(Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(text)?.[1]) / MB_IN_KIB)
    return { rss: of("VmRSS"), pss: of("Pss"), peak: of("VmHWM") }
  } catch {
    return null
  }
}

/** The kernel counts in hundredths of a second. */
function cpuOf({ pid }: ChildProcess): number | null {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? []
    return (Number(fields[11]) + Number(fields[12])) * 10
  } catch {
    return null
  }
}

/** Its output is read to the end, since a process whose lines nobody takes breaks off. */
function addressOf(child: ChildProcess): Promise<string> {
  let output = ""
  return new Promise((resolve, reject) => {
    const look = (chunk: Buffer) => {
      output += chunk
      const found = /listens on (http:\S+)/.exec(output)?.[1]
      if (found === undefined) return
      child.stdout?.off("data", look).resume()
      resolve(found)
    }
    child.stdout?.on("data", look)
    child.once("exit", () => reject(new Error(`The process ended before it listened: ${output}`)))
  })
}

async function start(args: ReadonlyArray<string>, env: NodeJS.ProcessEnv, probe: string): Promise<Running> {
  const begun = performance.now()
  const child = spawn(process.execPath, args, {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "inherit"],
  })
  const address = await addressOf(child)
  await (await fetch(`${address}${probe}`)).text()
  const startedMs = Math.round(performance.now() - begun)
  const stop = async () => {
    const exited = once(child, "exit")
    child.kill("SIGTERM")
    await exited
  }
  return { address, startedMs, cpuMs: () => cpuOf(child), memory: () => memoryOf(child), stop }
}

/** Which file the server is started with: as `npm start` does, from its sources, or with a provider of the tests. */
export const SERVER = {
  bundle: "../../app/start.mjs",
  sources: "../../app/main.ts",
  slowProvider: "../support/slow_provider_main.ts",
} as const

/** The server over `folder` on a free port. */
export const startOnCue = (
  folder: string,
  env: NodeJS.ProcessEnv = {},
  kind: keyof typeof SERVER = "bundle",
) =>
  start(
    [...FLAGS, pathOf(SERVER[kind]), "--config", folder, "--host", "127.0.0.1", "--port", "0"],
    env,
    "/api/system/health",
  )

/** The yardstick for events: the same body read in the same way, and nothing kept. */
export const startBareHono = () => start([...FLAGS, pathOf("./bare.ts")], {}, "/")

const BARE_NODE = `require("node:http").createServer((_, answer) => answer.end("{}"))
  .listen(0, "127.0.0.1", function () { console.log("listens on http://127.0.0.1:" + this.address().port) })`

/** The yardstick for the start and for memory: Node with a server that says nothing. */
export const startBareNode = () => start(["-e", BARE_NODE], {}, "/")

/** Puts the server together, so that this is no part of a measured start. */
export async function prepare(): Promise<void> {
  await promisify(execFile)(process.execPath, [pathOf("../../app/build_server.ts")])
  if (currentBundle(pathOf("../..").replace(/\/$/, "/")) === null)
    console.error("The server could not be put together; it is measured from its sources")
}

export interface LoadResult {
  readonly perSecond: number
  readonly answered: number
  readonly refused: number
  readonly p50: number
  readonly p99: number
  /** The longest of all, in milliseconds like the others. */
  readonly max: number
}

export interface Load {
  readonly url: string
  readonly connections: number
  readonly seconds: number
  readonly thumbBytes: number
  /** Before anything is counted. */
  readonly warmUpSeconds: number
}

/** `begins` is called when the warm-up is over, and the load goes on without a pause. */
export async function load(wanted: Load, begins: () => void): Promise<LoadResult> {
  const { connections, seconds, thumbBytes, url, warmUpSeconds } = wanted
  const args = [pathOf("./load.ts"), url, ...[connections, seconds, thumbBytes, warmUpSeconds].map(String)]
  const running = promisify(execFile)(process.execPath, args)
  running.child.stdout?.once("data", begins)
  const { stdout } = await running
  return JSON.parse(stdout.replace("begins\n", "")) as LoadResult
}

/** Posts each event of a JSON file once. */
export async function volley(url: string, connections: number, file: string): Promise<LoadResult> {
  const { stdout } = await promisify(execFile)(process.execPath, [
    pathOf("./load.ts"),
    url,
    String(connections),
    file,
  ])
  return JSON.parse(stdout) as LoadResult
}
