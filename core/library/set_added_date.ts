import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import { displayName, type MediaItem } from "../media/media_item.ts"
import { Journal, PlexLibrary, SettingsStore } from "../ports/mod.ts"
import type { ServerAccess } from "../servers/server.ts"
import { type AddedDateChange, decideAddedDate, type NewSubtitle } from "./added_date.ts"

export type AddedDateOutcome =
  | { readonly _tag: "Kept"; readonly reason: string }
  | {
      readonly _tag: "Set"
      readonly before: number | null
      readonly after: number
      /** Whether the server shows the new date when it is asked again; null when it could not be asked. */
      readonly confirmed: boolean | null
    }

/**
 * Moves an item up in "Recently Added" for a new subtitle, where options and policy want it, and reads it back. `item`
 * is the one that was read for the refresh: nothing is looked up again. The old date goes to the journal.
 */
export const setAddedDate = Effect.fn("setAddedDate")(function* (request: {
  readonly access: ServerAccess
  readonly item: MediaItem
  readonly subtitle: NewSubtitle
  readonly jobId?: number | null
}) {
  const { access, item, subtitle } = request
  const settings = yield* (yield* SettingsStore).current
  const decision = decideAddedDate(settings, item, subtitle, yield* Clock.currentTimeMillis)
  if (decision._tag === "Keep") return { _tag: "Kept", reason: decision.reason } as AddedDateOutcome
  const after = decision.addedAtSeconds
  const { addedAt: before, sectionId, kind } = item
  const change: AddedDateChange = { sectionId, kind, before, after, undo: false }
  const confirmed = yield* writeAddedDate(access, item, change, request.jobId == null ? [] : [request.jobId])
  return { _tag: "Set", before, after, confirmed } as AddedDateOutcome
})

/**
 * Sets the date of one item, journals the change as soon as the server has taken it, in the story of each of these jobs
 * (or in none), and reads it back.
 */
export const writeAddedDate = Effect.fnUntraced(function* (
  access: ServerAccess,
  item: MediaItem,
  change: AddedDateChange,
  jobIds: ReadonlyArray<number>,
) {
  const library = yield* PlexLibrary
  const journal = yield* Journal
  const { ref, kind, sectionId } = item
  const edit = { sectionId, kind, ratingKeys: [ref.ratingKey], addedAtSeconds: change.after } as const
  yield* library.setAddedAt(access, { ...edit, lock: !change.undo })
  const title = displayName(item)
  const tell = (text: string, detail: unknown) =>
    Effect.forEach(
      jobIds.length === 0 ? [null] : jobIds,
      (jobId) => journal.write({ kind: "added_date", jobId, ...ref, title, text, detail }),
      { discard: true },
    )
  const date = DateTime.formatIsoDateUtc(DateTime.makeUnsafe(change.after * 1_000))
  yield* tell(
    change.undo ? `The added date of "${title}" is set back to ${date}` : `"${title}" counts as added now`,
    change,
  )
  const seen = yield* Effect.result(library.item(access, ref.ratingKey, { refresh: false }))
  if (seen._tag === "Failure") return null
  if (seen.success.addedAt === change.after) return true
  yield* tell(`Plex took an added date for "${title}" and shows another`, {
    expected: change.after,
    shown: seen.success.addedAt,
  })
  return false
})
