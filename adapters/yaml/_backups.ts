import { readdir, readFile, rm, stat } from "node:fs/promises"
import { join } from "node:path"
import { BACKUPS_MAX, type Backup } from "../../core/ports/settings_store.ts"
import { createFile, type Disk, isExisting } from "./_disk.ts"

/** `config-2026-11-24T075812345Z-000-migration.yaml`: sorts by time, and by number within a millisecond. */
const NAME = /^config-(\d{4}-\d\d-\d\dT)(\d\d)(\d\d)(\d\d)(\d{3})Z-\d{3}-([a-z0-9-]*)\.yaml$/
const REASON_CHARACTERS_MAX = 40

const reasonText = (reason: string) =>
  reason
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, REASON_CHARACTERS_MAX)

function nameFor(nowMs: number, number: number, reason: string): string {
  const time = new Date(nowMs).toISOString().replace(/(T.*)/, (part) => part.replace(/[:.]/g, ""))
  return `config-${time}-${String(number).padStart(3, "0")}-${reasonText(reason)}.yaml`
}

function described(name: string): Omit<Backup, "bytes"> | null {
  const found = NAME.exec(name)
  if (found === null) return null
  const [, day, hour, minute, second, millisecond, reason] = found
  const atMs = Date.parse(`${day}${hour}:${minute}:${second}.${millisecond}Z`)
  return Number.isNaN(atMs) ? null : { id: name, atMs, reason: reason ?? "" }
}

/** The backups in the folder, newest first. */
export async function listBackups(folder: string): Promise<ReadonlyArray<Backup>> {
  const names = await readdir(folder).catch(() => [])
  const found = names.flatMap((name) => described(name) ?? [])
  const newestFirst = found.sort((a, b) => (a.id < b.id ? 1 : -1))
  return Promise.all(
    newestFirst.map(async (one) => {
      const { size } = await stat(join(folder, one.id)).catch(() => ({ size: 0 }))
      return { ...one, bytes: size }
    }),
  )
}

/** Keeps `bytes`, readable by the owner only, and removes what is beyond `BACKUPS_MAX`. */
export async function keepBackup(
  disk: Disk,
  folder: string,
  bytes: Uint8Array,
  reason: string,
  nowMs: number,
): Promise<Backup> {
  for (let number = 0; ; number++) {
    const id = nameFor(nowMs, number, reason)
    try {
      await createFile(disk, join(folder, id), bytes)
    } catch (error) {
      if (isExisting(error) && number < 999) continue
      throw error
    }
    const all = await listBackups(folder)
    for (const old of all.slice(BACKUPS_MAX)) await rm(join(folder, old.id), { force: true })
    return { id, atMs: nowMs, bytes: bytes.length, reason: reasonText(reason) }
  }
}

/** The bytes of a backup; null when there is none of this name. A name is never taken for a path. */
export async function readBackup(folder: string, id: string): Promise<Uint8Array | null> {
  return NAME.test(id) ? readFile(join(folder, id)).catch(() => null) : null
}
