import * as Effect from "effect/Effect"
import type { JournalKind } from "../jobs/journal_entry.ts"
import { Journal, SubtitleLedger } from "../ports/mod.ts"
import { SubtitleNotInPlace, SubtitleUnknown } from "../subtitles/subtitle_faults.ts"
import { INTENTION_OLD_MS } from "./intention.ts"
import type { PlacedState, PlacedSubtitle } from "./placed.ts"
import { settleIntentions } from "./settle_intentions.ts"

/** What happened to a placed subtitle, in the journal of its item. */
export const tellOf = (
  record: PlacedSubtitle,
  kind: JournalKind,
  text: string,
  detail: object = {},
  jobId: number | null = record.jobId,
) =>
  Journal.use((journal) => {
    const { id, ratingKey, serverId, title } = record
    return journal.write({
      kind,
      text,
      jobId,
      serverId,
      ratingKey,
      title,
      detail: { placedId: id, ...detail },
    })
  })

/** The record of a subtitle that must be in place. Fails with SubtitleUnknown or SubtitleNotInPlace. */
export const placedRecord = Effect.fnUntraced(function* (id: number) {
  const ledger = yield* SubtitleLedger
  const known = yield* ledger.get(id)
  if (known === null) return yield* new SubtitleUnknown({ id })
  yield* settleIntentions(INTENTION_OLD_MS, known)
  const record = (yield* ledger.get(id)) ?? known
  if (record.state !== "placed") return yield* new SubtitleNotInPlace({ id, reason: WHY[record.state] })
  return record
})

/**
 * Runs a change that somebody asks for while no other one changes a subtitle of the same item: who asks twice would else
 * have the file of the first change taken for somebody else's.
 */
export const changeInTurn = Effect.fnUntraced(function* <A, E, R>(
  id: number,
  change: Effect.Effect<A, E, R>,
) {
  const ledger = yield* SubtitleLedger
  const record = yield* ledger.get(id)
  return yield* record === null ? change : ledger.inTurn(record, change)
})

const WHY: Readonly<Record<Exclude<PlacedState, "placed">, string>> = {
  replaced: "a better one took its place",
  returned: "the one before it is back in its place",
  refused: "it was taken away",
  foreign: "somebody else has changed or removed it",
}

/** Remembers that a subtitle is not ours any more, and says so. */
export const leaveAlone = Effect.fnUntraced(function* (record: PlacedSubtitle, why: string) {
  const ledger = yield* SubtitleLedger
  yield* ledger.update(record.id, (one) => ({ ...one, state: "foreign", nextLookMs: null }))
  const name = record.file?.name ?? record.plexTitle ?? record.name
  yield* tellOf(record, "nothing_to_do", `${name} is left alone: ${why}`)
})
