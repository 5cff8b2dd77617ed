import * as Schema from "effect/Schema"
import { NewRefusal, PlacedSubtitle } from "./placed.ts"

const { backup, file, nextLookMs, state, timing } = PlacedSubtitle.fields

/** What becomes of one record; keys that are left out stay. */
export const PlacedChange = Schema.Struct({
  id: Schema.Int,
  set: Schema.Struct({
    backup: Schema.optionalKey(backup),
    file: Schema.optionalKey(file),
    nextLookMs: Schema.optionalKey(nextLookMs),
    state: Schema.optionalKey(state),
    timing: Schema.optionalKey(timing),
  }),
})
export type PlacedChange = typeof PlacedChange.Type

/**
 * What is about to be done to the subtitles beside a video, with what is to be remembered once it is done: kept before the
 * first file is touched, so that a process that ends in between is no reason to take our own file for somebody else's.
 */
export const Intention = Schema.Struct({
  id: Schema.Int,
  atMs: Schema.Finite,
  serverId: Schema.String,
  ratingKey: Schema.String,
  title: Schema.NullOr(Schema.String),
  videoPath: Schema.String,
  /** What is there when it is done: a file with this SHA-256, or none when it is null. */
  file: Schema.Struct({ name: Schema.String, digest: Schema.NullOr(Schema.String) }),
  /** A file of ours under another name that goes then, and the backup that it becomes. */
  gone: Schema.NullOr(Schema.Struct({ name: Schema.String, digest: Schema.String, backup: Schema.String })),
  /** What is then remembered, in one step. */
  add: Schema.NullOr(PlacedSubtitle.mapFields(({ id: _id, ...fields }) => fields)),
  changes: Schema.Array(PlacedChange),
  refuse: Schema.NullOr(NewRefusal),
})
export type Intention = typeof Intention.Type
export type NewIntention = Omit<Intention, "id">

/** Age, in milliseconds, from which on an intention belongs to nobody any more: no write to a disk takes that long. */
export const INTENTION_OLD_MS = 90_000
/** Age, in milliseconds, at which one is given up whose video cannot be looked at; the backups are gone by then as well. */
export const INTENTION_KEPT_MS = 30 * 86_400_000
/** Intentions that are looked at together, the oldest first. */
export const INTENTIONS_MAX = 500

/**
 * The record after a change.
 *
 * @example
 * ```ts
 * const record = { id: 7, state: "placed", backup: null }
 * const after = changedRecord(record, { id: 7, set: { state: "replaced", backup: "b" } })
 * assert.deepStrictEqual(after, { id: 7, state: "replaced", backup: "b" })
 * ```
 */
export function changedRecord(record: PlacedSubtitle, { set }: PlacedChange): PlacedSubtitle {
  return { ...record, ...set }
}

/** Whether what is beside the video is what was intended; `null`: there is no such file. */
export function isDone({ file: { digest } }: Pick<Intention, "file">, now: string | null): boolean {
  return digest === now
}
