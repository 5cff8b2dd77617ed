import { vi } from "vitest"
import type { Command } from "../../app/cli/command.ts"
import { readConfig } from "../../app/config.ts"

/** Runs a command of the terminal in this process; answers its exit code and what it printed. */
export async function runCommand(
  command: Command,
  folder: string,
  args: ReadonlyArray<string>,
  env: Readonly<Record<string, string | undefined>> = {},
  flags: ReadonlyArray<string> = [],
) {
  const printed: Array<string> = []
  const log = vi.spyOn(console, "log").mockImplementation((line: string) => void printed.push(line))
  try {
    const code = await command.run(readConfig(["--config", folder, ...flags], env), args)
    return { code, output: printed.join("\n") }
  } finally {
    log.mockRestore()
  }
}
