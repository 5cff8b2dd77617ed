import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { CATCH_UP_EVERY_MS } from "../../../core/library/catch_up_index.ts"
import { noteTimeline } from "../../../core/library/follow_timeline.ts"
import {
  FAILED_PAUSE_MS,
  FIRST_LOOK_MS,
  keepIndex,
  LOOK_EVERY_MS,
  REFRESH_EVERY_MS,
} from "../../../core/library/keep_index.ts"
import { locateByFile, locateByIds } from "../../../core/library/locate_items.ts"
import { ItemIndex, PlexServer, SettingsStore } from "../../../core/ports/mod.ts"
import { libraryWorld, section } from "../../support/library_world.ts"
import { film, part, SERVER_ID, SINTEL_FILE } from "../../support/plex_items.ts"

const SETTLED_MS = 10_000
const NEW_FILE = "/data/media/movies/New (2026)/New (2026).mkv"
const fresh = film({ ref: { serverId: SERVER_ID, ratingKey: "1009" }, updatedAt: 1_755_000_900 }, [
  part(NEW_FILE),
])

const world = (settings = {}) => {
  const made = libraryWorld({ settings: { general: { use_plex: true }, ...settings } })
  made.attic.sections = [section("1", "movie")]
  made.add(made.attic, film())
  return made
}

/** Runs `keepIndex` beside a test and counts how often each server was asked for its libraries. */
const keeping = Effect.gen(function* () {
  const server = yield* PlexServer
  let calls = 0
  const counting = {
    ...server,
    sections: (...call: Parameters<typeof server.sections>) =>
      Effect.suspend(() => {
        calls += 1
        return server.sections(...call)
      }),
  }
  yield* Effect.forkScoped(keepIndex().pipe(Effect.provideService(PlexServer, counting)))
  yield* TestClock.adjust(FIRST_LOOK_MS)
  // Choosing a connection takes the servers a moment.
  for (let turn = 0; turn < 10; turn += 1) yield* TestClock.adjust(SETTLED_MS / 10)
  return { calls: () => calls }
})

describe("keepIndex()", () => {
  it.effect("builds the index of every server at once, and updates it every hour", () => {
    const { ports } = world()
    return Effect.gen(function* () {
      const { calls } = yield* keeping
      const index = yield* ItemIndex
      assert.strictEqual((yield* index.files(null, 10)).length, 1)
      assert.strictEqual(calls(), 2)
      yield* TestClock.adjust(REFRESH_EVERY_MS - LOOK_EVERY_MS)
      assert.strictEqual(calls(), 2)
      yield* TestClock.adjust(2 * LOOK_EVERY_MS)
      assert.strictEqual(calls(), 4)
    }).pipe(Effect.provide(ports))
  })

  it.effect("builds again within a minute when somebody asks", () => {
    const { ports } = world()
    return Effect.gen(function* () {
      const { calls } = yield* keeping
      yield* (yield* ItemIndex).expire(SERVER_ID)
      yield* TestClock.adjust(LOOK_EVERY_MS)
      assert.strictEqual(calls(), 3)
      assert.isNotNull((yield* (yield* ItemIndex).sections)[0]?.builtAtMs)
    }).pipe(Effect.provide(ports))
  })

  it.effect("forgets a server that is no longer in use", () => {
    const { ports } = world()
    return Effect.gen(function* () {
      yield* keeping
      const index = yield* ItemIndex
      const settings = yield* SettingsStore
      yield* settings.update(({ oncue }) => ({
        oncue: { servers: oncue.servers.filter(({ machine_id }) => machine_id !== SERVER_ID) },
      }))
      yield* TestClock.adjust(LOOK_EVERY_MS)
      assert.deepStrictEqual(yield* index.sections, [])
      assert.deepStrictEqual(yield* index.files(null, 10), [])
    }).pipe(Effect.provide(ports))
  })

  it.effect("begins at once when somebody wants something, and again after a failure", () => {
    const { ports, attic } = world()
    const { addresses } = attic
    attic.addresses = new Map()
    return Effect.gen(function* () {
      yield* Effect.forkScoped(keepIndex())
      const index = yield* ItemIndex
      yield* index.ask
      for (let turn = 0; turn < 10; turn += 1) yield* TestClock.adjust(1_000)
      assert.deepStrictEqual(yield* index.files(null, 10), [])
      attic.addresses = addresses
      yield* index.ask
      for (let turn = 0; turn < 10; turn += 1) yield* TestClock.adjust(1_000)
      assert.strictEqual((yield* index.files(null, 10)).length, 1)
    }).pipe(Effect.provide(ports))
  })

  it.effect("tries a silent server again after a pause", () => {
    const { ports, attic } = world()
    const addresses = attic.addresses
    attic.addresses = new Map()
    return Effect.gen(function* () {
      yield* keeping
      assert.deepStrictEqual(yield* (yield* ItemIndex).files(null, 10), [])
      attic.addresses = addresses
      yield* TestClock.adjust(FAILED_PAUSE_MS + LOOK_EVERY_MS)
      assert.strictEqual((yield* (yield* ItemIndex).files(null, 10)).length, 1)
    }).pipe(Effect.provide(ports))
  })

  it.effect("calls nobody while Plex is switched off", () => {
    const { ports } = world({ general: { use_plex: false } })
    return Effect.gen(function* () {
      const { calls } = yield* keeping
      yield* TestClock.adjust("2 hours")
      assert.strictEqual(calls(), 0)
    }).pipe(Effect.provide(ports))
  })
})

