import * as Schema from "effect/Schema"

/** Attempts to come in that have not succeeded, by address. */
export const Tally = Schema.Struct({
  addresses: Schema.Record(
    Schema.String,
    Schema.Struct({ count: Schema.Int, sinceMs: Schema.Finite, atMs: Schema.Finite }),
  ),
})
export type Tally = typeof Tally.Type

/** Attempts that one address has before it must wait, */
export const ATTEMPTS_PER_ADDRESS_MAX = 5
/** that all together have, so that many addresses do not help to guess, */
export const ATTEMPTS_TOTAL_MAX = 100
/** and for how long, in milliseconds, an attempt counts. */
export const ATTEMPTS_WINDOW_MS = 15 * 60_000
/** Addresses that are remembered; of more, the oldest is forgotten. */
export const ADDRESSES_MAX = 200

export const NO_ATTEMPTS: Tally = { addresses: {} }

function remembered(tally: Tally, nowMs: number): Tally["addresses"] {
  const kept = Object.entries(tally.addresses)
    .filter(([, one]) => nowMs - one.atMs < ATTEMPTS_WINDOW_MS)
    .sort(([, a], [, b]) => b.atMs - a.atMs)
    .slice(0, ADDRESSES_MAX)
  return Object.fromEntries(kept)
}

/**
 * Until when nobody may try from this address; 0 when somebody may. Attempts at a lock do not lengthen it.
 *
 * @example
 * ```ts
 * let tally = NO_ATTEMPTS
 * for (let n = 0; n < ATTEMPTS_PER_ADDRESS_MAX; n++) tally = counted(tally, "10.0.0.9", 1_000)
 * assert.strictEqual(lockedUntilMs(tally, "10.0.0.9", 2_000), 1_000 + ATTEMPTS_WINDOW_MS)
 * assert.strictEqual(lockedUntilMs(tally, "10.0.0.8", 2_000), 0)
 * assert.strictEqual(lockedUntilMs(forgiven(tally, "10.0.0.9"), "10.0.0.9", 2_000), 0)
 * ```
 */
export function lockedUntilMs(tally: Tally, address: string, nowMs: number): number {
  const addresses = remembered(tally, nowMs)
  const own = addresses[address]
  if (own !== undefined && own.count >= ATTEMPTS_PER_ADDRESS_MAX) return own.atMs + ATTEMPTS_WINDOW_MS
  const all = Object.values(addresses)
  const total = all.reduce((sum, one) => sum + one.count, 0)
  if (total < ATTEMPTS_TOTAL_MAX) return 0
  return Math.min(...all.map((one) => one.atMs)) + ATTEMPTS_WINDOW_MS
}

/** The tally after one more attempt, which is counted before it is judged: many at once gain nothing. */
export function counted(tally: Tally, address: string, nowMs: number): Tally {
  const addresses = remembered(tally, nowMs)
  const own = addresses[address] ?? { count: 0, sinceMs: nowMs, atMs: nowMs }
  return { addresses: { ...addresses, [address]: { ...own, count: own.count + 1, atMs: nowMs } } }
}

/** The tally after somebody came in from this address. */
export function forgiven(tally: Tally, address: string): Tally {
  const { [address]: _, ...addresses } = tally.addresses
  return { addresses }
}
