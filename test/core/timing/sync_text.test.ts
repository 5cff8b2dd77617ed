import { describe, expect, it } from "@effect/vitest"
import { shiftMade, timesAsSrt } from "../../../core/timing/sync_text.ts"

const cues = Array.from({ length: 100 }, (_, n) => ({
  startMs: 4_000 + n * 30_000 + (n % 7) * 900,
  endMs: null,
}))
const moved = (ratio: number, offsetMs: number) =>
  cues.map(({ startMs }) => ({ startMs: Math.max(0, Math.round(startMs * ratio + offsetMs)), endMs: null }))
const blocks = (srt: string) => srt.split("\n\n").filter((block) => block !== "")

describe("shiftMade()", () => {
  it("knows the cues again that a tool left out, renumbered, put in order or wrote with other line ends", () => {
    const heard = blocks(timesAsSrt(moved(1, 2_500)))
      .filter((_, n) => n % 3 !== 0)
      .map((block, n) => block.replace(/^\d+/, String(n + 1)))
      .reverse()
      .join("\n\n")
      .replaceAll("\n", "\r\n")
    expect(shiftMade(cues, heard)).toEqual({ ratio: 1, offsetMs: 2_500 })
  })

  it("is not misled by cues that a tool put at the beginning, since they would lie before it", () => {
    expect(shiftMade(cues, timesAsSrt(moved(1, -95_000)))).toEqual({ ratio: 1, offsetMs: -95_000 })
  })

  it("finds another speed", () => {
    const made = shiftMade(cues, timesAsSrt(moved(25 / 23.976, 1_000)))
    if (made === null || made === "unknown") throw new Error("no speed was found")
    expect(made.ratio).toBeCloseTo(25 / 23.976, 4)
    expect(Math.abs(made.offsetMs - 1_000)).toBeLessThan(20)
  })

  it("says nothing of an answer that lacks most of the cues, or in which all lie at the beginning", () => {
    expect(shiftMade(cues, blocks(timesAsSrt(cues)).slice(0, 30).join("\n\n"))).toBe("unknown")
    expect(shiftMade(cues, timesAsSrt(moved(1, -9_000_000)))).toBe("unknown")
  })
})

describe("timesAsSrt()", () => {
  it("writes ends that come after their beginnings, and none of a cue that is shown for minutes", () => {
    const srt = timesAsSrt([
      { startMs: 5_000, endMs: 4_000 },
      { startMs: 10_000, endMs: 900_000 },
    ])
    expect(srt).toContain("00:00:05,000 --> 00:00:05,001")
    expect(srt).toContain("00:00:10,000 --> 00:00:20,000")
  })
})
