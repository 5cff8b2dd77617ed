import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/testing/TestClock"
import { listen } from "../../../core/events/listen.ts"
import { NEW_ITEM_SETTLE_MS, NEW_ITEM_WAIT_MS } from "../../../core/events/new_items.ts"
import { LOOKED_FOR_MS, REFUSED_PAUSE_MS, STABLE_MS } from "../../../core/events/playback.ts"
import { PRIORITY } from "../../../core/jobs/job.ts"
import { entryOf } from "../../../core/media/item_index_entry.ts"
import {
  ItemIndex,
  JobQueue,
  PlexForbidden,
  SettingsStore,
  TokenRejected,
  TriggerMonitor,
} from "../../../core/ports/mod.ts"
import type { SettingsPatch } from "../../../core/settings/settings.ts"
import { DLNA_PLAYER, playSession } from "../../support/play_sessions.ts"
import { film } from "../../support/plex_items.ts"
import { listenWorld, lost, StreamingServer, URL_OF_DEN } from "../../support/streaming_server.ts"
import { jobs, story } from "../../support/trigger_world.ts"

/** A moment for everything that is ready to run. */
const settleDown = Effect.repeat(TestClock.adjust(5), { times: 80 })
const change = (patch: SettingsPatch) => SettingsStore.use((store) => store.update(() => patch))
const streams = TriggerMonitor.use((monitor) => monitor.streams)

const listening = <A, E, R>(
  server: StreamingServer,
  body: Effect.Effect<A, E, R>,
  patch: SettingsPatch = {},
  waitingMax?: number,
) =>
  Effect.gen(function* () {
    yield* Effect.forkScoped(listen())
    yield* settleDown
    return yield* body
  }).pipe(Effect.scoped, Effect.provide(listenWorld(server, patch, waitingMax)))

const keys = Effect.map(jobs, (list) => list.map(({ key }) => key))

