import type { SubtitleFormat } from "../ports/subtitle_reader.ts"

/** How long a cue stays that says when it starts and not when it ends, in milliseconds, if the next one is not earlier. */
export const OPEN_CUE_MS = 5_000
/** Frame rates that a MicroDVD file is believed to have. */
const FRAME_RATE_MIN = 5
const FRAME_RATE_MAX = 130

export interface Cue {
  readonly startMs: number
  /** Null: until the next one, or `OPEN_CUE_MS`. */
  readonly endMs: number | null
  readonly lines: ReadonlyArray<string>
}

const linesOf = (text: string) => text.replace(/^\uFEFF/, "").split(/\r\n|\r|\n/)

/** `/` at the start of a line is italics in MPL2 and TMPlayer. */
const slashItalics = (line: string) => (/^\s*\//.test(line) ? `<i>${line.replace(/^\s*\//, "")}</i>` : line)

/** MicroDVD's codes: `{y:i}` is for one line, `{Y:i}` for the whole cue; colours and fonts have no place in SRT. */
function microDvdLines(text: string): ReadonlyArray<string> {
  const whole = /\{Y:([^{}]*)\}/.exec(text)?.[1] ?? ""
  return text.split("|").map((part) => {
    const own = /\{y:([^{}]*)\}/.exec(part)?.[1] ?? ""
    const styles = ["i", "b", "u"].filter((style) => `${whole},${own}`.split(",").includes(style))
    const plain = part.replace(/\{[a-zA-Z]:[^{}]*\}/g, "")
    const styled = styles.length === 0 ? slashItalics(plain) : plain
    return styles.reduceRight((inner, style) => `<${style}>${inner}</${style}>`, styled)
  })
}

/**
 * The frame rate that a MicroDVD file states itself: by custom its first cue, `{1}{1}23.976`. Null when it does not.
 */
export function statedFrameRate(text: string): number | null {
  const first = /^\s*\{[01]\}\{[01]\}\s*(\d{1,3}(?:[.,]\d{1,6})?)\s*$/m.exec(text.slice(0, 2_000))?.[1]
  const rate = first === undefined ? Number.NaN : Number(first.replace(",", "."))
  return rate >= FRAME_RATE_MIN && rate <= FRAME_RATE_MAX ? rate : null
}

function microDvdCues(text: string, frameRate: number): ReadonlyArray<Cue> {
  const stated = statedFrameRate(text)
  return linesOf(text).flatMap((line, index) => {
    const found = /^\s*\{(\d{1,9})\}\{(\d{0,9})\}(.*)$/.exec(line)
    if (found === null || (index < 5 && stated !== null && /^\s*\{[01]\}\{[01]\}/.test(line))) return []
    const ms = (frames: string) => Math.round((Number(frames) * 1_000) / frameRate)
    const [, start = "", end = "", content = ""] = found
    return [{ startMs: ms(start), endMs: end === "" ? null : ms(end), lines: microDvdLines(content) }]
  })
}

function mpl2Cues(text: string): ReadonlyArray<Cue> {
  return linesOf(text).flatMap((line) => {
    const found = /^\s*\[(\d{1,9})\]\[(\d{0,9})\](.*)$/.exec(line)
    if (found === null) return []
    const [, start = "", end = "", content = ""] = found
    const lines = content.split("|").map(slashItalics)
    return [{ startMs: Number(start) * 100, endMs: end === "" ? null : Number(end) * 100, lines }]
  })
}

function tmPlayerCues(text: string): ReadonlyArray<Cue> {
  return linesOf(text).flatMap((line) => {
    const found = /^\s*(\d{1,2}):(\d{2}):(\d{2})(?:,\d)?\s?[:=,]?\s?(.*)$/.exec(line)
    if (found === null) return []
    const [, hours = "", minutes = "", seconds = "", content = ""] = found
    const startMs = (Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds)) * 1_000
    return [{ startMs, endMs: null, lines: content.split("|").map(slashItalics) }]
  })
}

function stamp(ms: number): string {
  const pad = (number: number, width: number) => String(Math.floor(number)).padStart(width, "0")
  return `${pad(ms / 3_600_000, 2)}:${pad((ms / 60_000) % 60, 2)}:${pad((ms / 1_000) % 60, 2)},${pad(ms % 1_000, 3)}`
}

const isBlank = (cue: Cue) => cue.lines.every((line) => line.replace(/<[^<>]*>/g, "").trim() === "")

/** Cues as an SRT file with `\r\n` line ends, in order of time, open ends closed, empty cues left out. */
export function formatSrt(cues: ReadonlyArray<Cue>): string {
  let [nextMs, laterMs] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]
  // From the end, so that each cue knows the start of the next one that is later; an empty cue ends the one before too.
  const closed = cues
    .toSorted((a, b) => b.startMs - a.startMs)
    .map((cue) => {
      if (cue.startMs < nextMs) [nextMs, laterMs] = [cue.startMs, nextMs]
      const openEnd = Math.min(cue.startMs + OPEN_CUE_MS, laterMs)
      return { ...cue, endMs: cue.endMs === null || cue.endMs < cue.startMs ? openEnd : cue.endMs }
    })
  return closed
    .toReversed()
    .filter((cue) => !isBlank(cue))
    .map((cue, index) => {
      const lines = cue.lines.map((line) => line.trim()).filter((line) => line !== "")
      return [index + 1, `${stamp(cue.startMs)} --> ${stamp(cue.endMs)}`, ...lines, ""].join("\r\n")
    })
    .join("\r\n")
}

/**
 * A MicroDVD, MPL2 or TMPlayer subtitle as SRT. MicroDVD counts frames: the rate that the file states counts before
 * `frameRate`, which is the video's. Null when the rate is needed and unknown, and for a format that stays as it is.
 *
 * @example
 * ```ts
 * const srt = "1\r\n00:00:01,000 --> 00:00:02,000\r\n<i>Hello</i>\r\nthere\r\n"
 * assert.strictEqual(toSrt("{25}{50}{y:i}Hello|there", "microdvd", 25), srt)
 * assert.strictEqual(toSrt("[10][20]/Hello|there", "mpl2", null), srt)
 * assert.strictEqual(toSrt("{25}{50}Hello", "microdvd", null), null)
 * ```
 */
export function toSrt(text: string, format: SubtitleFormat, frameRate: number | null): string | null {
  switch (format) {
    case "microdvd": {
      const rate = statedFrameRate(text) ?? frameRate
      const isRate = rate !== null && rate >= FRAME_RATE_MIN && rate <= FRAME_RATE_MAX
      return isRate ? formatSrt(microDvdCues(text, rate)) : null
    }
    case "mpl2":
      return formatSrt(mpl2Cues(text))
    case "tmplayer":
      return formatSrt(tmPlayerCues(text))
    default:
      return null
  }
}
