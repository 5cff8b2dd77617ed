import type { ItemRef, MediaItem, MediaStream } from "../media/media_item.ts"
import type { RefreshStage } from "./refresh_plan.ts"

/**
 * Looks for the stream that must be listed: the stream, or null when the item does not list it. Called with every
 * reading of the item.
 */
export type Expectation = (item: MediaItem) => MediaStream | null

/** How one copy of an item came to be refreshed. */
export interface RefreshOutcome {
  readonly ref: ItemRef
  readonly sectionId: string
  readonly sectionTitle: string
  /** `unknown`: nothing in particular was expected, so there was nothing to verify. */
  readonly listed: "listed" | "not_listed" | "unknown"
  readonly stream: MediaStream | null
  /** The stage after which it was listed; null when it was not. */
  readonly stage: RefreshStage | null
  /** Stages that were gone through, in order. */
  readonly tried: ReadonlyArray<RefreshStage>
  readonly elapsedMs: number
  /** Calls that asked the server to do something, and calls that read the item. */
  readonly calls: number
  readonly reads: number
  /** Why a stage was left out: not allowed by the settings, by the server, or too soon. */
  readonly skipped: ReadonlyArray<string>
  /** When a stage that came too soon may be tried again, unix milliseconds; null: none did. */
  readonly againAtMs: number | null
  /** The item as it was last read. */
  readonly item: MediaItem
}

const STAGE_NAMES: Readonly<Record<RefreshStage, string>> = {
  read: "reading the item",
  folder_scan: "a scan of its folder",
  item_refresh: "a refresh of the item",
  section_scan: "a scan of the library",
}

/**
 * One sentence for the journal.
 *
 * @example
 * ```ts
 * const outcome = {
 *   sectionTitle: "Movies", listed: "listed", stage: "folder_scan", tried: ["read", "folder_scan"],
 *   elapsedMs: 1_240, calls: 1, reads: 4, skipped: [], stream: { displayTitle: "English (SRT External)" },
 * }
 * assert.strictEqual(
 *   describeOutcome(outcome),
 *   'Plex lists "English (SRT External)" in "Movies" after a scan of its folder (1.2 s, 5 calls)',
 * )
 * ```
 */
export function describeOutcome(
  outcome: Omit<RefreshOutcome, "ref" | "sectionId" | "item" | "againAtMs">,
): string {
  const calls = outcome.calls + outcome.reads
  const { elapsedMs } = outcome
  const took = elapsedMs < 1_000 ? `${Math.round(elapsedMs)} ms` : `${(elapsedMs / 1_000).toFixed(1)} s`
  const cost = `${took}, ${calls} ${calls === 1 ? "call" : "calls"}`
  const where = `in "${outcome.sectionTitle}"`
  const why = outcome.skipped.length === 0 ? "" : `; ${outcome.skipped.join("; ")}`
  if (outcome.listed === "unknown") return `Plex was asked to look again ${where} (${cost})${why}`
  if (outcome.listed === "not_listed") {
    const tried = outcome.tried.map((stage) => STAGE_NAMES[stage]).join(", ")
    return `Plex does not list the subtitle ${where} after ${tried === "" ? "nothing" : tried} (${cost})${why}`
  }
  const name = outcome.stream?.displayTitle ?? outcome.stream?.title ?? "the subtitle"
  const after = outcome.stage === null ? "" : ` after ${STAGE_NAMES[outcome.stage]}`
  return `Plex lists "${name}" ${where}${after} (${cost})`
}

/**
 * Several reasons as one: what is the same of two subtitles is said once.
 *
 * @example
 * ```ts
 * assert.strictEqual(reasonsAsOne(["Plex is slow", "Plex is slow", "Den is off"]), "Plex is slow; Den is off")
 * ```
 */
export const reasonsAsOne = (reasons: ReadonlyArray<string>): string => [...new Set(reasons)].join("; ")
