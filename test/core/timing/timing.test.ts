import { describe, expect, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { describeShift, frameRateOffer, referenceOffer } from "../../../core/timing/timing.ts"

const HOUR = 3_600_000
const FILM = 24_000 / 1_001

/** People speak when they like: the moments of a film, the same for every `seed`. */
function speech(seed: number, count = 400) {
  let state = seed >>> 0 || 1
  let at = 20_000
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    at += 1_500 + (state % 12_000)
    return { startMs: at, endMs: at + 1_200 }
  })
}
const at = (cues: ReturnType<typeof speech>, ratio: number, offsetMs: number) =>
  cues.map(({ startMs }) => ({ startMs: Math.round(startMs * ratio + offsetMs), endMs: null }))

describe("frameRateOffer()", () => {
  const ending = (lastMs: number) => [
    { startMs: 1_000, endMs: 2_000 },
    { startMs: lastMs - 1_000, endMs: lastMs },
  ]
  const cases: ReadonlyArray<
    readonly [string, number, number | null, number | null, number | null, number | null]
  > = [
    ["a PAL subtitle for a film at 23.976", 1.5 * HOUR * 0.9, 25, 23.976, 1.5 * HOUR, 25 / 23.976],
    ["a film's subtitle for a PAL file", 1.5 * HOUR * 0.99, 23.976, 25, 1.5 * HOUR, 23.976 / 25],
    ["a subtitle for 50 frames", 1.5 * HOUR * 0.9, 50, 23.976, 1.5 * HOUR, 25 / 23.976],
    ["a figure that cannot be true", 1.5 * HOUR * 0.99, 25, 23.976, 1.5 * HOUR, null],
    ["the same speed", 1.5 * HOUR * 0.9, 23.976, 24, 1.5 * HOUR, null],
    ["no figure and a good end", 1.5 * HOUR * 0.97, null, 25, 1.5 * HOUR, null],
    ["no figure and an end behind the film's", 1.5 * HOUR * 1.02, null, 25, 1.5 * HOUR, 23.976 / 25],
    ["an end that no speed explains", 3 * HOUR, null, 25, 1.5 * HOUR, null],
    ["an end behind that of a film at 23.976", 1.5 * HOUR * 1.02, null, 23.976, 1.5 * HOUR, null],
    ["nothing known", 1.5 * HOUR, null, null, null, null],
  ]
  for (const [what, lastMs, said, frameRate, durationMs, ratio] of cases) {
    it(`of ${what} is ${ratio === null ? "none" : ratio.toFixed(4)}`, () => {
      const offer = frameRateOffer(ending(lastMs), said, { frameRate, durationMs })
      if (ratio === null) expect(offer).toBeNull()
      else expect(offer?.ratio).toBeCloseTo(ratio, 3)
    })
  }
})

describe("referenceOffer()", () => {
  const Seed = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1_000_000 }))
  const Offset = Schema.Int.check(Schema.isBetween({ minimum: 700, maximum: 120_000 }))

  it.prop("finds by how much a subtitle is off", { seed: Seed, offsetMs: Offset }, ({ offsetMs, seed }) => {
    const offer = referenceOffer(at(speech(seed), 1, offsetMs), speech(seed), "x")
    expect(offer?.ratio).toBe(1)
    expect(Math.abs((offer?.offsetMs ?? 0) + offsetMs)).toBeLessThanOrEqual(50)
  })

  it.prop("finds a wrong speed", { seed: Seed }, ({ seed }) => {
    const offer = referenceOffer(at(speech(seed), FILM / 25, 0), speech(seed), "x")
    expect(offer?.ratio).toBeCloseTo(25 / FILM, 4)
    expect(Math.abs(offer?.offsetMs ?? 9_999)).toBeLessThanOrEqual(150)
  })

  it.prop(
    "offers nothing beside another film, and nothing where both run together",
    { seed: Seed },
    ({ seed }) => {
      expect(referenceOffer(speech(seed), speech(seed + 1), "x")).toBeNull()
      expect(referenceOffer(at(speech(seed), 1, 150), speech(seed), "x")).toBeNull()
    },
  )

  it("finds it also where the other has fewer lines and some of its own", () => {
    const cues = speech(5)
    const other = [...cues.filter((_, n) => n % 4 !== 0), ...speech(6, 60)].sort(
      (a, b) => a.startMs - b.startMs,
    )
    expect(referenceOffer(at(cues, 1, 3_000), other, "x")?.offsetMs).toBeCloseTo(-3_000, -2)
  })

  it("says nothing about a few lines", () => {
    expect(referenceOffer(at(speech(3, 10), 1, 5_000), speech(3, 10), "x")).toBeNull()
  })
})

describe("describeShift()", () => {
  it("says what a fix does", () => {
    expect(describeShift({ ratio: 25 / FILM, offsetMs: -1_500 })).toBe("slower by 4.27 % and 1.5 s earlier")
    expect(describeShift({ ratio: 1, offsetMs: 0 })).toBe("nothing")
    expect(describeShift({ ratio: 1, offsetMs: -40 })).toBe("40 ms earlier")
    expect(describeShift({ ratio: 1, offsetMs: 1.5 })).toBe("1.5 ms later")
  })
})
