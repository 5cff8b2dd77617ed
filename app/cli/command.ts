import type { AppConfig } from "../config.ts"

/** One command of the terminal. */
export interface Command {
  /** Its arguments, for the overview: `PATH [--dry-run]`; empty when there are none. */
  readonly usage: string
  readonly summary: string
  /** Answers the exit code. What it throws is shown as a sentence, and the code is 1 (2 for a UsageError). */
  readonly run: (config: AppConfig, args: ReadonlyArray<string>) => Promise<number>
}
