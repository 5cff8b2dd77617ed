import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { Pin } from "../../core/auth/pin.ts"
import { PinStore, type StoreUnavailable } from "../../core/ports/mod.ts"
import { Database, type DatabaseOptions, database } from "./_database.ts"

const decodePin = Schema.decodeUnknownOption(Schema.fromJsonString(Pin))
/** Compiles only while what is stored needs no encoding. */
const encodePin = (pin: typeof Pin.Encoded) => JSON.stringify(pin)
/** A session that this version cannot read is as good as none: it lives ten minutes. */
const pinOf = (row: { readonly [column: string]: unknown } | undefined): Pin | null =>
  Option.getOrNull(decodePin(row?.body))

const make = Effect.gen(function* () {
  const db = yield* Database
  const save = db.prepare("INSERT OR REPLACE INTO pin (id, created_at_ms, body) VALUES (?, ?, ?)")
  const get = db.prepare("SELECT body FROM pin WHERE id = ?")
  const all = db.prepare("SELECT body FROM pin ORDER BY created_at_ms, id")
  const remove = db.prepare("DELETE FROM pin WHERE id = ?")
  const store = (pin: Pin) => void save.run(pin.id, pin.createdAtMs, encodePin(pin))
  return PinStore.of({
    save: (pin) => db.write("power", () => store(pin)),
    update: (id, change) =>
      db.write("power", () => {
        const pin = pinOf(get.get(id))
        if (pin === null) return null
        const changed = change(pin)
        store(changed)
        return changed
      }),
    get: (id) => db.write("process", () => pinOf(get.get(id))),
    all: db.write("process", () =>
      all
        .all()
        .map(pinOf)
        .filter((pin) => pin !== null),
    ),
    remove: (ids) =>
      db.write("power", () => {
        for (const id of ids) remove.run(id)
      }),
  })
})

/** PIN sessions in SQLite. */
export const layer = (options: DatabaseOptions): Layer.Layer<PinStore, StoreUnavailable> =>
  Layer.effect(PinStore, make).pipe(Layer.provide(database(options)))
