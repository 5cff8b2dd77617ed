import { readConfig, UsageError } from "../config.ts"
import { backups } from "./backups.ts"
import { clearPlex } from "./clear_plex.ts"
import type { Command } from "./command.ts"
import { doctor } from "./doctor.ts"
import { exportBazarr } from "./export_bazarr.ts"
import { importBazarr } from "./import_bazarr.ts"
import { migrate } from "./migrate.ts"
import { rotateKey } from "./rotate_key.ts"
import { signIn } from "./sign_in.ts"
import { verifyPlex } from "./verify_plex.ts"

/** `npm run oncue -- <command>`: what people do from a terminal. Commands are one file each. */

const COMMANDS: Readonly<Record<string, Command>> = {
  "sign-in": signIn,
  migrate,
  backups,
  import: importBazarr,
  export: exportBazarr,
  "rotate-key": rotateKey,
  "clear-plex": clearPlex,
  "verify-plex": verifyPlex,
  doctor,
}

function usage(): string {
  const lines = Object.entries(COMMANDS).map(
    ([name, command]) => `  ${`${name} ${command.usage}`.padEnd(44)} ${command.summary}`,
  )
  return [`Usage: npm run oncue -- COMMAND [--config DIR]`, "", ...lines].join("\n")
}

/** Where the installation is, is for every command to be told; the rest is the command's own. */
const GENERAL = ["--config", "--host", "--port"]

function split(args: ReadonlyArray<string>): {
  readonly general: ReadonlyArray<string>
  readonly own: ReadonlyArray<string>
} {
  const isGeneral = args.map((arg, index) => GENERAL.includes(arg) || GENERAL.includes(args[index - 1] ?? ""))
  return {
    general: args.filter((_, index) => isGeneral[index]),
    own: args.filter((_, index) => !isGeneral[index]),
  }
}

const [name = "", ...args] = process.argv.slice(2)
const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
if (command === undefined) {
  console.error(
    name === "" || name === "help" || name === "--help"
      ? usage()
      : `There is no command "${name}".\n\n${usage()}`,
  )
  process.exit(name === "help" || name === "--help" ? 0 : 2)
}
try {
  const { general, own } = split(args)
  process.exit(await command.run(readConfig(general, process.env), own))
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error))
  process.exit(error instanceof UsageError ? 2 : 1)
}
