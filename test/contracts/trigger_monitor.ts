import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import type { Heard, StreamStatus } from "../../core/events/heard.ts"
import { TriggerMonitor } from "../../core/ports/mod.ts"

const heard = (source: Heard["source"], atMs: number): Heard => ({
  source,
  event: "media.play",
  serverId: "den",
  atMs,
})

const stream = (serverId: string, state: StreamStatus["state"]): StreamStatus => ({
  serverId,
  state,
  sinceMs: 1,
  lastEventMs: null,
})

/** What every monitor owes. `layer` gives a fresh one. */
export function triggerMonitorContract(name: string, layer: () => Layer.Layer<TriggerMonitor>): void {
  const test = (title: string, body: Effect.Effect<void, unknown, TriggerMonitor>) =>
    it.effect(title, () => Effect.scoped(Effect.provide(body, layer())))

  describe(`${name} TriggerMonitor`, () => {
    test(
      "lastHeard has one entry a source, the most recent first",
      Effect.gen(function* () {
        const monitor = yield* TriggerMonitor
        assert.deepStrictEqual(yield* monitor.lastHeard, [])
        yield* monitor.heard(heard("webhook", 10))
        yield* monitor.heard(heard("sonarr", 20))
        yield* monitor.heard(heard("webhook", 30))
        assert.deepStrictEqual(yield* monitor.lastHeard, [heard("webhook", 30), heard("sonarr", 20)])
      }),
    )

    test(
      "streams has the last state of each server until it is ended",
      Effect.gen(function* () {
        const monitor = yield* TriggerMonitor
        const waiting = { _tag: "Waiting", reason: "the connection was closed", untilMs: 9 } as const
        yield* monitor.stream(stream("den", { _tag: "Connecting" }))
        yield* monitor.stream(stream("attic", { _tag: "Connected", via: "websocket" }))
        yield* monitor.stream(stream("den", waiting))
        assert.deepStrictEqual(yield* monitor.streams, [
          stream("attic", { _tag: "Connected", via: "websocket" }),
          stream("den", waiting),
        ])
        yield* monitor.streamEnded("attic")
        yield* monitor.streamEnded("unknown")
        assert.deepStrictEqual(yield* monitor.streams, [stream("den", waiting)])
      }),
    )
  })
}
