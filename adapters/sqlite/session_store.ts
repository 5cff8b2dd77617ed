import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { SESSIONS_MAX, Session } from "../../core/access/session.ts"
import { NO_ATTEMPTS, Tally } from "../../core/access/tally.ts"
import { SessionStore } from "../../core/ports/mod.ts"
import { Database, type DatabaseOptions, database } from "./_database.ts"
import { storeUnavailable } from "./_failure.ts"

const readSession = Schema.decodeUnknownOption(Schema.fromJsonString(Session))
const readTally = Schema.decodeUnknownOption(Schema.fromJsonString(Tally))

const make = Effect.gen(function* () {
  const db = yield* Database
  const upsert = db.prepare(
    `INSERT INTO session (id, seen_at_ms, body) VALUES (?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET seen_at_ms = excluded.seen_at_ms, body = excluded.body`,
  )
  const deleteSurplus = db.prepare(
    "DELETE FROM session WHERE id IN (SELECT id FROM session ORDER BY seen_at_ms DESC, id LIMIT -1 OFFSET ?)",
  )
  const selectOne = db.prepare("SELECT body FROM session WHERE id = ?")
  const selectAll = db.prepare("SELECT body FROM session ORDER BY seen_at_ms DESC, id")
  const deleteOne = db.prepare("DELETE FROM session WHERE id = ?")
  const deleteAll = db.prepare("DELETE FROM session")
  const selectTally = db.prepare("SELECT body FROM tally WHERE id = 1")
  const putTally = db.prepare(
    "INSERT INTO tally (id, body) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET body = excluded.body",
  )

  /** A row that cannot be read is nobody's session. */
  const sessionOf = (row: Readonly<Record<string, unknown>> | undefined) =>
    row === undefined ? null : Option.getOrNull(readSession(row.body))
  const reading = <A>(read: () => A) => Effect.try({ try: read, catch: storeUnavailable })

  return SessionStore.of({
    save: (session) =>
      db.write("power", () => {
        upsert.run(session.id, session.seenAtMs, JSON.stringify(session))
        deleteSurplus.run(SESSIONS_MAX)
      }),
    get: (id) => reading(() => sessionOf(selectOne.get(id))),
    all: reading(() =>
      selectAll.all().flatMap((row) => {
        const session = sessionOf(row)
        return session === null ? [] : [session]
      }),
    ),
    remove: (ids) =>
      db.write("power", () => {
        for (const id of ids) deleteOne.run(id)
      }),
    clear: db.write("power", () => Number(deleteAll.run().changes)),
    tally: (change) =>
      db.write("power", () => {
        const before = Option.getOrElse(readTally(selectTally.get()?.body), () => NO_ATTEMPTS)
        const after = change(before)
        if (after !== before) putTally.run(JSON.stringify(after))
        return { before, after }
      }),
  })
})

/** Sessions of the page, in the same file as everything else that must survive a restart. */
export function layer(options: DatabaseOptions) {
  return Layer.effect(SessionStore, make).pipe(Layer.provide(database(options)))
}
