import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import { layer as memoryIndex } from "../../../adapters/memory/item_index.ts"
import { layer as memoryJournal } from "../../../adapters/memory/journal.ts"
import type { JournalEntry, JournalKind } from "../../../core/jobs/journal_entry.ts"
import { Journal } from "../../../core/ports/mod.ts"
import { readStatistics } from "../../../core/system/read_statistics.ts"
import { findsOf, median, outcomesOf, statisticsOf } from "../../../core/system/statistics.ts"

const DAY_MS = 86_400_000
let ids = 0
const entry = (
  kind: JournalKind,
  jobId: number | null,
  atMs: number,
  detail: unknown = null,
): JournalEntry => {
  ids += 1
  return {
    id: ids,
    kind,
    jobId,
    atMs,
    detail,
    serverId: "den",
    ratingKey: "1",
    title: "Dark S01E03",
    text: "",
  }
}
const heard = (jobId: number, atMs: number, source = "stream") =>
  entry("heard", jobId, atMs + 5, { cause: { source, atMs } })

describe("statistics", () => {
  it("outcomesOf() counts from the moment of play to the last subtitle that Plex lists", () => {
    const story = [heard(1, 1_000), entry("listed", 1, 2_000), entry("listed", 1, 2_400)]
    assert.deepStrictEqual(outcomesOf(story), [{ jobId: 1, beganMs: 1_000, listedMs: 2_400 }])
  })

  it("outcomesOf() counts what failed as missed, and neither imports nor searches with nothing to do", () => {
    const entries = [
      heard(1, 1_000),
      entry("failed", 1, 9_000),
      heard(4, 1_000),
      entry("chose", 4, 9_000, { rejected: [] }),
      heard(2, 1_000, "sonarr"),
      entry("listed", 2, 2_000),
      heard(3, 1_000),
      entry("listed", null, 2_000),
    ]
    assert.deepStrictEqual(outcomesOf(entries), [
      { jobId: 1, beganMs: 1_000, listedMs: null },
      { jobId: 4, beganMs: 1_000, listedMs: null },
    ])
  })

  it("outcomesOf() leaves out what somebody asked for once more later on, and reads the source as it is written", () => {
    const entries = [
      heard(1, 1_000),
      entry("listed", 1, 2_000),
      entry("again", 1, 400_000),
      entry("listed", 1, 401_000),
      entry("heard", 2, 1_000, { source: "sweep", event: "sweep" }),
      entry("listed", 2, 2_000),
    ]
    assert.deepStrictEqual(outcomesOf(entries), [{ jobId: 1, beganMs: 1_000, listedMs: 2_000 }])
  })

  it("statisticsOf() has a day for each of the last thirty, today the last", () => {
    const nowMs = 100 * DAY_MS + 5_000
    const at = (day: number, ms: number | null) => ({
      jobId: day,
      beganMs: day * DAY_MS,
      listedMs: ms === null ? null : day * DAY_MS + ms,
    })
    const { days, found, medianMs, missed } = statisticsOf(
      [at(100, 1_000), at(100, 3_000), at(71, null), at(70, 1), at(101, 1)],
      nowMs,
      30,
    )
    assert.strictEqual(days.length, 30)
    assert.deepStrictEqual(days.at(-1), { fromMs: 100 * DAY_MS, found: 2, missed: 0, medianMs: 2_000 })
    assert.deepStrictEqual(days[0], { fromMs: 71 * DAY_MS, found: 0, missed: 1, medianMs: null })
    assert.deepStrictEqual([found, missed, medianMs], [2, 1, 2_000])
  })

  it.prop(
    "median() lies between the smallest and the largest",
    [Schema.NonEmptyArray(Schema.Int)],
    ([values]) => {
      const middle = median(values) ?? Number.NaN
      return middle >= Math.min(...values) && middle <= Math.max(...values)
    },
  )

  it("findsOf() names what Plex lists, newest first", () => {
    const chosen = { language: "en", chosen: { provider: "plex", score: 94 } }
    const entries = [
      entry("chose", 1, 1_000, chosen),
      entry("listed", 1, 1_500),
      entry("chose", 2, 2_000, chosen),
      entry("chose", 3, 3_000, { rejected: [] }),
      entry("chose", 3, 3_100, { chosen: {} }),
      entry("listed", 3, 3_500),
    ]
    const finds = findsOf(entries, 10)
    assert.deepStrictEqual(
      finds.map(({ jobId, language, provider, score }) => [jobId, language, provider, score]),
      [
        [3, null, null, null],
        [1, "en", "plex", 94],
      ],
    )
    assert.strictEqual(findsOf(entries, 1).length, 1)
    // The same once more is no further find.
    const again = [...entries, entry("chose", 9, 9_000, chosen), entry("listed", 9, 9_100)]
    assert.deepStrictEqual(
      findsOf(again, 10).map(({ jobId }) => jobId),
      [9, 3],
    )
  })

  it.effect("readStatistics() reads as many pages as the journal has", () =>
    Effect.gen(function* () {
      const journal = yield* Journal
      for (let job = 1; job <= 600; job++) {
        yield* TestClock.adjust(10)
        const atMs = job * 10
        yield* journal.write({
          kind: "heard",
          text: "",
          jobId: job,
          detail: { cause: { source: "stream", atMs } },
        })
        yield* journal.write({ kind: "listed", text: "", jobId: job })
      }
      const { statistics } = yield* readStatistics()
      assert.strictEqual(statistics.found, 600)
    }).pipe(Effect.provide(Layer.merge(memoryJournal, memoryIndex))),
  )
})
