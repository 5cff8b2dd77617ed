import { rotateKeys } from "../../core/settings/rotate_keys.ts"
import { commandArguments, noArgument } from "./arguments.ts"
import type { Command } from "./command.ts"
import { runOnFiles } from "./file_programs.ts"
import { listed, unreadableLines } from "./report.ts"

/** A new key for the stored secrets. */
export const rotateKey: Command = {
  usage: "",
  summary: "Seal every stored secret anew under a new key",
  run: async (config, args) => {
    noArgument(commandArguments(args, {}).positionals)
    const isOwn = config.secretKey._tag === "Own"
    const { backupId, resealed, unreadable } = await runOnFiles(config, rotateKeys({ makeKey: isOwn }))
    console.log(`${resealed.length} secrets were sealed anew; ${backupId} has the configuration before.`)
    if (!isOwn) console.log("The key is your own: they are sealed with the first one that it gives.")
    listed("These cannot be opened and were left as they are:", unreadableLines(unreadable))
    return 0
  },
}
