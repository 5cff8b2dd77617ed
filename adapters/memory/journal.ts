import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as PubSub from "effect/PubSub"
import * as Stream from "effect/Stream"
import { entryOf, JOURNAL_WAITING_MAX, type JournalEntry } from "../../core/jobs/journal_entry.ts"
import { Journal } from "../../core/ports/mod.ts"

/** Entries a slow reader of `live` may be behind before it misses some. */
const LIVE_BEHIND_MAX = 1_000

/** The journal in memory: its newest `JOURNAL_WAITING_MAX` entries, gone with the process. */
export const layer: Layer.Layer<Journal> = Layer.effect(
  Journal,
  Effect.gen(function* () {
    const entries: Array<JournalEntry> = []
    let lastId = 0
    const written = yield* PubSub.sliding<JournalEntry>(LIVE_BEHIND_MAX)
    return Journal.of({
      write: (entry) =>
        Effect.flatMap(Clock.currentTimeMillis, (nowMs) => {
          lastId += 1
          const stored = entryOf(entry, lastId, nowMs)
          entries.push(stored)
          if (entries.length > JOURNAL_WAITING_MAX) entries.shift()
          return PubSub.publish(written, stored)
        }),
      read: (filter) =>
        Effect.sync(() =>
          entries
            .filter(({ jobId }) => filter.jobId === undefined || jobId === filter.jobId)
            .filter(({ kind }) => filter.kinds === undefined || filter.kinds.includes(kind))
            .filter(({ serverId }) => filter.serverId === undefined || serverId === filter.serverId)
            .filter(({ ratingKey }) => filter.ratingKey === undefined || ratingKey === filter.ratingKey)
            .filter(({ id }) => filter.beforeId === undefined || id < filter.beforeId)
            .reverse()
            .slice(0, filter.limit),
        ),
      live: Stream.fromPubSub(written),
      prune: (beforeMs) =>
        Effect.sync(() => {
          const kept = entries.filter(({ atMs }) => atMs >= beforeMs)
          const forgotten = entries.length - kept.length
          entries.splice(0, entries.length, ...kept)
          return forgotten
        }),
    })
  }),
)
