import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { JobQueue, Journal, SubtitleLedger } from "../ports/mod.ts"
import { JOBS_KEPT_DAYS } from "./job.ts"
import { JOURNAL_KEPT_DAYS } from "./journal_entry.ts"

const DAY_MS = 24 * 60 * 60_000

/**
 * Forgets jobs that ended more than `JOBS_KEPT_DAYS` ago and what the journal kept for
 * `JOURNAL_KEPT_DAYS`, with the records of subtitles that are not in place any more since then.
 */
export const pruneHistory = Effect.fn("pruneHistory")(function* () {
  const queue = yield* JobQueue
  const journal = yield* Journal
  const nowMs = yield* Clock.currentTimeMillis
  const jobs = yield* queue.prune(nowMs - JOBS_KEPT_DAYS * DAY_MS)
  const entries = yield* journal.prune(nowMs - JOURNAL_KEPT_DAYS * DAY_MS)
  yield* SubtitleLedger.use((ledger) => ledger.prune(nowMs - JOURNAL_KEPT_DAYS * DAY_MS))
  return { jobs, entries }
})

/** `pruneHistory` now and once a day for ever; a store that does not work is tried again the next day. */
export const pruneHistoryDaily = Effect.fnUntraced(function* () {
  const once = pruneHistory().pipe(
    Effect.flatMap(({ jobs, entries }) =>
      Effect.logDebug(`Forgot ${jobs} old jobs and ${entries} old entries of the journal`),
    ),
    Effect.catch((error) =>
      Effect.logWarning(`Old jobs and entries are kept until tomorrow. ${error.message}`),
    ),
  )
  return yield* once.pipe(Effect.andThen(Effect.sleep(DAY_MS)), Effect.forever)
})