describe("listen: playback", () => {
  it.effect(
    "a playback without any webhook becomes a job, with its viewer and player from the sessions",
    () => {
      const den = new StreamingServer()
      return listening(
        den,
        Effect.gen(function* () {
          const before = den.calls.sessions
          den.sessions = [playSession()]
          yield* den.play(playSession())
          yield* settleDown
          const [job] = yield* jobs
          assert.deepInclude(job, { key: "find/den/2013", priority: PRIORITY.watching, notBeforeMs: 0 })
          assert.deepInclude(job?.work.cause, {
            source: "stream",
            event: "media.play",
            viewer: { id: "1", name: "owner_user" },
            player: "Living Room TV",
            title: "The Harbor Line S01E03 · Slack Water",
          })
          for (let n = 0; n < 30; n++) {
            yield* den.play(playSession({ viewOffsetMs: n * 10_000 }))
            yield* TestClock.adjust("10 seconds")
          }
          assert.deepStrictEqual([yield* keys, den.calls.sessions - before], [["find/den/2013"], 1])
          const [heard] = yield* TriggerMonitor.use((monitor) => monitor.lastHeard)
          assert.deepInclude(heard, { source: "stream", event: "media.play", serverId: "den" })
        }),
      )
    },
  )

  it.effect("the next item of a session is another playback", () => {
    const den = new StreamingServer()
    return listening(
      den,
      Effect.gen(function* () {
        for (const ratingKey of ["2013", "2014"]) {
          den.sessions = [playSession({ ratingKey })]
          yield* den.play(playSession({ ratingKey }))
          yield* settleDown
        }
        assert.deepStrictEqual(yield* keys, ["find/den/2013", "find/den/2014"])
      }),
    )
  })

  it.effect("a session that the server lists late is found, and one that it never lists is given up", () => {
    const den = new StreamingServer()
    return listening(
      den,
      Effect.gen(function* () {
        yield* den.play(playSession())
        yield* TestClock.adjust(2_500)
        assert.deepStrictEqual(yield* keys, [])
        den.sessions = [playSession()]
        yield* TestClock.adjust(1_000)
        assert.deepStrictEqual(yield* keys, ["find/den/2013"])
        yield* den.play(playSession({ sessionKey: "99", ratingKey: "7" }))
        yield* TestClock.adjust(LOOKED_FOR_MS + 2_000)
        const asked = den.calls.sessions
        yield* TestClock.adjust("1 minute")
        assert.deepStrictEqual([yield* keys, den.calls.sessions], [["find/den/2013"], asked])
      }),
    )
  })

  it.effect("a DLNA client that only browses is no playback, and one that plays is", () => {
    const den = new StreamingServer()
    const ghost = playSession({ player: DLNA_PLAYER })
    return listening(
      den,
      Effect.gen(function* () {
        den.sessions = [ghost]
        yield* den.play(ghost)
        yield* settleDown
        den.sessions = []
        yield* TestClock.adjust("20 seconds")
        assert.deepStrictEqual(yield* keys, [])
        den.sessions = [ghost]
        yield* den.play(ghost)
        yield* TestClock.adjust("3 seconds")
        assert.deepStrictEqual(yield* keys, ["find/den/2013"])
      }),
    )
  })

  it.effect("the rules of the webhook hold: users, players, libraries, kinds", () => {
    const den = new StreamingServer()
    return listening(
      den,
      Effect.gen(function* () {
        den.sessions = [
          playSession({ sessionKey: "1", ratingKey: "1", user: { id: "2", title: "guest" } }),
          playSession({ sessionKey: "2", ratingKey: "2", type: "track" }),
          playSession({ sessionKey: "3", ratingKey: null, live: true }),
          playSession({ sessionKey: "4", ratingKey: "4", sectionId: "9", sectionTitle: "Kids" }),
          playSession({ sessionKey: "5", ratingKey: "5", guid: "prerolls://5" }),
          playSession({ sessionKey: "6", ratingKey: "6" }),
        ]
        for (const session of den.sessions) yield* den.play(session)
        yield* TestClock.adjust("10 seconds")
        assert.deepStrictEqual(yield* keys, ["find/den/6"])
        const ignored = (yield* story).filter(([kind]) => kind === "ignored").map(([, text]) => text)
        assert.deepStrictEqual(ignored, [
          "Ignored media.play: guest is not among the chosen users",
          "Ignored media.play: the library Kids is not chosen",
        ])
      }),
      { oncue: { only_users: ["owner_user"] }, plex: { series_library_ids: ["2"] } },
    )
  })

  it.effect("a playback is found also when the sessions could not be read at first", () => {
    const den = new StreamingServer()
    den.sessions = []
    return listening(
      den,
      Effect.gen(function* () {
        const queue = yield* JobQueue
        den.blind = lost()
        yield* den.play(playSession())
        yield* TestClock.adjust("3 seconds")
        den.blind = null
        den.sessions = [playSession()]
        yield* TestClock.adjust("8 seconds")
        assert.strictEqual((yield* queue.counts).waiting, 1)
      }),
    )
  })
})

describe("listen: trouble", () => {
  it.effect("sessions that cannot be read are asked for ever more rarely", () => {
    const den = new StreamingServer()
    den.blind = lost()
    return listening(
      den,
      Effect.gen(function* () {
        yield* TestClock.adjust("10 minutes")
        assert.isBelow(den.calls.sessions, 30)
        den.blind = null
        den.sessions = [playSession()]
        yield* den.play(playSession())
        yield* settleDown
        assert.deepStrictEqual(yield* keys, ["find/den/2013"])
      }),
    )
  })

  it.effect("what nobody foresaw ends neither the stream nor the reading of sessions", () => {
    const den = new StreamingServer()
    return listening(
      den,
      Effect.gen(function* () {
        den.sessions = [null as never]
        yield* den.play(playSession())
        yield* TestClock.adjust("2 seconds")
        den.sessions = [playSession()]
        yield* TestClock.adjust("10 seconds")
        assert.deepStrictEqual(yield* keys, ["find/den/2013"])
        yield* den.emit(null as never)
        yield* TestClock.adjust("10 seconds")
        assert.deepStrictEqual([den.listeners, den.calls.notifications], [1, 2])
      }),
    )
  })
})

