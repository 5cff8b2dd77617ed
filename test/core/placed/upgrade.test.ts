import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/testing/TestClock"
import {
  canBeBettered,
  firstLook,
  isClearlyBetter,
  LATE_LOOK_MS,
  LOOK_EVERY_MS,
  nextLook,
} from "../../../core/placed/upgrade.ts"
import { SubtitleLedger } from "../../../core/ports/mod.ts"
import type { ProviderReport } from "../../../core/providers/search_providers.ts"
import { findSubtitles } from "../../../core/subtitles/find_subtitles.ts"
import { provider, subtitleWorld } from "../../support/subtitle_world.ts"

const DAY_MS = 86_400_000
const there = (score: number, machineTranslated = false) => ({ score, machineTranslated })
const report = (result: ProviderReport["result"], untilMs: number | null = null): ProviderReport => ({
  id: "a",
  name: "A",
  result,
  found: 0,
  reason: "",
  tookMs: 0,
  untilMs,
})

describe("isClearlyBetter()", () => {
  const offer = (score: number, machineTranslated = false) => ({ score, candidate: { machineTranslated } })
  const table: ReadonlyArray<readonly [string, boolean, boolean]> = [
    ["by the margin", isClearlyBetter(offer(80), there(70)), true],
    ["by less than the margin", isClearlyBetter(offer(79), there(70)), false],
    ["by a person for a machine", isClearlyBetter(offer(70), there(70, true)), true],
    ["worse, by a person for a machine", isClearlyBetter(offer(69), there(70, true)), false],
    ["by a machine for a person", isClearlyBetter(offer(100, true), there(62)), false],
    ["by a machine for a machine", isClearlyBetter(offer(80, true), there(70, true)), true],
  ]
  for (const [how, is, expected] of table) it(`${how}: ${expected}`, () => expect(is).toBe(expected))
})

describe("firstLook()", () => {
  const now = 1_000_000
  const table: ReadonlyArray<readonly [string, number | null, number | null]> = [
    [
      "in a day when everybody has answered",
      firstLook(there(66), [report("answered")], now, 7),
      now + LOOK_EVERY_MS,
    ],
    ["soon when one was too slow", firstLook(there(66), [report("too_slow")], now, 7), now + LATE_LOOK_MS],
    [
      "when the one that rests may be asked",
      firstLook(there(66), [report("resting", now + 3_600_000)], now, 7),
      now + 3_600_000,
    ],
    [
      "in a day when one rests for longer",
      firstLook(there(66), [report("resting", now + 9 * DAY_MS)], now, 7),
      now + LOOK_EVERY_MS,
    ],
    ["never when nothing can be better", firstLook(there(95), [report("too_slow")], now, 7), null],
    ["never when upgrades are off", firstLook(there(66), [report("too_slow")], now, 0), null],
  ]
  for (const [when, is, expected] of table) it(`is ${when}`, () => expect(is).toBe(expected))
})

describe("nextLook()", () => {
  it("is a day later until the window is closed, which began with the first subtitle", () => {
    const record = { ...there(66), sinceMs: 0 }
    expect(nextLook(record, 6 * DAY_MS, 7)).toBe(7 * DAY_MS)
    expect(nextLook(record, 6 * DAY_MS + 1, 7)).toBeNull()
    expect(nextLook({ ...record, score: 91 }, 0, 7)).toBeNull()
    expect(canBeBettered(there(90))).toBe(true)
  })
})

describe("a provider that is too slow for the viewer", () => {
  it.effect("is asked again soon, and costs the viewer no more than the limit", () => {
    const slow = provider("slow", [{ releases: ["Sintel.2010.1080p.BluRay.x264-EXAMPLE"] }], {
      delayMs: 14_000,
    })
    const world = subtitleWorld([provider("quick", [{}]), slow], {
      settings: { oncue: { search_timeout: 5 } },
    })
    return Effect.gen(function* () {
      const fiber = yield* Effect.forkChild(findSubtitles(world.request))
      yield* TestClock.adjust("5 seconds")
      const { results } = yield* Fiber.join(fiber)
      expect(results).toMatchObject([{ _tag: "Found", scored: { candidate: { provider: "quick" } } }])
      const [record] = yield* SubtitleLedger.use((ledger) => ledger.due(5_000 + LATE_LOOK_MS, 10))
      expect(record).toMatchObject({ provider: "quick", nextLookMs: 5_000 + LATE_LOOK_MS })
    }).pipe(Effect.provide(world.layer))
  })
})
