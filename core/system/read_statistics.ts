import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { JournalEntry } from "../jobs/journal_entry.ts"
import { ItemIndex, Journal } from "../ports/mod.ts"
import { type Find, findsOf, outcomesOf, STATISTICS_KINDS, statisticsOf } from "./statistics.ts"

/** Days that the chart shows. */
export const STATISTICS_DAYS = 30
/** Finds that are shown. */
export const FINDS_SHOWN = 12
/** Entries read at a time, and pages that are read at most: what a busy month has, without holding up the rest. */
const PAGE = 1_000
const PAGES_MAX = 5

/** A find with the library that it is in, by which copies of one title are told apart; null where it was not read yet. */
const inLibrary = Effect.fnUntraced(function* (find: Find) {
  const index = yield* ItemIndex
  const { ratingKey, serverId } = find
  const known =
    serverId === null || ratingKey === null ? null : yield* index.lastKnown({ serverId, ratingKey })
  const section = (yield* index.sections).find(
    (one) => one.serverId === serverId && one.sectionId === known?.sectionId,
  )
  return { ...find, library: section?.title ?? null }
})

/** How long it took from play to subtitle in the last 30 days, and what was found last. */
export const readStatistics = Effect.fn("readStatistics")(function* () {
  const journal = yield* Journal
  const nowMs = yield* Clock.currentTimeMillis
  const fromMs = nowMs - STATISTICS_DAYS * 86_400_000
  const entries: Array<JournalEntry> = []
  for (let page = 0; page < PAGES_MAX; page++) {
    const last = entries.at(-1)
    const read = yield* journal.read({
      kinds: STATISTICS_KINDS,
      limit: PAGE,
      ...(last === undefined ? {} : { beforeId: last.id }),
    })
    entries.push(...read)
    const oldest = read.at(-1)
    if (read.length < PAGE || oldest === undefined || oldest.atMs < fromMs) break
  }
  return {
    statistics: statisticsOf(outcomesOf(entries), nowMs, STATISTICS_DAYS),
    finds: yield* Effect.forEach(findsOf(entries, FINDS_SHOWN), inLibrary),
  }
})
