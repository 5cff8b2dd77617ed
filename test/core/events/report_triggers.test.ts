import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/testing/TestClock"
import { layer as memoryLoopback } from "../../../adapters/memory/loopback.ts"
import { PREFERENCES_TIMEOUT_MS, reportTriggers } from "../../../core/events/report_triggers.ts"
import { PlexForbidden, TriggerMonitor } from "../../../core/ports/mod.ts"
import type { SettingsPatch } from "../../../core/settings/settings.ts"
import { listenWorld, StreamingServer, URL_OF_DEN } from "../../support/streaming_server.ts"

const world = (server: StreamingServer, patch: SettingsPatch = {}) =>
  Layer.merge(
    listenWorld(server, patch),
    memoryLoopback({ port: 7001, addresses: ["192.168.1.10", "fd00::10"] }),
  )
const report = Effect.gen(function* () {
  const asked = yield* Effect.forkChild(reportTriggers())
  yield* Effect.repeat(TestClock.adjust(5), { times: 80 })
  yield* TestClock.adjust(PREFERENCES_TIMEOUT_MS)
  return yield* Fiber.join(asked)
})

describe("reportTriggers", () => {
  it.effect("reportTriggers() says whether each server's switch is on, or why it is not known", () => {
    const den = new StreamingServer()
    return Effect.gen(function* () {
      const verdict = Effect.map(report, ({ servers }) =>
        servers.map((one) => [one.webhooksEnabled, one.reason]),
      )
      assert.deepStrictEqual(yield* verdict, [[true, null]])
      den.webhooks = "0"
      assert.deepStrictEqual(yield* verdict, [[false, null]])
      den.webhooks = null
      assert.deepStrictEqual(yield* verdict, [[null, "the server knows no such preference"]])
      den.webhooks = "silent"
      assert.deepStrictEqual(yield* verdict, [[null, "the server did not answer in time"]])
      den.webhooks = new PlexForbidden({ where: URL_OF_DEN, what: "show its preferences" })
      assert.deepStrictEqual(yield* verdict, [[null, den.webhooks.message]])
    }).pipe(Effect.provide(world(den)))
  })

  it.effect("reportTriggers() asks nobody while nobody is signed in", () => {
    const den = new StreamingServer()
    return Effect.gen(function* () {
      const { servers } = yield* report
      assert.deepStrictEqual([servers[0]?.webhooksEnabled, servers[0]?.reason], [null, "nobody is signed in"])
      assert.strictEqual(den.calls.identity, 0)
    }).pipe(Effect.provide(world(den, { plex: { token: Redacted.make("") } })))
  })

  it.effect("reportTriggers() has the sources, the streams, and addresses to choose from", () => {
    const den = new StreamingServer()
    return Effect.gen(function* () {
      const monitor = yield* TriggerMonitor
      const heard = { source: "sonarr", event: "Test", serverId: null, atMs: 5 } as const
      const stream = {
        serverId: "den",
        state: { _tag: "Connected", via: "websocket" },
        sinceMs: 1,
        lastEventMs: 2,
      } as const
      yield* monitor.heard(heard)
      yield* monitor.stream(stream)
      const { servers, sources, suggestions, webhook } = yield* report
      assert.deepStrictEqual([sources, servers[0]?.stream, servers[0]?.name], [[heard], stream, "Den"])
      assert.deepStrictEqual(suggestions, ["http://192.168.1.10:7001/oncue", "http://[fd00::10]:7001/oncue"])
      assert.deepStrictEqual([webhook.address, webhook.from], [null, null])
      assert.include(webhook.problem, "general.public_url")
    }).pipe(Effect.provide(world(den, { general: { base_url: "/oncue/" } })))
  })

  it.effect("reportTriggers() shows the address without its key, and makes none", () => {
    const den = new StreamingServer()
    return Effect.gen(function* () {
      const { webhook } = yield* report
      assert.deepStrictEqual(webhook, {
        address: "http://nas:6868/api/webhooks/plex?apikey=…&instance=OnCue",
        from: "general.public_url",
        problem: null,
      })
    }).pipe(Effect.provide(world(den, { general: { public_url: "http://nas:6868" } })))
  })
})
