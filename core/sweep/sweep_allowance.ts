import * as Option from "effect/Option"
import * as Schema from "effect/Schema"

/** Searches that sweeps have begun on one day, counted in UTC as the quotas of the providers are. */
const SweepDay = Schema.Struct({ day: Schema.Int, begun: Schema.Int })
export type SweepDay = typeof SweepDay.Type

export const SWEEP_DAY_KEY = "sweep-day"
const DAY_MS = 24 * 60 * 60_000
const decode = Schema.decodeUnknownOption(SweepDay)

/** What was begun today; what is stored of another day counts for nothing. */
export function sweepDay(stored: unknown, nowMs: number): SweepDay {
  const day = Math.floor(nowMs / DAY_MS)
  const known = Option.getOrNull(decode(stored))
  return known === null || known.day !== day ? { day, begun: 0 } : known
}

/**
 * How many searches sweeps may begin now, and when there are more; 0 for `perDay` is without a limit of its own.
 *
 * @example
 * ```ts
 * assert.deepStrictEqual(allowance({ day: 3, begun: 99 }, 100), { left: 1, renewedMs: 4 * 86_400_000 })
 * assert.strictEqual(allowance({ day: 3, begun: 120 }, 100).left, 0)
 * assert.strictEqual(allowance({ day: 3, begun: 120 }, 0).left, Number.POSITIVE_INFINITY)
 * ```
 */
export function allowance({ begun, day }: SweepDay, perDay: number) {
  const left = perDay === 0 ? Number.POSITIVE_INFINITY : Math.max(0, perDay - begun)
  return { left, renewedMs: (day + 1) * DAY_MS }
}