describe("listen: a full queue", () => {
  it.effect("a playback that the queue refused is taken in at a later announcement", () => {
    const den = new StreamingServer()
    return listening(
      den,
      Effect.gen(function* () {
        const queue = yield* JobQueue
        yield* den.emit({
          _tag: "Timeline",
          sectionId: "2",
          itemId: "1",
          type: 1,
          state: 0,
          metadataState: "created",
          title: "",
        })
        yield* settleDown
        den.sessions = [playSession()]
        yield* den.play(playSession())
        yield* TestClock.adjust("10 seconds")
        assert.deepStrictEqual(yield* keys, ["find/den/1"])
        yield* TestClock.adjust("1 minute")
        yield* queue.complete((yield* queue.take).id, "nothing was missing")
        yield* den.play(playSession())
        yield* settleDown
        assert.deepStrictEqual(yield* keys, ["find/den/1", "find/den/2013"])
      }),
      {},
      1,
    )
  })
})

describe("listen: new items", () => {
  const entry = (itemId: string, state: number, metadataState: string | null = null, type = 4) =>
    ({ _tag: "Timeline", sectionId: "2", itemId, type, state, metadataState, title: "Slack Water" }) as const

  it.effect("a new episode becomes a durable job at once, which waits until the item is done", () => {
    const den = new StreamingServer()
    return listening(
      den,
      Effect.gen(function* () {
        yield* den.emit(entry("7", 0, "created"))
        yield* settleDown
        const [created] = yield* jobs
        assert.deepInclude(created, { key: "find/den/7", priority: PRIORITY.imported })
        assert.isAtLeast(created?.notBeforeMs ?? 0, NEW_ITEM_WAIT_MS)
        assert.deepInclude(created?.work.cause, { source: "stream", event: "library.new", viewer: null })
        yield* den.emit(entry("7", 5))
        yield* settleDown
        const all = yield* jobs
        assert.strictEqual(all.length, 1)
        assert.isAtMost(all[0]?.notBeforeMs ?? 0, (yield* Clock.currentTimeMillis) + NEW_ITEM_SETTLE_MS)
      }),
    )
  })

  it.effect("a refresh of an item, another kind and another library are no new item", () => {
    const den = new StreamingServer()
    return listening(
      den,
      Effect.gen(function* () {
        yield* den.emit(entry("7", 5))
        yield* den.emit(entry("8", 0, "created", 2))
        yield* den.emit({ ...entry("9", 0, "created"), sectionId: "3" })
        yield* den.emit(entry("10", 0, "created", 1))
        yield* settleDown
        assert.deepStrictEqual(yield* keys, [])
      }),
      { plex: { series_library_ids: ["2"] }, oncue: { only_types: ["episode"] } },
    )
  })

  it.effect("libraries that are chosen by title are asked for once", () => {
    const den = new StreamingServer()
    const section = {
      uuid: "u",
      type: "show",
      agent: "",
      scanner: "",
      language: "",
      updatedAt: 0,
      createdAt: 0,
      locations: [],
    } as const
    den.sections = [
      { ...section, id: "2", title: "TV Shows" },
      { ...section, id: "3", title: "Kids" },
    ]
    return listening(
      den,
      Effect.gen(function* () {
        for (let n = 0; n < 50; n++) yield* den.emit(entry(String(n), 0, "created"))
        yield* den.emit({ ...entry("99", 0, "created"), sectionId: "3" })
        yield* settleDown
        assert.deepStrictEqual([(yield* jobs).length, den.calls.sections], [50, 1])
      }),
      { plex: { series_library: ["TV Shows"] } },
    )
  })
})

