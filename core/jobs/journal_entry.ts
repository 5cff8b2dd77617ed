import * as Result from "effect/Result"
import * as Schema from "effect/Schema"

/** The steps of a story, in their usual order, and what happens beside them. */
export const JournalKind = Schema.Literals([
  "heard",
  "ignored",
  "identified",
  "wanted",
  "searched",
  "chose",
  "wrote",
  "listed",
  "not_listed",
  "upgraded",
  "returned",
  "refused",
  "timing",
  "selected",
  "not_selected",
  "notified",
  "not_notified",
  "refreshed",
  "added_date",
  "nothing_to_do",
  "failed",
  "will_retry",
  "again",
  "connection",
  "account",
  "webhook",
  "settings",
  "migration",
  "system",
])
export type JournalKind = typeof JournalKind.Type

export const JournalEntry = Schema.Struct({
  id: Schema.Int,
  /** Unix milliseconds. */
  atMs: Schema.Finite,
  kind: JournalKind,
  /** The job whose story this belongs to; null for what has no job. */
  jobId: Schema.NullOr(Schema.Int),
  serverId: Schema.NullOr(Schema.String),
  ratingKey: Schema.NullOr(Schema.String),
  /** The film or episode by the name people use. */
  title: Schema.NullOr(Schema.String),
  /** One sentence. */
  text: Schema.String,
  /** Figures, scores, rejected candidates: whatever the page unfolds. Plain JSON without secrets. */
  detail: Schema.Unknown,
})
export type JournalEntry = typeof JournalEntry.Type

/** An entry to write; the store gives it its id and, where `atMs` is left out, the time. */
export interface NewJournalEntry {
  readonly kind: JournalKind
  readonly text: string
  readonly jobId?: number | null
  readonly serverId?: string | null
  readonly ratingKey?: string | null
  readonly title?: string | null
  readonly detail?: unknown
}

export interface JournalFilter {
  readonly jobId?: number
  readonly kinds?: ReadonlyArray<JournalKind>
  readonly serverId?: string
  readonly ratingKey?: string
  /** Only entries with a smaller id: the next page. */
  readonly beforeId?: number
  /** 1 to 1,000. */
  readonly limit: number
}

export const JOURNAL_KEPT_DAYS = 90
/** Entries that may wait to be stored; beyond it the oldest are dropped, since what they tell of must not wait. */
export const JOURNAL_WAITING_MAX = 10_000
/** Longest sentence and longest name, in characters. */
export const JOURNAL_TEXT_CHARS_MAX = 2_000
/** Largest detail as JSON, in characters. */
export const JOURNAL_DETAIL_CHARS_MAX = 64 * 1024

const shortened = (text: string) =>
  text.length <= JOURNAL_TEXT_CHARS_MAX ? text : `${text.slice(0, JOURNAL_TEXT_CHARS_MAX - 1)}…`

/** Detail as JSON; `null` for what is none, and in place of what is too large, why it is missing. */
function detailJson(detail: unknown): string {
  const json = Result.getOrElse(
    Result.try(() => JSON.stringify(detail ?? null) as string | undefined),
    () => undefined,
  )
  if (json === undefined) return "null"
  return json.length <= JOURNAL_DETAIL_CHARS_MAX ? json : `{"omitted":"${json.length} characters"}`
}

/**
 * The entry that a store keeps for what was written: within the limits, and its detail plain JSON, so that it is the
 * same before and after it was stored.
 *
 * @example
 * ```ts
 * const entry = entryOf({ kind: "system", text: "Started", detail: { at: undefined } }, 7, 1_000)
 * assert.deepStrictEqual(entry.detail, {})
 * assert.strictEqual(entry.jobId, null)
 * ```
 */
export function entryOf(written: NewJournalEntry, id: number, atMs: number): JournalEntry {
  const { kind, text, jobId = null, serverId = null, ratingKey = null, title = null, detail } = written
  return {
    id,
    atMs,
    kind,
    jobId,
    serverId,
    ratingKey,
    title: title === null ? null : shortened(title),
    text: shortened(text),
    detail: JSON.parse(detailJson(detail)),
  }
}
