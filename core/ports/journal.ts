import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Stream from "effect/Stream"
import type { JournalEntry, JournalFilter, NewJournalEntry } from "../jobs/journal_entry.ts"
import type { StoreUnavailable } from "./_store_unavailable.ts"

/** What was heard, decided and done, with the reason, for people. It holds no secret and is kept `JOURNAL_KEPT_DAYS`. */
export class Journal extends Context.Service<
  Journal,
  {
    /**
     * Appends; answers at once and stores within a moment. An entry that cannot be stored is written to the log and
     * never fails the work that it describes.
     */
    readonly write: (entry: NewJournalEntry) => Effect.Effect<void>
    /** Newest first. Sees every entry written before. */
    readonly read: (filter: JournalFilter) => Effect.Effect<ReadonlyArray<JournalEntry>, StoreUnavailable>
    /** Entries as they are written, from now on; a slow reader misses the oldest rather than holding anybody up. */
    readonly live: Stream.Stream<JournalEntry>
    readonly prune: (beforeMs: number) => Effect.Effect<number, StoreUnavailable>
  }
>()("core/ports/Journal") {}
