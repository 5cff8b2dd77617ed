import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { changedRecord, INTENTIONS_MAX, Intention } from "../../core/placed/intention.ts"
import {
  type NewPlacedSubtitle,
  type NewRefusal,
  type PlacedSubtitle as Placed,
  PlacedSubtitle,
  REFUSALS_PER_ITEM_MAX,
  Refusal,
} from "../../core/placed/placed.ts"
import { makeTurns } from "../../core/placed/turns.ts"
import { type LedgerFilter, type StoreUnavailable, SubtitleLedger } from "../../core/ports/mod.ts"
import { Database, type DatabaseOptions, database } from "./_database.ts"

type Row = Readonly<Record<string, unknown>> | undefined

const decodePlaced = Schema.decodeUnknownOption(Schema.fromJsonString(PlacedSubtitle))
const decodeRefusal = Schema.decodeUnknownOption(Schema.fromJsonString(Refusal))
const decodeIntention = Schema.decodeUnknownOption(Schema.fromJsonString(Intention))
const placedOf = (row: Row) => Option.getOrNull(decodePlaced(row?.body))
const refusalOf = (row: Row) => Option.getOrNull(decodeRefusal(row?.body))
const intentionOf = (row: Row) => Option.getOrNull(decodeIntention(row?.body))
const known = <A>(read: (row: Row) => A | null, rows: ReadonlyArray<Row>) =>
  rows.flatMap((row) => {
    const value = read(row)
    return value === null ? [] : [value]
  })

/** What a filter asks for, with its values in the order of the question marks. */
function conditionsOf(filter: LedgerFilter) {
  const asked: ReadonlyArray<readonly [string, string | number | undefined]> = [
    ["server_id = ?", filter.serverId],
    ["rating_key = ?", filter.ratingKey],
    ["id < ?", filter.beforeId],
    ["state IN (SELECT value FROM json_each(?))", filter.states && JSON.stringify(filter.states)],
  ]
  const given = asked.flatMap(([condition, value]) => (value === undefined ? [] : [{ condition, value }]))
  return {
    where: ["TRUE", ...given.map((one) => one.condition)].join(" AND "),
    values: [...given.map((one) => one.value), filter.limit],
  }
}

