import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import type { Cause } from "../../../core/jobs/job.ts"
import { followMoved, MOVED_NOTE } from "../../../core/library/follow_moved.ts"
import { noteTimeline } from "../../../core/library/follow_timeline.ts"
import { FAILED_PAUSE_MS, keepIndex } from "../../../core/library/keep_index.ts"
import { copiesOf, refreshCopies } from "../../../core/library/refresh_copies.ts"
import { refreshForJob } from "../../../core/library/refresh_for_job.ts"
import { refreshNamed } from "../../../core/library/refresh_named.ts"
import { LOCATE_WAIT_MS, requestRefresh } from "../../../core/library/request_refresh.ts"
import { entryOf, showEntry } from "../../../core/media/item_index_entry.ts"
import type { MediaItem } from "../../../core/media/media_item.ts"
import { ItemIndex, JobQueue } from "../../../core/ports/mod.ts"
import type { SettingsPatch } from "../../../core/settings/settings.ts"
import { libraryWorld, OTHER_SERVER_ID, passing, section } from "../../support/library_world.ts"
import { episode, film, part, SERVER_ID, SHOW, SINTEL_FILE, subtitle } from "../../support/plex_items.ts"

const cause = (source: Cause["source"]): Cause => ({
  source,
  event: "refresh",
  atMs: 0,
  viewer: null,
  player: null,
  title: null,
})
const listing = film({}, [part(SINTEL_FILE, { streams: [subtitle()] })])
const copy = (serverId: string, ratingKey: string, file = SINTEL_FILE): MediaItem =>
  film({ ref: { serverId, ratingKey }, sectionId: "3" }, [part(file)])

/** A server on which a scan of the folder lists what lies beside the film. */
const world = (settings = {}) => {
  const made = libraryWorld({ settings: { general: { use_plex: true }, ...settings } })
  for (const home of [made.attic, made.den]) home.sections = [section("1", "movie"), section("3", "movie")]
  made.add(made.attic, film())
  made.attic.onCall = (call) =>
    Effect.sync(() => {
      if (call.startsWith("scan 1 ")) made.add(made.attic, listing)
    })
  const put = (name: string) => made.disk.files.set(name, { bytes: new Uint8Array(1), modifiedMs: 0 })
  put(SINTEL_FILE)
  put(SINTEL_FILE.replace(".mkv", ".en.srt"))
  return made
}

describe("refreshForJob()", () => {
  const run = (made: ReturnType<typeof world>, source: Cause["source"] = "api") =>
    passing(refreshForJob(1, film().ref, cause(source))).pipe(Effect.provide(made.ports))

  it.effect("ends when Plex lists what lies beside the file", () => {
    const made = world()
    return Effect.gen(function* () {
      const outcome = yield* run(made)
      assert.strictEqual(outcome._tag, "Done")
      assert.deepStrictEqual(
        made.attic.calls.map((call) => call.split(" ")[0]),
        ["read", "scan"],
      )
    })
  })

  it.effect("comes again at once for what was put there while it was being done", () => {
    const made = world()
    made.attic.onCall = (call) =>
      Effect.sync(() => {
        if (!call.startsWith("scan 1 ")) return
        made.add(made.attic, listing)
        const late = SINTEL_FILE.replace(".mkv", ".fr.srt")
        made.disk.files.set(late, { bytes: new Uint8Array(1), modifiedMs: 0 })
      })
    return Effect.gen(function* () {
      const outcome = yield* run(made)
      assert.strictEqual(outcome._tag, "Retry")
      assert.match(outcome._tag === "Retry" ? outcome.reason : "", /another subtitle has come since/)
      assert.isDefined(outcome._tag === "Retry" ? outcome.notBeforeMs : undefined)
    })
  })

  it.effect("asks for nothing when everything is listed already", () => {
    const made = world()
    made.add(made.attic, listing)
    return Effect.gen(function* () {
      assert.strictEqual((yield* run(made))._tag, "Done")
      assert.deepStrictEqual(made.attic.calls, [])
    })
  })

  it.effect("is tried again while Plex does not list it", () => {
    const made = world()
    made.attic.onCall = () => Effect.void
    return Effect.gen(function* () {
      assert.strictEqual((yield* run(made))._tag, "Retry")
    })
  })

  it.effect("obeys the options unless somebody asked", () => {
    const off = { plex: { update_movie_library: false, update_series_library: false } }
    return Effect.gen(function* () {
      const copied = world(off)
      assert.strictEqual((yield* run(copied, "webhook"))._tag, "Retry")
      assert.deepStrictEqual(copied.attic.calls, ["read 1001"])
      assert.strictEqual((yield* run(world(off), "api"))._tag, "Done")
    })
  })

  it.effect("forgets an item that is gone", () => {
    const made = world()
    made.attic.items.clear()
    return Effect.gen(function* () {
      const index = yield* ItemIndex
      yield* index.put([entryOf(film())])
      const outcome = yield* passing(refreshForJob(1, film().ref, cause("api")))
      assert.strictEqual(outcome._tag, "Failed")
      assert.strictEqual(yield* index.get(film().ref), null)
    }).pipe(Effect.provide(made.ports))
  })

  it.effect("is tried again when the server does not answer", () => {
    const made = world()
    made.attic.addresses.clear()
    return Effect.gen(function* () {
      assert.strictEqual((yield* run(made))._tag, "Retry")
    })
  })
})

