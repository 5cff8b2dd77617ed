import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/testing/TestClock"
import { memoryServer, type PlexWorld, plexWorld } from "../../../adapters/memory/plex_account.ts"
import { PlexServer, SettingsStore, StateStore, TokenRejected } from "../../../core/ports/mod.ts"
import { accessServer, findServer, withServer } from "../../../core/servers/access_server.ts"
import { serverStatuses } from "../../../core/servers/change_servers.ts"
import { reconnect } from "../../../core/servers/choose_connection.ts"
import {
  keepConnected,
  RERACE_EVERY_MS,
  reconnectServers,
  testServers,
} from "../../../core/servers/keep_connected.ts"
import type { ServerAccess } from "../../../core/servers/server.ts"
import type { SettingsPatch } from "../../../core/settings/settings.ts"
import { connection, journalTexts, plexCore, SIGNED_IN } from "../../support/plex_core.ts"
import { withTime } from "../../support/virtual_time.ts"

const MACHINE = "c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00"
const A = "http://192.168.1.50:32400"
const B = "https://attic.example:32400"
const C = "http://192.168.1.77:32400"

/** A world in which Attic lives at A and B, and is selected at A. */
function attic(addresses: ReadonlyArray<string> = [A, B]) {
  const connections = [connection(A), connection(B, { local: false })]
  const server = memoryServer({ connections, token: "server-token" })
  server.addresses = new Map(addresses.map((uri) => [uri, { answers: "server", latencyMs: 5 }]))
  server.sections = []
  return { server, world: plexWorld({ servers: [server] }) }
}
const selected = (more: NonNullable<SettingsPatch["plex"]> = {}): SettingsPatch => ({
  ...SIGNED_IN,
  plex: {
    ...SIGNED_IN.plex,
    server_machine_id: MACHINE,
    server_name: "Attic",
    server_url: A,
    server_connections: [A, B],
    ...more,
  },
})

const sections = (access: ServerAccess) => PlexServer.use((server) => server.sections(access))
const inWorld = (world: PlexWorld, settings = selected()) => Effect.provide(plexCore(world, settings))
const silence = (server: ReturnType<typeof memoryServer>, uri: string) =>
  server.addresses.set(uri, { answers: "silent", latencyMs: 0 })

describe("serverStatuses()", () => {
  it.effect("says how quick a server was when it was last tested, which is no news for the journal", () => {
    const { server, world } = attic()
    return Effect.gen(function* () {
      assert.strictEqual((yield* serverStatuses())[0]?.latencyMs, null)
      yield* withTime(reconnectServers())
      const before = (yield* serverStatuses())[0]!
      assert.strictEqual(before.latencyMs, 5)
      const told = (yield* journalTexts).length
      server.addresses.set(A, { answers: "server", latencyMs: 31 })
      yield* withTime(reconnectServers())
      assert.deepStrictEqual((yield* serverStatuses())[0], { ...before, latencyMs: 31 })
      assert.strictEqual((yield* journalTexts).length, told)
      for (const uri of [A, B]) silence(server, uri)
      yield* withTime(reconnectServers())
      assert.strictEqual((yield* serverStatuses())[0]?.latencyMs, null)
    }).pipe(inWorld(world))
  })
})

describe("testServers()", () => {
  it.effect("waits for every address, keeps what each came to, and says why where none answers", () => {
    const { server, world } = attic()
    silence(server, B)
    return Effect.gen(function* () {
      assert.isNull((yield* serverStatuses())[0]?.tests)
      yield* withTime(testServers())
      const found = (yield* serverStatuses())[0]!
      assert.strictEqual(found.uri, A)
      assert.deepInclude(
        found.tests?.tested.find(({ uri }) => uri === A),
        { available: true, latencyMs: 5 },
      )
      const silent = found.tests?.tested.find(({ uri }) => uri === B)
      assert.isFalse(silent?.available)
      assert.isNotEmpty(silent?.reason ?? "")
      // A race that was won says nothing of the others, and so takes nothing back.
      yield* withTime(reconnectServers())
      assert.deepStrictEqual((yield* serverStatuses())[0]?.tests, found.tests)
      silence(server, A)
      yield* withTime(reconnectServers())
      const lost = (yield* serverStatuses())[0]!
      assert.strictEqual(lost.uri, null)
      assert.isTrue(lost.tests?.tested.every(({ available, reason }) => !available && reason !== null))
    }).pipe(inWorld(world))
  })
})

