import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { StateStore, type StoreUnavailable } from "../../core/ports/mod.ts"
import { Database, type DatabaseOptions, database } from "./_database.ts"

const make = Effect.gen(function* () {
  const db = yield* Database
  const get = db.prepare("SELECT value FROM state WHERE key = ?")
  const put = db.prepare("INSERT OR REPLACE INTO state (key, value) VALUES (?, ?)")
  const remove = db.prepare("DELETE FROM state WHERE key = ?")
  const list = db.prepare(
    "SELECT key, value FROM state WHERE key >= ?1 AND substr(key, 1, length(?1)) = ?1 ORDER BY key",
  )
  const read = (key: string): unknown => JSON.parse(String(get.get(key)?.value ?? "null"))
  const write = (key: string, value: unknown) => {
    if (value === null || value === undefined) remove.run(key)
    else put.run(key, JSON.stringify(value))
  }
  return StateStore.of({
    get: (key) => db.write("process", () => read(key)),
    put: (key, value) => db.write("power", () => write(key, value)),
    update: (key, change) =>
      db.write("power", () => {
        const before = read(key)
        const after = change(before)
        if (after !== before) write(key, after)
        return read(key)
      }),
    list: (prefix) =>
      db.write("process", () =>
        list.all(prefix).map(({ key, value }) => ({ key: String(key), value: JSON.parse(String(value)) })),
      ),
  })
})

/** Small facts in SQLite. */
export const layer = (options: DatabaseOptions): Layer.Layer<StateStore, StoreUnavailable> =>
  Layer.effect(StateStore, make).pipe(Layer.provide(database(options)))
