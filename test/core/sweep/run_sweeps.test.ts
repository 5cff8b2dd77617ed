import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import { layer as memoryNotifier } from "../../../adapters/memory/notifier.ts"
import { layer as memoryLedger } from "../../../adapters/memory/subtitle_ledger.ts"
import { make as memorySource, memorySource as sourceOf } from "../../../adapters/memory/subtitle_source.ts"
import { JobQueue, Journal, ProviderQuota, SubtitleLedger, SubtitleSources } from "../../../core/ports/mod.ts"
import { guarded } from "../../../core/providers/ask_provider.ts"
import type { SettingsPatch } from "../../../core/settings/settings.ts"
import { beginAllSweeps, beginSweep, changeSweep } from "../../../core/sweep/change_sweep.ts"
import { countSweeps } from "../../../core/sweep/count_sweeps.ts"
import { listMissing } from "../../../core/sweep/list_missing.ts"
import { listSweeps, runSweeps } from "../../../core/sweep/run_sweeps.ts"
import { beginDueSweeps } from "../../../core/sweep/schedule_sweeps.ts"
import { SWEEP_WAITING_MAX } from "../../../core/sweep/sweep.ts"
import { placedRecord } from "../../contracts/subtitle_ledger.ts"
import { libraryWorld, section } from "../../support/library_world.ts"
import { film, part, SERVER_ID, subtitle } from "../../support/plex_items.ts"

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** A library of so many films, of which every fifth has its English subtitle, and one of shows without any. */
function world(films: number, settings: SettingsPatch = {}) {
  const made = libraryWorld({ settings: { general: { use_plex: true }, ...settings } })
  const { attic } = made
  attic.sections.push(section("1", "movie"), section("2", "show"), section("9", "other"))
  for (let n = 0; n < films; n++) {
    const streams = n % 5 === 0 ? [subtitle()] : []
    const item = film({ ref: { serverId: SERVER_ID, ratingKey: String(n) }, title: `Film ${n}` }, [
      part(`/films/${n}.mkv`, { id: `p${n}`, streams }),
    ])
    attic.items.set(String(n), item)
  }
  const ports = Layer.mergeAll(
    made.ports,
    memoryLedger,
    memoryNotifier(),
    Layer.succeed(SubtitleSources, [memorySource(sourceOf({ id: "gestdown", name: "Gestdown" }))]),
  )
  return { ...made, ports }
}

const only = Effect.map(listSweeps(), (all) => all[0]!)
const swept = JobQueue.use((queue) => Effect.map(queue.list({ limit: 500 }), (jobs) => jobs.length))
/** Does whatever waits, without finding anything. */
const work = Effect.gen(function* () {
  const queue = yield* JobQueue
  while ((yield* queue.counts).waiting > 0) yield* queue.complete((yield* queue.take).id, "done")
})
const texts = Journal.use((journal) =>
  Effect.map(journal.read({ limit: 100 }), (all) => all.map(({ text }) => text).reverse()),
)

