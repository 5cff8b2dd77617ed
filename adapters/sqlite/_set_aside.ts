import { readdirSync, rmSync } from "node:fs"
import { basename, dirname, join } from "node:path"

/** Damaged databases that stay beside the one in use, and for how many days: each is as large as what was lost. */
export const SET_ASIDE_MAX = 3
export const SET_ASIDE_DAYS = 90
const DAY_MS = 86_400_000

/** Where a damaged file is put at this time. */
export function pathAside(file: string, nowMs: number): string {
  return `${file}.damaged-${new Date(nowMs).toISOString().slice(0, 19).replaceAll(":", "-")}`
}

/** Removes what was set aside long ago, or often enough since then. What cannot be removed stays. */
export function forgetSetAside(file: string, nowMs: number): void {
  const oldest = pathAside(file, nowMs - SET_ASIDE_DAYS * DAY_MS)
  const folder = dirname(file)
  try {
    // The time is in the name, so that the newest come first; the log of each goes with it.
    const found = readdirSync(folder)
      .filter((name) => name.startsWith(`${basename(file)}.damaged-`) && !name.endsWith("-wal"))
      .map((name) => join(folder, name))
      .sort()
      .reverse()
    for (const [index, path] of found.entries()) {
      if (index < SET_ASIDE_MAX && path > oldest) continue
      for (const suffix of ["", "-wal"]) rmSync(path + suffix, { force: true })
    }
  } catch {
    // They cost nothing but room; the next start tries again.
  }
}
