import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import { buildSection, INDEX_PAGE_ITEMS, updateSection } from "../../../core/library/build_index.ts"
import { followTimeline } from "../../../core/library/follow_timeline.ts"
import { REBUILD_EVERY_MS, refreshIndex } from "../../../core/library/refresh_index.ts"
import { ItemIndex, PlexLibrary, PlexUnreachable, type ServerNotification } from "../../../core/ports/mod.ts"
import { libraryWorld, section } from "../../support/library_world.ts"
import { episode, film, part, SERVER_ID, SHOW } from "../../support/plex_items.ts"

const MOVIES = section("1", "movie", ["/data/media/movies"])
const SHOWS = section("2", "show", ["/data/media/tv"])

const numbered = (at: number, updatedAt = 100) =>
  film({ ref: { serverId: SERVER_ID, ratingKey: String(at) }, guids: [`tmdb://${at}`], updatedAt }, [
    part(`/data/media/movies/${at}.mkv`),
  ])

const world = (films: number) => {
  const made = libraryWorld()
  made.attic.sections = [MOVIES, SHOWS, section("9", "other")]
  made.attic.shows.set("2000", { ...SHOW, guids: ["tvdb://990001"], year: 2024, sectionId: "2" })
  made.add(made.attic, episode(), ...Array.from({ length: films }, (_, at) => numbered(at + 1)))
  return made
}

const timeline = (itemId: string, state: number, type = 1, sectionId = "1"): ServerNotification => ({
  _tag: "Timeline",
  sectionId,
  itemId,
  type,
  state,
  metadataState: null,
  title: "",
})

describe("buildSection()", () => {
  it.effect("reads a library page by page, and finds films by file and id", () => {
    const { ports, access } = world(2 * INDEX_PAGE_ITEMS + 1)
    return Effect.gen(function* () {
      const built = yield* buildSection(access, MOVIES)
      assert.deepInclude(built, { items: 2 * INDEX_PAGE_ITEMS + 1, removed: 0 })
      const index = yield* ItemIndex
      const last = String(2 * INDEX_PAGE_ITEMS + 1)
      assert.strictEqual((yield* index.byFileName(`${last}.mkv`))[0]?.ref.ratingKey, last)
      assert.strictEqual((yield* index.byGuid("tmdb://50"))[0]?.ref.ratingKey, "50")
      assert.deepInclude((yield* index.sections)[0], { items: Number(last), updatedAt: 100, building: null })
    }).pipe(Effect.provide(ports))
  })

  it.effect("knows the shows of a library with their ids, and their episodes by number", () => {
    const { ports, access } = world(0)
    return Effect.gen(function* () {
      yield* buildSection(access, SHOWS)
      const index = yield* ItemIndex
      const [show] = yield* index.byGuid("tvdb://990001")
      assert.strictEqual(show?.kind, "show")
      const [found] = yield* index.episodes(show!.ref, { season: 1, episode: 3 })
      assert.strictEqual(found?.ref.ratingKey, "2013")
    }).pipe(Effect.provide(ports))
  })

  it.effect("removes what the server has no longer", () => {
    const { ports, access, attic } = world(3)
    return Effect.gen(function* () {
      yield* buildSection(access, MOVIES)
      attic.items.delete("2")
      assert.strictEqual((yield* buildSection(access, MOVIES)).removed, 1)
      assert.deepStrictEqual(yield* (yield* ItemIndex).byFileName("2.mkv"), [])
    }).pipe(Effect.provide(ports))
  })

  it.effect("leaves the index as it was when the server stops answering half way", () => {
    const { ports, access } = world(INDEX_PAGE_ITEMS + 1)
    const fails = new PlexUnreachable({
      where: "Attic",
      fault: "reset",
      status: null,
      retryAfterSeconds: null,
      detail: "gone",
    })
    return Effect.gen(function* () {
      yield* buildSection(access, MOVIES)
      const library = yield* PlexLibrary
      const breaking = {
        ...library,
        page: (...call: Parameters<typeof library.page>) =>
          call[2].offset === 0 ? library.page(...call) : Effect.fail(fails),
      }
      const again = buildSection(access, MOVIES).pipe(Effect.provideService(PlexLibrary, breaking))
      assert.strictEqual((yield* Effect.flip(again))._tag, "PlexUnreachable")
      const index = yield* ItemIndex
      assert.strictEqual((yield* index.byFileName(`${INDEX_PAGE_ITEMS + 1}.mkv`)).length, 1)
      assert.strictEqual((yield* index.sections)[0]?.building, null)
    }).pipe(Effect.provide(ports))
  })

  it.effect("reads a second time when something went while it was read, and moved the rest", () => {
    const { ports, access, attic } = world(INDEX_PAGE_ITEMS + 10)
    return Effect.gen(function* () {
      const library = yield* PlexLibrary
      const moving = {
        ...library,
        page: (...call: Parameters<typeof library.page>) =>
          Effect.tap(library.page(...call), () => Effect.sync(() => attic.items.delete("1"))),
      }
      yield* buildSection(access, MOVIES).pipe(Effect.provideService(PlexLibrary, moving))
      const index = yield* ItemIndex
      const slipped = String(INDEX_PAGE_ITEMS + 1)
      assert.strictEqual((yield* index.byFileName(`${slipped}.mkv`)).length, 1)
    }).pipe(Effect.provide(ports))
  })

  it.effect("reads a second time when something slipped by", () => {
    const { ports, access } = world(INDEX_PAGE_ITEMS + 10)
    return Effect.gen(function* () {
      const library = yield* PlexLibrary
      let calls = 0
      const moving = {
        ...library,
        page: (...call: Parameters<typeof library.page>) =>
          Effect.map(library.page(...call), (page) => {
            calls += 1
            return calls === 2 ? { ...page, items: page.items.slice(1) } : page
          }),
      }
      const built = yield* buildSection(access, MOVIES).pipe(Effect.provideService(PlexLibrary, moving))
      assert.strictEqual(built.items, INDEX_PAGE_ITEMS + 10)
    }).pipe(Effect.provide(ports))
  })
})

