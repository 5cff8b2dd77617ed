import type { PlannedChange } from "../../core/migration/changes.ts"

/** Changes of settings as lines for a terminal. */
export function changeLines(changes: ReadonlyArray<PlannedChange>): ReadonlyArray<string> {
  return changes.map(({ after, before, key }) => `  ${key}: ${before} → ${after}`)
}

/** Secrets that could not be opened, as lines for a terminal. */
export function unreadableLines(
  unreadable: ReadonlyArray<{ readonly where: string; readonly reason: string }>,
): ReadonlyArray<string> {
  return unreadable.map(({ reason, where }) => `  ${where}: ${reason}`)
}

/** Lines under a heading, or nothing when there are none. */
export function listed(heading: string, lines: ReadonlyArray<string>): void {
  if (lines.length === 0) return
  console.log(heading)
  for (const line of lines) console.log(line)
}