describe("runSweeps()", () => {
  it.effect("goes on by a page when the searches of the last are done, and says what is missing", () => {
    const { ports } = world(120)
    return Effect.gen(function* () {
      yield* beginSweep(SERVER_ID, "1")
      yield* runSweeps()
      // Four of five films lack it: these are 20, and one that has it after them.
      assert.deepInclude(yield* only, { looked: 26, missing: 20, missingBy: { English: 20 } })
      yield* runSweeps()
      assert.strictEqual((yield* only).looked, 26, `${SWEEP_WAITING_MAX} searches are enough at a time`)
      yield* changeSweep(SERVER_ID, "1", "pause")
      yield* beginSweep(SERVER_ID, "1")
      assert.deepInclude(yield* only, { state: "running", looked: 26 }, "it goes on where it was")
      for (let page = 0; page < 5; page++) {
        yield* work
        yield* runSweeps()
      }
      assert.deepInclude(yield* only, { state: "done", looked: 120, total: 120, missing: 96, waiting: null })
      assert.strictEqual(yield* swept, 96)
      assert.isFalse(yield* runSweeps())
      assert.include(yield* texts, "The sweep of Library 1 is through: 120 looked at, 96 lacked something")
    }).pipe(Effect.provide(ports))
  })

  it.effect("waits for a quota that is used up, with reason and time, and then goes on", () => {
    const { ports } = world(60)
    return Effect.gen(function* () {
      yield* beginSweep(SERVER_ID, "1")
      const quota = new ProviderQuota({
        provider: "Gestdown",
        detail: "100 of 100 used",
        untilMs: 5 * HOUR_MS,
      })
      yield* Effect.flip(guarded("gestdown", Effect.fail(quota)))
      yield* runSweeps()
      yield* runSweeps()
      const waiting = { reason: "Gestdown: 100 of 100 used", untilMs: 5 * HOUR_MS }
      assert.deepInclude(yield* only, { looked: 0, state: "running", waiting })
      assert.deepStrictEqual(
        (yield* texts).filter((text) => text.includes("waits")),
        ["The sweep of Library 1 waits: Gestdown: 100 of 100 used"],
      )
      yield* TestClock.adjust(5 * HOUR_MS)
      yield* runSweeps()
      assert.deepInclude(yield* only, { looked: 26, waiting: null })
    }).pipe(Effect.provide(ports))
  })

  it.effect("begins no more searches a day than the settings allow", () => {
    const { ports } = world(60, { oncue: { sweep_per_day: 10 } })
    return Effect.gen(function* () {
      yield* beginSweep(SERVER_ID, "1")
      yield* runSweeps()
      assert.strictEqual(yield* swept, 10)
      yield* work
      yield* runSweeps()
      assert.deepInclude(yield* only, {
        missing: 10,
        waiting: { reason: "10 searches were begun today", untilMs: DAY_MS },
      })
      for (let day = 0; day < 6; day++) {
        yield* TestClock.adjust(DAY_MS)
        yield* runSweeps()
        yield* work
      }
      assert.deepInclude(yield* only, { state: "done", looked: 60, missing: 48 })
      assert.strictEqual(yield* swept, 48, "none is left out at the end of a day, and none is searched twice")
    }).pipe(Effect.provide(ports))
  })

  it.effect("counts what was found, and listMissing() shows what is missing by now", () => {
    const { attic, ports } = world(12)
    return Effect.gen(function* () {
      yield* beginSweep(SERVER_ID, "1")
      yield* runSweeps()
      attic.items.set(
        "1",
        film({ ref: { serverId: SERVER_ID, ratingKey: "1" } }, [
          part("/films/1.mkv", { streams: [subtitle()] }),
        ]),
      )
      attic.items.delete("2")
      const ledger = yield* SubtitleLedger
      const place = (ratingKey: string, more: { readonly atMs?: number } = {}) =>
        ledger.add(placedRecord({ serverId: SERVER_ID, ratingKey, atMs: 1_000, ...more }))
      // One twice, one of no page, and one from before the sweep.
      for (const ratingKey of ["1", "1", "3", "elsewhere"]) yield* place(ratingKey)
      yield* place("4", { atMs: -1 })
      const found = Effect.map(countSweeps(), (sweeps) => sweeps.map((one) => one.found))
      assert.deepStrictEqual(yield* found, [2])
      yield* runSweeps()
      assert.deepStrictEqual(yield* found, [2])
      const { items, total } = yield* listMissing(SERVER_ID, "1", { offset: 0, limit: 3 })
      assert.strictEqual(total, 9)
      assert.deepStrictEqual(
        items.map(({ missing, ratingKey }) => [ratingKey, missing]),
        [
          ["1", []],
          ["2", null],
          ["3", ["English"]],
        ],
      )
      yield* changeSweep(SERVER_ID, "1", "forget")
      assert.strictEqual((yield* listMissing(SERVER_ID, "1", { offset: 0, limit: 3 })).total, 0)
    }).pipe(Effect.provide(ports))
  })
})

describe("beginAllSweeps() and beginDueSweeps()", () => {
  const chosen: SettingsPatch = { plex: { movie_library_ids: ["1"] } }

  it.effect("begin a sweep of the chosen libraries, and leave one alone that is under way", () => {
    const {
      attic,
      ports,
      world: plex,
    } = world(70, {
      oncue: { sweep_every_days: 0 },
    })
    plex.servers.splice(0, plex.servers.length, attic)
    return Effect.gen(function* () {
      yield* Effect.ignore(beginAllSweeps())
      yield* runSweeps()
      const before = yield* listSweeps()
      assert.deepStrictEqual(
        before.map((sweep) => sweep.sectionId),
        ["1", "2"],
      )
      yield* Effect.ignore(beginAllSweeps())
      assert.strictEqual((yield* only).looked, before[0]!.looked)
    }).pipe(Effect.provide(ports))
  })

  it.effect("begin at their hour, every so many days, and never where the settings want none", () => {
    const { ports } = world(3, { ...chosen, oncue: { sweep_every_days: 2, sweep_hour: 0 } })
    const off = world(3, { oncue: { sweep_every_days: 0 } })
    const starts = Effect.map(
      texts,
      (all) => all.filter((text) => text === "The sweep of Library 1 began").length,
    )
    return Effect.gen(function* () {
      assert.isTrue(yield* Effect.provide(beginDueSweeps(), off.ports))
      yield* beginDueSweeps()
      assert.strictEqual(yield* starts, 0, "it was set in the middle of a day")
      const seen: Array<number> = []
      for (let day = 1; day <= 6; day++) {
        yield* TestClock.adjust(DAY_MS)
        yield* beginDueSweeps()
        yield* runSweeps()
        yield* work
        yield* runSweeps()
        seen.push(yield* starts)
      }
      assert.deepStrictEqual(seen, [1, 1, 2, 2, 3, 3])
    }).pipe(Effect.provide(ports))
  })
})
