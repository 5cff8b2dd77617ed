import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"

/**
 * How much the heap may grow, in percent of what is in use, before it is swept, while something large is read. By itself
 * V8 lets it grow by four fifths first: 30 MB of what nobody needs any more when 50,000 items go by.
 */
const GROWTH_PERCENT = 15
/** V8's own judgement, which spares time. */
const OWN_JUDGEMENT = 0

const reading = new Set<unknown>()

/**
 * Keeps the heap tight until `loosen` is called with the same token. Sweeps more often, so only for a while. The first
 * sweep is a whole one: until there is one, V8 goes by the limit that it chose before.
 */
export function tighten(token: unknown): void {
  if (reading.size === 0) {
    setFlagsFromString(`--heap-growing-percent=${GROWTH_PERCENT}`)
    sweep("major")
  }
  reading.add(token)
}

/** Gives the heap back to V8's own judgement once nobody keeps it tight. Does nothing for an unknown token. */
export function loosen(token: unknown): void {
  if (reading.delete(token) && reading.size === 0)
    setFlagsFromString(`--heap-growing-percent=${OWN_JUDGEMENT}`)
}

type Collector = (options: { readonly type: "minor" | "major"; readonly execution: "sync" }) => void

/** Null where this runtime gives none, undefined before it was looked for. */
let collector: Collector | null | undefined

/** V8's own collector, which it shows only to a context that is made while it is told to. */
function findCollector(): Collector | null {
  setFlagsFromString("--expose-gc")
  try {
    const found: unknown = runInNewContext("globalThis.gc")
    return typeof found === "function" ? (found as Collector) : null
  } catch {
    return null
  } finally {
    setFlagsFromString("--no-expose-gc")
  }
}

/**
 * Sweeps what is young, which takes a fraction of a millisecond. V8 waits for it until eight megabytes of its own are
 * full and does not count the bytes of answers, which are outside of its heap; what lives in between becomes old, and is
 * kept for long. Done at the end of a page, when nearly nothing lives. Does nothing unless the heap is kept tight.
 */
export function sweepYoung(): void {
  if (reading.size > 0) sweep("minor")
}

function sweep(type: "minor" | "major"): void {
  if (collector === undefined) collector = findCollector()
  collector?.({ type, execution: "sync" })
}
