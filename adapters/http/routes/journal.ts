import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { JournalEntry, JournalKind } from "../../../core/jobs/journal_entry.ts"
import { Journal } from "../../../core/ports/mod.ts"
import { choicesArgument, TextArgument, wholeArgument } from "../arguments.ts"
import { answer, route } from "../route.ts"

const ENTRIES_DEFAULT = 100

/** What was heard, decided and done, newest first. */
export const listJournal = route({
  method: "GET",
  path: "/api/journal",
  tag: "Activity",
  summary: "What was heard, decided and done, newest first",
  access: "key",
  input: Schema.Struct({
    job: Schema.optionalKey(wholeArgument(1, Number.MAX_SAFE_INTEGER)),
    kind: Schema.optionalKey(choicesArgument(JournalKind)),
    server: Schema.optionalKey(TextArgument),
    ratingKey: Schema.optionalKey(TextArgument),
    /** Only entries with a smaller id: the next page. */
    before: Schema.optionalKey(wholeArgument(1, Number.MAX_SAFE_INTEGER)),
    limit: Schema.optionalKey(wholeArgument(1, 1_000)),
  }),
  answers: { 200: Schema.Struct({ data: Schema.Array(JournalEntry) }) },
  handle: ({ input }) =>
    Effect.gen(function* () {
      const journal = yield* Journal
      const data = yield* journal.read({
        limit: input.limit ?? ENTRIES_DEFAULT,
        ...(input.job === undefined ? {} : { jobId: input.job }),
        ...(input.kind === undefined ? {} : { kinds: input.kind }),
        ...(input.server === undefined ? {} : { serverId: input.server }),
        ...(input.ratingKey === undefined ? {} : { ratingKey: input.ratingKey }),
        ...(input.before === undefined ? {} : { beforeId: input.before }),
      })
      return answer(200, { data })
    }),
})
