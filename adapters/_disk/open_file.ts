import { constants, fsyncSync } from "node:fs"
import { chmod, chown, type FileHandle } from "node:fs/promises"

/**
 * Node's permission model takes away the calls that work on an open file (fsync, fchmod, fchown), since it judges by
 * paths. A confined process therefore opens new files so that every write waits for the disk, and changes modes by path;
 * what it renames or copies reaches the disk a little later.
 */
export const IS_CONFINED = process.permission !== undefined

/** Flags for a new file that will be synced. */
export const NEW_FILE: string | number = IS_CONFINED
  ? constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | (constants.O_SYNC ?? 0)
  : "wx"
/** Flags for writing over a file that will be synced. */
export const OLD_FILE: string | number = IS_CONFINED ? constants.O_RDWR | (constants.O_SYNC ?? 0) : "r+"

/** Waits until what was written is on the disk, which it is already where the flags above say so. */
export async function syncFile(handle: FileHandle): Promise<void> {
  if (!IS_CONFINED) await handle.sync()
}

export function syncFileNow(descriptor: number): void {
  if (!IS_CONFINED) fsyncSync(descriptor)
}

export async function changeMode(handle: FileHandle, path: string, mode: number): Promise<void> {
  await (IS_CONFINED ? chmod(path, mode) : handle.chmod(mode))
}

export async function changeOwner(handle: FileHandle, path: string, uid: number, gid: number): Promise<void> {
  await (IS_CONFINED ? chown(path, uid, gid) : handle.chown(uid, gid))
}
