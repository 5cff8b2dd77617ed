import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import { layer, STORE_EVERY_MS } from "../../../adapters/memory/trigger_monitor.ts"
import { StateStore, StoreUnavailable, TriggerMonitor } from "../../../core/ports/mod.ts"
import { triggerMonitorContract } from "../../contracts/trigger_monitor.ts"

function state(pairs = new Map<string, unknown>()) {
  const writes: Array<string> = []
  const store = Layer.mock(StateStore)({
    put: (key, value) =>
      Effect.sync(() => {
        writes.push(key)
        pairs.set(key, value)
      }),
    list: (prefix) =>
      Effect.sync(() =>
        [...pairs].filter(([key]) => key.startsWith(prefix)).map(([key, value]) => ({ key, value })),
      ),
  })
  return { pairs, writes, layer: Layer.provide(layer, store) }
}

const heard = (atMs: number) => ({ source: "webhook", event: "media.play", serverId: null, atMs }) as const

triggerMonitorContract("memory", () => state().layer)

describe("memory TriggerMonitor", () => {
  it.effect("heard() writes once for many events, and within STORE_EVERY_MS", () => {
    const { layer, pairs, writes } = state()
    return Effect.gen(function* () {
      const monitor = yield* TriggerMonitor
      for (let n = 1; n <= 1_000; n++) yield* monitor.heard(heard(n))
      assert.deepStrictEqual(writes, [])
      yield* TestClock.adjust(STORE_EVERY_MS)
      assert.deepStrictEqual(writes, ["heard/webhook"])
      assert.deepStrictEqual(pairs.get("heard/webhook"), heard(1_000))
      yield* TestClock.adjust(10 * STORE_EVERY_MS)
      assert.deepStrictEqual(writes, ["heard/webhook"])
    }).pipe(Effect.provide(layer), Effect.scoped)
  })

  it.effect("lastHeard is known after a restart, and what nobody wrote is left out", () => {
    const pairs = new Map<string, unknown>([["heard/odd", { source: "nobody" }]])
    return Effect.gen(function* () {
      yield* TriggerMonitor.use((monitor) => monitor.heard(heard(7))).pipe(
        Effect.provide(state(pairs).layer),
        Effect.scoped,
      )
      const known = yield* TriggerMonitor.use((monitor) => monitor.lastHeard).pipe(
        Effect.provide(state(pairs).layer),
        Effect.scoped,
      )
      assert.deepStrictEqual(known, [heard(7)])
    })
  })

  it.effect("a store that cannot be used is no failure", () => {
    const broken = new StoreUnavailable({ store: "state", reason: "the disk is full" })
    const store = Layer.mock(StateStore)({ put: () => Effect.fail(broken), list: () => Effect.fail(broken) })
    return Effect.gen(function* () {
      const monitor = yield* TriggerMonitor
      yield* monitor.heard(heard(1))
      yield* TestClock.adjust(STORE_EVERY_MS)
      assert.deepStrictEqual(yield* monitor.lastHeard, [heard(1)])
    }).pipe(Effect.provide(Layer.provide(layer, store)), Effect.scoped)
  })
})
