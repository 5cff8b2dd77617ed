import type { Shift } from "../placed/placed.ts"
import type { CueTime } from "./retime.ts"

/** Cues of a subtitle that are looked for in the other; evenly taken from longer ones. */
const CUES_COMPARED_MAX = 250
/** Cues of the other subtitle that are looked at. */
const OTHERS_MAX = 10_000
/** By how much two subtitles of one film may be apart, in milliseconds, for it to be noticed. */
const APART_MAX_MS = 5 * 60_000
/** How finely distances are counted, in milliseconds. */
const BIN_MS = 100
/** Fewest cues from which another subtitle is worth comparing with. */
export const CUES_COMPARED_MIN = 20
/** Two cues begin together when they are not further apart than this, in milliseconds. */
const TOGETHER_MS = 300
/** Share of cues that must begin together for two subtitles to agree, and below which they do not. */
const AGREE_SHARE = 0.6
const DISAGREE_SHARE = 0.4
/** A fix that moves everything by less than this, in milliseconds, is none. */
const FIX_MIN_MS = 500
/** A last cue so far behind the end of the film, in milliseconds, is out of step. */
const AFTER_END_MS = 5_000
/** The last cue of a film is rarely further from its end than this share of it. */
const LAST_CUE_SHARE = 0.8

const FILM_RATES: ReadonlyArray<number> = [24_000 / 1_001, 24]
const PAL_RATE = 25

/** What a speed of one frame rate has to be multiplied by to run at another. */
const RATIOS: ReadonlyArray<number> = [
  1,
  ...FILM_RATES.flatMap((rate) => [PAL_RATE / rate, rate / PAL_RATE]),
  24 / (24_000 / 1_001),
  24_000 / 1_001 / 24,
]

/** A fix that is offered, with the sentence why. */
export interface TimingOffer extends Shift {
  readonly reason: string
}

/** What is known about the file that a subtitle is shown with. */
export interface TimedFile {
  readonly frameRate: number | null
  readonly durationMs: number | null
}

const isPal = (rate: number) => Math.abs(rate - PAL_RATE) < 0.1 || Math.abs(rate - 2 * PAL_RATE) < 0.2
const shown = (rate: number) => String(Math.round(rate * 1_000) / 1_000)
const lastOf = (cues: ReadonlyArray<CueTime>) =>
  cues.reduce((last, { endMs, startMs }) => Math.max(last, endMs ?? startMs), 0)

/** Whether the last cue of a subtitle lies where a film's last cue may lie. */
function endsWell(lastMs: number, durationMs: number | null): boolean {
  return durationMs === null || (lastMs <= durationMs + AFTER_END_MS && lastMs >= durationMs * LAST_CUE_SHARE)
}

/**
 * Whether the subtitle is for another speed than the file's, by what the provider says of its frame rate, and by a last
 * cue that comes after the end of the film. 24 frames and 23.976 are one speed here: providers' figures are not that
 * exact. Null when nothing speaks for it.
 *
 * @example
 * ```ts
 * const cues = [{ startMs: 60_000, endMs: 62_000 }, { startMs: 5_100_000, endMs: 5_103_000 }]
 * const file = { frameRate: 23.976, durationMs: 5_400_000 }
 * assert.closeTo(frameRateOffer(cues, 25, file)?.ratio ?? 0, 1.0427, 0.0001)
 * assert.isNull(frameRateOffer(cues, 24, file))
 * assert.isNull(frameRateOffer(cues, null, file))
 * ```
 */
