import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import {
  type ArchiveWish,
  SUBTITLE_BYTES_MAX,
  type SubtitleFormat,
  SubtitleReader,
  type SubtitleUnreadable,
} from "../../core/ports/subtitle_reader.ts"

export const bytesOf = (text: string) => new TextEncoder().encode(text)

export const wish = (given: Partial<ArchiveWish> = {}): ArchiveWish => ({
  season: null,
  episode: null,
  names: [],
  language: "en",
  fileName: "a.srt",
  ...given,
})

export const SRT =
  "1\r\n00:00:01,000 --> 00:00:02,000\r\nHello\r\n\r\n2\r\n00:00:03,000 --> 00:00:04,000\r\nthere\r\n"
const ASS =
  "[Script Info]\nScriptType: v4.00+\n\n[Events]\nFormat: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\nDialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,Hello, you\n"
const SSA = ASS.replace("v4.00+", "v4.00")
const VTT = "WEBVTT\n\n00:01.000 --> 00:02.000\nHello\n"
const SMI = "<SAMI><HEAD><TITLE>x</TITLE></HEAD><BODY><SYNC Start=1000><P Class=ENCC>Hello</BODY></SAMI>"

/** Texts that stay as they are, with the format they are recognised as. */
const KEPT: ReadonlyArray<readonly [SubtitleFormat, string]> = [
  ["srt", SRT],
  ["srt", "00:00:01.00 --> 00:00:02.00\nwithout numbers, with dots\n"],
  ["srt", "\n\n 1\n0:0:1,0-->0:0:2,0\nspelled carelessly\n"],
  ["ass", ASS],
  ["ssa", SSA],
  ["vtt", VTT],
  ["smi", SMI],
]

/** What is refused, and why. */
const REFUSED: ReadonlyArray<readonly [SubtitleUnreadable["reason"], string, Uint8Array]> = [
  ["empty", "no bytes", new Uint8Array()],
  ["empty", "blanks", bytesOf(" \r\n\r\n\t")],
  ["empty", "a mark and nothing else", Uint8Array.of(0xef, 0xbb, 0xbf)],
  [
    "empty",
    "times without words",
    bytesOf("1\n00:00:01,000 --> 00:00:02,000\n\n2\n00:00:03,000 --> 00:00:04,000\n \n"),
  ],
  ["empty", "styles without dialogue", bytesOf("[Script Info]\nScriptType: v4.00+\n[Events]\n")],
  ["html", "a web page", bytesOf("<!DOCTYPE html><html><body>00:00:01,000 --> 00:00:02,000</body></html>")],
  ["html", "a page after a comment", bytesOf("\n<!-- served by x --><html><head></head></html>")],
  ["unknown_format", "an error in JSON", bytesOf('{"message":"not found"}')],
  ["unknown_format", "a list of sites", bytesOf("www.example.org\nDownload limit exceeded\n")],
  ["unknown_format", "MicroDVD without a frame rate", bytesOf("{25}{50}Hello\n{75}{100}there\n")],
  ["binary", "a picture", Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0, 13, 1, 2, 3, 4)],
  [
    "binary",
    "the pictures of a DVD",
    Uint8Array.of(0, 0, 1, 0xba, 0x44, 0, 4, 0, 4, 1, 1, 0x89, 0xc3, 0xf8, 0, 0),
  ],
  ["too_large", "more than anybody can read", new Uint8Array(SUBTITLE_BYTES_MAX + 1).fill(0x41)],
]

/** What every SubtitleReader owes for files that are in no archive and in UTF-8. */
export function subtitleReaderContract(name: string, layer: Layer.Layer<SubtitleReader>): void {
  const read = (bytes: Uint8Array, wanted = wish()) =>
    SubtitleReader.use((reader) => reader.read(bytes, wanted)).pipe(Effect.provide(layer))

  describe(`SubtitleReader: ${name}`, () => {
    for (const [format, text] of KEPT)
      it.effect(`read() keeps ${format} as it is: ${JSON.stringify(text.slice(0, 30))}`, () =>
        Effect.gen(function* () {
          assert.deepStrictEqual(yield* read(bytesOf(text)), {
            text,
            format,
            encoding: "utf-8",
            fileName: "a.srt",
          })
        }),
      )

    it.effect("read() takes the byte-order mark away, and what old programs put at the end", () =>
      Effect.gen(function* () {
        assert.strictEqual((yield* read(bytesOf(`\uFEFF${SRT}`))).text, SRT)
        assert.strictEqual((yield* read(bytesOf(`${SRT}\u001a`))).text, SRT)
      }),
    )

    for (const [what, text, frameRate] of [
      ["MicroDVD at the video's rate", "{25}{50}Hello|you\n{75}{100}there\n", 25],
      ["MicroDVD at its own rate", "{1}{1}25.000\n{25}{50}Hello|you\n{75}{100}there\n", null],
      ["MPL2", "[10][20]Hello|you\n[30][40]there\n", null],
    ] as const)
      it.effect(`read() turns ${what} into SRT`, () =>
        Effect.gen(function* () {
          const found = yield* read(bytesOf(text), wish({ frameRate }))
          assert.strictEqual(
            found.text,
            "1\r\n00:00:01,000 --> 00:00:02,000\r\nHello\r\nyou\r\n\r\n2\r\n00:00:03,000 --> 00:00:04,000\r\nthere\r\n",
          )
          assert.strictEqual(found.format, "srt")
        }),
      )

    it.effect("read() turns TMPlayer into SRT, each cue until the next one", () =>
      Effect.gen(function* () {
        const found = yield* read(bytesOf("00:00:01:Hello|you\n00:00:02:there\n00:00:30:end\n"))
        assert.include(found.text, "00:00:01,000 --> 00:00:02,000\r\nHello\r\nyou\r\n")
        assert.include(found.text, "00:00:02,000 --> 00:00:07,000\r\nthere\r\n")
      }),
    )

    for (const [reason, what, bytes] of REFUSED)
      it.effect(`read() refuses ${what}`, () =>
        Effect.gen(function* () {
          const error = yield* Effect.flip(read(bytes))
          assert.strictEqual(error.reason, reason)
          assert.match(error.message, /^Cannot use the subtitle: \S/)
        }),
      )
  })
}
