import { closeSync, fdatasync, fdatasyncSync, openSync } from "node:fs"
import type { DatabaseSync } from "node:sqlite"
import { IS_CONFINED } from "../_disk/open_file.ts"

/**
 * Makes commits survive a power cut without holding up the event loop. In WAL mode with `synchronous = NORMAL` a commit
 * is in the write-ahead log but not yet on the disk; SQLite itself would wait for the disk at each one with `FULL`. The
 * same promise is kept here by syncing the log afterwards, beside the event loop, before anybody is told that it is
 * durable (sqlite.org/wal.html: "the WAL is synced" is all that FULL adds).
 */
export interface Wal {
  /** Answers when every commit made until now is on the disk; null, or what went wrong. One at a time. */
  readonly sync: (done: (error: Error | null) => void) => void
  /** The same at once, for the end and for measuring. */
  readonly syncNow: () => void
  /** To be called before the database is closed. */
  readonly close: () => void
}

/** Where the log cannot be used, or not be synced by us: SQLite waits at each commit. */
function withoutLog(db: DatabaseSync): Wal {
  db.exec("PRAGMA synchronous = FULL")
  return { sync: (done) => done(null), syncNow: () => {}, close: () => {} }
}

/** For the database in `file`, which nobody else has open. */
export function openWal(db: DatabaseSync, file: string): Wal {
  if (IS_CONFINED || db.prepare("PRAGMA journal_mode").get()?.journal_mode !== "wal") return withoutLog(db)
  db.exec("PRAGMA synchronous = NORMAL")
  let fd: number | null = null
  let syncing = false
  let closed = false
  const descriptor = () => {
    fd ??= openSync(`${file}-wal`, "r+")
    return fd
  }
  const release = () => {
    if (fd !== null) closeSync(fd)
    fd = null
  }
  return {
    sync: (done) => {
      let log: number
      try {
        log = descriptor()
      } catch (error) {
        return done(error as Error)
      }
      syncing = true
      fdatasync(log, (error) => {
        syncing = false
        if (closed) release()
        done(error)
      })
    },
    syncNow: () => fdatasyncSync(descriptor()),
    close: () => {
      closed = true
      if (!syncing) release()
    },
  }
}
