import type { DatabaseSync, SQLOutputValue, StatementSync } from "node:sqlite"
import type { IndexEntry, IndexedSection } from "../../core/media/item_index_entry.ts"
import type { ItemRef } from "../../core/media/media_item.ts"
import { fileNameKey, folderNameKey } from "../../core/media/path_mapping.ts"
import { titleKey } from "../../core/media/title.ts"
import { FOUND_MAX, GONE_MAX, type ItemSearch } from "../../core/ports/item_index.ts"
import { searchSql } from "./_item_search.ts"

type Row = Record<string, SQLOutputValue>

export const COLUMNS = "id, server, rating_key, kind, section, title, show_key, season, episode, updated_at"
const nullable = (value: SQLOutputValue | undefined) =>
  value === null || value === undefined ? null : Number(value)

export function sectionOf(row: Row): IndexedSection {
  return {
    serverId: String(row.server),
    sectionId: String(row.section),
    kind: row.kind === "show" ? "show" : "movie",
    title: String(row.title),
    uuid: String(row.uuid),
    items: Number(row.items),
    builtAtMs: nullable(row.built_at_ms),
    updatedAt: Number(row.updated_at),
    building: row.done === null ? null : { done: Number(row.done), total: nullable(row.total) },
  }
}

/** The statements of one connection. Everything here is synchronous and short. */
export class Table {
  readonly #db: DatabaseSync
  readonly #statements = new Map<string, StatementSync>()

  constructor(db: DatabaseSync) {
    this.#db = db
  }

  sql(text: string): StatementSync {
    const known = this.#statements.get(text)
    if (known !== undefined) return known
    const made = this.#db.prepare(text)
    this.#statements.set(text, made)
    return made
  }

  transaction<A>(run: () => A): A {
    this.#db.exec("BEGIN")
    try {
      const value = run()
      this.#db.exec("COMMIT")
      return value
    } catch (cause) {
      if (this.#db.isTransaction) this.#db.exec("ROLLBACK")
      throw cause
    }
  }

  entries(rows: ReadonlyArray<Row>): ReadonlyArray<IndexEntry> {
    const texts = (table: "file" | "guid", column: string, id: SQLOutputValue | undefined) =>
      this.sql(`SELECT ${column} FROM ${table} WHERE item = ? ORDER BY position`)
        .all(id as number)
        .map((row) => String(row[column]))
    return rows.map((row) => ({
      ref: { serverId: String(row.server), ratingKey: String(row.rating_key) },
      kind: row.kind as IndexEntry["kind"],
      sectionId: String(row.section),
      title: String(row.title),
      showRatingKey: row.show_key === null ? null : String(row.show_key),
      season: nullable(row.season),
      episode: nullable(row.episode),
      guids: texts("guid", "guid", row.id),
      files: texts("file", "path", row.id),
      updatedAt: nullable(row.updated_at),
    }))
  }

  put(entry: IndexEntry): void {
    const { ref } = entry
    const { id } = this.sql(
      `INSERT INTO item (server, rating_key, kind, section, title, show_key, season, episode, updated_at, words, generation)
       VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10,
         coalesce((SELECT generation FROM section WHERE server = ?1 AND section = ?4), 0))
       ON CONFLICT (server, rating_key) DO UPDATE SET kind = ?3, section = ?4, title = ?5, show_key = ?6,
         season = ?7, episode = ?8, updated_at = ?9, words = ?10, generation = excluded.generation
       RETURNING id`,
    ).get(
      ref.serverId,
      ref.ratingKey,
      entry.kind,
      entry.sectionId,
      entry.title,
      entry.showRatingKey,
      entry.season,
      entry.episode,
      entry.updatedAt,
      titleKey(entry.title).key,
    ) as { id: number }
    this.sql("DELETE FROM file WHERE item = ?").run(id)
    this.sql("DELETE FROM guid WHERE item = ?").run(id)
    for (const [position, path] of entry.files.entries())
      this.sql("INSERT INTO file (item, position, name, path) VALUES (?, ?, ?, ?)").run(
        id,
        position,
        fileNameKey(path),
        path,
      )
    for (const [position, guid] of entry.guids.entries())
      this.sql("INSERT INTO guid (item, position, guid) VALUES (?, ?, ?)").run(id, position, guid)
  }

  /** Names of folders are compared here: SQLite knows the letter case of ASCII alone. */
  inFolder(name: string, folder: string): ReadonlyArray<IndexEntry> {
    const ids = new Set<SQLOutputValue | undefined>()
    for (const { item, path } of this.sql("SELECT item, path FROM file WHERE name = ?").iterate(name)) {
      if (folderNameKey(String(path)) === folder) ids.add(item)
      if (ids.size === FOUND_MAX) break
    }
    return this.#byIds(ids)
  }

  /** What comes after `stem.` and before the next character that a name could have there begins with the stem and a dot. */
  withStem(stem: string): ReadonlyArray<IndexEntry> {
    const ids = new Set<SQLOutputValue | undefined>()
    const named = this.sql("SELECT item, name FROM file WHERE name > ?1 || '.' AND name < ?1 || '/'")
    for (const { item, name } of named.iterate(stem)) {
      if (
        !String(name)
          .slice(stem.length + 1)
          .includes(".")
      )
        ids.add(item)
      if (ids.size === FOUND_MAX) break
    }
    return this.#byIds(ids)
  }

  #byIds(ids: ReadonlySet<SQLOutputValue | undefined>): ReadonlyArray<IndexEntry> {
    const one = this.sql(`SELECT ${COLUMNS} FROM item WHERE id = ?`)
    return this.entries(
      [...ids].map((id) => one.get(id as number)).filter((row): row is Row => row !== undefined),
    )
  }