describe("accessServer()", () => {
  it.effect("names the server in what fails, its address behind it", () => {
    const { server, world } = attic([A])
    return Effect.gen(function* () {
      yield* withTime(accessServer(MACHINE))
      silence(server, A)
      const access = yield* withTime(accessServer(MACHINE))
      const error = yield* Effect.flip(withTime(sections(access)))
      assert.match(error.message, /^Cannot reach Attic \(192\.168\.1\.50:32400\): /)
    }).pipe(inWorld(world))
  })

  it.effect("gives the address and the server's own token, which is asked for once and kept sealed", () => {
    const { world } = attic()
    return Effect.gen(function* () {
      const access = yield* withTime(accessServer(MACHINE))
      assert.strictEqual(access.uri, A)
      assert.strictEqual(Redacted.value(access.token), "server-token")
      yield* withTime(accessServer(null))
      assert.deepStrictEqual(world.accountCalls, ["servers"])
      const kept = yield* StateStore.use((state) => state.get(`servers/${MACHINE}/token`))
      assert.isString(kept)
      assert.notInclude(String(kept), "server-token")
    }).pipe(inWorld(world))
  })

  it.effect("writes nothing to the configuration", () => {
    const { world } = attic()
    return Effect.gen(function* () {
      const store = yield* SettingsStore
      const before = yield* store.current
      yield* withTime(accessServer(MACHINE))
      assert.strictEqual(yield* store.current, before)
    }).pipe(inWorld(world))
  })

  it.effect("takes the address that the user chose before a better one", () => {
    const { world } = attic()
    return Effect.gen(function* () {
      assert.strictEqual((yield* withTime(accessServer(MACHINE))).uri, B)
    }).pipe(inWorld(world, selected({ server_url: B })))
  })

  it.effect("never names an address that has not proved its identity", () => {
    const { server, world } = attic([B])
    server.addresses.set(A, { answers: { impostor: "other" }, latencyMs: 1 })
    return Effect.gen(function* () {
      assert.strictEqual((yield* withTime(accessServer(MACHINE))).uri, B)
    }).pipe(inWorld(world))
  })

  it.effect("in API-key mode the key is the token, and the server is the one at plex.ip", () => {
    const { server, world } = attic()
    server.tokens.add("the-key")
    return Effect.gen(function* () {
      const access = yield* withTime(accessServer(MACHINE))
      assert.strictEqual(access.uri, A)
      assert.strictEqual(Redacted.value(access.token), "the-key")
      yield* withTime(accessServer(null))
      assert.deepStrictEqual(world.accountCalls, [])
    }).pipe(
      inWorld(world, {
        plex: { auth_method: "apikey", apikey: Redacted.make("the-key"), ip: "192.168.1.50" },
      }),
    )
  })

  it.effect("a server that is not selected is unknown, and nobody signed in is said so", () => {
    const { world } = attic()
    return Effect.gen(function* () {
      const failing = (settings: SettingsPatch, id: string | null) =>
        Effect.flip(accessServer(id)).pipe(inWorld(world, settings))
      assert.strictEqual((yield* failing(selected(), "other"))._tag, "ServerUnknown")
      assert.strictEqual((yield* failing(SIGNED_IN, null))._tag, "ServerUnknown")
      const signedOut = selected({ token: Redacted.make("") })
      assert.strictEqual((yield* failing(signedOut, MACHINE))._tag, "NotSignedIn")
    })
  })

  it.effect("says how many addresses did not answer", () => {
    const { world } = attic([])
    return Effect.gen(function* () {
      const error = yield* withTime(Effect.flip(accessServer(MACHINE)))
      assert.strictEqual(
        error.message,
        `Cannot reach Attic: 2 of 2 addresses did not answer (${A}: the connection was refused)`,
      )
    }).pipe(inWorld(world))
  })
})

