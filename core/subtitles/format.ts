import type { SubtitleFormat } from "../ports/subtitle_reader.ts"

/** Characters at the start of a text that decide what it is. */
export const FORMAT_CHARS_LOOKED_AT = 64 * 1024

const SRT_TIMES =
  /^[ \t]*\d{1,3}\s?:\s?\d{1,2}\s?:\s?\d{1,2}(?:\s?[,.:;]\s?\d{1,4})?[ \t]*-{1,3}>[ \t]*\d{1,3}\s?:\s?\d{1,2}\s?:\s?\d{1,2}/m
const PAGE =
  /^\s*(?:<\?xml[^>]*>\s*)?(?:<!--(?:(?!-->)[\s\S])*-->\s*)*<(?:!doctype\s+html|html|head|body|title)\b/i

/** At least two lines of this shape, and most of the lines. */
function mostLines(text: string, shape: RegExp): boolean {
  const lines = text
    .split(/\r\n|\r|\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .slice(0, 200)
  const fitting = lines.filter((line) => shape.test(line)).length
  return fitting > 0 && fitting * 2 > lines.length
}

/** Whether a text is a web page. A SAMI file looks like one and is none. */
export function isWebPage(text: string): boolean {
  const start = text.slice(0, FORMAT_CHARS_LOOKED_AT)
  return PAGE.test(start) && !/<sami\b/i.test(start)
}

/**
 * The format of a subtitle, by its content alone: names lie. Null when it is none that is known.
 *
 * @example
 * ```ts
 * assert.strictEqual(formatOf("1\n00:00:01,000 --> 00:00:02,000\nHello"), "srt")
 * assert.strictEqual(formatOf("WEBVTT\n\n00:01.000 --> 00:02.000\nHello"), "vtt")
 * assert.strictEqual(formatOf("{1}{25}Hello|there"), "microdvd")
 * assert.strictEqual(formatOf("Hello"), null)
 * ```
 */
export function formatOf(text: string): SubtitleFormat | null {
  const start = text.slice(0, FORMAT_CHARS_LOOKED_AT).replace(/^\uFEFF/, "")
  if (/^\s*WEBVTT(?:[ \t\r\n]|$)/.test(start)) return "vtt"
  if (/<sami\b/i.test(start)) return "smi"
  if (/^[ \t]*\[script info\]/im.test(start) || /^\[v4\+? styles\]/im.test(start)) {
    return /^[ \t]*scripttype:[ \t]*v4\.00[ \t]*\r?$/im.test(start) || /^\[v4 styles\]/im.test(start)
      ? "ssa"
      : "ass"
  }
  if (SRT_TIMES.test(start)) return "srt"
  if (mostLines(start, /^\{\d+\}\{\d*\}./)) return "microdvd"
  if (mostLines(start, /^\[\d+\]\[\d*\]./)) return "mpl2"
  if (mostLines(start, /^\d{1,2}:\d{2}:\d{2}(?:,\d)?\s?[:=,].|^\d{1,2}:\d{2}:\d{2} \S/)) return "tmplayer"
  return null
}

/** Formats that Plex does not read beside a video; they are turned into SRT. */
export const CONVERTED_FORMATS: ReadonlyArray<SubtitleFormat> = ["microdvd", "mpl2", "tmplayer"]

/** Whether there is anything to read in it: one cue with a letter, a digit or a note. */
export function hasCues(text: string, format: SubtitleFormat): boolean {
  return linesOfDialogue(text, format).some((line) => /[\p{L}\p{N}♪♫]/u.test(line))
}

/** The lines that a viewer sees, roughly: without times, numbers and markup. */
export function linesOfDialogue(text: string, format: SubtitleFormat): ReadonlyArray<string> {
  const lines = text.split(/\r\n|\r|\n/)
  switch (format) {
    case "srt":
    case "vtt":
      return lines
        .filter((line, index) => {
          if (line.includes("-->") || line.trim() === "" || /^\s*(WEBVTT|NOTE|STYLE|REGION)\b/.test(line)) {
            return false
          }
          return !(/^\s*\d+\s*$/.test(line) && (lines[index + 1] ?? "").includes("-->"))
        })
        .map((line) => line.replace(/<[^<>]*>|\{\\[^{}]*\}/g, ""))
    case "ass":
    case "ssa":
      return lines
        .filter((line) => /^dialogue:/i.test(line))
        .map((line) =>
          line
            .split(",")
            .slice(9)
            .join(",")
            .replace(/\{[^{}]*\}/g, ""),
        )
    case "smi":
      return lines.map((line) => line.replace(/<[^<>]*>/g, "").replaceAll("&nbsp;", " "))
    case "microdvd":
      return lines.map((line) => line.replace(/^\s*\{\d+\}\{\d*\}/, "").replace(/\{[^{}]*\}/g, ""))
    case "mpl2":
      return lines.map((line) => line.replace(/^\s*\[\d+\]\[\d*\]/, ""))
    case "tmplayer":
      return lines.map((line) => line.replace(/^\s*\d{1,2}:\d{2}:\d{2}(?:,\d)?\s?[:=,]?/, ""))
  }
}
