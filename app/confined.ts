import { spawn, spawnSync } from "node:child_process"
import { mkdirSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { pageBuilder } from "./build_page.ts"
import { readConfig, UsageError } from "./config.ts"
import {
  confinedArguments,
  confinementOf,
  confinementText,
  foldersToMake,
  mediaArguments,
} from "./confinement.ts"
import { currentBundle } from "./server_bundle.mjs"

/**
 * `npm run start:confined`: the server under Node's permission model, which may write its own folders and the media
 * folders, and start no other program but the tool that the settings name. It is a second line of defence: SQLite's own
 * file access is not confined by it.
 */

function prepare(): ReadonlyArray<string> {
  const { media, others } = mediaArguments(process.argv.slice(2), process.env)
  const config = readConfig(others, process.env)
  for (const folder of foldersToMake(config)) mkdirSync(folder, { recursive: true, mode: 0o700 })
  const confinement = confinementOf(config, media, process.env)
  console.log(confinementText(confinement, config))
  return confinedArguments(confinement, others)
}

let args: ReadonlyArray<string> = []
try {
  args = prepare()
} catch (error) {
  console.error(`Cannot start: ${error instanceof Error ? error.message : error}`)
  process.exit(error instanceof UsageError ? 2 : 1)
}
// Inside there are no other programs, so what puts the server and the page together has to run before.
const ROOT = fileURLToPath(new URL("..", import.meta.url))
if (currentBundle(ROOT) === null)
  spawnSync(process.execPath, [join(ROOT, "app/build_server.ts")], {
    stdio: ["ignore", "inherit", "inherit"],
  })
const page = await pageBuilder().ensure()
if (page._tag === "Failed") console.error(`The page could not be built. ${page.reason}`)

if (process.execve !== undefined && process.platform !== "win32") {
  process.execve(process.execPath, [process.execPath, ...args], process.env)
} else {
  const child = spawn(process.execPath, args, { stdio: "inherit" })
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => child.kill(signal))
  child.once("exit", (code) => process.exit(code ?? 1))
}
