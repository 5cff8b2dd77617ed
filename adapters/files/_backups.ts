import { randomBytes } from "node:crypto"
import { constants, type Stats } from "node:fs"
import { copyFile, mkdir, open, readdir, readFile, rename, rm, stat } from "node:fs/promises"
import { basename, join } from "node:path"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { type ShelfBackup, ShelfUnavailable, SUBTITLE_BACKUP_DAYS } from "../../core/ports/subtitle_shelf.ts"
import { changeMode, NEW_FILE, syncFile } from "../_disk/open_file.ts"

/** Largest file, in bytes, that is kept when it is replaced. */
export const BACKUP_BYTES_MAX = 256 * 1024 * 1024
/** Most backups that are kept; beyond, the oldest go before their time. */
export const BACKUPS_MAX = 20_000

const DAY_MS = 86_400_000
const ABOUT = "backup.json"
const CONTENT = "content"

/** `20261124T075812345Z-1f2e3d4c`: sorts by time. */
const ID = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z-[0-9a-f]{8}$/

const About = Schema.Struct({ path: Schema.String, mode: Schema.Int, uid: Schema.Int, gid: Schema.Int })
const decodeAbout = Schema.decodeUnknownOption(Schema.fromJsonString(About))

export interface KeptFile {
  readonly path: string
  readonly mode: number
  readonly uid: number
  readonly gid: number
  /** Where the bytes are. */
  readonly content: string
}

export function idFor(nowMs: number): string {
  return `${new Date(nowMs).toISOString().replace(/[-:.]/g, "")}-${randomBytes(4).toString("hex")}`
}

function timeOf(id: string): number | null {
  const found = ID.exec(id)
  if (found === null) return null
  const [, year, month, day, hour, minute, second, millisecond] = found
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}.${millisecond}Z`)
}

async function synced(file: string, bytes: string): Promise<void> {
  const handle = await open(file, NEW_FILE, 0o600)
  try {
    await handle.writeFile(bytes)
    await syncFile(handle)
  } finally {
    await handle.close()
  }
}

/**
 * Keeps a copy of `path` in a folder of its own, readable by the owner only, and answers once the copy would survive a
 * power cut. The folder has its final name only when everything is in it; that name is `wished` where it is given.
 */
export async function keep(
  backupsDir: string,
  path: string,
  nowMs: number,
  wished: string | null = null,
): Promise<ShelfBackup> {
  // What was kept before the process ended is kept.
  if (wished !== null && (await kept(backupsDir, wished)) !== null) return { id: wished, path, atMs: nowMs }
  const stats: Stats = await stat(path)
  if (!stats.isFile() || stats.size > BACKUP_BYTES_MAX) {
    throw new ShelfUnavailable({
      path,
      reason: "other",
      detail: stats.isFile() ? "it is too large to be backed up" : "it is no file",
    })
  }
  const id = wished === null || !ID.test(wished) ? idFor(nowMs) : wished
  const unfinished = join(backupsDir, `.${id}.tmp`)
  await rm(unfinished, { recursive: true, force: true })
  await mkdir(unfinished, { recursive: true, mode: 0o700 })
  try {
    const content = join(unfinished, CONTENT)
    await copyFile(path, content, constants.COPYFILE_EXCL)
    const handle = await open(content, "r+")
    try {
      await changeMode(handle, content, 0o600).catch(() => undefined)
      await syncFile(handle)
      const copied = await handle.stat()
      if (copied.size !== stats.size) {
        throw new ShelfUnavailable({ path, reason: "other", detail: "it changed while it was backed up" })
      }
    } finally {
      await handle.close()
    }
    const about = { path, mode: stats.mode & 0o777, uid: stats.uid, gid: stats.gid }
    await synced(join(unfinished, ABOUT), `${JSON.stringify(about, null, 2)}\n`)
    await rename(unfinished, join(backupsDir, id))
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true })
    throw error
  }
  return { id, path, atMs: nowMs }
}

/** A backup by its id; null when there is none. An id is never taken for a path. */
export async function kept(backupsDir: string, id: string): Promise<KeptFile | null> {
  if (!ID.test(id)) return null
  const text = await readFile(join(backupsDir, id, ABOUT), "utf8").catch(() => "")
  const about = Option.getOrNull(decodeAbout(text))
  return about === null ? null : { ...about, content: join(backupsDir, id, CONTENT) }
}

/** Removes what is older than the promise, what is beyond the limit, and what a killed process left unfinished. */
export async function prune(backupsDir: string, nowMs: number): Promise<void> {
  const names = await readdir(backupsDir).catch(() => [])
  const ids = names.filter((name) => ID.test(name)).sort()
  const surplus = new Set(ids.slice(0, Math.max(0, ids.length - BACKUPS_MAX)))
  for (const name of names) {
    const unfinished = /^\.(.+)\.tmp$/.exec(name)?.[1]
    const atMs = timeOf(unfinished ?? name)
    if (atMs === null) continue
    const oldAfterMs = unfinished === undefined ? SUBTITLE_BACKUP_DAYS * DAY_MS : DAY_MS
    if (nowMs - atMs > oldAfterMs || surplus.has(name)) {
      await rm(join(backupsDir, basename(name)), { recursive: true, force: true }).catch(() => undefined)
    }
  }
}
