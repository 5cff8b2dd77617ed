import type { SQLOutputValue } from "node:sqlite"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import {
  cutShortPauseMs,
  type Job,
  type JobState,
  NARROW_LANES,
  type NewJob,
  Work,
} from "../../core/jobs/job.ts"
import type { Look } from "../../core/jobs/take_when_due.ts"
import type { JobFilter, Offered } from "../../core/ports/mod.ts"
import type { Database } from "./_database.ts"

type Row = Record<string, SQLOutputValue>

const decodeWork = Schema.decodeUnknownOption(Schema.fromJsonString(Work))
/** Compiles only while what is stored needs no encoding. */
const encodeWork = (work: typeof Work.Encoded) => JSON.stringify(work)
const numberOrNull = (value: SQLOutputValue | undefined) => (value === null ? null : Number(value))

/** Null when the work is none that this version can do. */
function jobOf(row: Row): Job | null {
  const work = decodeWork(row.work)
  if (Option.isNone(work)) return null
  return {
    id: Number(row.id),
    key: String(row.key),
    work: work.value,
    state: row.state as JobState,
    priority: Number(row.priority),
    lane: String(row.lane),
    attempts: Number(row.attempts),
    notBeforeMs: Number(row.not_before_ms),
    createdAtMs: Number(row.created_at_ms),
    startedAtMs: numberOrNull(row.started_at_ms),
    finishedAtMs: numberOrNull(row.finished_at_ms),
    reason: row.reason === null ? null : String(row.reason),
  }
}

/** The room of the lanes that have less than the others. */
const NARROW = Object.entries(NARROW_LANES)
  .map(([lane, room]) => `WHEN '${lane}' THEN min(?1, ${room})`)
  .join(" ")

/** The first due job of each lane that has room, found by stepping from lane to lane through the index. */
const NEXT = `
WITH RECURSIVE lanes (lane) AS (
  SELECT min(lane) FROM job WHERE state = 'waiting' AND due = 1
  UNION ALL
  SELECT (SELECT min(lane) FROM job WHERE state = 'waiting' AND due = 1 AND lane > lanes.lane)
  FROM lanes WHERE lane IS NOT NULL
)
SELECT job.* FROM lanes JOIN job ON job.id = (
  SELECT first.id FROM job AS first
  WHERE first.state = 'waiting' AND first.due = 1 AND first.lane = lanes.lane
  ORDER BY first.priority, first.id LIMIT 1
)
WHERE (SELECT count(*) FROM job AS other WHERE other.state = 'running' AND other.lane = lanes.lane)
  < CASE lanes.lane ${NARROW} ELSE ?1 END
ORDER BY job.priority, job.id LIMIT 1`

/** Waiting jobs that are put in order for an answer; of more than that the newest are found sooner by their ids. */
const WAITING_SORTED_MAX = 2_000

/**
 * The text and the values of the question for the jobs of a filter. One state is answered from an index, and so is what
 * waits or runs: that is asked for all the time, and is a small part of the jobs that are kept.
 */
function question({ states, work, beforeId, limit }: JobFilter, waiting: number) {
  const conditions = ["id < ?"]
  const values: Array<string | number> = [beforeId ?? Number.MAX_SAFE_INTEGER]
  let from = "job"
  // An index is found only by the very words of its condition, and is preferred to the order of the ids only by its name.
  if (states?.length === 1 && states[0] === "running") {
    from = "job INDEXED BY job_running"
    conditions.push("state = 'running'")
  } else if (
    states !== undefined &&
    states.length > 0 &&
    states.every((one) => !ENDED_STATES.includes(one)) &&
    waiting <= WAITING_SORTED_MAX
  ) {
    from = "job INDEXED BY job_active"
    conditions.push(ACTIVE)
  }
  if (states?.length === 1) {
    conditions.push("state = ?", ...(ENDED_STATES.includes(states[0]!) ? [ENDED] : []))
    values.push(states[0]!)
  } else if (states !== undefined) {
    conditions.push("state IN (SELECT value FROM json_each(?))")
    values.push(JSON.stringify(states))
  }
  if (work !== undefined) {
    conditions.push("work_tag IN (SELECT value FROM json_each(?))")
    values.push(JSON.stringify(work))
  }
  const text = `SELECT * FROM ${from} WHERE ${conditions.join(" AND ")} ORDER BY id DESC LIMIT ?`
  return { text, values: [...values, limit] }
}

