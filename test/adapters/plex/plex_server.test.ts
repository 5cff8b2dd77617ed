import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import { MockAgent } from "undici"
import { readNotifications } from "../../../adapters/plex/_server_answers.ts"
import { layer } from "../../../adapters/plex/plex_server.ts"
import { PlexServer } from "../../../core/ports/plex_server.ts"
import { plexServerContract, ServerStage } from "../../contracts/plex_server.ts"
import { fault } from "../../simulator/mod.ts"
import { sampleText } from "../../support/samples.ts"
import { Simulated, simulated } from "../../support/simulated.ts"

const client = Effect.succeed({ identifier: "7c1b1f0e-2f43-4a51-9d0b-3f6c2d1e9a10", deviceName: "Test" })
const options = { version: "0.0.0-test", client }
const MACHINE = "c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00"
const TOKEN = Redacted.make("EXAMPLEserverTOKEN-attic")

const live = Layer.unwrap(
  Effect.gen(function* () {
    const simulator = yield* Simulated
    const { session } = yield* Effect.promise(() => simulator.play({ item: "1001", via: "stream" }))
    yield* Effect.promise(() => simulator.stopServer(2))
    Object.assign(simulator.world.accounts[0]!, { serverSubtitleLanguage: "nl", subtitleMode: 1 })
    const stage = Layer.succeed(ServerStage, {
      access: { uri: simulator.urls.pms[0]!, machineIdentifier: MACHINE, fingerprint: null, token: TOKEN },
      guestToken: "EXAMPLEserverTOKEN-attic-for-shared",
      refusedUri: simulator.urls.pms[2]!,
      impostorUri: simulator.urls.pms[1]!,
      films: simulator.world.servers[0]!.libraries.find(({ key }) => key === "1")!.items.get(1)!.length,
      partId: "5101",
      ratingKey: "1001",
      notify: Effect.sync(() => {
        simulator.stop(session)
        setTimeout(() => simulator.notifications(0).dropAll(), 50)
      }),
    })
    return Layer.merge(layer(options), stage)
  }),
).pipe(Layer.provide(simulated()))

plexServerContract("Plex Media Server", live)

const access = {
  uri: "http://192.168.1.50:32400",
  machineIdentifier: MACHINE,
  fingerprint: null,
  token: TOKEN,
}
const JSON_TYPE = { headers: { "content-type": "application/json" } }
const XML_TYPE = { headers: { "content-type": "text/xml;charset=utf-8" } }

function mocked() {
  const dispatcher = new MockAgent()
  dispatcher.disableNetConnect()
  return { pms: dispatcher.get(access.uri), layer: layer({ ...options, dispatcher }), dispatcher }
}

