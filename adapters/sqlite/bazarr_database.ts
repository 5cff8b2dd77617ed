import { copyFileSync, existsSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { type BazarrProfile, BazarrProfileItem } from "../../core/migration/bazarr_profile.ts"
import { BAZARR_PROFILES_MAX, BazarrDatabase, BazarrDatabaseUnreadable } from "../../core/ports/mod.ts"

const decodeItems = Schema.decodeUnknownSync(Schema.fromJsonString(Schema.Array(BazarrProfileItem)))

/**
 * A copy to look into: SQLite writes beside a database even when it only reads, and Bazarr's folder is not to be
 * touched. Its log is copied too, for what is not yet in the file.
 */
function withCopy<A>(path: string, look: (copy: string) => A): A {
  const folder = mkdtempSync(join(tmpdir(), "oncue-import-"))
  try {
    const copy = join(folder, "bazarr.db")
    copyFileSync(path, copy)
    if (existsSync(`${path}-wal`)) copyFileSync(`${path}-wal`, `${copy}-wal`)
    return look(copy)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const tablesOf = (db: DatabaseSync): ReadonlySet<string> =>
  new Set(
    db
      .prepare("SELECT name FROM sqlite_master WHERE type = 'table'")
      .all()
      .map((row) => String(row.name)),
  )

/** How many shows and films use each profile. */
function usesIn(db: DatabaseSync): ReadonlyMap<number, number> {
  const uses = new Map<number, number>()
  const tables = tablesOf(db)
  for (const table of ["table_shows", "table_movies"].filter((name) => tables.has(name))) {
    const counts = db.prepare(`SELECT profileId AS id, count(*) AS uses FROM ${table} GROUP BY profileId`)
    for (const row of counts.iterate())
      uses.set(Number(row.id), (uses.get(Number(row.id)) ?? 0) + Number(row.uses))
  }
  return uses
}

function profilesIn(copy: string): ReadonlyArray<BazarrProfile> {
  const db = new DatabaseSync(copy)
  try {
    const uses = usesIn(db)
    return db
      .prepare(
        "SELECT profileId, name, cutoff, items FROM table_languages_profiles ORDER BY profileId LIMIT ?",
      )
      .all(BAZARR_PROFILES_MAX)
      .map((row) => ({
        id: Number(row.profileId),
        name: String(row.name),
        cutoff: row.cutoff === null ? null : Number(row.cutoff),
        items: decodeItems(row.items),
        uses: uses.get(Number(row.profileId)) ?? 0,
      }))
  } finally {
    db.close()
  }
}

/** Bazarr's SQLite database, read from a copy. */
export const layer: Layer.Layer<BazarrDatabase> = Layer.succeed(BazarrDatabase, {
  profiles: (path) =>
    Effect.try({
      try: () => withCopy(path, profilesIn),
      catch: (error) =>
        new BazarrDatabaseUnreadable({
          file: path,
          reason:
            (error as NodeJS.ErrnoException).code === "ENOENT"
              ? "there is no such file"
              : (error as Error).message.split("\n", 1).join(""),
        }),
    }),
})
