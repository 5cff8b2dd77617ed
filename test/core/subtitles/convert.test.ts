import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { type Cue, formatSrt, OPEN_CUE_MS, statedFrameRate, toSrt } from "../../../core/subtitles/convert.ts"
import { formatOf } from "../../../core/subtitles/format.ts"

/** The times and texts of an SRT file. */
const cuesOf = (srt: string) =>
  srt
    .trim()
    .split(/\r\n\r\n/)
    .map((block) => block.split("\r\n").slice(1).join("|"))

describe("toSrt()", () => {
  it("turns frames into time by the rate", () => {
    assert.deepStrictEqual(cuesOf(toSrt("{0}{24}a\n{240}{300}b", "microdvd", 23.976) ?? ""), [
      "00:00:00,000 --> 00:00:01,001|a",
      "00:00:10,010 --> 00:00:12,513|b",
    ])
  })

  it("believes the file's own rate more than the video's", () => {
    assert.deepStrictEqual(cuesOf(toSrt("{1}{1}25\n{25}{50}a", "microdvd", 30) ?? ""), [
      "00:00:01,000 --> 00:00:02,000|a",
    ])
  })

  it("knows no time without a rate, or with one that no video has", () => {
    for (const rate of [null, 0, -25, 1_000, Number.NaN]) {
      assert.strictEqual(toSrt("{25}{50}a", "microdvd", rate), null)
    }
  })

  it("keeps italics and bold, and leaves out fonts and colours", () => {
    const text = "{25}{50}{Y:i,b}{C:$0000ff}one|two\n{75}{100}{y:i}three|{f:Arial}four"
    assert.deepStrictEqual(cuesOf(toSrt(text, "microdvd", 25) ?? ""), [
      "00:00:01,000 --> 00:00:02,000|<i><b>one</b></i>|<i><b>two</b></i>",
      "00:00:03,000 --> 00:00:04,000|<i>three</i>|four",
    ])
  })

  it("ends an open cue at the next one, or after a while", () => {
    assert.deepStrictEqual(cuesOf(toSrt("{25}{}a\n{50}{}b\n{5000}{}c", "microdvd", 25) ?? ""), [
      "00:00:01,000 --> 00:00:02,000|a",
      "00:00:02,000 --> 00:00:07,000|b",
      "00:03:20,000 --> 00:03:25,000|c",
    ])
    assert.strictEqual(OPEN_CUE_MS, 5_000)
  })

  it("reads tenths of seconds and slashes for italics in MPL2", () => {
    assert.deepStrictEqual(cuesOf(toSrt("[15][25]/one|two\r\n[36000][36010]three", "mpl2", null) ?? ""), [
      "00:00:01,500 --> 00:00:02,500|<i>one</i>|two",
      "01:00:00,000 --> 01:00:01,000|three",
    ])
  })

  it("takes an empty cue of TMPlayer for the end of the one before", () => {
    assert.deepStrictEqual(cuesOf(toSrt("00:00:01:a|b\n00:00:03:\n1:00:00:c", "tmplayer", null) ?? ""), [
      "00:00:01,000 --> 00:00:03,000|a|b",
      "01:00:00,000 --> 01:00:05,000|c",
    ])
  })

  it("leaves formats alone that Plex reads", () => {
    assert.strictEqual(toSrt("WEBVTT", "vtt", 25), null)
  })
})

describe("statedFrameRate()", () => {
  for (const [text, rate] of [
    ["{1}{1}23.976\n{25}{50}a", 23.976],
    ["{0}{0}25\n", 25],
    ["{1}{1}29,97\n", 29.97],
    ["{1}{1}Hello\n", null],
    ["{1}{1}1000\n", null],
    ["{25}{50}25\n", null],
  ] as const)
    it(`reads ${JSON.stringify(text)}`, () => assert.strictEqual(statedFrameRate(text), rate))
})

describe("formatSrt()", () => {
  const Cues = Schema.Array(
    Schema.Struct({
      startMs: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 20_000_000 })),
      endMs: Schema.NullOr(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 20_000_000 }))),
    }),
  )

  it.prop("is SRT, in order, and no cue ends before it begins", [Cues], ([times]) => {
    const cues = times.map((one, index): Cue => ({ ...one, lines: [`line ${index}`] }))
    const srt = formatSrt(cues)
    const found = [...srt.matchAll(/(\d\d+):(\d\d):(\d\d),(\d{3}) --> (\d\d+):(\d\d):(\d\d),(\d{3})/g)].map(
      (match) => match.slice(1).map(Number),
    )
    const ms = ([h = 0, m = 0, s = 0, f = 0]: ReadonlyArray<number>) => ((h * 60 + m) * 60 + s) * 1_000 + f
    const starts = found.map((one) => ms(one.slice(0, 4)))
    assert.strictEqual(found.length, cues.length)
    assert.deepStrictEqual(
      starts,
      starts.toSorted((a, b) => a - b),
    )
    assert.isTrue(found.every((one) => ms(one.slice(4)) >= ms(one.slice(0, 4))))
    for (const cue of cues) assert.include(srt, cue.lines[0]!)
    if (cues.length > 0) assert.strictEqual(formatOf(srt), "srt")
  })
})