  search(query: ItemSearch) {
    const { count, rows, values } = searchSql(query, COLUMNS.split(", "))
    const found = this.sql(rows).all(...values, Math.min(query.limit, FOUND_MAX), query.offset)
    return { entries: this.entries(found), total: Number(this.sql(count).get(...values)?.total) }
  }

  /** Removes the items that `where` selects, keeps what they were, and answers how many. */
  remove(where: string, ...values: ReadonlyArray<string | number>): number {
    const rows = this.sql(
      `SELECT ${COLUMNS} FROM item WHERE kind <> 'show' AND ${where} ORDER BY id DESC LIMIT ${GONE_MAX}`,
    ).all(...values)
    for (const entry of this.entries(rows))
      this.sql("INSERT OR REPLACE INTO gone (server, rating_key, section, entry) VALUES (?, ?, ?, ?)").run(
        entry.ref.serverId,
        entry.ref.ratingKey,
        entry.sectionId,
        JSON.stringify(entry),
      )
    if (rows.length > 0) this.sql("DELETE FROM gone WHERE id <= (SELECT max(id) FROM gone) - ?").run(GONE_MAX)
    return this.#delete(where, values)
  }

  /** The same without keeping anything, also of what was removed before. `where` names no column but those of a place. */
  forget(where: string, ...values: ReadonlyArray<string | number>): void {
    this.#delete(where, values)
    this.sql(`DELETE FROM gone WHERE ${where}`).run(...values)
  }

  gone(ref: ItemRef): IndexEntry | null {
    const row = this.sql("SELECT entry FROM gone WHERE server = ? AND rating_key = ?").get(
      ref.serverId,
      ref.ratingKey,
    )
    return row === undefined ? null : (JSON.parse(String(row.entry)) as IndexEntry)
  }

  #delete(where: string, values: ReadonlyArray<string | number>): number {
    for (const table of ["file", "guid"])
      this.sql(`DELETE FROM ${table} WHERE item IN (SELECT id FROM item WHERE ${where})`).run(...values)
    return Number(this.sql(`DELETE FROM item WHERE ${where}`).run(...values).changes)
  }
}
