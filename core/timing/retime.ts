import type { Shift } from "../placed/placed.ts"
import type { SubtitleFormat } from "../ports/subtitle_reader.ts"

/** Bounds of a fix: the speeds of film and television differ by less than a third, and no subtitle is off by hours. */
export const RATIO_MIN = 0.75
export const RATIO_MAX = 1.35
export const OFFSET_MAX_MS = 30 * 60_000

/** A moment of a subtitle at which a cue begins, and at which it ends; null where the format does not say. */
export interface CueTime {
  readonly startMs: number
  readonly endMs: number | null
}

/** Formats whose times can be moved. */
export type RetimedFormat = Extract<SubtitleFormat, "srt" | "vtt" | "ass" | "ssa" | "smi">

export const isRetimed = (format: SubtitleFormat): format is RetimedFormat =>
  format === "srt" || format === "vtt" || format === "ass" || format === "ssa" || format === "smi"

const CLOCK = String.raw`(?:\d{1,3}\s?:\s?)?\d{1,2}\s?:\s?\d{1,2}(?:\s?[,.:;]\s?\d{1,4})?`
const ARROW_LINE = new RegExp(`^([ \\t]*)(${CLOCK})([ \\t]*-{1,3}>[ \\t]*)(${CLOCK})`, "gm")
const SRT_ARROW_LINE =
  /^([ \t]*)(\d{1,3}\s?:\s?\d{1,2}\s?:\s?\d{1,2}(?:\s?[,.:;]\s?\d{1,4})?)([ \t]*-{1,3}>[ \t]*)(\d{1,3}\s?:\s?\d{1,2}\s?:\s?\d{1,2}(?:\s?[,.:;]\s?\d{1,4})?)/gm
const VTT_INLINE = /<((?:\d{2,}:)?\d{2}:\d{2}\.\d{3})>/g
const ASS_LINE =
  /^((?:dialogue|comment):[^,\r\n]*,[ \t]*)(\d+:\d{1,2}:\d{1,2}(?:[.:]\d{1,3})?)([ \t]*,[ \t]*)(\d+:\d{1,2}:\d{1,2}(?:[.:]\d{1,3})?)/gim
