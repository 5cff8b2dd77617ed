/** The bytes of a stocked subtitle: invented dialogue in its language, format and encoding. */

import type { StockedSubtitle } from "../world/stock.ts"

/** Lines with the letters that a wrong encoding would spoil. */
const LINES: Readonly<Record<string, ReadonlyArray<string>>> = {
  en: ["The tide is turning.", "Then we leave at once.", "Not without the lamp."],
  fr: ["La marée tourne déjà.", "Alors nous partons tout de suite.", "Pas sans la lanterne, bien sûr !"],
  de: ["Die Flut kommt schon.", "Dann brechen wir früh auf.", "Nicht ohne die große Laterne."],
  es: ["La marea está cambiando.", "¡Entonces nos vamos ya!", "No sin el farol, señor."],
  pt: ["A maré está virando.", "Então vamos já.", "Não sem a lanterna, irmão."],
  nl: ["Het tij keert.", "Dan vertrekken we meteen.", "Niet zonder de lantaarn, zeeën ver."],
  ja: ["潮が変わる。", "では、すぐに出よう。", "灯りなしでは行けない。"],
}

const CUES = 12

function stamp(seconds: number, separator: string): string {
  const two = (n: number) => String(n).padStart(2, "0")
  return `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}${separator}`
}

function linesOf(entry: StockedSubtitle): string[] {
  const lines = LINES[entry.language.split("-")[0]!] ?? LINES.en!
  const out = Array.from({ length: CUES }, (_, i) => lines[i % lines.length]!)
  out[0] = `${entry.title}: ${out[0]}`
  if (entry.hearingImpaired === true) out[1] = `[WAVES BREAKING]`
  return out
}

function toSrt(lines: ReadonlyArray<string>): string {
  return lines
    .map(
      (line, i) => `${i + 1}\r\n${stamp(i * 4 + 1, ",000")} --> ${stamp(i * 4 + 3, ",500")}\r\n${line}\r\n`,
    )
    .join("\r\n")
}

function toVtt(lines: ReadonlyArray<string>): string {
  const cues = lines.map(
    (line, i) => `${stamp(i * 4 + 1, ".000")} --> ${stamp(i * 4 + 3, ".500")}\n${line}\n`,
  )
  return `WEBVTT\n\n${cues.join("\n")}`
}

function toAss(lines: ReadonlyArray<string>): string {
  const events = lines.map(
    (line, i) =>
      `Dialogue: 0,${stamp(i * 4 + 1, ".00").slice(1)},${stamp(i * 4 + 3, ".50").slice(1)},Default,,0,0,0,,${line}`,
  )
  return `[Script Info]\nTitle: Example\nScriptType: v4.00+\n\n[V4+ Styles]\nFormat: Name, Fontname, Fontsize, PrimaryColour\nStyle: Default,Arial,20,&H00FFFFFF\n\n[Events]\nFormat: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n${events.join("\n")}\n`
}

function encode(text: string, encoding: StockedSubtitle["encoding"]): Buffer {
  switch (encoding) {
    // All letters used above are in Latin-1, where both agree.
    case "windows-1252":
      return Buffer.from(text, "latin1")
    case "utf-16le":
      return Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, "utf16le")])
    default:
      return Buffer.from(text, "utf8")
  }
}

export function subtitleBytes(entry: StockedSubtitle): Buffer {
  const lines = linesOf(entry)
  const format = entry.format ?? "srt"
  const text =
    entry.text ?? (format === "ass" ? toAss(lines) : format === "vtt" ? toVtt(lines) : toSrt(lines))
  return encode(text, entry.encoding)
}

export function fileNameOf(entry: StockedSubtitle): string {
  return `${entry.release.replace(/[/\\]/g, "_")}.${entry.format ?? "srt"}`
}
