import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Queue from "effect/Queue"
import { fileNameKey } from "../../core/media/path_mapping.ts"
import { FOUND_MAX, ItemIndex } from "../../core/ports/item_index.ts"
import { StoreUnavailable } from "../../core/ports/mod.ts"
import { storeUnavailable } from "./_failure.ts"
import { deleteIndex, isSpoilt, openIndex } from "./_index_file.ts"
import { COLUMNS, sectionOf, Table } from "./_item_table.ts"
import { loosen, sweepYoung, tighten } from "./_tight_heap.ts"

export interface ItemIndexOptions {
  /** The path of `index.db`, a file of its own: it may be deleted at any time. */
  readonly file: string
}

const buildOf = (serverId: string, sectionId: string) => `${serverId}\n${sectionId}`

const indexUnavailable = (cause: unknown): StoreUnavailable => {
  const { reason, fault } = storeUnavailable(cause)
  return new StoreUnavailable({ store: "item index", reason, ...(fault === undefined ? {} : { fault }) })
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
    lastKnown: (ref) =>
      Effect.flatMap(find("server = ? AND rating_key = ?", ref.serverId, ref.ratingKey), ([one]) =>
        one === undefined ? use((on) => on.gone(ref)) : Effect.succeed(one),
      ),
    byFileName: (name, folder) =>
      folder === undefined
        ? find("id IN (SELECT item FROM file WHERE name = ?)", fileNameKey(name))
        : use((on) => on.inFolder(fileNameKey(name), fileNameKey(folder))),
    byFileStem: (stem) => use((on) => on.withStem(fileNameKey(`/${stem}`))),
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
          on.forget(where, ...values)
          on.sql(`DELETE FROM section WHERE ${where}`).run(...values)
        }),
      ),
  })
})

/** The index in SQLite. */
export const layer = (options: ItemIndexOptions): Layer.Layer<ItemIndex, StoreUnavailable> =>
  Layer.effect(ItemIndex, make(options))