const SMI_SYNC = /(<sync\b[^<>]*?\bstart[ \t]*=[ \t]*["']?)(\d{1,9})/gi

/** A moment as subtitles write it (`00:01:02,345`), in milliseconds. */
export function readClock(text: string): number {
  const [, clock = "", fraction = ""] = /^([\d\s:]+?)(?:\s?[,.;]\s?(\d{1,4}))?$/.exec(text.trim()) ?? []
  const numbers = clock.split(":").map((one) => Number(one.trim()))
  // `00:00:01:500` is how some write milliseconds.
  const [hours = 0, minutes = 0, seconds = 0, more] = numbers.length === 2 ? [0, ...numbers] : numbers
  const digits = more === undefined ? fraction : String(more)
  const ms =
    digits === "" ? 0 : Math.round(Number(`0.${digits.padStart(more === undefined ? 0 : 3, "0")}`) * 1_000)
  return (hours * 3_600 + minutes * 60 + seconds) * 1_000 + ms
}

const pad = (number: number, width: number) => String(Math.floor(number)).padStart(width, "0")

/** The same the other way round. */
export function writeClock(ms: number, mark: "," | ".", hourDigits: number): string {
  return `${pad(ms / 3_600_000, hourDigits)}:${pad((ms / 60_000) % 60, 2)}:${pad((ms / 1_000) % 60, 2)}${mark}${pad(ms % 1_000, 3)}`
}

/** ASS counts in hundredths of a second. */
function writeAssClock(ms: number): string {
  const hundredths = Math.round(ms / 10)
  return `${Math.floor(hundredths / 360_000)}:${pad((hundredths / 6_000) % 60, 2)}:${pad((hundredths / 100) % 60, 2)}.${pad(hundredths % 100, 2)}`
}

/**
 * A moment after a fix; nothing is shown before the beginning.
 *
 * @example
 * ```ts
 * assert.strictEqual(moved(10_000, { ratio: 1.1, offsetMs: -500 }), 10_500)
 * assert.strictEqual(moved(100, { ratio: 1, offsetMs: -500 }), 0)
 * ```
 */
export function moved(ms: number, { offsetMs, ratio }: Shift): number {
  return Math.max(0, Math.round(ms * ratio + offsetMs))
}

/** The fix that does `first` and then `second`. */
export function compose(first: Shift, second: Shift): Shift {
  return {
    ratio: first.ratio * second.ratio,
    offsetMs: first.offsetMs * second.ratio + second.offsetMs,
  }
}

/** The fix that takes another back, as far as nothing was cut off at the beginning. */
export function inverse({ offsetMs, ratio }: Shift): Shift {
  return { ratio: 1 / ratio, offsetMs: -offsetMs / ratio }
}

/** Hours are written with as many digits as there were, in VTT also without any. */
function clockLike(old: string, ms: number, mark: "," | "."): string {
  const parts = old.split(":")
  const hourDigits = (parts[0] ?? "").trim().length
  const whole = writeClock(ms, mark, Math.max(2, hourDigits))
  return parts.length === 2 && ms < 3_600_000 ? whole.slice(3) : whole
}

/**
 * A subtitle with every time moved and everything else, line ends included, as it was.
 *
 * @example
 * ```ts
 * const srt = "1\r\n00:00:01,000 --> 00:00:02,500\r\nAt 10:15 --> there\r\n"
 * assert.strictEqual(
 *   retime(srt, "srt", { ratio: 1, offsetMs: 1_500 }),
 *   "1\r\n00:00:02,500 --> 00:00:04,000\r\nAt 10:15 --> there\r\n",
 * )
 * const ass = "Dialogue: 0,0:00:10.00,0:00:12.00,Default,,0,0,0,,Hello, you"
 * assert.include(retime(ass, "ass", { ratio: 0.5, offsetMs: 0 }), "0,0:00:05.00,0:00:06.00,Default")
 * ```
 */
export function retime(text: string, format: RetimedFormat, shift: Shift): string {
  const at = (clock: string) => moved(readClock(clock), shift)
  const arrows = (lines: RegExp, mark: "," | ".") =>
    text.replace(
      lines,
      (_, indent: string, start: string, arrow: string, end: string) =>
        `${indent}${clockLike(start, at(start), mark)}${arrow}${clockLike(end, at(end), mark)}`,
    )
  switch (format) {
    case "srt":
      return arrows(SRT_ARROW_LINE, ",")
    case "vtt":
      return arrows(ARROW_LINE, ".").replace(
        VTT_INLINE,
        (_, clock: string) => `<${clockLike(clock, at(clock), ".")}>`,
      )
    case "ass":
    case "ssa":
      return text.replace(
        ASS_LINE,
        (_, head: string, start: string, comma: string, end: string) =>
          `${head}${writeAssClock(at(start))}${comma}${writeAssClock(at(end))}`,
      )
    case "smi":
      return text.replace(SMI_SYNC, (_, head: string, ms: string) => `${head}${moved(Number(ms), shift)}`)
  }
}

/** When the cues of a subtitle are shown, in the order of the file. */
export function cueTimes(text: string, format: RetimedFormat): ReadonlyArray<CueTime> {
  const pairs = (lines: RegExp) =>
    [...text.matchAll(lines)].map((found) => ({
      startMs: readClock(found[2] ?? ""),
      endMs: readClock(found[4] ?? ""),
    }))
  switch (format) {
    case "srt":
      return pairs(SRT_ARROW_LINE)
    case "vtt":
      return pairs(ARROW_LINE)
    case "ass":
    case "ssa":
      return pairs(ASS_LINE)
    case "smi":
      return [...text.matchAll(SMI_SYNC)].map((found) => ({ startMs: Number(found[2]), endMs: null }))
  }
}