describe("followMoved()", () => {
  const moved = { ...listing, ref: { serverId: SERVER_ID, ratingKey: "7777" }, updatedAt: 2e9 }

  it.effect("follows an item to the key that its file has now, and forgets the old one", () => {
    const { add, attic, ports } = world()
    return Effect.gen(function* () {
      const index = yield* ItemIndex
      yield* index.beginBuild({ serverId: SERVER_ID, sectionId: "1", kind: "movie", title: "", uuid: "" })
      yield* index.put([entryOf(film())])
      yield* index.endBuild(SERVER_ID, "1", { builtAtMs: 0, updatedAt: 1e9 })
      attic.items.delete("1001")
      add(attic, moved)
      const done = yield* passing(refreshForJob(1, film().ref, cause("api")))
      assert.deepStrictEqual(done, { _tag: "Done", note: MOVED_NOTE })
      const works = (yield* (yield* JobQueue).list({ limit: 5 })).map(({ work }) => work)
      assert.deepStrictEqual(
        works.map((work) => [work._tag, "ratingKey" in work && work.ratingKey]),
        [["RefreshItem", "7777"]],
      )
      assert.isNull(yield* index.get(film().ref))
    }).pipe(Effect.provide(ports))
  })

  it.effect("follows also after the index was told that the old one is gone", () => {
    const { access, add, attic, ports } = world()
    return Effect.gen(function* () {
      const index = yield* ItemIndex
      yield* index.beginBuild({ serverId: SERVER_ID, sectionId: "1", kind: "movie", title: "", uuid: "" })
      yield* index.put([entryOf(film())])
      yield* index.endBuild(SERVER_ID, "1", { builtAtMs: 0, updatedAt: 1e9 })
      attic.items.delete("1001")
      add(attic, moved)
      const told = {
        _tag: "Timeline",
        sectionId: "1",
        itemId: "1001",
        type: 1,
        state: 9,
        metadataState: null,
        title: "",
      } as const
      yield* passing(noteTimeline(access, [told]))
      assert.isNull(yield* index.get(film().ref))
      assert.deepStrictEqual(yield* passing(followMoved(film().ref)), [moved.ref])
    }).pipe(Effect.provide(ports))
  })

  it.effect("follows a film whose file was replaced by its guids, in its own library first", () => {
    const { ports } = world()
    const upgraded = copy(SERVER_ID, "8888", SINTEL_FILE.replace("1080p", "2160p"))
    const elsewhere = { ...upgraded, ref: { serverId: SERVER_ID, ratingKey: "9999" } }
    const local = film({ ref: { serverId: SERVER_ID, ratingKey: "5" }, guid: "local://5", guids: [] })
    return Effect.gen(function* () {
      const index = yield* ItemIndex
      const follow = (items: ReadonlyArray<MediaItem>, gone = film()) =>
        Effect.gen(function* () {
          yield* index.put([gone, ...items].map(entryOf))
          const found = yield* passing(followMoved(gone.ref))
          yield* index.remove(items.map(({ ref }) => ref))
          return found.map(({ ratingKey }) => ratingKey)
        })
      const own = { ...upgraded, sectionId: "1" }
      assert.deepStrictEqual(yield* follow([own, elsewhere]), ["8888"])
      assert.deepStrictEqual(yield* follow([elsewhere]), ["9999"])
      const there = { ...upgraded, ref: { serverId: OTHER_SERVER_ID, ratingKey: "8888" } }
      assert.deepStrictEqual(yield* follow([there]), [])
      assert.deepStrictEqual(yield* follow([{ ...own, guid: "local://5", guids: [] }], local), [])
    }).pipe(Effect.provide(ports))
  })

  it.effect("is empty for an item that is gone with its file, and for one that nobody knew", () => {
    const { attic, ports } = world()
    return Effect.gen(function* () {
      const index = yield* ItemIndex
      yield* index.put([entryOf(film())])
      attic.items.clear()
      assert.deepStrictEqual(yield* passing(followMoved(film().ref)), [])
      assert.isNull(yield* index.get(film().ref))
      assert.deepStrictEqual(yield* passing(followMoved(film().ref)), [])
    }).pipe(Effect.provide(ports))
  })
})