export function frameRateOffer(
  cues: ReadonlyArray<CueTime>,
  saidRate: number | null,
  file: TimedFile,
): TimingOffer | null {
  const { durationMs, frameRate } = file
  const lastMs = lastOf(cues)
  if (lastMs === 0) return null
  if (saidRate !== null && saidRate > 0 && frameRate !== null && isPal(saidRate) !== isPal(frameRate)) {
    const ratio = speed(saidRate) / speed(frameRate)
    // The figure may be wrong: it is not believed where it would move the end out of the film.
    if (durationMs === null || lastMs * ratio <= durationMs + AFTER_END_MS) {
      const reason = `it is for ${shown(saidRate)} frames a second, and the file has ${shown(frameRate)}`
      return { ratio, offsetMs: 0, reason }
    }
  }
  if (durationMs === null || lastMs <= durationMs + AFTER_END_MS) return null
  const seconds = Math.round((lastMs - durationMs) / 1_000)
  const ratio = RATIOS.filter((one) => one < 0.99).find((one) => endsWell(lastMs * one, durationMs))
  if (ratio === undefined || (frameRate !== null && !isPal(frameRate))) return null
  return { ratio, offsetMs: 0, reason: `its last line comes ${seconds} s after the end of the film` }
}

/** Doubled rates show each picture twice, which changes nothing for a subtitle. */
const speed = (rate: number) => (rate > 40 ? rate / 2 : rate)

const startsOf = (cues: ReadonlyArray<CueTime>): ReadonlyArray<number> =>
  [...new Set(cues.map(({ startMs }) => startMs))].sort((a, b) => a - b)

function thinned(starts: ReadonlyArray<number>): ReadonlyArray<number> {
  const step = Math.max(1, starts.length / CUES_COMPARED_MAX)
  const count = Math.min(starts.length, CUES_COMPARED_MAX)
  return Array.from({ length: count }, (_, index) => starts[Math.floor(index * step)] ?? 0)
}

/** The share of `starts` that have one of `others` (sorted) beside them. */
function together(starts: ReadonlyArray<number>, others: ReadonlyArray<number>): number {
  let index = 0
  let count = 0
  for (const start of starts) {
    while (index < others.length && (others[index] ?? 0) < start - TOGETHER_MS) index += 1
    if (index < others.length && (others[index] ?? 0) <= start + TOGETHER_MS) count += 1
  }
  return starts.length === 0 ? 0 : count / starts.length
}

/** Calls `each` with the distance of every start to every one of `others` that is near enough. Both are sorted. */
function distances(
  starts: ReadonlyArray<number>,
  others: ReadonlyArray<number>,
  each: (apartMs: number) => void,
): void {
  let first = 0
  for (const start of starts) {
    while (first < others.length && (others[first] ?? 0) < start - APART_MAX_MS) first += 1
    for (let index = first; index < others.length; index++) {
      const apart = (others[index] ?? 0) - start
      if (apart > APART_MAX_MS) break
      each(apart)
    }
  }
}

/** The offset at which most of `starts` meet one of `others`, in milliseconds. */
function bestOffset(starts: ReadonlyArray<number>, others: ReadonlyArray<number>): number {
  const middle = APART_MAX_MS / BIN_MS + 1
  const bins = new Int32Array(2 * middle + 1)
  distances(starts, others, (apart) => {
    const bin = Math.round(apart / BIN_MS) + middle
    bins[bin] = (bins[bin] ?? 0) + 1
  })
  let [best, most] = [middle, 0]
  for (let bin = 1; bin < bins.length - 1; bin++) {
    const count = (bins[bin - 1] ?? 0) + (bins[bin] ?? 0) + (bins[bin + 1] ?? 0)
    const isNearer = Math.abs(bin - middle) < Math.abs(best - middle)
    if (count > most || (count === most && isNearer)) [best, most] = [bin, count]
  }
  const near: Array<number> = []
  const about = (best - middle) * BIN_MS
  distances(starts, others, (apart) => {
    if (Math.abs(apart - about) <= 1.5 * BIN_MS) near.push(apart)
  })
  near.sort((a, b) => a - b)
  return near[Math.floor(near.length / 2)] ?? about
}

/**
 * What would bring a subtitle into step with another of the same film, in whatever language: people speak at the same
 * moments. Null when they are in step, and when nothing makes them so.
 *
 * @example
 * ```ts
 * const other = Array.from({ length: 60 }, (_, n) => ({ startMs: 10_000 + n * 7_000 + (n % 7) * 900, endMs: null }))
 * const late = other.map(({ startMs }) => ({ startMs: startMs + 2_400, endMs: null }))
 * assert.deepInclude(referenceOffer(late, other, "Sintel.de.srt"), { ratio: 1, offsetMs: -2_400 })
 * assert.isNull(referenceOffer(other, other, "Sintel.de.srt"))
 * ```
 */