const make = Effect.gen(function* () {
  const db = yield* Database
  const insert = db.prepare(
    `INSERT INTO placed (server_id, rating_key, at_ms, state, next_look_ms, body)
     VALUES (?, ?, ?, ?, ?, '')`,
  )
  const write = db.prepare("UPDATE placed SET state = ?, next_look_ms = ?, body = ? WHERE id = ?")
  const select = db.prepare("SELECT body FROM placed WHERE id = ?")
  const due = db.prepare(
    `SELECT body FROM placed WHERE state = 'placed' AND next_look_ms <= ?
     ORDER BY next_look_ms, id LIMIT ?`,
  )
  const itemsSince = db.prepare(
    "SELECT DISTINCT rating_key FROM placed WHERE server_id = ? AND state = 'placed' AND at_ms >= ?",
  )
  const deleteOld = db.prepare("DELETE FROM placed WHERE state <> 'placed' AND at_ms < ?")
  const refuse = db.prepare(
    `INSERT INTO refusal (server_id, rating_key, provider, candidate_id, body) VALUES (?, ?, ?, ?, '')
     ON CONFLICT (server_id, rating_key, provider, candidate_id) DO UPDATE SET body = '' RETURNING id`,
  )
  const writeRefusal = db.prepare("UPDATE refusal SET body = ? WHERE id = ?")
  const selectRefusal = db.prepare("SELECT body FROM refusal WHERE id = ?")
  const deleteRefusal = db.prepare("DELETE FROM refusal WHERE id = ?")
  const deleteSurplus = db.prepare(
    `DELETE FROM refusal WHERE id IN (SELECT id FROM refusal WHERE server_id = ? AND rating_key = ?
     ORDER BY id DESC LIMIT -1 OFFSET ?)`,
  )
  const intend = db.prepare("INSERT INTO intention (body) VALUES (?)")
  const writeIntention = db.prepare("UPDATE intention SET body = ? WHERE id = ?")
  const selectIntention = db.prepare("SELECT body FROM intention WHERE id = ?")
  const selectIntentions = db.prepare("SELECT body FROM intention ORDER BY id LIMIT ?")
  const deleteIntention = db.prepare("DELETE FROM intention WHERE id = ?")
  const store = (record: Placed): Placed => {
    write.run(record.state, record.nextLookMs, JSON.stringify(record), record.id)
    return record
  }
  const add = (record: NewPlacedSubtitle): Placed => {
    const { serverId, ratingKey, atMs, state, nextLookMs } = record
    const { lastInsertRowid } = insert.run(serverId, ratingKey, atMs, state, nextLookMs)
    return store({ ...record, id: Number(lastInsertRowid) })
  }
  const refuseIt = (refusal: NewRefusal): Refusal => {
    const { serverId, ratingKey, provider, candidateId } = refusal
    const row = refuse.get(serverId, ratingKey, provider, candidateId)
    const added = { ...refusal, id: Number(row?.id) }
    writeRefusal.run(JSON.stringify(added), added.id)
    deleteSurplus.run(serverId, ratingKey, REFUSALS_PER_ITEM_MAX)
    return added
  }
  const carryOut = ({ add: added, changes, refuse: refused }: Intention): Placed | null => {
    for (const change of changes) {
      const record = placedOf(select.get(change.id))
      if (record !== null) store(changedRecord(record, change))
    }
    if (refused !== null) refuseIt(refused)
    return added === null ? null : add(added)
  }
  return SubtitleLedger.of({
    inTurn: makeTurns(),
    add: (record) => db.write("power", () => add(record)),
    update: (id, change) =>
      db.write("power", () => {
        const record = placedOf(select.get(id))
        return record === null ? null : store({ ...change(record), id })
      }),
    get: (id) => db.write("process", () => placedOf(select.get(id))),
    list: (filter) =>
      db.write("process", () => {
        const { values, where } = conditionsOf(filter)
        const text = `SELECT body FROM placed WHERE ${where} ORDER BY id DESC LIMIT ?`
        return known(placedOf, db.prepare(text).all(...values))
      }),
    itemsSince: (serverId, sinceMs) =>
      db.write("process", () => itemsSince.all(serverId, sinceMs).map((row) => String(row.rating_key))),
    due: (nowMs, limit) => db.write("process", () => known(placedOf, due.all(nowMs, limit))),
    refuse: (refusal) => db.write("power", () => refuseIt(refusal)),
    refusals: (filter) =>
      db.write("process", () => {
        const { values, where } = conditionsOf(filter)
        const text = `SELECT body FROM refusal WHERE ${where} ORDER BY id DESC LIMIT ?`
        return known(refusalOf, db.prepare(text).all(...values))
      }),
    allow: (id) =>
      db.write("power", () => {
        const refusal = refusalOf(selectRefusal.get(id))
        deleteRefusal.run(id)
        return refusal
      }),
    intend: (intention) =>
      db.write("power", () => {
        const id = Number(intend.run("").lastInsertRowid)
        writeIntention.run(JSON.stringify({ ...intention, id }), id)
        return id
      }),
    intentions: db.write("process", () => known(intentionOf, selectIntentions.all(INTENTIONS_MAX))),
    settle: (id, outcome) =>
      db.write("power", () => {
        const intention = intentionOf(selectIntention.get(id))
        deleteIntention.run(id)
        return intention === null || outcome === "dropped" ? null : carryOut(intention)
      }),
    prune: (beforeMs) => db.write("process", () => Number(deleteOld.run(beforeMs).changes)),
  })
})

/** What was placed and refused, in SQLite. */
export const layer = (options: DatabaseOptions): Layer.Layer<SubtitleLedger, StoreUnavailable> =>
  Layer.effect(SubtitleLedger, make).pipe(Layer.provide(database(options)))
