import { clearPlexSettings } from "../../core/settings/clear_plex_settings.ts"
import { commandArguments, noArgument } from "./arguments.ts"
import type { Command } from "./command.ts"
import { runOnFiles } from "./file_programs.ts"

/** The way out when nothing of Plex works any more. */
export const clearPlex: Command = {
  usage: "",
  summary: "Remove everything of Plex from the settings; a backup is made first",
  run: async (config, args) => {
    noArgument(commandArguments(args, {}).positionals)
    const { id } = await runOnFiles(config, clearPlexSettings())
    console.log(`The Plex settings were cleared; ${id} has what they were.`)
    return 0
  },
}
