import { randomBytes } from "node:crypto"
import { constants } from "node:fs"
import { copyFile, type FileHandle, link, open, rename, rm, stat, unlink } from "node:fs/promises"
import { dirname, join } from "node:path"
import { ShelfOccupied } from "../../core/ports/subtitle_shelf.ts"
import { changeMode, changeOwner, NEW_FILE, syncFile } from "../_disk/open_file.ts"
import { insist } from "./_digest.ts"
import { codeOf } from "./_fault.ts"

/** Whom a new file belongs to and who may read it. */
export interface Likeness {
  readonly mode: number
  readonly uid: number
  readonly gid: number
}

/** Unfinished files of a process that was killed are removed after this long. */
const LEFTOVER_MS = 3_600_000
/** Hidden, so that no scanner takes it for a subtitle, and short, so that the longest base name leaves room for it. */
const UNFINISHED = /^\.oncue-[0-9a-f]{12}\.tmp$/

export const unfinishedName = () => `.oncue-${randomBytes(6).toString("hex")}.tmp`

/** Mode and owner; what the file system does not know or the system does not allow is left as it is. */
async function makeLike(handle: FileHandle, path: string, like: Likeness): Promise<void> {
  const now = await handle.stat()
  if (now.uid !== like.uid || now.gid !== like.gid) {
    await changeOwner(handle, path, like.uid, like.gid).catch(() => undefined)
  }
  await changeMode(handle, path, like.mode & 0o666).catch(() => undefined)
}

/** Makes a file by `start`, which leaves it open and empty or filled, and finishes it; none is left when that fails. */
async function finished(
  path: string,
  like: Likeness,
  start: () => Promise<FileHandle>,
  fill: (handle: FileHandle) => Promise<void>,
): Promise<string> {
  try {
    const handle = await start()
    try {
      await fill(handle)
      await makeLike(handle, path, like)
      await syncFile(handle)
    } finally {
      await handle.close()
    }
    return path
  } catch (error) {
    await rm(path, { force: true })
    throw error
  }
}

/** A finished file beside its place to be, synced. */
export async function writeUnfinished(
  folder: string,
  bytes: Uint8Array,
  like: Likeness,
  stopped: AbortSignal,
): Promise<string> {
  stopped.throwIfAborted()
  const path = join(folder, unfinishedName())
  return await finished(
    path,
    like,
    () => open(path, NEW_FILE, 0o600),
    (handle) => handle.writeFile(bytes),
  )
}

/** A copy of a file, as `writeUnfinished` makes it of bytes. */
export async function copyUnfinished(
  folder: string,
  from: string,
  like: Likeness,
  stopped: AbortSignal,
): Promise<string> {
  stopped.throwIfAborted()
  const path = join(folder, unfinishedName())
  const copy = async () => {
    await copyFile(from, path, constants.COPYFILE_EXCL)
    return await open(path, "r+")
  }
  return await finished(path, like, copy, async () => {})
}

/** A rename is durable once the folder is. Windows cannot open a folder, and some network shares refuse to sync one. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return
  const handle = await open(folder, "r")
  try {
    await syncFile(handle)
  } finally {
    await handle.close()
  }
}

/** File systems without hard links say so in many ways. */
const NO_LINKS = new Set(["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EINVAL", "EMLINK", "EXDEV", "EACCES"])

/** Gives the file its name unless there is such a file; atomically, also against other processes. */
async function placeNew(unfinished: string, path: string): Promise<void> {
  try {
    await link(unfinished, path)
    await unlink(unfinished)
    return
  } catch (error) {
    if (codeOf(error) === "EEXIST") throw new ShelfOccupied({ path })
    if (!NO_LINKS.has(codeOf(error))) throw error
  }
  // Reserves the name, then takes it. Nobody else writes to a file that they did not make.
  const reserved = await open(path, "wx").catch((error: unknown) => {
    throw codeOf(error) === "EEXIST" ? new ShelfOccupied({ path }) : error
  })
  await reserved.close()
  try {
    await rename(unfinished, path)
  } catch (error) {
    await rm(path, { force: true })
    throw error
  }
}

/**
 * Gives a finished file its name. Whatever fails, and when nobody waits for it any more, the unfinished file is gone and
 * what was there before is there. `meant` is what may be replaced, see `insist`.
 */
export async function place(
  unfinished: string,
  path: string,
  replace: boolean,
  stopped: AbortSignal,
  meant: true | string | null = true,
): Promise<void> {
  try {
    stopped.throwIfAborted()
    if (replace) await insist(path, meant)
    if (replace) await rename(unfinished, path)
    else await placeNew(unfinished, path)
  } catch (error) {
    await rm(unfinished, { force: true })
    throw error
  }
  await syncFolder(dirname(path)).catch(() => undefined)
}

/** Removes what a process that was killed while it wrote has left in the folder. */
export async function removeLeftovers(
  folder: string,
  names: ReadonlyArray<string>,
  nowMs: number,
): Promise<void> {
  for (const name of names.filter((one) => UNFINISHED.test(one))) {
    const found = await stat(join(folder, name)).catch(() => null)
    if (found !== null && nowMs - found.mtimeMs > LEFTOVER_MS) await rm(join(folder, name), { force: true })
  }
}

/** Whether a file with a byte in it can be made in the folder; throws what the file system says. */
export async function tryFolder(folder: string): Promise<void> {
  const path = join(folder, unfinishedName())
  const handle = await open(path, "wx", 0o600)
  try {
    await handle.writeFile("\n")
  } finally {
    await handle.close()
    await rm(path, { force: true })
  }
}