describe("updateSection()", () => {
  it.effect("reads what has changed since, and the show that came with a new episode", () => {
    const { ports, access, attic } = world(3)
    return Effect.gen(function* () {
      yield* buildSection(access, MOVIES)
      attic.items.set("4", numbered(4, 200))
      assert.strictEqual(yield* updateSection(access, MOVIES, 100), 4)
      assert.strictEqual(yield* updateSection(access, MOVIES, 200), 1)
      const index = yield* ItemIndex
      assert.strictEqual((yield* index.sections)[0]?.updatedAt, 200)
      yield* updateSection(access, SHOWS, 0)
      assert.strictEqual((yield* index.byGuid("tvdb://990001")).length, 1)
    }).pipe(Effect.provide(ports))
  })
})

describe("updateSection(), while items change once more", () => {
  it.effect("misses none of those that move up", () => {
    const { ports, access, attic } = world(0)
    const count = 3 * INDEX_PAGE_ITEMS
    return Effect.gen(function* () {
      yield* buildSection(access, MOVIES)
      for (let at = 1; at <= count; at += 1) attic.items.set(String(at), numbered(at, 1_000 + at))
      const library = yield* PlexLibrary
      let calls = 0
      const moving = {
        ...library,
        page: (...call: Parameters<typeof library.page>) =>
          Effect.tap(library.page(...call), () =>
            Effect.sync(() => {
              calls += 1
              // What was read first is changed again, and goes behind all the others.
              if (calls === 1)
                for (let at = 1; at <= 5; at += 1) attic.items.set(String(at), numbered(at, 9_000 + at))
            }),
          ),
      }
      yield* updateSection(access, MOVIES, 100).pipe(Effect.provideService(PlexLibrary, moving))
      const index = yield* ItemIndex
      for (let at = 1; at <= count; at += 1)
        assert.strictEqual((yield* index.byFileName(`${at}.mkv`)).length, 1, `item ${at}`)
      assert.isAtMost(calls, 5)
    }).pipe(Effect.provide(ports))
  })

  it.effect(
    "comes to an end where everything was changed in the same second, or the filter is ignored",
    () => {
      const { ports, access, attic } = world(0)
      return Effect.gen(function* () {
        yield* buildSection(access, MOVIES)
        const count = 2 * INDEX_PAGE_ITEMS + 1
        for (let at = 1; at <= count; at += 1) attic.items.set(String(at), numbered(at, 500))
        assert.strictEqual(yield* updateSection(access, MOVIES, 100), count)
        const library = yield* PlexLibrary
        const ignoring = {
          ...library,
          page: (...[to, at, asked]: Parameters<typeof library.page>) =>
            library.page(to, at, { ...asked, updatedAfter: null }),
        }
        const read = updateSection(access, MOVIES, 900).pipe(Effect.provideService(PlexLibrary, ignoring))
        assert.strictEqual(yield* read, count)
      }).pipe(Effect.provide(ports))
    },
  )
})

