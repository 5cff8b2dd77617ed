import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"

/**
 * How much the heap may grow, in percent of what is in use, before it is swept, while something large is read. By itself
 * V8 lets it grow by four fifths first: 30 MB of what nobody needs any more when 50,000 items go by.
 */
const GROWTH_PERCENT = 15
/** V8's own judgement, which spares time. */
const OWN_JUDGEMENT = 0

/**
 * How much the process may grow, in bytes, until everything is swept and given back to the system. That holds it up for
 * a tenth of a second, and happens a few times while 50,000 items go by.
 */
const GROWTH_BYTES = 10 * 1024 * 1024

const reading = new Set<unknown>()
/** What was resident after the last whole sweep. */
let restedBytes = 0

/**
 * Keeps the heap tight until `loosen` is called with the same token. Sweeps more often, so only for a while. The first
 * time it begins with a whole sweep: what the start has left is 12 MB, and V8 goes by a limit that it chose for it.
 */
export function tighten(token: unknown): void {
  if (reading.size === 0) {
    setFlagsFromString(`--heap-growing-percent=${GROWTH_PERCENT}`)
    sweepWhenGrown()
  }
  reading.add(token)
}

/** Gives the heap back to V8's own judgement once nobody keeps it tight. Does nothing for an unknown token. */
export function loosen(token: unknown): void {
  if (reading.delete(token) && reading.size === 0)
    setFlagsFromString(`--heap-growing-percent=${OWN_JUDGEMENT}`)
}

/** V8's options of `gc`; `last-resort` gives back to the system what it can. */
interface Sweep {
  readonly type: "minor" | "major"
  readonly flavor?: "last-resort"
}
type Collector = (options: Sweep & { readonly execution: "sync" }) => void

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
  if (reading.size > 0 && !sweepWhenGrown()) sweep({ type: "minor" })
}

function sweepWhenGrown(): boolean {
  if (process.memoryUsage.rss() - restedBytes < GROWTH_BYTES) return false
  sweep({ type: "major", flavor: "last-resort" })
  restedBytes = process.memoryUsage.rss()
  return true
}

function sweep(what: Sweep): void {
  if (collector === undefined) collector = findCollector()
  collector?.({ ...what, execution: "sync" })
}
