import * as Option from "effect/Option"
import * as Schema from "effect/Schema"

/** A look at every item of a library, one page after another, which searches for what is missing. */
export const Sweep = Schema.Struct({
  serverId: Schema.String,
  sectionId: Schema.String,
  title: Schema.String,
  kind: Schema.Literals(["movie", "episode"]),
  state: Schema.Literals(["running", "paused", "done"]),
  /** Items looked at, of how many; null while the server has not said. */
  looked: Schema.Int,
  total: Schema.NullOr(Schema.Int),
  /** Items that lacked a wanted subtitle when they were looked at. */
  missing: Schema.Int,
  startedAtMs: Schema.Finite,
  /** When it was paused or done; while it runs, when the last page was read. */
  atMs: Schema.Finite,
  /** Why the last page could not be read; it is tried again. */
  obstacle: Schema.NullOr(Schema.String),
})
export type Sweep = typeof Sweep.Type

/** Where sweeps are kept; one a library. */
export const SWEEP_PREFIX = "sweep/"
export const sweepKey = (serverId: string, sectionId: string) => `${SWEEP_PREFIX}${serverId}/${sectionId}`

/** Items of a page. */
export const SWEEP_PAGE = 50
/** Searches of sweeps that may wait; more are begun only when these are done, so that a viewer never waits for them. */
export const SWEEP_WAITING_MAX = 20

const decode = Schema.decodeUnknownOption(Sweep)

/** A stored sweep; null for what is none. */
export const readSweep = (value: unknown): Sweep | null => Option.getOrNull(decode(value))

/** What a page told. */
export interface SweptPage {
  readonly items: number
  readonly missing: number
  readonly total: number | null
}

/**
 * The sweep after a page. A page that is not full is the last one, also when the server gives no total.
 *
 * @example
 * ```ts
 * const begun = { state: "running", looked: 0, missing: 0, total: null, obstacle: "silent" }
 * const after = afterPage(begun, { items: 50, missing: 3, total: 60 }, 1_000)
 * assert.deepStrictEqual([after.state, after.looked, after.missing, after.obstacle], ["running", 50, 3, null])
 * assert.strictEqual(afterPage(after, { items: 10, missing: 0, total: 60 }, 2_000).state, "done")
 * ```
 */
export function afterPage(sweep: Sweep, page: SweptPage, nowMs: number): Sweep {
  const looked = sweep.looked + page.items
  const isLast = page.items < SWEEP_PAGE || (page.total !== null && looked >= page.total)
  return {
    ...sweep,
    state: isLast ? "done" : "running",
    looked,
    total: page.total ?? (isLast ? looked : null),
    missing: sweep.missing + page.missing,
    atMs: nowMs,
    obstacle: null,
  }
}
