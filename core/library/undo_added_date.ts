import * as Effect from "effect/Effect"
import type { JournalEntry } from "../jobs/journal_entry.ts"
import { Journal, PlexLibrary } from "../ports/mod.ts"
import { withServer } from "../servers/access_server.ts"
import { type PlannedUndo, planUndo, readChange, UNDO_ITEMS_MAX } from "./added_date.ts"
import { writeAddedDate } from "./set_added_date.ts"

/** Which changes to take back: those of one item, of a period (unix milliseconds, both ends included), or both. */
export interface UndoRequest {
  readonly serverId?: string
  readonly ratingKey?: string
  readonly sinceMs?: number
  readonly untilMs?: number
}

export interface UndoneDate extends PlannedUndo {
  /** `changed_since`: somebody else has set another date, which stays. */
  readonly outcome: "restored" | "changed_since" | "failed"
  /** Why it failed; null otherwise. */
  readonly reason: string | null
}

const ENTRIES_A_PAGE = 1_000

/**
 * Takes changes of added dates back, as far as the journal reaches. A date that was changed again by somebody else since
 * is left alone. What one server does not do keeps the others from nothing.
 */
export const undoAddedDates = Effect.fn("undoAddedDates")(function* (request: UndoRequest) {
  const changes = (yield* changesIn(request)).flatMap((entry) => {
    const change = readChange(entry)
    const isLate = request.untilMs !== undefined && entry.atMs > request.untilMs
    return change === null || (isLate && !change.undo) ? [] : [change]
  })
  const lost = new Map<string, string>()
  return yield* Effect.forEach(planUndo(changes), (plan) => {
    const reason = lost.get(plan.serverId)
    if (reason !== undefined) return Effect.succeed<UndoneDate>({ ...plan, outcome: "failed", reason })
    return restore(plan).pipe(
      Effect.catch((error) =>
        Effect.sync((): UndoneDate => {
          if (error._tag !== "PlexNotFound" && error._tag !== "PlexRefused")
            lost.set(plan.serverId, error.message)
          return { ...plan, outcome: "failed", reason: error.message }
        }),
      ),
    )
  })
})

const restore = Effect.fnUntraced(function* (plan: PlannedUndo) {
  const library = yield* PlexLibrary
  const done = (outcome: UndoneDate["outcome"], reason: string | null): UndoneDate => ({
    ...plan,
    outcome,
    reason,
  })
  return yield* withServer(plan.serverId, (access) =>
    Effect.gen(function* () {
      const item = yield* library.item(access, plan.ratingKey, { refresh: false })
      // Asked a second time, after a connection was lost half way, the date may be back already.
      if (item.addedAt === plan.restore) return done("restored", null)
      if (item.addedAt !== plan.now) return done("changed_since", null)
      const { sectionId, kind } = item
      const change = { sectionId, kind, before: item.addedAt, after: plan.restore, undo: true }
      const confirmed = yield* writeAddedDate(access, item, change, plan.jobIds)
      return confirmed === false ? done("failed", "Plex shows another date") : done("restored", null)
    }),
  )
})

/** The journal's entries about added dates, newest first, back to the beginning of the period. */
const changesIn = Effect.fnUntraced(function* (request: UndoRequest) {
  const journal = yield* Journal
  const found: Array<JournalEntry> = []
  let beforeId: number | undefined
  while (found.length < 4 * UNDO_ITEMS_MAX) {
    const page = yield* journal.read({
      kinds: ["added_date"],
      limit: ENTRIES_A_PAGE,
      ...(request.serverId === undefined ? {} : { serverId: request.serverId }),
      ...(request.ratingKey === undefined ? {} : { ratingKey: request.ratingKey }),
      ...(beforeId === undefined ? {} : { beforeId }),
    })
    const inPeriod = page.filter((entry) => entry.atMs >= (request.sinceMs ?? 0))
    found.push(...inPeriod)
    if (page.length < ENTRIES_A_PAGE || inPeriod.length < page.length) break
    beforeId = page.at(-1)?.id
  }
  return found
})
