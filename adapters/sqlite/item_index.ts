import type { DatabaseSync, SQLOutputValue, StatementSync } from "node:sqlite"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Queue from "effect/Queue"
import type { IndexEntry, IndexedSection } from "../../core/media/item_index_entry.ts"
import { fileNameKey } from "../../core/media/path_mapping.ts"
import { titleKey } from "../../core/media/title.ts"
import { FOUND_MAX, ItemIndex, type ItemSearch } from "../../core/ports/item_index.ts"
import { StoreUnavailable } from "../../core/ports/mod.ts"
import { storeUnavailable } from "./_failure.ts"
import { deleteIndex, isSpoilt, openIndex } from "./_index_file.ts"
import { searchSql } from "./_item_search.ts"
import { loosen, sweepYoung, tighten } from "./_tight_heap.ts"

export interface ItemIndexOptions {
  /** The path of `index.db`, a file of its own: it may be deleted at any time. */
  readonly file: string
}

type Row = Record<string, SQLOutputValue>

const COLUMNS = "id, server, rating_key, kind, section, title, show_key, season, episode, updated_at"
const nullable = (value: SQLOutputValue | undefined) =>
  value === null || value === undefined ? null : Number(value)

const buildOf = (serverId: string, sectionId: string) => `${serverId}\n${sectionId}`

const indexUnavailable = (cause: unknown): StoreUnavailable => {
  const { reason, fault } = storeUnavailable(cause)
  return new StoreUnavailable({ store: "item index", reason, ...(fault === undefined ? {} : { fault }) })
}

