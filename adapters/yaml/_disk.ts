import { randomBytes } from "node:crypto"
import {
  type FileHandle,
  lstat,
  mkdir,
  open,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  stat,
} from "node:fs/promises"
import { basename, dirname, join, resolve } from "node:path"
import { changeMode, changeOwner, NEW_FILE, OLD_FILE, syncFile } from "../_disk/open_file.ts"

/** The calls that a file system can refuse. Tests replace single ones. */
export interface Disk {
  readonly open: (path: string, flags: string | number, mode?: number) => Promise<FileHandle>
  readonly rename: (from: string, to: string) => Promise<void>
}
export const DISK: Disk = { open, rename }

/** How a file looked when it was read or written last; equal for two looks when nobody wrote in between. */
export interface Look {
  readonly inode: bigint
  readonly size: bigint
  readonly writtenNs: bigint
}

/** Links that are followed before a path counts as a circle. */
const LINKS_MAX = 16
/** Unfinished files of a process that was killed are removed after this long. */
const LEFTOVER_MS = 60_000

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code
export const isExisting = (error: unknown): boolean => codeOf(error) === "EEXIST"
export const isMissing = (error: unknown): boolean => codeOf(error) === "ENOENT"

/** A sentence about a refusal of the file system, without the path, which the caller names. */
export function reasonOf(error: unknown): string {
  const code = codeOf(error)
  switch (code) {
    case "EACCES":
    case "EPERM":
      return `this user may not write there (${code})`
    case "EROFS":
      return "the file system is read-only (EROFS)"
    case "ENOSPC":
    case "EDQUOT":
      return `the disk is full (${code})`
    case "ENOENT":
      return "the folder is not there (ENOENT)"
    default:
      return error instanceof Error ? error.message : String(error)
  }
}

/** The file behind a symbolic link, also where that file is not there yet. */
export async function realFile(file: string): Promise<string> {
  let path = file
  for (let followed = 0; followed < LINKS_MAX; followed++) {
    const link = await lstat(path).then(
      (found) => found.isSymbolicLink(),
      () => false,
    )
    if (!link) return path
    path = resolve(dirname(path), await readlink(path))
  }
  return path
}

export async function look(file: string): Promise<Look | null> {
  try {
    const found = await stat(file, { bigint: true })
    return { inode: found.ino, size: found.size, writtenNs: found.mtimeNs }
  } catch (error) {
    if (isMissing(error)) return null
    throw error
  }
}

export const sameLook = (a: Look | null, b: Look | null): boolean =>
  a === b ||
  (a !== null && b !== null && a.inode === b.inode && a.size === b.size && a.writtenNs === b.writtenNs)

/** A name beside a file for what is not finished; what is left there is removed at a later start. */
export const beside = (file: string) =>
  join(dirname(file), `.${basename(file)}.${randomBytes(6).toString("hex")}.tmp`)

async function writeWhole(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  await handle.writeFile(bytes)
  await syncFile(handle)
}

/** A rename is durable once the folder is. Windows cannot open a folder, and needs no such thing. */
async function syncFolder(disk: Disk, folder: string): Promise<void> {
  if (process.platform === "win32") return
  const handle = await disk.open(folder, "r")
  try {
    await syncFile(handle)
  } finally {
    await handle.close()
  }
}

/** A new file with these bytes, for the owner only; none when they cannot all be written. */
export async function createFile(disk: Disk, file: string, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  const handle = await disk.open(file, NEW_FILE, 0o600)
  try {
    try {
      await writeWhole(handle, bytes)
    } finally {
      await handle.close()
    }
  } catch (error) {
    await rm(file, { force: true })
    throw error
  }
}

/** Mode and owner of the file that is to be replaced; what the system does not allow is left as it is. */
async function likeBefore(handle: FileHandle, path: string, file: string): Promise<void> {
  const before = await stat(file).catch(() => null)
  if (before === null) return
  await changeMode(handle, path, before.mode & 0o7777)
  const now = await handle.stat()
  if (now.uid === before.uid && now.gid === before.gid) return
  await changeOwner(handle, path, before.uid, before.gid).catch(() => undefined)
  await changeMode(handle, path, before.mode & 0o7777)
}

/** A file that is mounted alone cannot be replaced: it is overwritten, compared, and put back when that fails. */
async function overwrite(disk: Disk, file: string, bytes: Uint8Array): Promise<void> {
  const before = await readFile(file)
  const write = async (content: Uint8Array) => {
    const handle = await disk.open(file, OLD_FILE)
    try {
      await handle.write(content, 0, content.length, 0)
      await handle.truncate(content.length)
      await syncFile(handle)
    } finally {
      await handle.close()
    }
  }
  try {
    await write(bytes)
    if (!(await readFile(file)).equals(bytes)) throw new Error("what was written cannot be read back")
  } catch (error) {
    await write(before)
    throw error
  }
}

/**
 * Replaces the content of `file`, which may not exist: the bytes go to a new file beside it, are synced, and take its
 * name, so that a reader and a crash find the old file or the new one. Where a mount forbids that, `keepCopy` is run
 * first and the file is overwritten.
 */
export async function replaceFile(
  disk: Disk,
  file: string,
  bytes: Uint8Array,
  keepCopy: () => Promise<unknown>,
): Promise<void> {
  const temporary = beside(file)
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  const handle = await disk.open(temporary, NEW_FILE, 0o600)
  try {
    try {
      await likeBefore(handle, temporary, file)
      await writeWhole(handle, bytes)
    } finally {
      await handle.close()
    }
    await disk.rename(temporary, file)
  } catch (error) {
    await rm(temporary, { force: true })
    if (codeOf(error) !== "EBUSY") throw error
    await keepCopy()
    await overwrite(disk, file, bytes)
    return
  }
  await syncFolder(disk, dirname(file)).catch(() => undefined)
}

/** Removes what a process that was killed while it wrote has left beside the file. */
export async function removeLeftovers(file: string, nowMs: number): Promise<void> {
  const folder = dirname(file)
  const ours = (name: string) => name.startsWith(`.${basename(file)}.`) && name.endsWith(".tmp")
  for (const name of (await readdir(folder).catch(() => [])).filter(ours)) {
    const path = join(folder, name)
    const found = await stat(path).catch(() => null)
    const isOld = found !== null && nowMs - found.mtimeMs > LEFTOVER_MS
    if (isOld) await rm(path, { force: true }).catch(() => undefined)
  }
}
