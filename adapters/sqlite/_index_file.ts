import { closeSync, mkdirSync, openSync, rmSync } from "node:fs"
import { dirname } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { resultCode } from "./_failure.ts"

/** Counts up when the tables change: an index of another version is thrown away and built again. */
const VERSION = 3

const TABLES = `
CREATE TABLE item (
  id INTEGER PRIMARY KEY,
  server TEXT NOT NULL,
  rating_key TEXT NOT NULL,
  kind TEXT NOT NULL,
  section TEXT NOT NULL,
  title TEXT NOT NULL,
  words TEXT NOT NULL,
  show_key TEXT,
  season INTEGER,
  episode INTEGER,
  updated_at REAL,
  generation INTEGER NOT NULL,
  UNIQUE (server, rating_key)
) STRICT;
CREATE INDEX item_show ON item (server, show_key, season, episode) WHERE show_key IS NOT NULL;
CREATE INDEX item_section ON item (server, section, generation);
CREATE TABLE file (
  item INTEGER NOT NULL,
  position INTEGER NOT NULL,
  name TEXT NOT NULL,
  path TEXT NOT NULL,
  PRIMARY KEY (item, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX file_name ON file (name);
CREATE TABLE guid (
  item INTEGER NOT NULL,
  position INTEGER NOT NULL,
  guid TEXT NOT NULL,
  PRIMARY KEY (item, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX guid_guid ON guid (guid);
CREATE TABLE section (
  server TEXT NOT NULL,
  section TEXT NOT NULL,
  kind TEXT NOT NULL,
  title TEXT NOT NULL,
  uuid TEXT NOT NULL,
  built_at_ms REAL,
  updated_at REAL NOT NULL,
  generation INTEGER NOT NULL,
  done INTEGER,
  total INTEGER,
  PRIMARY KEY (server, section)
) STRICT, WITHOUT ROWID;
CREATE TABLE gone (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  server TEXT NOT NULL,
  rating_key TEXT NOT NULL,
  section TEXT NOT NULL,
  entry TEXT NOT NULL,
  UNIQUE (server, rating_key)
) STRICT;
`

function connect(file: string): DatabaseSync {
  const db = new DatabaseSync(file, { timeout: 3_000 })
  try {
    db.exec("PRAGMA locking_mode = EXCLUSIVE")
    db.exec("PRAGMA journal_mode = WAL")
    // A commit that a power cut takes back costs a look at the server, so none of them waits for the disk.
    db.exec("PRAGMA synchronous = NORMAL")
    db.exec("PRAGMA journal_size_limit = 8388608")
    db.exec("PRAGMA cache_size = -4096")
    const version = Number(db.prepare("PRAGMA user_version").get()?.user_version)
    if (version === 0) db.exec(`BEGIN;${TABLES};PRAGMA user_version = ${VERSION};COMMIT`)
    else if (version !== VERSION) throw new OtherVersion()
    // No build survives the process that made it.
    db.exec("UPDATE section SET done = NULL, total = NULL")
    return db
  } catch (cause) {
    db.close()
    throw cause
  }
}

class OtherVersion extends Error {}

/** Whether what was thrown means that the file is no use any more. */
export function isSpoilt(cause: unknown): boolean {
  const code = resultCode(cause)
  return cause instanceof OtherVersion || code === 11 || code === 26
}

export function deleteIndex(file: string): void {
  for (const suffix of ["", "-wal", "-shm"]) rmSync(file + suffix, { force: true })
}

/** Opens the index, empty when there is none or when the one there is of another version or damaged. */
export function openIndex(file: string): DatabaseSync {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  closeSync(openSync(file, "a", 0o600))
  try {
    return connect(file)
  } catch (cause) {
    if (!isSpoilt(cause)) throw cause
    deleteIndex(file)
    closeSync(openSync(file, "a", 0o600))
    return connect(file)
  }
}
