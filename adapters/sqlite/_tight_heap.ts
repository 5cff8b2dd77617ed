import { setFlagsFromString } from "node:v8"

/**
 * How much the heap may grow, in percent of what is in use, before it is swept, while something large is read. By itself
 * V8 lets it grow by four fifths first: 30 MB of what nobody needs any more when 50,000 items go by.
 */
const GROWTH_PERCENT = 15
/** V8's own judgement, which spares time. */
const OWN_JUDGEMENT = 0

const reading = new Set<unknown>()

/** Keeps the heap tight until `loosen` is called with the same token. Sweeps more often, so only for a while. */
export function tighten(token: unknown): void {
  if (reading.size === 0) setFlagsFromString(`--heap-growing-percent=${GROWTH_PERCENT}`)
  reading.add(token)
}

/** Gives the heap back to V8's own judgement once nobody keeps it tight. Does nothing for an unknown token. */
export function loosen(token: unknown): void {
  if (reading.delete(token) && reading.size === 0)
    setFlagsFromString(`--heap-growing-percent=${OWN_JUDGEMENT}`)
}