describe("listen: connection", () => {
  it.effect("the gap after a reconnection is closed by reading the sessions", () => {
    const den = new StreamingServer()
    return listening(
      den,
      Effect.gen(function* () {
        yield* TestClock.adjust(STABLE_MS)
        yield* den.cut()
        yield* settleDown
        den.sessions = [playSession()]
        yield* TestClock.adjust("2 seconds")
        assert.deepStrictEqual([yield* keys, den.listeners], [["find/den/2013"], 1])
      }),
    )
  })

  it.effect(
    "what was being watched before the start is found, and not once more after a reconnection",
    () => {
      const den = new StreamingServer()
      den.sessions = [playSession()]
      return listening(
        den,
        Effect.gen(function* () {
          const queue = yield* JobQueue
          yield* queue.complete((yield* queue.take).id, "nothing was missing")
          yield* TestClock.adjust("1 hour")
          yield* den.cut()
          yield* TestClock.adjust("2 seconds")
          assert.deepStrictEqual([(yield* jobs).length, den.calls.notifications], [1, 2])
        }),
      )
    },
  )

  it.effect(
    "reconnections come soon at first, then ever more rarely, at most a minute apart, and are told of once",
    () => {
      const den = new StreamingServer()
      return listening(
        den,
        Effect.gen(function* () {
          yield* TestClock.adjust(STABLE_MS)
          den.refusal = lost()
          yield* den.cut()
          yield* TestClock.adjust(1_001)
          assert.strictEqual(den.calls.notifications, 2)
          yield* TestClock.adjust("1 hour")
          const inAnHour = den.calls.notifications
          assert.isAbove(inAnHour, 60)
          assert.isBelow(inAnHour, 140)
          den.refusal = null
          yield* TestClock.adjust("1 minute")
          assert.strictEqual(den.listeners, 1)
          assert.deepStrictEqual(
            (yield* story).map(([, text]) => text).filter((text) => /event stream/.test(text)),
            [
              "Listening to the event stream of Den",
              `No event stream of Den. Cannot reach ${URL_OF_DEN}: the connection was closed`,
              "Listening to the event stream of Den",
            ],
          )
        }),
      )
    },
  )

  it.effect("a stream that is cut as soon as it opens is not hammered", () => {
    const den = new StreamingServer()
    return listening(
      den,
      Effect.gen(function* () {
        for (let n = 0; n < 600; n++) {
          yield* den.cut()
          yield* TestClock.adjust("1 second")
        }
        assert.isBelow(den.calls.notifications, 30)
      }),
    )
  })

  it.effect(
    "a refused token or a token that may not is tried rarely, and at once after the settings changed",
    () => {
      const den = new StreamingServer()
      den.refusal = new TokenRejected({ where: URL_OF_DEN })
      return listening(
        den,
        Effect.gen(function* () {
          const first = den.calls.notifications
          yield* TestClock.adjust(REFUSED_PAUSE_MS - 1_000)
          assert.strictEqual(den.calls.notifications, first)
          den.refusal = new PlexForbidden({ where: URL_OF_DEN, what: "list who is watching" })
          yield* TestClock.adjust("2 seconds")
          const second = den.calls.notifications
          assert.isAbove(second, first)
          yield* TestClock.adjust("9 minutes")
          assert.strictEqual(den.calls.notifications, second)
          den.refusal = null
          yield* change({ plex: { token: Redacted.make("another-token") } })
          yield* settleDown
          assert.strictEqual(den.listeners, 1)
        }),
      )
    },
  )

  it.effect("the state of the stream is there to be seen", () => {
    const den = new StreamingServer()
    return listening(
      den,
      Effect.gen(function* () {
        const [connected] = yield* streams
        assert.deepInclude(connected, { serverId: "den", lastEventMs: null })
        assert.deepStrictEqual(connected?.state, { _tag: "Connected", via: "websocket" })
        yield* TestClock.adjust("1 minute")
        yield* den.play(playSession())
        yield* settleDown
        assert.isAtLeast((yield* streams)[0]?.lastEventMs ?? 0, 60_000)
        den.refusal = lost()
        yield* den.cut()
        yield* settleDown
        const [waiting] = yield* streams
        assert.strictEqual(waiting?.state._tag, "Waiting")
        assert.isTrue(waiting?.state._tag === "Waiting" && /was closed/.test(waiting.state.reason))
        // However often it is tried again, it is lost since it was lost.
        const before = den.calls.notifications
        yield* TestClock.adjust("5 minutes")
        assert.isAbove(den.calls.notifications, before)
        const [still] = yield* streams
        assert.strictEqual(still?.sinceMs, waiting?.sinceMs)
        assert.isNotNull(still?.lostReason ?? null)
        den.refusal = null
        yield* TestClock.adjust("5 minutes")
        const [back] = yield* streams
        assert.strictEqual(back?.state._tag, "Connected")
        assert.isNull(back?.lostReason ?? null)
      }),
    )
  })
})

