import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { setAddedDate } from "../../../core/library/set_added_date.ts"
import { undoAddedDates } from "../../../core/library/undo_added_date.ts"
import { Journal, PlexLibrary } from "../../../core/ports/mod.ts"
import type { SettingsPatch } from "../../../core/settings/settings.ts"
import { libraryWorld, section } from "../../support/library_world.ts"
import { episode, film } from "../../support/plex_items.ts"

const ON: SettingsPatch = { plex: { set_movie_added: true, set_episode_added: true } }
const NOW_MS = 1_760_000_000_500
const subtitle = { isUpgrade: false, isFirst: true, isFirstWanted: true }

const world = (settings: SettingsPatch = ON) => {
  const made = libraryWorld({ settings })
  for (const home of [made.attic, made.den])
    home.sections = [section("1", "movie"), section("2", "show"), section("3", "movie")]
  made.add(made.attic, film(), episode(), film({ ref: { ...film().ref, ratingKey: "1002" }, sectionId: "3" }))
  const set = (item = film()) => setAddedDate({ access: made.access, item, subtitle })
  return { ...made, set }
}

describe("setAddedDate()", () => {
  for (const item of [film(), episode()])
    it.effect(
      `sets the date of a ${item.kind} in unix seconds, reads it back and journals the old one`,
      () => {
        const { ports, attic, set } = world()
        return Effect.gen(function* () {
          yield* TestClock.setTime(NOW_MS)
          const outcome = yield* set(item)
          const after = Math.floor(NOW_MS / 1_000)
          assert.deepStrictEqual(outcome, { _tag: "Set", before: item.addedAt, after, confirmed: true })
          assert.strictEqual(attic.items.get(item.ref.ratingKey)?.addedAt, after)
          const [entry] = yield* (yield* Journal).read({ kinds: ["added_date"], limit: 10 })
          assert.strictEqual(entry?.ratingKey, item.ref.ratingKey)
          assert.deepInclude(entry?.detail, { before: item.addedAt, after })
        }).pipe(Effect.provide(ports))
      },
    )

  it.effect("makes no call when the option is off", () => {
    const { ports, attic, set } = world({ plex: { set_movie_added: false } })
    return Effect.gen(function* () {
      yield* TestClock.setTime(NOW_MS)
      assert.strictEqual((yield* set())._tag, "Kept")
      assert.deepStrictEqual(attic.calls, [])
    }).pipe(Effect.provide(ports))
  })

  it.effect("says when the server takes the date and shows another", () => {
    const { ports, attic, set } = world()
    attic.onCall = (call) =>
      Effect.sync(() => {
        if (call.startsWith("added")) attic.items.set("1001", film())
      })
    return Effect.gen(function* () {
      yield* TestClock.setTime(NOW_MS)
      const outcome = yield* set()
      assert(outcome._tag === "Set")
      assert.strictEqual(outcome.confirmed, false)
    }).pipe(Effect.provide(ports))
  })
})

describe("undoAddedDates()", () => {
  it.effect("gives one item its date back, once", () => {
    const { ports, attic, set } = world()
    return Effect.gen(function* () {
      yield* TestClock.setTime(NOW_MS)
      yield* set()
      yield* set(episode())
      const undone = yield* undoAddedDates({ serverId: film().ref.serverId, ratingKey: "1001" })
      assert.deepStrictEqual(
        undone.map((one) => [one.ratingKey, one.outcome]),
        [["1001", "restored"]],
      )
      assert.strictEqual(attic.items.get("1001")?.addedAt, film().addedAt)
      assert.notStrictEqual(attic.items.get("2013")?.addedAt, episode().addedAt)
      assert.deepStrictEqual(yield* undoAddedDates({ ratingKey: "1001" }), [])
    }).pipe(Effect.provide(ports))
  })

  it.effect("tells it in the story of the search that had changed the date", () => {
    const { access, ports } = world()
    return Effect.gen(function* () {
      yield* TestClock.setTime(NOW_MS)
      yield* setAddedDate({ access, item: film(), subtitle, jobId: 7 })
      yield* undoAddedDates({ ratingKey: "1001" })
      const story = yield* (yield* Journal).read({ jobId: 7, limit: 10 })
      const { title } = film()
      const date = new Date((film().addedAt ?? 0) * 1_000).toISOString().slice(0, 10)
      assert.deepStrictEqual(
        story.map((entry) => entry.text.replace(/".*"/, title)),
        [`The added date of ${title} is set back to ${date}`, `${title} counts as added now`],
      )
    }).pipe(Effect.provide(ports))
  })

  it.effect("hands the date back to the agents", () => {
    const { ports, set } = world()
    const locks: Array<boolean | undefined> = []
    return Effect.gen(function* () {
      yield* TestClock.setTime(NOW_MS)
      const library = yield* PlexLibrary
      const spying = {
        ...library,
        setAddedAt: (...call: Parameters<typeof library.setAddedAt>) => {
          locks.push(call[1].lock)
          return library.setAddedAt(...call)
        },
      }
      yield* Effect.andThen(set(), undoAddedDates({})).pipe(Effect.provideService(PlexLibrary, spying))
      assert.deepStrictEqual(locks, [true, false])
    }).pipe(Effect.provide(ports))
  })

  it.effect("takes back the changes of a period and no others", () => {
    const { ports, attic, set } = world()
    return Effect.gen(function* () {
      yield* TestClock.setTime(NOW_MS)
      yield* set()
      yield* TestClock.adjust("1 hour")
      yield* set(episode())
      const hour = 3_600_000
      const undone = yield* undoAddedDates({ sinceMs: NOW_MS + 1, untilMs: NOW_MS + hour })
      assert.deepStrictEqual(
        undone.map((one) => one.ratingKey),
        ["2013"],
      )
      assert.strictEqual(attic.items.get("2013")?.addedAt, episode().addedAt)
      assert.deepStrictEqual(yield* undoAddedDates({ untilMs: NOW_MS - 1 }), [])
    }).pipe(Effect.provide(ports))
  })

  it.effect("leaves a date alone that somebody else has changed since", () => {
    const { ports, attic, set } = world()
    return Effect.gen(function* () {
      yield* TestClock.setTime(NOW_MS)
      yield* set()
      attic.items.set("1001", film({ addedAt: 5 }))
      const [undone] = yield* undoAddedDates({})
      assert.strictEqual(undone?.outcome, "changed_since")
      assert.strictEqual(attic.items.get("1001")?.addedAt, 5)
    }).pipe(Effect.provide(ports))
  })

  it.effect("goes on after an item that is gone, and asks a silent server only once", () => {
    const { ports, attic, set } = world()
    return Effect.gen(function* () {
      yield* TestClock.setTime(NOW_MS)
      yield* set()
      yield* set(episode())
      attic.items.delete("2013")
      const undone = yield* undoAddedDates({})
      assert.deepStrictEqual(
        undone.map((one) => one.outcome),
        ["failed", "restored"],
      )
    }).pipe(Effect.provide(ports))
  })
})
