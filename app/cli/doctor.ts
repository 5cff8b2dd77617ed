import * as Stream from "effect/Stream"
import { StoreUnavailable } from "../../core/ports/mod.ts"
import { bad, type Check, reportOf } from "../../core/system/check.ts"
import { diagnose } from "../../core/system/diagnose.ts"
import type { AppConfig } from "../config.ts"
import { printable } from "../terminal.ts"
import { commandArguments, noArgument } from "./arguments.ts"
import type { Command } from "./command.ts"
import { openPrograms } from "./programs.ts"
import { type RunningServer, runningServer } from "./running_server.ts"

/** Exit codes: something is broken; nothing is, but something wants to be looked at. */
const BROKEN = 1
const DOUBTFUL = 3

/** What locks the database is most likely the server, not found where the settings say that it listens. */
const OTHER_ADDRESS =
  "If it is OnCue, started with another --host or --port than the settings name, give the doctor the same"

async function askServer(server: RunningServer): Promise<ReadonlyArray<Check>> {
  const checks: Array<Check> = []
  for await (const { data, event } of server.follow("/api/system/diagnostics")) {
    if (event === "check") checks.push(data as Check)
    if (event === "failed") throw new Error((data as { error: string }).error)
    if (event === "done") break
  }
  return checks
}

async function byOurselves(config: AppConfig): Promise<ReadonlyArray<Check>> {
  const programs = await openPrograms(config)
  try {
    return await programs.run(Stream.runCollect(diagnose()))
  } finally {
    await programs.close()
  }
}

/** A configuration or database that cannot be opened is what the doctor found, not a failure of the doctor. */
async function examine(config: AppConfig): Promise<ReadonlyArray<Check>> {
  try {
    const server = await runningServer(config)
    return await (server === null ? byOurselves(config) : askServer(server))
  } catch (error) {
    const isLocked = error instanceof StoreUnavailable && error.fault === "locked"
    const text = error instanceof Error ? error.message : String(error)
    return [bad("store", null, text, isLocked ? OTHER_ADDRESS : null)]
  }
}

/** Names of servers and libraries come from outside. */
const shown = (check: Check): Check => ({
  ...check,
  about: check.about === null ? null : printable(check.about),
  text: printable(check.text),
})

function codeOf(checks: ReadonlyArray<Check>): number {
  if (checks.some(({ state }) => state === "bad")) return BROKEN
  return checks.some(({ state }) => state === "warn") ? DOUBTFUL : 0
}

/** The checks of the Diagnostics page, in the terminal. */
export const doctor: Command = {
  usage: "[--json]",
  summary: "Check everything, as Diagnostics does; exit code 0 well, 3 doubtful, 1 broken",
  run: async (config, args) => {
    const { positionals, values } = commandArguments(args, { json: { type: "boolean" } })
    noArgument(positionals)
    const checks = await examine(config)
    console.log(values.json === true ? JSON.stringify({ checks }, null, 2) : reportOf(checks.map(shown)))
    return codeOf(checks)
  },
}