describe("copiesOf()", () => {
  it.effect("finds the file in other libraries and on other servers, wherever they see it", () => {
    const made = libraryWorld({
      settings: { oncue: { plex_path_mappings: [{ from: "Z:\\", to: "/data/media" }] } },
    })
    const onWindows = "Z:\\movies\\Sintel (2010)\\Sintel (2010) [Bluray-1080p].mkv"
    const items = [
      film(),
      copy(SERVER_ID, "3001"),
      copy(OTHER_SERVER_ID, "1", onWindows),
      copy(SERVER_ID, "3002", "/data/media/other/Sintel (2010) [Bluray-1080p].mkv"),
      copy("unselected", "1"),
    ]
    return Effect.gen(function* () {
      yield* (yield* ItemIndex).put(items.map(entryOf))
      const found = yield* copiesOf(film())
      assert.deepStrictEqual(found.map((one) => `${one.serverId.slice(0, 4)} ${one.ratingKey}`).sort(), [
        "c0ff 3001",
        "dec0 1",
      ])
      assert.strictEqual(yield* refreshCopies(film(), cause("webhook")), 2)
      const jobs = yield* (yield* JobQueue).list({ limit: 10 })
      assert.deepStrictEqual(
        jobs.map(({ work }) => work._tag),
        ["RefreshItem", "RefreshItem"],
      )
    }).pipe(Effect.provide(made.ports))
  })
})

