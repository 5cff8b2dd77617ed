import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import type { World } from "../simulator/mod.ts"

/** Every file below a folder. */
export function filesBelow(folder: string): ReadonlyArray<string> {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
}

/** Unfinished files, and subtitles that end in the middle. */
export function badFiles(folders: ReadonlyArray<string>): ReadonlyArray<string> {
  return folders.flatMap(filesBelow).flatMap((path) => {
    if (/\.tmp$|\.oncue-/.test(path)) return [`an unfinished file is left: ${path}`]
    if (!path.endsWith(".srt")) return []
    const cues = readFileSync(path, "utf8")
      .trim()
      .split(/\r?\n\r?\n/)
    const whole =
      cues.length > 1 && cues.every((cue) => /^\d+\r?\n\d\d:\d\d:\d\d,\d{3} --> .*\r?\n./.test(cue))
    return whole ? [] : [`not a whole subtitle: ${path}`]
  })
}

/** What nobody may read anywhere. */
export function secretsOf(world: World): ReadonlyArray<string> {
  const { accounts, openSubtitles, radarr, servers, sonarr, subdl } = world
  return [
    ...accounts.flatMap((one) => one.presetTokens),
    ...servers.map((one) => one.accessToken),
    ...[...sonarr, ...radarr].map((one) => one.apiKey),
    ...openSubtitles.apiKeys,
    ...subdl.apiKeys,
  ]
}

/** The secrets that are in the logs of `folder` or in `texts`, with what stands before them. */
export function secretsTold(
  world: World,
  folder: string,
  texts: ReadonlyArray<string>,
): ReadonlyArray<string> {
  const logs = filesBelow(join(folder, "logs")).map((path) => readFileSync(path, "utf8"))
  return secretsOf(world).flatMap((secret) => {
    const told = [...logs, ...texts].find((text) => text.includes(secret))
    if (told === undefined) return []
    const at = told.indexOf(secret)
    return [`a secret was told: ${told.slice(Math.max(0, at - 150), at)}…`]
  })
}
