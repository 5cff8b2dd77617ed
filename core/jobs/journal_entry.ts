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
  "selected",
  "refreshed",
  "added_date",
  "nothing_to_do",
  "failed",
  "will_retry",
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
