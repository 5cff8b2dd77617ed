import { type ChildProcess, execFile, spawn } from "node:child_process"
import { once } from "node:events"
import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"

/** The server, the yardstick and the load as processes of their own, as they are in life. */

const pathOf = (name: string) => fileURLToPath(new URL(name, import.meta.url))

export interface Running {
  readonly address: string
  /** Milliseconds from the start of the process to its first answer. */
  readonly startedMs: number
  /** Resident memory, in MB; null where the system does not tell. */
  readonly memoryMb: () => number | null
  readonly stop: () => Promise<void>
}

function memoryOf(child: ChildProcess): number | null {
  try {
    const kib = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))?.[1]
    return kib === undefined ? null : Math.round(Number(kib) / 1024)
  } catch {
    return null
  }
}

async function addressOf(child: ChildProcess): Promise<string> {
  let output = ""
  for await (const chunk of child.stdout ?? []) {
    output += chunk
    const found = /listens on (http:\S+)/.exec(output)?.[1]
    if (found !== undefined) return found
  }
  throw new Error(`The process ended before it listened: ${output}`)
}

async function start(
  script: string,
  args: ReadonlyArray<string>,
  env: NodeJS.ProcessEnv,
  probe: string,
): Promise<Running> {
  const begun = performance.now()
  const child = spawn(process.execPath, ["--max-semi-space-size=2", pathOf(script), ...args], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "inherit"],
  })
  const listening = addressOf(child)
  const address = await listening
  await (await fetch(`${address}${probe}`)).text()
  const startedMs = Math.round(performance.now() - begun)
  child.stdout?.resume()
  const stop = async () => {
    const exited = once(child, "exit")
    child.kill("SIGTERM")
    await exited
  }
  return { address, startedMs, memoryMb: () => memoryOf(child), stop }
}

export const startOnCue = (folder: string, env: NodeJS.ProcessEnv = {}) =>
  start(
    "../../app/main.ts",
    ["--config", folder, "--host", "127.0.0.1", "--port", "0"],
    env,
    "/api/system/health",
  )

export const startBare = () => start("./bare.ts", [], {}, "/")

export interface LoadResult {
  readonly perSecond: number
  readonly refused: number
  readonly p50: number
  readonly p99: number
}

export async function load(
  url: string,
  connections: number,
  seconds: number,
  thumbBytes: number,
): Promise<LoadResult> {
  const args = [pathOf("./load.ts"), url, String(connections), String(seconds), String(thumbBytes)]
  const { stdout } = await promisify(execFile)(process.execPath, args)
  return JSON.parse(stdout) as LoadResult
}

/** The middle one of several measurements. */
export function median(values: ReadonlyArray<number>): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}
