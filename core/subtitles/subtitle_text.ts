import * as Result from "effect/Result"
import { type SubtitleText, SubtitleUnreadable } from "../ports/subtitle_reader.ts"
import { toSrt } from "./convert.ts"
import { CONVERTED_FORMATS, formatOf, hasCues, isWebPage } from "./format.ts"

const no = (reason: SubtitleUnreadable["reason"], detail: string) =>
  Result.fail(new SubtitleUnreadable({ reason, detail }))

/**
 * A decoded text as a subtitle that can be kept, or why it is none. `frameRate` is the video's, for formats that count
 * frames.
 *
 * @example
 * ```ts
 * const file = { encoding: "utf-8", fileName: null, frameRate: null }
 * const srt = "1\n00:00:01,000 --> 00:00:02,000\nHello\n"
 * assert.strictEqual(subtitleText(srt, file).success.format, "srt")
 * assert.strictEqual(subtitleText("[10][20]Hello", file).success.text.split("\r\n")[2], "Hello")
 * assert.strictEqual(subtitleText("<html>Error 502", file).failure.reason, "html")
 * ```
 */
export function subtitleText(
  decoded: string,
  file: { readonly encoding: string; readonly fileName: string | null; readonly frameRate: number | null },
): Result.Result<SubtitleText, SubtitleUnreadable> {
  const text = decoded.replace(/^\uFEFF/, "").replace(/[\u0000\u001a]+\s*$/, "")
  if (text.trim() === "") return no("empty", "the file is empty")
  if (isWebPage(text)) return no("html", "it is a web page")
  const format = formatOf(text)
  if (format === null) return no("unknown_format", "it is in no format of subtitles that is known")
  const { encoding, fileName, frameRate } = file
  const kept = CONVERTED_FORMATS.includes(format)
    ? { text: toSrt(text, format, frameRate), format: "srt" as const }
    : { text, format }
  if (kept.text === null)
    return no("unknown_format", "it counts frames (MicroDVD), and the video's frame rate is not known")
  if (!hasCues(kept.text, kept.format)) return no("empty", "the subtitle has no words in it")
  return Result.succeed({ text: kept.text, format: kept.format, encoding, fileName })
}