describe("listen: settings", () => {
  it.effect("signed out, Plex switched off or the stream switched off: no call at all", () =>
    Effect.gen(function* () {
      for (const patch of [
        { general: { use_plex: false } },
        { plex: { token: Redacted.make("") } },
        { oncue: { event_stream: false } },
        { plex: { server_machine_id: "", server_url: "" }, oncue: { servers: [] } },
      ] satisfies ReadonlyArray<SettingsPatch>) {
        const den = new StreamingServer()
        yield* listening(den, TestClock.adjust("1 hour"), patch)
        assert.deepStrictEqual(den.calls, { notifications: 0, sessions: 0, sections: 0, identity: 0 })
      }
    }),
  )

  it.effect("the stream follows the settings: off, on, a server that goes", () => {
    const den = new StreamingServer()
    return listening(
      den,
      Effect.gen(function* () {
        assert.strictEqual(den.listeners, 1)
        yield* change({ oncue: { event_stream: false } })
        yield* settleDown
        assert.deepStrictEqual([den.listeners, yield* streams], [0, []])
        yield* change({ oncue: { event_stream: true } })
        yield* settleDown
        assert.strictEqual(den.listeners, 1)
        yield* change({ oncue: { dedupe_minutes: 5 } })
        yield* settleDown
        assert.strictEqual(den.calls.notifications, 2)
        yield* change({ plex: { server_machine_id: "", server_url: "" }, oncue: { servers: [] } })
        yield* settleDown
        assert.deepStrictEqual([den.listeners, yield* streams], [0, []])
      }),
    )
  })

  it.effect("the stream is closed when listening ends", () => {
    const den = new StreamingServer()
    return Effect.gen(function* () {
      yield* listening(
        den,
        Effect.sync(() => assert.strictEqual(den.listeners, 1)),
      )
      assert.strictEqual(den.listeners, 0)
    })
  })
})

describe("listen: the index", () => {
  const movies = { serverId: "den", sectionId: "1", kind: "movie", title: "Movies", uuid: "u" } as const
  const item = (ratingKey: string) => film({ ref: { serverId: "den", ratingKey } })
  const built = Effect.gen(function* () {
    const index = yield* ItemIndex
    yield* index.beginBuild(movies)
    yield* index.put([entryOf(item("7"))])
    yield* index.endBuild("den", "1", { builtAtMs: 1, updatedAt: 1 })
  })
  const known = (ratingKey: string) =>
    ItemIndex.use((index) => index.get({ serverId: "den", ratingKey })).pipe(
      Effect.map((entry) => entry !== null),
    )
  const done = { _tag: "Timeline", sectionId: "1", type: 1, metadataState: null, title: "" } as const

  it.effect("takes in what the server tells, and what it told while nobody listened", () => {
    const den = new StreamingServer()
    return Effect.gen(function* () {
      yield* built
      den.items = [item("8")]
      yield* Effect.forkScoped(listen())
      yield* settleDown
      assert.isTrue(yield* known("8"))
      den.items = [item("9")]
      yield* den.emit({ ...done, itemId: "9", state: 5 })
      yield* den.emit({ ...done, itemId: "7", state: 9 })
      for (let n = 0; n < 50; n++) yield* TestClock.adjust(100)
      assert.deepStrictEqual([yield* known("9"), yield* known("7")], [true, false])
    }).pipe(Effect.scoped, Effect.provide(listenWorld(den)))
  })
})