const ENDED_STATES: ReadonlyArray<JobState> = ["done", "failed", "cancelled"]
const ACTIVE = "state IN ('waiting', 'running')"
const ENDED = "state IN ('done', 'failed', 'cancelled')"

/**
 * The statements on jobs, as functions that are run inside a transaction. The number of jobs that wait is kept beside
 * them, since counting up to a hundred thousand at every offer would cost more than the offer.
 */
export function jobTable(database: Database["Service"]) {
  const sql = (text: string) => database.prepare(text)
  const statements = {
    count: sql(
      `SELECT (SELECT count(*) FROM job WHERE state = 'waiting' AND due = 1)
         + (SELECT count(*) FROM job WHERE state = 'waiting' AND due = 0) AS n`,
    ),
    cutShort: sql("SELECT id, attempts FROM job WHERE state = 'running'"),
    recover: sql("UPDATE job SET state = 'waiting', due = ?, not_before_ms = ?, reason = ? WHERE id = ?"),
    sighting: sql(
      "SELECT job.id AS id FROM sighting LEFT JOIN job ON job.id = sighting.job_id WHERE sighting.key = ? AND until_ms > ?",
    ),
    see: sql("INSERT OR REPLACE INTO sighting (key, job_id, until_ms) VALUES (?, ?, ?)"),
    add: sql(
      `INSERT INTO job (key, work_tag, work, state, due, priority, lane, attempts, not_before_ms, created_at_ms)
       VALUES (?, ?, ?, 'waiting', ?, ?, ?, 0, ?, ?) ON CONFLICT DO NOTHING`,
    ),
    hurry: sql(
      `UPDATE job SET priority = min(priority, ?1), not_before_ms = min(not_before_ms, ?2),
         due = CASE WHEN ?2 <= ?3 THEN 1 ELSE due END,
         work_tag = CASE WHEN ?1 < priority THEN ?5 ELSE work_tag END,
         work = CASE WHEN ?1 < priority THEN ?6 ELSE work END
       WHERE key = ?4 AND ${ACTIVE} RETURNING *`,
    ),
    wake: sql("UPDATE job SET due = 1 WHERE state = 'waiting' AND due = 0 AND not_before_ms <= ?"),
    next: sql(NEXT),
    nextDue: sql("SELECT min(not_before_ms) AS at FROM job WHERE state = 'waiting' AND due = 0"),
    start: sql(
      "UPDATE job SET state = 'running', attempts = attempts + 1, started_at_ms = ? WHERE id = ? RETURNING *",
    ),
    end: sql("UPDATE job SET state = ?, finished_at_ms = ?, reason = ? WHERE id = ? AND state = 'running'"),
    putBack: sql(
      `UPDATE job SET state = 'waiting', due = 0, not_before_ms = ?, attempts = attempts - ?, reason = coalesce(?, reason)
       WHERE id = ? AND state = 'running'`,
    ),
    again: sql(
      `UPDATE job SET state = 'waiting', due = 1, attempts = 0, not_before_ms = 0, started_at_ms = NULL,
         finished_at_ms = NULL, reason = NULL
       WHERE id = ? RETURNING *`,
    ),
    cancel: sql(
      "UPDATE job SET state = 'cancelled', finished_at_ms = ?, reason = ? WHERE id = ? AND state = 'waiting' RETURNING *",
    ),
    get: sql("SELECT * FROM job WHERE id = ?"),
    counts: sql(
      `SELECT state, count(*) AS n FROM job WHERE ${ENDED} GROUP BY state
       UNION ALL SELECT 'running', count(*) FROM job WHERE state = 'running'`,
    ),
    prune: sql(`DELETE FROM job WHERE ${ENDED} AND finished_at_ms < ?`),
    forget: sql("DELETE FROM sighting WHERE until_ms <= ?"),
    savepoint: sql("SAVEPOINT offer"),
    keep: sql("RELEASE offer"),
    undo: sql("ROLLBACK TO offer"),
  }

  let waiting = 0
  const recount = () => {
    waiting = Number(statements.count.get()?.n)
  }
  recount()
  database.onRollback(recount)

  const one = (row: Row | undefined): Job | null => (row === undefined ? null : jobOf(row))

  const hurry = ({ key, notBeforeMs, priority, work }: Omit<NewJob, "lane" | "sighting">, nowMs: number) =>
    statements.hurry.get(priority, notBeforeMs, nowMs, key, work._tag, encodeWork(work))

  const offerOne = (job: NewJob, nowMs: number): Offered => {
    const { sighting, notBeforeMs } = job
    const seen = sighting === null ? undefined : statements.sighting.get(sighting.key, nowMs)
    if (seen !== undefined) return { outcome: "seen", jobId: numberOrNull(seen.id) }
    const { key, work, priority, lane } = job
    const due = notBeforeMs <= nowMs ? 1 : 0
    const text = encodeWork(work)
    const added = statements.add.run(key, work._tag, text, due, priority, lane, notBeforeMs, nowMs)
    const isNew = added.changes === 1
    const jobId = Number(isNew ? added.lastInsertRowid : hurry(job, nowMs)?.id)
    if (isNew) waiting += 1
    if (sighting !== null) statements.see.run(sighting.key, jobId, nowMs + sighting.windowMs)
    return { outcome: isNew ? "added" : "merged", jobId }
  }

  return {
    waiting: () => waiting,

    /** What was running when the process died waits again; its attempt stays counted. */
    recover(nowMs: number, reason: string): void {
      for (const { attempts, id } of statements.cutShort.all()) {
        const pauseMs = cutShortPauseMs(Number(attempts))
        statements.recover.run(pauseMs === 0 ? 1 : 0, pauseMs === 0 ? 0 : nowMs + pauseMs, reason, id ?? null)
        waiting += 1
      }
    },

    /** Null when there is no room for all of them; nothing is stored then. */
    offer(jobs: ReadonlyArray<NewJob>, nowMs: number, waitingMax: number): ReadonlyArray<Offered> | null {
      if (waiting + jobs.length <= waitingMax) return jobs.map((job) => offerOne(job, nowMs))
      const before = waiting
      statements.savepoint.run()
      const answers = jobs.map((job) => offerOne(job, nowMs))
      const full = waiting > waitingMax && waiting > before
      if (full) {
        statements.undo.run()
        waiting = before
      }
      statements.keep.run()
      return full ? null : answers
    },

    /** Starts the next job. Work that this version cannot read is a dead letter at once. */
    look(nowMs: number, laneRunningMax: number): Look<Job> {
      statements.wake.run(nowMs)
      for (;;) {
        const next = statements.next.get(laneRunningMax)
        if (next === undefined) {
          return { _tag: "Nothing", nextDueMs: numberOrNull(statements.nextDue.get()?.at) }
        }
        const id = Number(next.id)
        const job = one(statements.start.get(nowMs, id))
        waiting -= 1
        if (job !== null) return { _tag: "Taken", job }
        statements.end.run("failed", nowMs, "This version cannot read the stored work", id)
      }
    },

    end(id: number, state: "done" | "failed", nowMs: number, reason: string): void {
      statements.end.run(state, nowMs, reason, id)
    },

    /** A null `reason` leaves the one there is. */
    putBack(id: number, notBeforeMs: number, attemptsForgotten: 0 | 1, reason: string | null): void {
      waiting += Number(statements.putBack.run(notBeforeMs, attemptsForgotten, reason, id).changes)
    },

    /** An ended job once more; when another with its key waits or runs, that one instead. */
    again(job: Job, nowMs: number): Job {
      const there = one(hurry({ ...job, notBeforeMs: 0 }, nowMs))
      if (there !== null) return there
      waiting += 1
      return one(statements.again.get(job.id)) ?? job
    },

    cancel(id: number, nowMs: number, reason: string): Job | null {
      const job = one(statements.cancel.get(nowMs, reason, id))
      if (job !== null) waiting -= 1
      return job
    },

    get: (id: number): Job | null => one(statements.get.get(id)),

    list(filter: JobFilter): ReadonlyArray<Job> {
      const { text, values } = question(filter, waiting)
      const rows = sql(text).all(...values)
      return rows.map(jobOf).filter((job) => job !== null)
    },

    counts(): Record<JobState, number> {
      const counts = { waiting, running: 0, done: 0, failed: 0, cancelled: 0 }
      for (const row of statements.counts.all()) counts[row.state as JobState] = Number(row.n)
      return counts
    },

    prune(beforeMs: number, nowMs: number): number {
      statements.forget.run(nowMs)
      return Number(statements.prune.run(beforeMs).changes)
    },
  }
}