describe("refreshIndex()", () => {
  it.effect("builds what is new, updates what is known, and builds again after a day", () => {
    const { ports, access } = world(3)
    const did = (whole = false) =>
      Effect.map(refreshIndex(access, { whole }), (all) => all.map((one) => `${one.sectionId} ${one.did}`))
    return Effect.gen(function* () {
      assert.deepStrictEqual(yield* did(), ["1 built", "2 built"])
      assert.deepStrictEqual(yield* did(), ["1 updated", "2 updated"])
      assert.deepStrictEqual(yield* did(true), ["1 built", "2 built"])
      yield* TestClock.adjust(REBUILD_EVERY_MS)
      assert.deepStrictEqual(yield* did(), ["1 built", "2 built"])
    }).pipe(Effect.provide(ports))
  })

  it.effect("forgets a library that is gone, or was made anew under the same number", () => {
    const { ports, access, attic } = world(3)
    return Effect.gen(function* () {
      yield* refreshIndex(access)
      attic.sections = [{ ...MOVIES, uuid: "another" }]
      attic.items.clear()
      const [movies, ...others] = yield* refreshIndex(access)
      assert.strictEqual(movies?.did, "built")
      assert.deepStrictEqual(others, [])
      const index = yield* ItemIndex
      assert.deepStrictEqual(yield* index.files(null, 10), [])
      assert.strictEqual((yield* index.sections).length, 1)
    }).pipe(Effect.provide(ports))
  })
})

describe("followTimeline()", () => {
  const follow = (made: ReturnType<typeof world>, ...events: ReadonlyArray<ServerNotification>) =>
    followTimeline(made.access, Stream.fromIterable(events))

  it.effect("removes what is deleted and reads what is done, once for many events", () => {
    const made = world(3)
    return Effect.gen(function* () {
      yield* refreshIndex(made.access)
      made.attic.items.delete("1")
      for (const at of [4, 5]) made.attic.items.set(String(at), numbered(at, 300))
      const library = yield* PlexLibrary
      let pages = 0
      const counting = {
        ...library,
        page: (...call: Parameters<typeof library.page>) =>
          Effect.suspend(() => {
            pages += 1
            return library.page(...call)
          }),
      }
      yield* follow(made, timeline("1", 9), timeline("4", 5), timeline("5", 5), timeline("5", 5)).pipe(
        Effect.provideService(PlexLibrary, counting),
      )
      const index = yield* ItemIndex
      assert.deepStrictEqual(yield* index.byFileName("1.mkv"), [])
      assert.strictEqual((yield* index.byFileName("5.mkv")).length, 1)
      assert.strictEqual(pages, 1)
    }).pipe(Effect.provide(made.ports))
  })

  it.effect("ignores music, work in progress and libraries that were never read", () => {
    const made = world(3)
    return Effect.gen(function* () {
      yield* follow(made, timeline("1", 5), timeline("2", 9, 10), timeline("3", 3))
      assert.deepStrictEqual(yield* (yield* ItemIndex).files(null, 10), [])
    }).pipe(Effect.provide(made.ports))
  })
})