describe("PlexServer on recorded answers", () => {
  it.effect("identity() reads JSON and XML, and never sends the token that it was given", () =>
    Effect.gen(function* () {
      const { pms, layer: server } = mocked()
      const seen: Array<Record<string, string>> = []
      for (const [name, type] of [
        ["pms/identity.200.json", JSON_TYPE],
        ["pms/identity.200.xml", XML_TYPE],
      ] as const) {
        pms.intercept({ path: "/identity" }).reply((request) => {
          seen.push(request.headers as Record<string, string>)
          return { statusCode: 200, data: sampleText(name), responseOptions: type }
        })
      }
      const asked = PlexServer.use((plex) => plex.identity(access))
      for (const found of yield* Effect.all([asked, asked]).pipe(Effect.provide(server))) {
        assert.strictEqual(found.machineIdentifier, MACHINE)
        assert.isTrue(found.claimed)
      }
      assert.isTrue(seen.every((headers) => headers["x-plex-token"] === undefined))
    }),
  )

  it.effect("identity() names what is wrong: starting, a router's page, an address that is none", () =>
    Effect.gen(function* () {
      const { pms, layer: server } = mocked()
      pms
        .intercept({ path: "/identity" })
        .reply(503, "<html></html>", { headers: { "content-type": "text/html" } })
      pms
        .intercept({ path: "/identity" })
        .reply(200, "<html>login</html>", { headers: { "content-type": "text/html" } })
      pms.intercept({ path: "/identity" }).reply(401, sampleText("pms/unauthorized.401.html"))
      yield* Effect.gen(function* () {
        const plex = yield* PlexServer
        const failing = (uri: string) => Effect.flip(plex.identity({ ...access, uri }))
        assert.strictEqual(
          (yield* failing(access.uri)).reason,
          "the server is starting or under maintenance (503)",
        )
        assert.strictEqual((yield* failing(access.uri)).fault, "bad_answer")
        assert.include((yield* failing(access.uri)).reason, "asks for a token")
        for (const uri of [
          "javascript:alert(1)",
          "ftp://192.168.1.50",
          "http://u:p@192.168.1.50",
          "nonsense",
        ]) {
          assert.include((yield* failing(uri)).reason, "not an http or https one")
        }
      }).pipe(Effect.provide(server))
    }),
  )

  it.effect("sections() reads both forms, with photos and music as other", () =>
    Effect.gen(function* () {
      const { pms, layer: server } = mocked()
      pms
        .intercept({ path: "/library/sections" })
        .reply(200, sampleText("pms/library-sections.200.json"), JSON_TYPE)
      pms
        .intercept({ path: "/library/sections" })
        .reply(200, sampleText("pms/library-sections.200.xml"), XML_TYPE)
      const asked = PlexServer.use((plex) => plex.sections(access))
      const [fromJson, fromXml] = yield* Effect.all([asked, asked]).pipe(Effect.provide(server))
      assert.deepStrictEqual(fromXml, fromJson)
      assert.strictEqual(fromJson.find(({ title }) => title === "アニメ")?.type, "show")
      assert.strictEqual(fromJson.find(({ title }) => title === "Photos")?.type, "other")
      assert.deepStrictEqual(fromJson.find(({ id }) => id === "2")?.locations, [
        "/data/media/tv",
        "/data2/media/tv",
      ])
    }),
  )

  it.effect("sectionCount() asks for nothing but totals", () =>
    Effect.gen(function* () {
      const { pms, layer: server, dispatcher } = mocked()
      const headers = { "x-plex-container-start": "0", "x-plex-container-size": "0" }
      pms
        .intercept({ path: "/library/sections/1/all", headers })
        .reply(200, sampleText("pms/sections-1-all-size0.200.json"), JSON_TYPE)
      assert.strictEqual(
        yield* PlexServer.use((plex) => plex.sectionCount(access, "1")).pipe(Effect.provide(server)),
        3,
      )
      dispatcher.assertNoPendingInterceptors()
    }),
  )

  it.effect("accounts() passes over whom nobody can name, and takes no languages for unknown", () =>
    Effect.gen(function* () {
      const { pms, layer } = mocked()
      const Account = [
        { id: 0, name: "", subtitleMode: 0 },
        { id: 1, name: "Ann", defaultSubtitleLanguage: "de", defaultAudioLanguage: "en", subtitleMode: 2 },
        { id: 90_210, name: "Ben", defaultSubtitleLanguage: "", subtitleMode: 9 },
      ]
      pms
        .intercept({ path: "/accounts" })
        .reply(200, JSON.stringify({ MediaContainer: { size: 3, Account } }), JSON_TYPE)
      const read = yield* PlexServer.use((plex) => plex.accounts(access)).pipe(Effect.provide(layer))
      assert.deepStrictEqual(read, [
        { id: "1", name: "Ann", subtitleLanguage: "de", audioLanguage: "en", subtitleMode: "always" },
        { id: "90210", name: "Ben", subtitleLanguage: null, audioLanguage: null, subtitleMode: null },
      ])
    }),
  )

  it.effect("sessions() reads films, episodes and live television, and an idle server", () =>
    Effect.gen(function* () {
      const { pms, layer: server } = mocked()
      pms
        .intercept({ path: "/status/sessions" })
        .reply(200, sampleText("pms/status-sessions.200.json"), JSON_TYPE)
      pms
        .intercept({ path: "/status/sessions" })
        .reply(200, sampleText("pms/status-sessions-idle.200.json"), JSON_TYPE)
      const asked = PlexServer.use((plex) => plex.sessions(access))
      const [busy, idle] = yield* Effect.all([asked, asked]).pipe(Effect.provide(server))
      assert.deepStrictEqual(idle, [])
      assert.strictEqual(busy[0]?.partId, "5313")
      assert.strictEqual(busy[0]?.player.title, "Living Room TV")
      assert.deepInclude(busy[0], {
        guid: "plex://episode/5f0e0000000000000000e013",
        extra: false,
        showTitle: "The Harbor Line",
        season: 1,
        episode: 3,
        sectionId: "2",
        sectionTitle: "TV Shows",
      })
      assert.isNull(busy[1]?.sectionId)
      assert.isTrue(busy[1]?.live)
      assert.isNull(busy[1]?.ratingKey)
    }),
  )

  it.effect("a body larger than the limit is refused instead of kept", () =>
    Effect.gen(function* () {
      const { pms, layer: server } = mocked()
      pms.intercept({ path: "/identity" }).reply(200, "x".repeat(100_000), JSON_TYPE)
      const failure = yield* PlexServer.use((plex) => plex.identity(access)).pipe(
        Effect.flip,
        Effect.provide(server),
      )
      assert.strictEqual(failure.reason, "its answer is too large")
    }),
  )
})