export function referenceOffer(
  cues: ReadonlyArray<CueTime>,
  reference: ReadonlyArray<CueTime>,
  name: string,
): TimingOffer | null {
  const [starts, others] = [thinned(startsOf(cues)), startsOf(reference).slice(0, OTHERS_MAX)]
  if (starts.length < CUES_COMPARED_MIN || others.length < CUES_COMPARED_MIN) return null
  if (together(starts, others) >= DISAGREE_SHARE) return null
  const best = RATIOS.map((ratio) => {
    const scaled = starts.map((start) => start * ratio)
    const offsetMs = bestOffset(scaled, others)
    const share = together(
      scaled.map((start) => start + offsetMs),
      others,
    )
    return { ratio, offsetMs: Math.round(offsetMs), share }
  }).reduce((a, b) => (b.share > a.share + 0.02 ? b : a))
  const { offsetMs, ratio, share } = best
  if (share < AGREE_SHARE || (ratio === 1 && Math.abs(offsetMs) < FIX_MIN_MS)) return null
  const how =
    ratio === 1
      ? `${(Math.abs(offsetMs) / 1_000).toFixed(1)} s too ${offsetMs < 0 ? "late" : "early"}`
      : "at another speed"
  return { ratio, offsetMs, reason: `beside ${name} it runs ${how}` }
}

/**
 * What has been done to a subtitle by whoever moved its cues: the line through the first and last tenths of them. Null
 * when it is not the same subtitle, or was not moved enough to be noticed.
 *
 * @example
 * ```ts
 * const before = Array.from({ length: 40 }, (_, n) => ({ startMs: n * 5_000, endMs: null }))
 * const after = before.map(({ startMs }) => ({ startMs: startMs * 1.04 + 2_000, endMs: null }))
 * assert.deepStrictEqual(shiftBetween(before, after), { ratio: 1.04, offsetMs: 2_000 })
 * assert.isNull(shiftBetween(before, before))
 * ```
 */
export function shiftBetween(before: ReadonlyArray<CueTime>, after: ReadonlyArray<CueTime>): Shift | null {
  if (before.length !== after.length || before.length < 2) return null
  const tenth = Math.max(1, Math.floor(before.length / 10))
  const mean = (cues: ReadonlyArray<CueTime>) =>
    cues.reduce((sum, { startMs }) => sum + startMs, 0) / cues.length
  const [first, last] = [mean(before.slice(0, tenth)), mean(before.slice(-tenth))]
  const [firstNow, lastNow] = [mean(after.slice(0, tenth)), mean(after.slice(-tenth))]
  if (last - first < 1_000) return null
  const measured = (lastNow - firstNow) / (last - first)
  // A speed that differs by less than cues are exact is none.
  const ratio = Math.abs(measured - 1) < 0.0005 ? 1 : Math.round(measured * 1e6) / 1e6
  const offsetMs = Math.round((firstNow + lastNow - ratio * (first + last)) / 2)
  const most = Math.max(Math.abs(first * (ratio - 1) + offsetMs), Math.abs(last * (ratio - 1) + offsetMs))
  return most < FIX_MIN_MS ? null : { ratio, offsetMs }
}

/** For people: what a fix does. */
export function describeShift({ offsetMs, ratio }: Shift): string {
  const speedText =
    ratio === 1 ? null : `${ratio > 1 ? "slower" : "faster"} by ${Math.abs((ratio - 1) * 100).toFixed(2)} %`
  const offMs = Math.abs(offsetMs)
  const span = offMs < 100 ? `${Number(offMs.toFixed(1))} ms` : `${(offMs / 1_000).toFixed(1)} s`
  const shiftText = offsetMs === 0 ? null : `${span} ${offsetMs > 0 ? "later" : "earlier"}`
  return [speedText, shiftText].filter((one) => one !== null).join(" and ") || "nothing"
}
