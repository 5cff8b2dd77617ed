import * as Schema from "effect/Schema"
import { Language } from "../subtitles/language.ts"

/** By how much, and by how far, a subtitle runs out of step: shown at `t`, it belongs at `ratio * t + offsetMs`. */
export const Shift = Schema.Struct({ ratio: Schema.Finite, offsetMs: Schema.Finite })
export type Shift = typeof Shift.Type

/** What is known about the timing of a subtitle: what seems wrong with it, and what was done about it. */
export const PlacedTiming = Schema.Struct({
  /** What would mend it, and the sentence why; null: nothing seems wrong. */
  offer: Schema.NullOr(Schema.Struct({ ...Shift.fields, reason: Schema.String })),
  /** The fix in force, with the original's place in the backups; null: it is as it came. */
  applied: Schema.NullOr(Schema.Struct({ ...Shift.fields, atMs: Schema.Finite, backup: Schema.String })),
})
export type PlacedTiming = typeof PlacedTiming.Type

export const UNTIMED: PlacedTiming = { offer: null, applied: null }

/**
 * `placed`: it is there as far as we know. `replaced`: a better one took its place. `returned`: it was the better one,
 * and somebody went back. `refused`: somebody said "not this one". `foreign`: somebody else has changed or removed it,
 * so it is theirs and left alone.
 */
export const PlacedState = Schema.Literals(["placed", "replaced", "returned", "refused", "foreign"])
export type PlacedState = typeof PlacedState.Type

/** A subtitle that OnCue has put somewhere, so that it can be told from everybody else's. */
export const PlacedSubtitle = Schema.Struct({
  id: Schema.Int,
  serverId: Schema.String,
  ratingKey: Schema.String,
  /** The film or episode by the name people use. */
  title: Schema.NullOr(Schema.String),
  /** The file that it belongs to, by Plex's id. */
  partId: Schema.NullOr(Schema.String),
  jobId: Schema.NullOr(Schema.Int),
  atMs: Schema.Finite,
  language: Language,
  forced: Schema.Boolean,
  hearingImpaired: Schema.Boolean,
  provider: Schema.String,
  /** The provider's id of it. */
  candidateId: Schema.String,
  /** The release it was made for, as far as the provider says. */
  name: Schema.String,
  score: Schema.Finite,
  machineTranslated: Schema.Boolean,
  /** Where it lies, and the SHA-256 of what was written; null when Plex itself keeps it. */
  file: Schema.NullOr(
    Schema.Struct({ videoPath: Schema.String, name: Schema.String, digest: Schema.String }),
  ),
  /** The title under which Plex keeps it; null when it is a file. */
  plexTitle: Schema.NullOr(Schema.String),
  /** The stream that Plex listed for it (`/library/streams/{id}`); null before it did. */
  plexKey: Schema.NullOr(Schema.String),
  state: PlacedState,
  /** The one whose place it took. */
  replaces: Schema.NullOr(Schema.Int),
  /** Where its file is kept once it is not in place any more. */
  backup: Schema.NullOr(Schema.String),
  /** When the first subtitle for this wish was placed: the window for better ones counts from here. */
  sinceMs: Schema.Finite,
  /** When to look for a better one; null: not again. */
  nextLookMs: Schema.NullOr(Schema.Finite),
  timing: PlacedTiming,
})
export type PlacedSubtitle = typeof PlacedSubtitle.Type
export type NewPlacedSubtitle = Omit<PlacedSubtitle, "id">

/** A subtitle that is not to be taken for an item again. */
export const Refusal = Schema.Struct({
  id: Schema.Int,
  serverId: Schema.String,
  ratingKey: Schema.String,
  title: Schema.NullOr(Schema.String),
  provider: Schema.String,
  candidateId: Schema.String,
  name: Schema.String,
  language: Schema.NullOr(Language),
  atMs: Schema.Finite,
  /** `refused`: "not this one". `returned`: it was an upgrade, and the one before was wanted back. */
  reason: Schema.Literals(["refused", "returned"]),
  /** What was placed of it; null when it never was. */
  placedId: Schema.NullOr(Schema.Int),
})
export type Refusal = typeof Refusal.Type
export const NewRefusal = Refusal.mapFields(({ id: _id, ...fields }) => fields)
export type NewRefusal = typeof NewRefusal.Type

/** Most refusals of one item; beyond it the oldest are forgotten. */
export const REFUSALS_PER_ITEM_MAX = 200

/**
 * Why a candidate may not be taken for an item; null when it may.
 *
 * @example
 * ```ts
 * const refusal = { provider: "subdl", candidateId: "7", reason: "refused" }
 * assert.strictEqual(refusedWhy([refusal], { provider: "subdl", id: "8" }), null)
 * assert.strictEqual(refusedWhy([refusal], { provider: "subdl", id: "7" }), "somebody said \"not this one\"")
 * ```
 */
export function refusedWhy(
  refusals: ReadonlyArray<Pick<Refusal, "provider" | "candidateId" | "reason">>,
  candidate: { readonly provider: string; readonly id: string },
): string | null {
  const found = refusals.find(
    (one) => one.provider === candidate.provider && one.candidateId === candidate.id,
  )
  if (found === undefined) return null
  return found.reason === "refused"
    ? 'somebody said "not this one"'
    : "it was placed once, and the one before was wanted back"
}