describe("locateByFile()", () => {
  it.effect("answers from the index, and looks at what the servers have changed when it is not there", () => {
    const { ports, add, attic } = world()
    return Effect.gen(function* () {
      yield* keeping
      assert.deepStrictEqual((yield* locateByFile(SINTEL_FILE)).items, [film().ref])
      add(attic, fresh)
      assert.deepStrictEqual((yield* locateByFile(NEW_FILE)).items, [fresh.ref])
    }).pipe(Effect.provide(ports))
  })

  it.effect("does not look again and again for what nobody has", () => {
    const { ports, add, attic } = world()
    return Effect.gen(function* () {
      yield* keeping
      assert.deepStrictEqual((yield* locateByFile(NEW_FILE)).items, [])
      add(attic, fresh)
      assert.deepStrictEqual((yield* locateByFile(NEW_FILE)).items, [])
      yield* TestClock.adjust(CATCH_UP_EVERY_MS)
      assert.deepStrictEqual((yield* locateByFile(NEW_FILE)).items, [fresh.ref])
    }).pipe(Effect.provide(ports))
  })
})

describe("noteNewLibraries()", () => {
  const NEW_LIBRARY = section("9", "movie")
  const inNew = film({ ref: fresh.ref, sectionId: "9" }, [part(NEW_FILE)])

  it.effect(
    "has a library that is new read as soon as something of it is wanted, and doubts until then",
    () => {
      const { ports, add, attic } = world()
      return Effect.gen(function* () {
        yield* keeping
        attic.sections = [section("1", "movie"), NEW_LIBRARY]
        add(attic, inNew)
        const first = yield* locateByFile(NEW_FILE)
        const doubt = 'the library "Library 9" is still to be read'
        assert.deepStrictEqual(first, { items: [], doubt, hint: null })
        yield* TestClock.adjust(SETTLED_MS)
        assert.deepStrictEqual((yield* locateByFile(NEW_FILE)).items, [inNew.ref])
      }).pipe(Effect.provide(ports))
    },
  )

  it.effect("has it read when the server tells of something in it", () => {
    const { ports, access, add, attic } = world()
    return Effect.gen(function* () {
      yield* keeping
      attic.sections = [section("1", "movie"), NEW_LIBRARY]
      add(attic, inNew)
      const told = {
        _tag: "Timeline",
        itemId: inNew.ref.ratingKey,
        sectionId: "9",
        type: 1,
        state: 5,
        metadataState: null,
        title: "New",
      } as const
      yield* noteTimeline(access, [told])
      yield* TestClock.adjust(SETTLED_MS)
      const index = yield* ItemIndex
      assert.deepStrictEqual((yield* index.get(inNew.ref))?.files, [NEW_FILE])
    }).pipe(Effect.provide(ports))
  })
})

describe("locateByIds()", () => {
  it.effect("finds the copy in an old agent's library that knows another id", () => {
    const { ports, add, attic } = world()
    const old = film({
      ref: { serverId: SERVER_ID, ratingKey: "4001" },
      guid: "com.plexapp.agents.imdb://tt1727587?lang=en",
      guids: [],
    })
    const other = film({ ref: fresh.ref, guid: "com.plexapp.agents.imdb://tt1254207", guids: [] })
    add(attic, old)
    add(attic, other)
    return Effect.gen(function* () {
      yield* keeping
      const wanted = { kind: "movie", ids: { tmdb: "45745" }, season: null, episode: null } as const
      assert.sameDeepMembers([...(yield* locateByIds(wanted)).items], [film().ref, old.ref])
    }).pipe(Effect.provide(ports))
  })
})
