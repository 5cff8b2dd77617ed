import type { Shift } from "../placed/placed.ts"
import { type CueTime, readClock, writeClock } from "./retime.ts"
import { shiftBetween } from "./timing.ts"

/** How long a cue is taken to be shown, in milliseconds, where its format does not say, and at most. */
const SHOWN_MS = 2_000
const SHOWN_MAX_MS = 10_000
/** Share of the cues that a tool must give back for its answer to be believed. */
const BACK_SHARE = 0.5

const CUE = /^(\d{1,3}:\d{2}:\d{2}[,.]\d{1,3})[ \t]*-->[^\r\n]*\r?\nline (\d+)[ \t]*\r?$/gm

/**
 * The times of a subtitle as the SRT that every tool reads, whatever its own format: each cue says which one it is, so
 * that it is known again when the tool leaves some out or puts them in another order.
 *
 * @example
 * ```ts
 * const cues = [{ startMs: 1_000, endMs: 2_500 }, { startMs: 3_723_004, endMs: null }]
 * assert.strictEqual(
 *   timesAsSrt(cues),
 *   "1\n00:00:01,000 --> 00:00:02,500\nline 1\n\n2\n01:02:03,004 --> 01:02:05,004\nline 2\n\n",
 * )
 * ```
 */
export function timesAsSrt(cues: ReadonlyArray<CueTime>): string {
  const clock = (ms: number) => writeClock(ms, ",", 2)
  return cues
    .map(({ endMs, startMs }, index) => {
      const shownMs = endMs === null ? SHOWN_MS : Math.min(SHOWN_MAX_MS, Math.max(1, endMs - startMs))
      return `${index + 1}\n${clock(startMs)} --> ${clock(startMs + shownMs)}\nline ${index + 1}\n\n`
    })
    .join("")
}

/**
 * What a tool has done to the times of `timesAsSrt`: null when nothing that would be noticed, `"unknown"` when it did not
 * give back what it was given. A cue that it moved before the beginning lies at 0 and says nothing.
 *
 * @example
 * ```ts
 * const cues = Array.from({ length: 10 }, (_, n) => ({ startMs: 60_000 * (n + 1), endMs: null }))
 * const late = cues.map(({ startMs }) => ({ startMs: startMs + 3_000, endMs: null }))
 * assert.deepStrictEqual(shiftMade(cues, timesAsSrt(late)), { ratio: 1, offsetMs: 3_000 })
 * assert.strictEqual(shiftMade(cues, timesAsSrt(cues)), null)
 * assert.strictEqual(shiftMade(cues, "nothing"), "unknown")
 * ```
 */
export function shiftMade(cues: ReadonlyArray<CueTime>, heard: string): Shift | null | "unknown" {
  const heardMs = new Map<number, number>()
  for (const [, clock = "", number] of heard.matchAll(CUE)) heardMs.set(Number(number) - 1, readClock(clock))
  const back = cues.flatMap((before, index) => {
    const startMs = heardMs.get(index) ?? 0
    return startMs === 0 ? [] : [{ before, after: { startMs, endMs: null } }]
  })
  if (back.length < 2 || back.length < cues.length * BACK_SHARE) return "unknown"
  return shiftBetween(
    back.map((one) => one.before),
    back.map((one) => one.after),
  )
}