function sectionOf(row: Row): IndexedSection {
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
class Table {
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

  search(query: ItemSearch) {
    const { count, rows, values } = searchSql(query, COLUMNS.split(", "))
    const found = this.sql(rows).all(...values, Math.min(query.limit, FOUND_MAX), query.offset)
    return { entries: this.entries(found), total: Number(this.sql(count).get(...values)?.total) }
  }

  /** Removes the items that `where` selects, with all that belongs to them, and answers how many. */
  remove(where: string, ...values: ReadonlyArray<string | number>): number {
    for (const table of ["file", "guid"])
      this.sql(`DELETE FROM ${table} WHERE item IN (SELECT id FROM item WHERE ${where})`).run(...values)
    return Number(this.sql(`DELETE FROM item WHERE ${where}`).run(...values).changes)
  }
}

const make = Effect.fnUntraced(function* ({ file }: ItemIndexOptions) {
  let db = yield* Effect.try({ try: () => openIndex(file), catch: indexUnavailable })
  let table = new Table(db)
  /** The builds under way: tens of thousands of items go by. */
  const builds = new Map<string, object>()
  const begun = (build: string) =>
    Effect.sync(() => {
      if (!builds.has(build)) builds.set(build, {})
      tighten(builds.get(build))
    })
  const ended = (build: string) =>
    Effect.sync(() => {
      loosen(builds.get(build))
      builds.delete(build)
    })
  yield* Effect.addFinalizer(() =>
    Effect.andThen(
      Effect.forEach([...builds.keys()], ended),
      Effect.sync(() => db.close()),
    ),
  )

  /** A file that turns out to be damaged is begun anew; the caller hears that there is nothing now. */
  const use = <A>(run: (table: Table) => A): Effect.Effect<A, StoreUnavailable> =>
    Effect.try({
      try: () => run(table),
      catch: (cause) => {
        if (isSpoilt(cause)) {
          db.close()
          deleteIndex(file)
          db = openIndex(file)
          table = new Table(db)
        }
        return indexUnavailable(cause)
      },
    })
  const find = (where: string, ...values: ReadonlyArray<string | number>) =>
    use((on) =>
      on.entries(on.sql(`SELECT ${COLUMNS} FROM item WHERE ${where} LIMIT ${FOUND_MAX}`).all(...values)),
    )
  const change = (sql: string, ...values: ReadonlyArray<string | number | null>) =>
    use((on) => void on.sql(sql).run(...values))

  const wishes = yield* Queue.sliding<true>(1)
  const ask = Effect.asVoid(Queue.offer(wishes, true))
  return ItemIndex.of({
    ask,
    asked: Effect.asVoid(Queue.take(wishes)),
    get: (ref) =>
      Effect.map(find("server = ? AND rating_key = ?", ref.serverId, ref.ratingKey), ([one]) => one ?? null),
    byFileName: (name) => find("id IN (SELECT item FROM file WHERE name = ?)", fileNameKey(name)),
    byGuid: (guid, serverId) =>
      serverId === undefined
        ? find("id IN (SELECT item FROM guid WHERE guid = ?)", guid)
        : find("id IN (SELECT item FROM guid WHERE guid = ?) AND server = ?", guid, serverId),
    episodes: (show, { season, episode }) =>
      find(
        "server = ? AND show_key = ? AND season = ? AND episode = ?",
        show.serverId,
        show.ratingKey,
        season,
        episode,
      ),
    search: (query) => use((on) => on.search(query)),
    files: (serverId, limit) =>
      use((on) =>
        (serverId === null
          ? on.sql("SELECT path FROM file LIMIT ?").all(limit)
          : on
              .sql("SELECT path FROM file JOIN item ON item.id = file.item WHERE server = ? LIMIT ?")
              .all(serverId, limit)
        ).map((row) => String(row.path)),
      ),
    put: (entries) =>
      use((on) =>
        on.transaction(() => {
          for (const entry of entries) on.put(entry)
        }),
      ),
    remove: (refs) =>
      use((on) =>
        on.transaction(() => {
          for (const ref of refs) on.remove("server = ? AND rating_key = ?", ref.serverId, ref.ratingKey)
        }),
      ),
    sections: use((on) =>
      on
        .sql(
          `SELECT section.*, (SELECT count(*) FROM item WHERE item.server = section.server
             AND item.section = section.section AND item.kind <> 'show') AS items FROM section
           ORDER BY server, section`,
        )
        .all()
        .map(sectionOf),
    ),
    beginBuild: (section) =>
      change(
        `INSERT INTO section (server, section, kind, title, uuid, updated_at, generation, done) VALUES (?, ?, ?, ?, ?, 0, 1, 0)
         ON CONFLICT DO UPDATE SET kind = excluded.kind, title = excluded.title, uuid = excluded.uuid,
           generation = generation + 1, done = 0, total = NULL`,
        section.serverId,
        section.sectionId,
        section.kind,
        section.title,
        section.uuid,
      ).pipe(Effect.tap(begun(buildOf(section.serverId, section.sectionId)))),
    noteProgress: (serverId, sectionId, { done, total }) =>
      change(
        "UPDATE section SET done = ?, total = ? WHERE server = ? AND section = ?",
        done,
        total,
        serverId,
        sectionId,
      ).pipe(Effect.tap(Effect.sync(sweepYoung))),
    endBuild: (serverId, sectionId, { builtAtMs, updatedAt }) =>
      use((on) =>
        on.transaction(() => {
          on.sql(
            "UPDATE section SET built_at_ms = ?, updated_at = ?, done = NULL, total = NULL WHERE server = ? AND section = ?",
          ).run(builtAtMs, updatedAt, serverId, sectionId)
          return on.remove(
            `server = ?1 AND section = ?2 AND generation <
               (SELECT generation FROM section WHERE server = ?1 AND section = ?2)`,
            serverId,
            sectionId,
          )
        }),
      ).pipe(Effect.ensuring(ended(buildOf(serverId, sectionId)))),
    abandonBuild: (serverId, sectionId) =>
      change(
        "UPDATE section SET done = NULL, total = NULL WHERE server = ? AND section = ?",
        serverId,
        sectionId,
      ).pipe(Effect.ensuring(ended(buildOf(serverId, sectionId)))),
    noteUpdated: (serverId, sectionId, updatedAt) =>
      change(
        "UPDATE section SET updated_at = max(updated_at, ?) WHERE server = ? AND section = ?",
        updatedAt,
        serverId,
        sectionId,
      ),
    expire: (serverId) =>
      (serverId === null
        ? change("UPDATE section SET built_at_ms = NULL")
        : change("UPDATE section SET built_at_ms = NULL WHERE server = ?", serverId)
      ).pipe(Effect.tap(ask)),
    forget: (serverId, sectionId) =>
      use((on) =>
        on.transaction(() => {
          const where = sectionId === null ? "server = ?" : "server = ? AND section = ?"
          const values = sectionId === null ? [serverId] : [serverId, sectionId]
          on.remove(where, ...values)
          on.sql(`DELETE FROM section WHERE ${where}`).run(...values)
        }),
      ),
  })
})

/** The index in SQLite. */
export const layer = (options: ItemIndexOptions): Layer.Layer<ItemIndex, StoreUnavailable> =>
  Layer.effect(ItemIndex, make(options))
