import * as Effect from "effect/Effect"
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
  /** For how long it was held in all, the present time left out; in milliseconds. */
  pausedMs: Schema.Finite.pipe(Schema.withDecodingDefaultKey(Effect.succeed(0))),
  /** Why the last page could not be read; it is tried again. */
  obstacle: Schema.NullOr(Schema.String),
  /** The same items by what they lacked: `Dutch`, `English (forced)`. */
  missingBy: Schema.Record(Schema.String, Schema.Int).pipe(Schema.withDecodingDefaultKey(Effect.succeed({}))),
  /** What it waits for, and until when where that is known; null while it goes on. */
  waiting: Schema.NullOr(
    Schema.Struct({ reason: Schema.String, untilMs: Schema.NullOr(Schema.Finite) }),
  ).pipe(Schema.withDecodingDefaultKey(Effect.succeed(null))),
})
export type Sweep = typeof Sweep.Type

/** A sweep with what it has brought, which is not kept but counted in what is kept anyway. */
export const CountedSweep = Schema.Struct({
  ...Sweep.fields,
  /** Items that lacked something and have got a subtitle since the sweep began. */
  found: Schema.Int,
})
export type CountedSweep = typeof CountedSweep.Type

/** Where sweeps are kept; one a library. */
export const SWEEP_PREFIX = "sweep/"
export const sweepKey = (serverId: string, sectionId: string) => `${SWEEP_PREFIX}${serverId}/${sectionId}`

/** Items of a page. */
export const SWEEP_PAGE = 50
/** Searches of sweeps that may be due or under way; more are begun only when these are done, so that a viewer never waits for them. */
export const SWEEP_WAITING_MAX = 20
/** Searches of sweeps that may wait for another day, for example until a provider that was down can be asked. */
export const SWEEP_PUT_OFF_MAX = 400

const decode = Schema.decodeUnknownOption(Sweep)

/** A stored sweep; null for what is none. */
export const readSweep = (value: unknown): Sweep | null => Option.getOrNull(decode(value))

/** A sweep that has looked at nothing yet. */
export const newSweep = (
  library: Pick<Sweep, "serverId" | "sectionId" | "title" | "kind" | "total">,
  nowMs: number,
): Sweep => ({
  ...library,
  state: "running",
  looked: 0,
  missing: 0,
  startedAtMs: nowMs,
  atMs: nowMs,
  pausedMs: 0,
  obstacle: null,
  missingBy: {},
  waiting: null,
})

/** What a page told. */
export interface SweptPage {
  /** Items that were looked at. */
  readonly items: number
  /** What each item that lacks something lacks. */
  readonly missing: ReadonlyArray<ReadonlyArray<string>>
  readonly total: number | null
  /** The server has no more after these. */
  readonly isLast: boolean
}

/** Whether a page is the last: it is not full, also when the server gives no total, or it reaches the total. */
export function isLastPage(offset: number, items: number, total: number | null): boolean {
  return items < SWEEP_PAGE || (total !== null && offset + items >= total)
}

/**
 * The sweep after a page.
 *
 * @example
 * ```ts
 * const begun = newSweep({ serverId: "den", sectionId: "1", title: "Films", kind: "movie", total: 60 }, 0)
 * const after = afterPage(begun, { items: 50, missing: [["Dutch"], ["Dutch", "Thai"]], total: 60, isLast: false }, 1_000)
 * assert.deepStrictEqual([after.state, after.looked, after.missing], ["running", 50, 2])
 * assert.deepStrictEqual(after.missingBy, { Dutch: 2, Thai: 1 })
 * assert.strictEqual(afterPage(after, { items: 10, missing: [], total: 60, isLast: true }, 2_000).state, "done")
 * ```
 */
export function afterPage(sweep: Sweep, page: SweptPage, nowMs: number): Sweep {
  const looked = sweep.looked + page.items
  const missingBy: Record<string, number> = { ...sweep.missingBy }
  for (const name of page.missing.flat()) missingBy[name] = (missingBy[name] ?? 0) + 1
  return {
    ...sweep,
    state: page.isLast ? "done" : "running",
    looked,
    total: page.total ?? (page.isLast ? looked : null),
    missing: sweep.missing + page.missing.length,
    missingBy,
    atMs: nowMs,
    obstacle: null,
    waiting: null,
  }
}
