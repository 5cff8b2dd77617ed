/** What every part of the bench has to give. */

/** One line of the table. */
export interface Row {
  readonly what: string
  /** For people; the numbers behind it are in `values`. */
  readonly measured: string
  /** As in the aims of the project. */
  readonly aim: string
  readonly values: Readonly<Record<string, number | null>>
}

export interface Peer {
  /** Base address of another instance that speaks the same API. */
  readonly url: string
  readonly key: string
}

export interface Part {
  readonly name: string
  readonly about: string
  /** Why another instance is not measured beside ours; null: it is. */
  readonly peerLacks: string | null
  readonly measure: (peer: Peer | null) => Promise<ReadonlyArray<Row>>
}

/** The middle one of several measurements. */
export function median(values: ReadonlyArray<number>): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

/** The value below which this share of the measurements lies. */
export function percentile(values: ReadonlyArray<number>, share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

/** Runs it so many times, one after the other. */
export async function times<A>(count: number, run: (n: number) => Promise<A>): Promise<ReadonlyArray<A>> {
  const results: Array<A> = []
  for (let n = 0; n < count; n++) results.push(await run(n))
  return results
}

export const rounded = (value: number, digits = 0) => Number(value.toFixed(digits))
export const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