describe("requestRefresh()", () => {
  const request = (ask: Parameters<typeof requestRefresh>[0]) =>
    Effect.map(requestRefresh(ask), ({ items }) => items.map(({ ratingKey }) => ratingKey).sort())
  const prepared = () => {
    const made = libraryWorld({ settings: { general: { use_plex: true } } })
    const fill = Effect.flatMap(ItemIndex, (index) =>
      index.put([
        entryOf(film()),
        entryOf(copy(SERVER_ID, "3001")),
        entryOf(episode()),
        showEntry(SERVER_ID, { ...SHOW, guids: ["tvdb://990001"], year: 2024, sectionId: "2" }),
      ]),
    )
    return { ...made, fill }
  }

  /** A server whose libraries nobody has read yet. */
  const unread = (settings: SettingsPatch = { general: { use_plex: true } }) => {
    const made = libraryWorld({ settings })
    made.attic.sections = [section("1", "movie")]
    made.add(made.attic, film())
    return made
  }

  it.effect("takes a rating key with its copies, a path, and ids with a place", () => {
    const { ports, fill } = prepared()
    return Effect.gen(function* () {
      yield* fill
      assert.deepStrictEqual(yield* request({ ratingKey: "1001" }), ["1001", "3001"])
      assert.deepStrictEqual(yield* request({ path: SINTEL_FILE }), ["1001", "3001"])
      assert.deepStrictEqual(yield* request({ imdb: "tt1727587" }), ["1001", "3001"])
      assert.deepStrictEqual(yield* request({ tvdb: "990001", season: 1, episode: 3 }), ["2013"])
      const jobs = yield* (yield* JobQueue).list({ limit: 10 })
      assert.strictEqual(jobs.length, 3)
    }).pipe(Effect.provide(ports))
  })

  it.effect("names a server by its name or its identifier", () => {
    const { ports, fill } = prepared()
    return Effect.gen(function* () {
      yield* fill
      const byName = yield* requestRefresh({ ratingKey: "5", server: OTHER_SERVER_ID.slice(0, 6) })
      assert.strictEqual(byName.items[0]?.serverId, OTHER_SERVER_ID)
      const unknown = yield* Effect.flip(requestRefresh({ ratingKey: "5", server: "nobody" }))
      assert.strictEqual(unknown._tag, "ServerUnknown")
    }).pipe(Effect.provide(ports))
  })

  it.effect("says what is wrong with a request, and what no server has", () => {
    const { ports } = unread()
    return Effect.gen(function* () {
      assert.strictEqual((yield* Effect.flip(requestRefresh({})))._tag, "RefreshTargetUnclear")
      yield* Effect.forkChild(keepIndex())
      const error = yield* Effect.flip(passing(requestRefresh({ path: "/a/b.mkv" })))
      assert.strictEqual(error._tag, "NothingToRefresh")
      assert.include(error.message, "/a/b.mkv")
    }).pipe(Effect.provide(ports))
  })

  it.effect("has the libraries read that were not, and waits for what is in them", () => {
    const { ports } = unread()
    return Effect.gen(function* () {
      yield* Effect.forkChild(keepIndex())
      const { items, later } = yield* passing(requestRefresh({ path: SINTEL_FILE }))
      assert.deepStrictEqual([items.map(({ ratingKey }) => ratingKey), later], [["1001"], null])
      assert.isBelow(yield* Clock.currentTimeMillis, LOCATE_WAIT_MS)
    }).pipe(Effect.provide(ports))
  })

  it.effect("leaves it to a job while a server does not answer, in a bounded time", () => {
    const { attic, ports } = unread()
    const { addresses } = attic
    attic.addresses = new Map([...addresses].map(([uri, one]) => [uri, { ...one, answers: "silent" }]))
    return Effect.gen(function* () {
      yield* Effect.forkChild(keepIndex())
      const asked = yield* passing(requestRefresh({ imdb: "tt1727587" }))
      assert.isAtMost(yield* Clock.currentTimeMillis, LOCATE_WAIT_MS + 1_000)
      assert.deepStrictEqual(asked.items, [])
      assert.include(asked.later?.reason, "to be read")
      const queue = yield* JobQueue
      const job = (yield* queue.list({ limit: 10 }))[0]!
      assert(job.work._tag === "RefreshNamed")
      assert.strictEqual((yield* passing(refreshNamed(job.work)))._tag, "Retry")
      attic.addresses = addresses
      yield* TestClock.adjust(FAILED_PAUSE_MS)
      yield* passing(Effect.sleep(60_000))
      assert.deepStrictEqual(yield* passing(refreshNamed(job.work)), {
        _tag: "Done",
        note: "one item to refresh",
      })
      const works = (yield* queue.list({ limit: 10 })).map(({ work }) => work._tag)
      assert.deepStrictEqual(works.sort(), ["RefreshItem", "RefreshNamed"])
    }).pipe(Effect.provide(ports))
  })

  it.effect("never says that there is nothing when the servers were looked at before it came", () => {
    const { add, attic, ports } = unread()
    const path = "/data/media/movies/New (2026)/New (2026).mkv"
    return Effect.gen(function* () {
      yield* Effect.forkChild(keepIndex())
      yield* Effect.flip(passing(requestRefresh({ path })))
      add(attic, film({ ref: { serverId: SERVER_ID, ratingKey: "9" }, updatedAt: 2e9 }, [part(path)]))
      const { items } = yield* passing(requestRefresh({ path }))
      assert.deepStrictEqual(
        items.map(({ ratingKey }) => ratingKey),
        ["9"],
      )
    }).pipe(Effect.provide(ports))
  })

  it.effect("says that Plex is switched off, and asks nobody", () => {
    const { ports } = unread({ general: { use_plex: false } })
    return Effect.gen(function* () {
      const { later } = yield* requestRefresh({ path: SINTEL_FILE })
      assert.include(later?.reason, "switched off")
    }).pipe(Effect.provide(ports))
  })
})
