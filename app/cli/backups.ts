import { type Backup, SettingsStore } from "../../core/ports/mod.ts"
import { UsageError } from "../config.ts"
import { commandArguments } from "./arguments.ts"
import type { Command } from "./command.ts"
import { runOnFiles } from "./file_programs.ts"

const line = ({ atMs, bytes, id, reason }: Backup) =>
  `${new Date(atMs).toISOString().slice(0, 19).replace("T", " ")}  ${String(bytes).padStart(8)} bytes  ${reason.padEnd(20)} ${id}`

/** Copies of config.yaml: which there are, another one, and one put back. */
export const backups: Command = {
  usage: "list | make | restore ID",
  summary: "Copies of config.yaml: show them, make one, put one back",
  run: async (config, args) => {
    const { positionals } = commandArguments(args, {})
    const [action, id, ...more] = positionals
    if (action === "list" && id === undefined) {
      const all = await runOnFiles(
        config,
        SettingsStore.use((store) => store.backups),
      )
      if (all.length === 0) console.log("There are no backups yet.")
      for (const one of all) console.log(line(one))
      return 0
    }
    if (action === "make" && id === undefined) {
      const made = await runOnFiles(
        config,
        SettingsStore.use((store) => store.backup("by hand")),
      )
      console.log(line(made))
      return 0
    }
    if (action === "restore" && id !== undefined && more.length === 0) {
      await runOnFiles(
        config,
        SettingsStore.use((store) => store.restore(id)),
      )
      console.log(`config.yaml is again what it was in ${id}; what it replaced was backed up.`)
      return 0
    }
    throw new UsageError("Expected: backups list, backups make, or backups restore ID")
  },
}