describe("notifications()", () => {
  it("every recorded message of either stream is understood, and other kinds are dropped", () => {
    const frames = sampleText("pms/ws-notifications.ndjson").trim().split("\n").flatMap(readNotifications)
    assert.deepStrictEqual(
      frames.map((one) => one._tag),
      ["Playing", "Playing", "Playing", "Timeline", "Timeline", "Timeline"],
    )
    const deleted = frames.at(-1)
    assert(deleted?._tag === "Timeline")
    assert.deepStrictEqual(
      [deleted.sectionId, deleted.itemId, deleted.type, deleted.state],
      ["2", "2012", 4, 9],
    )
    const data = [...sampleText("pms/eventsource.txt").matchAll(/^data: (.*)$/gm)].map((match) => match[1]!)
    assert.strictEqual(data.flatMap(readNotifications).length, 1)
    for (const odd of ["", "null", "[1]", '{"NotificationContainer":{"TimelineEntry":"x"}}', "{"]) {
      assert.deepStrictEqual(readNotifications(odd), [])
    }
  })

  it.effect("falls back to server-sent events where no WebSocket is offered", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulated
      simulator.faults.set({ service: "pms:0", path: /websocket/ }, fault.status(404))
      const target = { ...access, uri: simulator.urls.pms[0]! }
      const heard = yield* Stream.unwrap(Effect.map(PlexServer, (plex) => plex.notifications(target))).pipe(
        Stream.tap((one) =>
          one._tag === "Connected"
            ? Effect.promise(() => simulator.play({ item: "1001", via: "stream" }))
            : Effect.void,
        ),
        Stream.take(2),
        Stream.runCollect,
      )
      assert.deepStrictEqual(heard[0], { _tag: "Connected", via: "eventsource" })
      assert.strictEqual(heard[1]?._tag, "Playing")
    }).pipe(Effect.provide(layer(options)), Effect.provide(simulated())),
  )

  it.effect("a guest is told that it may not listen", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulated
      const token = Redacted.make("EXAMPLEserverTOKEN-attic-for-shared")
      const target = { ...access, uri: simulator.urls.pms[0]!, token }
      const error = yield* Effect.flip(PlexServer.use((plex) => Stream.runDrain(plex.notifications(target))))
      assert.strictEqual(error._tag, "PlexForbidden")
    }).pipe(Effect.provide(layer(options)), Effect.provide(simulated())),
  )

  it.effect("nobody is left listening when the reader goes", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulated
      const target = { ...access, uri: simulator.urls.pms[0]! }
      yield* PlexServer.use((plex) => plex.notifications(target).pipe(Stream.take(1), Stream.runDrain))
      // A turn of the event loop each time, so that the server can notice.
      const listeners = Effect.promise(() => new Promise(setImmediate)).pipe(
        Effect.map(() => simulator.notifications(0).listeners()),
      )
      yield* Effect.repeat(listeners, { until: (count) => count === 0 })
    }).pipe(Effect.provide(layer(options)), Effect.provide(simulated())),
  )
})
