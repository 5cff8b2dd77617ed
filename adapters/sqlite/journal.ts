import type { SQLOutputValue } from "node:sqlite"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as PubSub from "effect/PubSub"
import * as Stream from "effect/Stream"
import {
  entryOf,
  JOURNAL_WAITING_MAX,
  type JournalEntry,
  type JournalFilter,
  type JournalKind,
  type NewJournalEntry,
} from "../../core/jobs/journal_entry.ts"
import { Journal, type StoreUnavailable } from "../../core/ports/mod.ts"
import { Database, type DatabaseOptions, database } from "./_database.ts"

export interface JournalOptions extends DatabaseOptions {
  /** Entries that may wait to be stored; `JOURNAL_WAITING_MAX` when left out. */
  readonly waitingMax?: number
}

/** Entries a slow reader of `live` may be behind before it misses some. */
const LIVE_BEHIND_MAX = 1_000

const textOrNull = (value: SQLOutputValue | undefined) => (typeof value === "string" ? value : null)

const storedEntry = (row: Record<string, SQLOutputValue>): JournalEntry => ({
  id: Number(row.id),
  atMs: Number(row.at_ms),
  kind: row.kind as JournalKind,
  jobId: row.job_id === null ? null : Number(row.job_id),
  serverId: textOrNull(row.server_id),
  ratingKey: textOrNull(row.rating_key),
  title: textOrNull(row.title),
  text: String(row.text),
  detail: JSON.parse(String(row.detail)),
})

/** What a filter asks for, with its values in the order of the question marks. */
function question(filter: JournalFilter) {
  const asked: ReadonlyArray<readonly [string, string | number | undefined]> = [
    ["id < ?", filter.beforeId],
    ["job_id = ?", filter.jobId],
    ["server_id = ?", filter.serverId],
    ["rating_key = ?", filter.ratingKey],
    ["kind IN (SELECT value FROM json_each(?))", filter.kinds && JSON.stringify(filter.kinds)],
  ]
  const conditions: Array<string> = ["TRUE"]
  const values: Array<string | number> = []
  for (const [condition, value] of asked) {
    if (value === undefined) continue
    conditions.push(condition)
    values.push(value)
  }
  const text = `SELECT * FROM journal WHERE ${conditions.join(" AND ")} ORDER BY id DESC LIMIT ?`
  return { text, values: [...values, filter.limit] }
}

const make = Effect.fnUntraced(function* (options: JournalOptions) {
  const db = yield* Database
  const waitingMax = options.waitingMax ?? JOURNAL_WAITING_MAX
  const live = yield* PubSub.sliding<JournalEntry>(LIVE_BEHIND_MAX)
  const log = Effect.runForkWith(yield* Effect.context<never>())
  const insert = db.prepare(
    `INSERT INTO journal (at_ms, kind, job_id, server_id, rating_key, title, text, detail)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  const deleteOld = db.prepare("DELETE FROM journal WHERE at_ms < ?")

  let waiting: Array<readonly [NewJournalEntry, number]> = []
  let dropped = 0
  let submitted = false

  const store = ([written, nowMs]: readonly [NewJournalEntry, number]): JournalEntry => {
    const entry = entryOf(written, 0, nowMs)
    const { atMs, kind, jobId, serverId, ratingKey, title, text, detail } = entry
    const { lastInsertRowid } = insert.run(
      atMs,
      kind,
      jobId,
      serverId,
      ratingKey,
      title,
      text,
      JSON.stringify(detail),
    )
    return { ...entry, id: Number(lastInsertRowid) }
  }

  const stored = (exit: Exit.Exit<ReadonlyArray<JournalEntry>, StoreUnavailable>) => {
    const tried = waiting
    waiting = []
    submitted = false
    if (Exit.isSuccess(exit)) {
      Effect.runSync(PubSub.publishAll(live, exit.value))
    } else {
      const lost = tried.map(([{ kind, text }]) => Effect.logWarning(`Not in the journal: ${kind}: ${text}`))
      log(Effect.all(lost, { discard: true }))
    }
    if (dropped > 0)
      log(Effect.logWarning(`The journal could not keep up: its oldest ${dropped} entries are lost`))
    dropped = 0
  }

  return Journal.of({
    write: (entry) =>
      Effect.map(Clock.currentTimeMillis, (nowMs) => {
        waiting.push([entry, nowMs])
        if (waiting.length > waitingMax) {
          waiting.shift()
          dropped += 1
        }
        if (submitted) return
        submitted = true
        db.note(() => waiting.map(store), stored)
      }),
    read: (filter) => {
      const { text, values } = question(filter)
      return db.write("process", () =>
        db
          .prepare(text)
          .all(...values)
          .map(storedEntry),
      )
    },
    live: Stream.fromPubSub(live),
    prune: (beforeMs) => db.write("process", () => Number(deleteOld.run(beforeMs).changes)),
  })
})

/** The journal in SQLite. Entries are stored together at the end of the turn of the event loop in which they are written. */
export const layer = (options: JournalOptions): Layer.Layer<Journal, StoreUnavailable> =>
  Layer.effect(Journal, make(options)).pipe(Layer.provide(database(options)))
