import { type StoreFault, StoreUnavailable } from "../../core/ports/mod.ts"

/** SQLite's primary result codes (sqlite.org/rescode.html) and Node's error codes, as what they mean to the user. */
const MEANINGS = new Map<number | string, readonly [StoreFault, string]>([
  [5, ["locked", "another process uses it; stop that one, or give this one a folder of its own"]],
  [6, ["locked", "another process uses it; stop that one, or give this one a folder of its own"]],
  [8, ["read_only", "it may not be written; check the permissions of the folder"]],
  [10, ["other", "the disk could not be read or written"]],
  [11, ["damaged", "the file is damaged; it is set aside and begun anew at the next start"]],
  [13, ["full", "the disk is full"]],
  [14, ["read_only", "it cannot be opened or created; check the permissions of the folder"]],
  [26, ["damaged", "the file is not a database"]],
  ["ENOSPC", ["full", "the disk is full"]],
  ["EDQUOT", ["full", "the disk quota is used up"]],
  ["EACCES", ["read_only", "it may not be written; check the permissions of the folder"]],
  ["EPERM", ["read_only", "it may not be written; check the permissions of the folder"]],
  ["EROFS", ["read_only", "the file system is read-only"]],
  ["ENOTDIR", ["read_only", "its folder is not a folder"]],
])

/** The low byte of SQLite's code for an error that `node:sqlite` threw; null for any other error. */
export function resultCode(cause: unknown): number | null {
  const code = (cause as { readonly errcode?: unknown } | null)?.errcode
  return typeof code === "number" ? code & 0xff : null
}

/** Whether the database or the file system failed, rather than the code that used it. */
export function isStoreFailure(cause: unknown): boolean {
  if (cause instanceof StoreUnavailable || resultCode(cause) !== null) return true
  return typeof (cause as { readonly syscall?: unknown } | null)?.syscall === "string"
}

/** What was thrown while the database was used, as the ports' error. */
export function storeUnavailable(cause: unknown): StoreUnavailable {
  if (cause instanceof StoreUnavailable) return cause
  const code = resultCode(cause) ?? (cause as { readonly code?: string } | null)?.code
  const meaning = code === undefined ? undefined : MEANINGS.get(code)
  const [fault, reason] =
    meaning ?? (["other", cause instanceof Error ? cause.message : String(cause)] as const)
  return new StoreUnavailable({ store: "database", reason, fault })
}
