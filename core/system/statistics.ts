import type { JournalEntry, JournalKind } from "../jobs/journal_entry.ts"

/** One search that began with somebody pressing play, and how it ended. */
export interface Outcome {
  readonly jobId: number
  readonly beganMs: number
  /** When Plex listed the subtitle; null when it was not found, or is not listed. */
  readonly listedMs: number | null
}

/** A subtitle that was found. */
export interface Find {
  readonly jobId: number
  readonly atMs: number
  readonly title: string | null
  readonly serverId: string | null
  readonly ratingKey: string | null
  /** As the profile names it, for example `en`; null in entries from before it was noted. */
  readonly language: string | null
  readonly provider: string | null
  readonly score: number | null
}

/** One day of the chart. */
export interface Day {
  /** Unix milliseconds at which the day begins. */
  readonly fromMs: number
  readonly found: number
  readonly missed: number
  /** Milliseconds from play to subtitle; null on a day without any. */
  readonly medianMs: number | null
}

export interface Statistics {
  readonly days: ReadonlyArray<Day>
  readonly found: number
  readonly missed: number
  readonly medianMs: number | null
}

const DAY_MS = 86_400_000
/** Entries of the journal that make up the statistics. */
export const STATISTICS_KINDS: ReadonlyArray<JournalKind> = [
  "heard",
  "chose",
  "listed",
  "not_listed",
  "failed",
  "again",
]
/** Sources at whose beginning somebody waits for a subtitle. */
const WATCHING = new Set(["webhook", "stream", "tautulli"])

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value)
const field = (value: unknown, name: string): unknown => (isRecord(value) ? value[name] : undefined)
const text = (value: unknown) => (typeof value === "string" ? value : null)
const number = (value: unknown) => (typeof value === "number" ? value : null)

/**
 * The middle one of several numbers, the mean of both where there are two; null of none.
 *
 * @example
 * ```ts
 * assert.strictEqual(median([]), null)
 * assert.strictEqual(median([3, 1, 2]), 2)
 * assert.strictEqual(median([4, 1, 2, 3]), 2.5)
 * ```
 */
export function median(values: ReadonlyArray<number>): number | null {
  const sorted = [...values].sort((a, b) => a - b)
  const upper = sorted[sorted.length >> 1]
  const lower = sorted[(sorted.length - 1) >> 1]
  return upper === undefined || lower === undefined ? null : (upper + lower) / 2
}

/** A choice that came to nothing: no candidate would do. */
const isNothingChosen = (entry: JournalEntry) =>
  entry.kind === "chose" && !isRecord(field(entry.detail, "chosen"))

/** The outcomes that the entries tell of, in any order. A search that found nothing missing has none. */
export function outcomesOf(entries: ReadonlyArray<JournalEntry>): ReadonlyArray<Outcome> {
  const stories = Map.groupBy(
    entries.filter((entry) => entry.jobId !== null),
    (entry) => entry.jobId ?? 0,
  )
  return [...stories].flatMap(([jobId, whole]): ReadonlyArray<Outcome> => {
    // What somebody asked for once more is no longer what was waited for when the story began.
    const again = Math.min(...whole.filter((entry) => entry.kind === "again").map((entry) => entry.id))
    const story = whole.filter((entry) => entry.id < again)
    const heard = story.filter((entry) => entry.kind === "heard")
    const cause = heard.map((entry) => field(entry.detail, "cause") ?? entry.detail).find(isRecord)
    if (heard.length === 0 || !WATCHING.has(text(cause?.source) ?? "webhook")) return []
    const beganMs = number(cause?.atMs) ?? Math.min(...heard.map((entry) => entry.atMs))
    const listed = story.filter((entry) => entry.kind === "listed").map((entry) => entry.atMs)
    if (listed.length > 0) return [{ jobId, beganMs, listedMs: Math.max(...listed) }]
    const ended = story.some(
      (entry) => entry.kind === "not_listed" || entry.kind === "failed" || isNothingChosen(entry),
    )
    return ended ? [{ jobId, beganMs, listedMs: null }] : []
  })
}

/** The last `count` days up to now, each with its searches; days are those of UTC. */
export function statisticsOf(outcomes: ReadonlyArray<Outcome>, nowMs: number, count: number): Statistics {
  const today = Math.floor(nowMs / DAY_MS)
  const recent = outcomes.filter(({ beganMs }) => {
    const age = today - Math.floor(beganMs / DAY_MS)
    return age >= 0 && age < count
  })
  const spans = (list: ReadonlyArray<Outcome>) =>
    list.flatMap((one) => (one.listedMs === null ? [] : [one.listedMs - one.beganMs]))
  const days = Array.from({ length: count }, (_, index): Day => {
    const day = today - count + 1 + index
    const own = recent.filter(({ beganMs }) => Math.floor(beganMs / DAY_MS) === day)
    const found = spans(own)
    return {
      fromMs: day * DAY_MS,
      found: found.length,
      missed: own.length - found.length,
      medianMs: median(found),
    }
  })
  const all = spans(recent)
  return { days, found: all.length, missed: recent.length - all.length, medianMs: median(all) }
}

/** What was found, newest first and each once: every choice that ended in a subtitle which Plex lists. */
export function findsOf(entries: ReadonlyArray<JournalEntry>, limit: number): ReadonlyArray<Find> {
  const listed = new Set(entries.filter((entry) => entry.kind === "listed").map((entry) => entry.jobId))
  const chosen = entries
    .filter((entry) => entry.kind === "chose" && !isNothingChosen(entry) && listed.has(entry.jobId))
    .sort((a, b) => b.id - a.id)
  const newest = new Map<string, JournalEntry>()
  for (const entry of chosen) {
    const { id, ratingKey, serverId } = entry
    const what =
      ratingKey === null ? `${id}` : `${serverId} ${ratingKey} ${text(field(entry.detail, "language"))}`
    if (!newest.has(what)) newest.set(what, entry)
  }
  return [...newest.values()].slice(0, limit).map((entry): Find => {
    const chosen = field(entry.detail, "chosen")
    return {
      jobId: entry.jobId ?? 0,
      atMs: entry.atMs,
      title: entry.title,
      serverId: entry.serverId,
      ratingKey: entry.ratingKey,
      language: text(field(entry.detail, "language")),
      provider: text(field(chosen, "provider")),
      score: number(field(chosen, "score")),
    }
  })
}
