import { existsSync, mkdirSync, realpathSync, statSync } from "node:fs"
import { dirname, join, resolve } from "node:path"
import { type BazarrFiles, importBazarr as importNow } from "../../core/migration/import_bazarr.ts"
import { type AppConfig, UsageError } from "../config.ts"
import { commandArguments, onlyArgument } from "./arguments.ts"
import type { Command } from "./command.ts"
import { runOnFiles } from "./file_programs.ts"
import { changeLines, listed, unreadableLines } from "./report.ts"

const firstOf = (paths: ReadonlyArray<string>): string | null => paths.find(existsSync) ?? null

/**
 * The files of the Bazarr at `path`: its data folder (with `config/` and `db/`), its configuration folder, or its
 * config.yaml.
 */
export function bazarrFiles(path: string, database: string | undefined): BazarrFiles {
  const given = resolve(path)
  if (!existsSync(given)) throw new Error(`Cannot import ${given}: there is nothing`)
  const config = statSync(given).isDirectory()
    ? firstOf([join(given, "config.yaml"), join(given, "config", "config.yaml")])
    : given
  if (config === null) throw new Error(`Cannot import ${given}: there is no config.yaml in it`)
  const folder = dirname(config)
  const found = firstOf([
    join(folder, "..", "db", "bazarr.db"),
    join(folder, "db", "bazarr.db"),
    join(folder, "bazarr.db"),
  ])
  return { config, database: database === undefined ? found : resolve(database) }
}

function refuseOurOwn({ config }: BazarrFiles, { configDir }: AppConfig): void {
  const own = join(configDir, "config.yaml")
  if (existsSync(own) && realpathSync(own) === realpathSync(config))
    throw new UsageError(`${config} is the configuration of this installation`)
}

/** Brings the configuration of a Bazarr in. */
export const importBazarr: Command = {
  usage: "PATH [--dry-run] [--database FILE]",
  summary: "Bring a Bazarr's settings and language profiles in; its files are not touched",
  run: async (config, args) => {
    const { positionals, values } = commandArguments(args, {
      "dry-run": { type: "boolean" },
      database: { type: "string" },
    })
    const files = bazarrFiles(onlyArgument(positionals, "PATH"), values.database)
    refuseOurOwn(files, config)
    const dryRun = values["dry-run"] === true
    // As often as not this is the first that is done here.
    for (const folder of dryRun ? [] : [config.configDir, config.dataDir])
      mkdirSync(folder, { recursive: true, mode: 0o700 })
    const report = await runOnFiles(config, importNow(files, { dryRun }))
    console.log(`From ${files.config}${files.database === null ? "" : ` and ${files.database}`}:`)
    for (const line of changeLines(report.changes)) console.log(line)
    if (report.changes.length === 0) console.log("  nothing that is not here already")
    listed("Enter these again, since no key opens them:", unreadableLines(report.unreadable))
    listed(
      "To know:",
      report.notes.map((note) => `  ${note}`),
    )
    if (dryRun) console.log("Nothing was changed.")
    else if (report.backupId !== null) console.log(`${report.backupId} has the configuration before.`)
    return 0
  },
}
