import { describe, expect, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { compose, cueTimes, inverse, moved, type RetimedFormat, retime } from "../../../core/timing/retime.ts"

const Time = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 10_800_000 }))
const Ratio = Schema.Finite.check(Schema.isBetween({ minimum: 0.75, maximum: 1.35 }))
const Offset = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 1_800_000 }))
const Times = Schema.Array(Time).check(Schema.isMinLength(1), Schema.isMaxLength(20))

const stamp = (ms: number, mark: string) =>
  `${String(Math.floor(ms / 3_600_000)).padStart(2, "0")}:${String(Math.floor(ms / 60_000) % 60).padStart(2, "0")}:${String(Math.floor(ms / 1_000) % 60).padStart(2, "0")}${mark}${String(ms % 1_000).padStart(3, "0")}`

/** A subtitle whose cues begin at these times and last a second. */
const WRITE: Readonly<Record<RetimedFormat, (times: ReadonlyArray<number>) => string>> = {
  srt: (times) =>
    times
      .map(
        (ms, n) =>
          `${n + 1}\r\n${stamp(ms, ",")} --> ${stamp(ms + 1_000, ",")} X1:40\r\nAt 10:30, he --> she\r\n`,
      )
      .join("\r\n"),
  vtt: (times) =>
    `WEBVTT\n\n${times.map((ms) => `${stamp(ms, ".")} --> ${stamp(ms + 1_000, ".")} line:0\nWell <${stamp(ms + 500, ".")}>then\n`).join("\n")}`,
  ass: (times) =>
    `[Script Info]\nTitle: 0:00:01.00\n[Events]\n${times.map((ms) => `Dialogue: 0,${stamp(ms, ".").slice(1, -1)},${stamp(ms + 1_000, ".").slice(1, -1)},Default,,0,0,0,,At 0:10:00.00, {\\k20}he`).join("\n")}`,
  ssa: (times) => WRITE.ass(times),
  smi: (times) =>
    `<SAMI><BODY>${times.map((ms) => `<SYNC Start=${ms}><P Class=ENCC>Hello`).join("\n")}</BODY></SAMI>`,
}
const FORMATS: ReadonlyArray<RetimedFormat> = ["srt", "vtt", "ass", "ssa", "smi"]
/** What a format can tell apart, in milliseconds. */
const exact = (format: RetimedFormat) => (format === "ass" || format === "ssa" ? 10 : 1)
const starts = (text: string, format: RetimedFormat) => cueTimes(text, format).map(({ startMs }) => startMs)

describe("retime()", () => {
  for (const format of FORMATS) {
    it.prop(
      `of ${format} is taken back by its inverse`,
      { times: Times, ratio: Ratio, offsetMs: Offset },
      ({ offsetMs, ratio, times }) => {
        const text = WRITE[format](times)
        const shift = { ratio, offsetMs }
        const back = starts(retime(retime(text, format, shift), format, inverse(shift)), format)
        expect(back.length).toBe(times.length)
        for (const [index, ms] of starts(text, format).entries())
          expect(Math.abs((back[index] ?? 0) - ms)).toBeLessThanOrEqual(2 * exact(format))
      },
    )

    it.prop(
      `of ${format} keeps the order of cues`,
      { times: Times, ratio: Ratio, offsetMs: Offset },
      ({ offsetMs, ratio, times }) => {
        const sorted = [...times].sort((a, b) => a - b)
        const after = starts(retime(WRITE[format](sorted), format, { ratio, offsetMs: -offsetMs }), format)
        expect(after).toEqual([...after].sort((a, b) => a - b))
        expect(after.every((ms) => ms >= 0)).toBe(true)
      },
    )

    it.prop(
      `of ${format} changes times and nothing else`,
      { times: Times, offsetMs: Offset },
      ({ offsetMs, times }) => {
        const text = WRITE[format](times)
        expect(retime(text, format, { ratio: 1, offsetMs: 0 })).toBe(text)
        const bare = (one: string) => one.replace(/\d/g, "")
        expect(bare(retime(text, format, { ratio: 1, offsetMs }))).toBe(bare(text))
      },
    )
  }

  it("reads what people write for times", () => {
    const lines = [
      "1:2:3,4 --> 00:00:05.50",
      "00:00:01:500 --> 00:00:02;5",
      "00 : 00 : 07 , 250 -> 00:00:08",
      " 00:01:00,000-->00:01:01,000",
    ]
    const text = lines.map((line, n) => `${n + 1}\n${line}\nHello\n`).join("\n")
    expect(cueTimes(text, "srt")).toEqual([
      { startMs: 3_723_400, endMs: 5_500 },
      { startMs: 1_500, endMs: 2_500 },
      { startMs: 7_250, endMs: 8_000 },
      { startMs: 60_000, endMs: 61_000 },
    ])
  })

  it("writes hours in VTT only where they are needed", () => {
    const text = "WEBVTT\n\n59:59.000 --> 59:59.500\nHello\n"
    expect(retime(text, "vtt", { ratio: 1, offsetMs: 1_000 })).toContain("01:00:00.000 --> 01:00:00.500")
    expect(retime(text, "vtt", { ratio: 1, offsetMs: -1_000 })).toContain("59:58.000 --> 59:58.500")
  })
})

describe("compose()", () => {
  it.prop(
    "does one after the other",
    { ms: Time, a: Ratio, b: Ratio, x: Offset, y: Offset },
    ({ a, b, ms, x, y }) => {
      const [first, second] = [
        { ratio: a, offsetMs: x },
        { ratio: b, offsetMs: y },
      ]
      expect(
        Math.abs(moved(ms, compose(first, second)) - moved(moved(ms, first), second)),
      ).toBeLessThanOrEqual(2)
    },
  )
})