describe("withServer()", () => {
  it.effect("fails over when the address dies, keeps to the new one, and the journal says so", () => {
    const { server, world } = attic()
    return Effect.gen(function* () {
      yield* withTime(withServer(MACHINE, sections))
      silence(server, A)
      yield* withTime(withServer(MACHINE, sections))
      assert.strictEqual((yield* accessServer(MACHINE)).uri, B)
      const texts = yield* journalTexts
      assert.strictEqual(texts[0], `Attic is reached at ${A} (local, http)`)
      assert.strictEqual(texts[1], `Attic is reached at ${B} (remote, https); ${A} failed: no answer in 10 s`)
      const settings = yield* SettingsStore.use((store) => store.current)
      assert.strictEqual(settings.plex.server_url, A)
    }).pipe(inWorld(world))
  })

  it.effect("finds a server that has moved by asking plex.tv, and once a minute at most", () => {
    const { server, world } = attic()
    return Effect.gen(function* () {
      yield* withTime(withServer(MACHINE, sections))
      server.addresses.clear()
      const lost = yield* withTime(Effect.flip(withServer(MACHINE, sections)))
      assert.strictEqual(lost._tag, "PlexUnreachable")
      server.server = { ...server.server, connections: [connection(C)] }
      server.addresses.set(C, { answers: "server", latencyMs: 5 })
      world.accountCalls.length = 0
      yield* withTime(Effect.flip(withServer(MACHINE, sections)))
      assert.deepStrictEqual(world.accountCalls, [])
      yield* TestClock.adjust("1 minute")
      yield* withTime(withServer(MACHINE, sections))
      assert.deepStrictEqual(world.accountCalls, ["servers"])
      assert.strictEqual((yield* accessServer(MACHINE)).uri, C)
    }).pipe(inWorld(world))
  })

  it.effect("finds a server that has moved for every call that loses it at the same time", () => {
    const { server, world } = attic()
    return Effect.gen(function* () {
      yield* withTime(withServer(MACHINE, sections))
      server.server = { ...server.server, connections: [connection(C)] }
      server.addresses = new Map([[C, { answers: "server", latencyMs: 5 }]])
      world.accountCalls.length = 0
      world.accountLatencyMs = 2_000
      const late = Effect.delay(withServer(MACHINE, sections), "1 second")
      const calls = [withServer(MACHINE, sections), withServer(MACHINE, sections), late]
      yield* withTime(Effect.all(calls, { concurrency: "unbounded" }))
      assert.deepStrictEqual(world.accountCalls, ["servers"])
      assert.notInclude((yield* journalTexts).join("; "), "none of its")
    }).pipe(inWorld(world))
  })

  it.effect("leaves the question to the next when who asked goes away", () => {
    const { server, world } = attic()
    return Effect.gen(function* () {
      yield* withTime(withServer(MACHINE, sections))
      server.server = { ...server.server, connections: [connection(C)] }
      server.addresses = new Map([[C, { answers: "server", latencyMs: 5 }]])
      world.accountLatencyMs = 2_000
      const gone = Effect.timeoutOption(withServer(MACHINE, sections), "1 second")
      assert.strictEqual((yield* withTime(gone))._tag, "None")
      yield* withTime(withServer(MACHINE, sections))
      assert.strictEqual((yield* accessServer(MACHINE)).uri, C)
    }).pipe(inWorld(world))
  })

  it.effect("keeps to an address that plex.tv did not list but that follows from the listed ones", () => {
    const { server, world } = attic()
    return Effect.gen(function* () {
      yield* withTime(withServer(MACHINE, sections))
      server.server = { ...server.server, connections: [connection(C.replace("http:", "https:"))] }
      server.addresses = new Map([[C, { answers: "server", latencyMs: 5 }]])
      yield* withTime(withServer(MACHINE, sections))
      yield* withTime(withServer(MACHINE, sections))
      assert.strictEqual((yield* accessServer(MACHINE)).uri, C)
    }).pipe(inWorld(world))
  })

  it.effect("a call that fails at an address which answers is not repeated elsewhere", () => {
    const { world } = attic()
    return Effect.gen(function* () {
      yield* withTime(accessServer(MACHINE))
      let calls = 0
      const slow = (access: ServerAccess) => {
        calls += 1
        return PlexServer.use((server) => server.sections({ ...access, uri: "http://192.168.1.99:1" })).pipe(
          Effect.mapError((error) => Object.assign(error, { where: access.uri })),
        )
      }
      const error = yield* withTime(Effect.flip(withServer(MACHINE, slow)))
      assert.strictEqual(error._tag, "PlexUnreachable")
      assert.strictEqual(calls, 1)
    }).pipe(inWorld(world))
  })

  it.effect("an outage of plex.tv inside the call is no reason to change the address", () => {
    const { world } = attic()
    return Effect.gen(function* () {
      yield* withTime(accessServer(MACHINE))
      const asked: Array<string> = []
      const use = (access: ServerAccess) => {
        asked.push(access.uri)
        return Effect.fail(new TokenRejected({ where: "plex.tv" }))
      }
      yield* withTime(Effect.flip(withServer(MACHINE, use)))
      assert.deepStrictEqual(asked, [A])
    }).pipe(inWorld(world))
  })

  it.effect(
    "a token that the server refuses is renewed at plex.tv, and not asked for again and again",
    () => {
      const { server, world } = attic()
      return Effect.gen(function* () {
        yield* withTime(withServer(MACHINE, sections))
        server.tokens = new Set(["new-token"])
        server.server = { ...server.server, accessToken: Redacted.make("new-token") }
        yield* withTime(withServer(MACHINE, sections))
        assert.strictEqual(Redacted.value((yield* accessServer(MACHINE)).token), "new-token")
        server.tokens = new Set()
        world.accountCalls.length = 0
        const refused = () => withTime(Effect.flip(withServer(MACHINE, sections)))
        assert.strictEqual((yield* refused())._tag, "TokenRejected")
        assert.strictEqual((yield* refused())._tag, "TokenRejected")
        assert.deepStrictEqual(world.accountCalls, [])
      }).pipe(inWorld(world))
    },
  )
})

