import { chmodSync, closeSync, existsSync, mkdirSync, openSync, renameSync, rmSync } from "node:fs"
import { dirname } from "node:path"
import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite"
import { StoreUnavailable } from "../../core/ports/mod.ts"
import { resultCode } from "./_failure.ts"
import { STEPS, TABLES_KEPT } from "./_schema.ts"
import { forgetSetAside, pathAside } from "./_set_aside.ts"

/** How long a start waits for another process to let go of the file, in milliseconds. */
export const LOCK_WAIT_MS = 3_000
/** Largest database, in bytes: beyond it the store reports itself full rather than filling the disk. */
export const DATABASE_BYTES_MAX = 4 * 1024 ** 3
/** Size, in bytes, to which the write-ahead log is cut after its content has gone into the database. */
const WAL_KEPT_BYTES = 16 * 1024 * 1024
const PAGE_BYTES = 4096
/** Length of the log, in pages (64 MB), at which it is taken into the database whatever waits for it meanwhile. */
const WAL_LONGEST_PAGES = 16_384

export interface FileOptions {
  readonly file: string
  readonly bytesMax: number
  readonly lockWaitMs: number
}

export interface Opened {
  readonly db: DatabaseSync
  /** Where the damaged file that was found is now, and how many of its rows are in use again; null when it was sound. */
  readonly damage: { readonly path: string; readonly rowsSaved: number } | null
}

/** Makes the file for its owner only before SQLite does it for everybody; SQLite gives the log beside it the same mode. */
function prepareFile(file: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  closeSync(openSync(file, "a", 0o600))
  try {
    chmodSync(file, 0o600)
  } catch {
    // A file system without modes, or a file of another owner that may be written all the same.
  }
}

/**
 * One connection that keeps everybody else out (`locking_mode`): two processes would run each other's jobs, and without
 * sharing no memory-mapped file is needed, so that network file systems do as well.
 */
function connect({ file, bytesMax, lockWaitMs }: FileOptions): DatabaseSync {
  const db = new DatabaseSync(file, { timeout: lockWaitMs })
  try {
    db.exec("PRAGMA locking_mode = EXCLUSIVE")
    db.exec("PRAGMA journal_mode = WAL")
    db.exec(`PRAGMA wal_autocheckpoint = ${WAL_LONGEST_PAGES}`)
    db.exec(`PRAGMA journal_size_limit = ${WAL_KEPT_BYTES}`)
    db.exec(`PRAGMA max_page_count = ${Math.floor(bytesMax / PAGE_BYTES)}`)
    db.exec("PRAGMA temp_store = MEMORY")
    return db
  } catch (cause) {
    db.close()
    throw cause
  }
}

function migrate(db: DatabaseSync): void {
  const version = Number(db.prepare("PRAGMA user_version").get()?.user_version)
  if (version > STEPS.length) {
    throw new StoreUnavailable({
      store: "database",
      fault: "newer",
      reason: `a later version of OnCue made it (${version}, this one knows ${STEPS.length}); start that version`,
    })
  }
  for (const [index, step] of STEPS.entries()) {
    if (index >= version) db.exec(`BEGIN;${step};PRAGMA user_version = ${index + 1};COMMIT`)
  }
}

function isSound(db: DatabaseSync): boolean {
  return db.prepare("PRAGMA quick_check(1)").get()?.quick_check === "ok"
}

/** The sound database with its tables brought up to date, or null when the file is damaged. */
function openSound(options: FileOptions): DatabaseSync | null {
  let db: DatabaseSync | null = null
  try {
    db = connect(options)
    if (isSound(db)) {
      migrate(db)
      return db
    }
  } catch (cause) {
    const code = resultCode(cause)
    if (code !== 11 && code !== 26) {
      db?.close()
      throw cause
    }
  }
  db?.close()
  return null
}

/** With a writable schema SQLite reads on where it would refuse, for example in a file that has lost its end. */
function connectDamaged(path: string): DatabaseSync {
  const db = new DatabaseSync(path, { defensive: false })
  db.exec("PRAGMA locking_mode = EXCLUSIVE; PRAGMA writable_schema = ON")
  return db
}

const columnsOf = (db: DatabaseSync, table: string): ReadonlyArray<string> =>
  db
    .prepare(`PRAGMA table_info(${table})`)
    .all()
    .map((row) => String(row.name))

/** Copies the rows that can be read, from both ends, since the damage may be in the middle. */
function saveRows(from: DatabaseSync, to: DatabaseSync, table: string): number {
  let saved = 0
  for (const order of ["ASC", "DESC"]) {
    try {
      const present = columnsOf(from, table)
      const columns = columnsOf(to, table).filter((name) => present.includes(name))
      const insert = to.prepare(
        `INSERT OR IGNORE INTO ${table} (${columns}) VALUES (${columns.map(() => "?")})`,
      )
      const rows = from.prepare(`SELECT ${columns} FROM ${table} ORDER BY 1 ${order}`)
      rows.setReturnArrays(true)
      for (const row of rows.iterate()) saved += saveRow(insert, Object.values(row))
      return saved
    } catch {
      // Damage: what comes after it is read from the other end.
    }
  }
  return saved
}

function saveRow(insert: StatementSync, values: ReadonlyArray<SQLInputValue>): number {
  try {
    return Number(insert.run(...values).changes)
  } catch {
    return 0
  }
}

/** Moves the damaged file (and its log) aside and fills a new one with what can be read of it. */
function beginAnew(options: FileOptions, nowMs: number): Opened {
  const { file } = options
  const path = pathAside(file, nowMs)
  for (const suffix of ["", "-wal"]) if (existsSync(file + suffix)) renameSync(file + suffix, path + suffix)
  rmSync(`${file}-shm`, { force: true })
  prepareFile(file)
  const db = connect(options)
  migrate(db)
  let rowsSaved = 0
  let damaged: DatabaseSync | null = null
  try {
    damaged = connectDamaged(path)
    db.exec("BEGIN")
    for (const table of TABLES_KEPT) rowsSaved += saveRows(damaged, db, table)
    db.exec("COMMIT")
  } catch {
    // Nothing of it can be read; it stays where it is for whoever wants to try more.
    if (db.isTransaction) db.exec("ROLLBACK")
    rowsSaved = 0
  }
  damaged?.close()
  return { db, damage: { path, rowsSaved } }
}

/** Opens the database, beginning anew beside a damaged one. Throws what SQLite or the file system throws. */
export function openDatabase(options: FileOptions, nowMs: number): Opened {
  prepareFile(options.file)
  const db = openSound(options)
  const opened = db === null ? beginAnew(options, nowMs) : { db, damage: null }
  forgetSetAside(options.file, nowMs)
  return opened
}
