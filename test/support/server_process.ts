import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { resolve } from "node:path"
import { fileURLToPath } from "node:url"
import type { Simulator } from "../simulator/mod.ts"
import { API_KEY } from "./server.ts"

const HERE = resolve(fileURLToPath(import.meta.url), "..")
const MAIN = resolve(HERE, "../../app/main.ts")
/** The same server with a provider that takes `ONCUE_TEST_SEARCH_MS` for a search and has everything. */
export const SLOW_MAIN = resolve(HERE, "slow_provider_main.ts")

/** How often, in milliseconds, a server that starts is asked whether it is there. */
const ASK_EVERY_MS = 50

const running = new Set<ChildProcess>()

/** Ends every server that a test has left behind, also one that never got as far as to listen. */
export function killServers(): void {
  for (const child of running) child.kill("SIGKILL")
}

export interface ServerProcess {
  readonly child: ChildProcess
  readonly address: string
  readonly webhook: string
  readonly get: (path: string) => Promise<any>
  readonly output: () => string
  /** Ends it as a power cut would, and waits until it is gone. */
  readonly kill: () => Promise<void>
  /** Ends it as a service manager would, and waits until it is gone. */
  readonly stop: () => Promise<void>
}

/** The whole server as a process of its own, on a free port, over `folder` and the outside of `simulator`. */
export async function spawnServer(
  folder: string,
  simulator: Pick<Simulator, "env">,
  {
    env = {},
    main = MAIN,
    nodeArgs = [],
    port = 0,
  }: {
    readonly env?: Record<string, string>
    readonly main?: string
    readonly nodeArgs?: ReadonlyArray<string>
    /** 0: a free one. */
    readonly port?: number
  } = {},
): Promise<ServerProcess> {
  const args = [...nodeArgs, main, "--config", folder, "--host", "127.0.0.1", "--port", String(port)]
  const child = spawn(process.execPath, args, {
    env: { ...process.env, ...simulator.env, ...env },
    stdio: main === MAIN ? "pipe" : ["pipe", "pipe", "pipe", "ipc"],
  })
  running.add(child)
  child.once("exit", () => running.delete(child))
  let output = ""
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk) => (output += chunk))
  const exited = once(child, "exit")
  const address = await new Promise<string>((found, failed) => {
    const look = () => {
      const heard = /listens on (http:\S+)/.exec(output)?.[1]
      if (heard !== undefined) found(heard)
    }
    child.stdout?.on("data", look)
    child.once("exit", () => failed(new Error(`the server ended: ${output}`)))
    // At a higher log level it does not say so; where the port is known it can be asked.
    const ask = async () => {
      const answer = await fetch(`http://127.0.0.1:${port}/api/system/health/live`).catch(() => null)
      if (answer !== null) found(`http://127.0.0.1:${port}`)
      else if (child.exitCode === null) setTimeout(ask, ASK_EVERY_MS)
    }
    if (port !== 0) void ask()
  })
  return {
    child,
    address,
    webhook: `${address}/api/webhooks/plex?apikey=${API_KEY}`,
    get: async (path) => (await fetch(`${address}${path}`, { headers: { "x-api-key": API_KEY } })).json(),
    output: () => output,
    kill: async () => {
      child.kill("SIGKILL")
      await exited
    },
    stop: async () => {
      child.kill("SIGTERM")
      await exited
    },
  }
}
