import { existsSync, statSync } from "node:fs"
import { join, resolve } from "node:path"
import { exportBazarr as exportNow } from "../../core/migration/export_bazarr.ts"
import { commandArguments, onlyArgument } from "./arguments.ts"
import type { Command } from "./command.ts"
import { runOnFiles } from "./file_programs.ts"
import { listed, unreadableLines } from "./report.ts"

/** Hands out a configuration that Bazarr can use. */
export const exportBazarr: Command = {
  usage: "PATH",
  summary: "Write a config.yaml that Bazarr can use; secrets in it can be read by who has the file",
  run: async (config, args) => {
    const given = resolve(onlyArgument(commandArguments(args, {}).positionals, "PATH"))
    const isFolder = existsSync(given) && statSync(given).isDirectory()
    const path = isFolder ? join(given, "config.yaml") : given
    if (!existsSync(join(config.configDir, "config.yaml")))
      throw new Error(`Cannot export: there is no config.yaml in ${config.configDir}`)
    const report = await runOnFiles(config, exportNow(path))
    console.log(`${path} was written. Whoever can read it can read the secrets in it.`)
    listed("These are left empty, since no key opens them:", unreadableLines(report.unreadable))
    listed(
      "To know:",
      report.notes.map((note) => `  ${note}`),
    )
    return 0
  },
}
