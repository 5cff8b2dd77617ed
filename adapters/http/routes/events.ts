import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { JournalEntry } from "../../../core/jobs/journal_entry.ts"
import { Journal } from "../../../core/ports/mod.ts"
import { liveRoute } from "../route.ts"

/** What happens, as it happens: each entry of the journal as an event named `journal`. */
export const liveEvents = liveRoute({
  path: "/api/events",
  tag: "Activity",
  summary: "What happens, as it happens: server-sent events, one for each entry of the journal",
  access: "key",
  answers: { 200: JournalEntry },
  handleLive: () =>
    Stream.unwrap(Effect.map(Journal, (journal) => journal.live)).pipe(
      Stream.map((entry) => ({ event: "journal", data: entry, id: String(entry.id) })),
    ),
})
