import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { MediaItem } from "../media/media_item.ts"
import type { Settings } from "../settings/settings.ts"

/** What is known of the subtitle for whose sake the date would be changed. */
export interface NewSubtitle {
  /** It replaces one that was there. */
  readonly isUpgrade: boolean
  /** The item had no subtitle of ours before. */
  readonly isFirst: boolean
  /** Its language is the first one wanted. */
  readonly isFirstWanted: boolean
}

export type AddedDateDecision =
  | { readonly _tag: "Set"; readonly addedAtSeconds: number }
  | { readonly _tag: "Keep"; readonly reason: string }

const keep = (reason: string): AddedDateDecision => ({ _tag: "Keep", reason })

/**
 * Whether a new subtitle moves an item up in "Recently Added". With the policy `any_subtitle` every new one does, as
 * Bazarr documents it; with `first_wanted` only the first one, in the first wanted language. An upgrade never does, and
 * a date never moves backwards.
 *
 * @example
 * ```ts
 * const settings = { plex: { set_movie_added: true }, oncue: { added_date_policy: "any_subtitle" } }
 * const subtitle = { isUpgrade: false, isFirst: true, isFirstWanted: true }
 * assert.deepStrictEqual(
 *   decideAddedDate(settings, { kind: "movie", addedAt: 1_000 }, subtitle, 2_000_500),
 *   { _tag: "Set", addedAtSeconds: 2_000 },
 * )
 * assert.strictEqual(
 *   decideAddedDate(settings, { kind: "movie", addedAt: 1_000 }, { ...subtitle, isUpgrade: true }, 2_000_500)._tag,
 *   "Keep",
 * )
 * ```
 */
export function decideAddedDate(
  settings: {
    readonly plex: Pick<Settings["plex"], "set_movie_added" | "set_episode_added">
    readonly oncue: Pick<Settings["oncue"], "added_date_policy">
  },
  item: Pick<MediaItem, "kind" | "addedAt">,
  subtitle: NewSubtitle,
  nowMs: number,
): AddedDateDecision {
  const isOn = item.kind === "movie" ? settings.plex.set_movie_added : settings.plex.set_episode_added
  if (!isOn) return keep(`the option "Set ${item.kind === "movie" ? "Movie" : "Episode"} Added Date" is off`)
  if (subtitle.isUpgrade) return keep("a better subtitle in place of another is nothing new to watch")
  if (settings.oncue.added_date_policy === "first_wanted") {
    if (!subtitle.isFirst) return keep("it is not the first subtitle")
    if (!subtitle.isFirstWanted) return keep("it is not in the first wanted language")
  }
  const addedAtSeconds = Math.floor(nowMs / 1_000)
  if (item.addedAt !== null && item.addedAt >= addedAtSeconds)
    return keep("the added date is later than now, and a date never moves backwards")
  return { _tag: "Set", addedAtSeconds }
}

/** What a journal entry of the kind `added_date` carries, so that the change can be taken back. */
export const AddedDateChange = Schema.Struct({
  sectionId: Schema.String,
  kind: Schema.Literals(["movie", "episode"]),
  /** Unix seconds; null where the server did not say. */
  before: Schema.NullOr(Schema.Finite),
  after: Schema.Finite,
  /** It takes a change back. */
  undo: Schema.Boolean,
})
export type AddedDateChange = typeof AddedDateChange.Type

const decodeChange = Schema.decodeUnknownOption(AddedDateChange)

/** A change as the journal holds it. */
export interface JournalledChange extends AddedDateChange {
  readonly serverId: string
  readonly ratingKey: string
  readonly title: string | null
  /** The job whose story it belongs to; null for none. */
  readonly jobId: number | null
}

/** Reads a journal entry; null for one that is no change of an added date. */
export function readChange(entry: {
  readonly serverId: string | null
  readonly ratingKey: string | null
  readonly title: string | null
  readonly jobId: number | null
  readonly detail: unknown
}): JournalledChange | null {
  const { serverId, ratingKey, title, jobId } = entry
  const change = Option.getOrNull(decodeChange(entry.detail))
  if (change === null || serverId === null || ratingKey === null) return null
  return { ...change, serverId, ratingKey, title, jobId }
}

/** One date to take back. */
export interface PlannedUndo {
  readonly serverId: string
  readonly ratingKey: string
  readonly title: string | null
  readonly sectionId: string
  readonly kind: "movie" | "episode"
  /** What the date must be now; anything else was set by somebody else since, and stays. */
  readonly now: number
  readonly restore: number
  /** The jobs that have changed it, newest first. */
  readonly jobIds: ReadonlyArray<number>
}

/** Items whose dates are taken back in one go. */
export const UNDO_ITEMS_MAX = 5_000

/**
 * What to take back, from changes in the journal's order, newest first: each item goes back to what it was before the
 * oldest of the changes. What has been taken back already is not taken back again.
 */
export function planUndo(changes: ReadonlyArray<JournalledChange>): ReadonlyArray<PlannedUndo> {
  const plans = new Map<string, PlannedUndo>()
  const closed = new Set<string>()
  for (const change of changes) {
    const { serverId, ratingKey, title, sectionId, kind, before, after } = change
    const id = `${serverId}\n${ratingKey}`
    if (closed.has(id)) continue
    // What lies before an undo is undone, and what lies before an unknown date cannot be.
    if (change.undo || before === null) {
      closed.add(id)
      continue
    }
    const { now, jobIds } = plans.get(id) ?? { now: after, jobIds: [] as Array<number> }
    const further = change.jobId === null || jobIds.includes(change.jobId) ? [] : [change.jobId]
    const about = { serverId, ratingKey, title, sectionId, kind }
    plans.set(id, { ...about, now, restore: before, jobIds: [...jobIds, ...further] })
  }
  return [...plans.values()].slice(0, UNDO_ITEMS_MAX)
}
