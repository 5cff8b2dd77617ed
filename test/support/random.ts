/** Numbers that only look random: the same seed gives the same run (mulberry32). */
export interface Random {
  /** In [0, 1). */
  readonly next: () => number
  /** A whole number from 0 to `count` - 1. */
  readonly below: (count: number) => number
  /** True once in so many times. */
  readonly oneIn: (times: number) => boolean
  readonly pick: <A>(from: ReadonlyArray<A>) => A
}

export function seeded(seed: number): Random {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  const below = (count: number) => Math.floor(next() * count)
  return { next, below, oneIn: (times) => below(times) === 0, pick: (from) => from[below(from.length)]! }
}

/** A number of the command line, `--seed 7`, or what it is without. */
export function numberOption(name: string, fallback: number): number {
  const at = process.argv.indexOf(`--${name}`)
  const value = at < 0 ? Number.NaN : Number(process.argv[at + 1])
  return Number.isSafeInteger(value) ? value : fallback
}