describe("keepConnected()", () => {
  it.effect("returns to the chosen address when it answers again", () => {
    const { server, world } = attic([B])
    return Effect.gen(function* () {
      yield* withTime(withServer(MACHINE, sections))
      server.addresses.set(A, { answers: "server", latencyMs: 5 })
      yield* Effect.forkChild(keepConnected())
      yield* TestClock.adjust(RERACE_EVERY_MS + 5_000)
      assert.strictEqual((yield* accessServer(MACHINE)).uri, A)
      const before = (yield* journalTexts).length
      yield* TestClock.adjust(RERACE_EVERY_MS * 3)
      assert.strictEqual((yield* journalTexts).length, before)
    }).pipe(inWorld(world))
  })

  it.effect("asks nobody anything while Plex is off or nobody is signed in", () => {
    const { world } = attic([])
    return Effect.gen(function* () {
      const off = { ...selected(), general: { use_plex: false } }
      yield* reconnectServers().pipe(inWorld(world, off))
      yield* reconnectServers().pipe(inWorld(world, selected({ token: Redacted.make("") })))
      assert.deepStrictEqual(world.accountCalls, [])
    })
  })

  it.effect("says once that a server answers nowhere", () => {
    const { world } = attic([])
    return Effect.gen(function* () {
      yield* withTime(reconnectServers())
      yield* withTime(reconnectServers())
      assert.deepStrictEqual(yield* journalTexts, ["Attic answers at none of its 2 addresses"])
    }).pipe(inWorld(world))
  })
})

describe("reconnect()", () => {
  it.effect("by two at once leaves one entry in the journal", () => {
    const { world } = attic()
    const late = Layer.effect(
      StateStore,
      StateStore.use((state) =>
        Effect.succeed({ ...state, get: (key) => Effect.tap(state.get(key), Effect.sleep(5)) }),
      ),
    )
    return Effect.gen(function* () {
      const entry = yield* findServer(MACHINE)
      yield* withTime(Effect.all([reconnect(entry), reconnect(entry)], { concurrency: "unbounded" }))
      assert.deepStrictEqual(yield* journalTexts, [`Attic is reached at ${A} (local, http)`])
    }).pipe(Effect.provide(late), inWorld(world))
  })
})
