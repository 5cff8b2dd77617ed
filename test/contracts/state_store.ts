import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import { StateStore, type StoreUnavailable } from "../../core/ports/mod.ts"

/** What every store of small facts owes. `layer` gives a fresh and empty one. */
export function stateStoreContract(
  name: string,
  layer: () => Layer.Layer<StateStore, StoreUnavailable>,
): void {
  const test = (title: string, body: Effect.Effect<void, unknown, StateStore>) =>
    it.effect(title, () => Effect.scoped(Effect.provide(body, layer())))

  describe(`${name} StateStore`, () => {
    test(
      "get() gives back any plain JSON that was put, and null for what was not",
      Effect.gen(function* () {
        const store = yield* StateStore
        const values = [true, false, 0, -1.5, "", "愛", [], [1, null], {}, { a: { b: [1, "x"] } }]
        for (const [index, value] of values.entries()) {
          yield* store.put(`value/${index}`, value)
          assert.deepStrictEqual(yield* store.get(`value/${index}`), value)
        }
        assert.isNull(yield* store.get("value"))
      }),
    )

    test(
      "put() replaces, and null removes",
      Effect.gen(function* () {
        const store = yield* StateStore
        yield* store.put("a/b", 1)
        yield* store.put("a/b", { two: 2 })
        assert.deepStrictEqual(yield* store.get("a/b"), { two: 2 })
        yield* store.put("a/b", null)
        assert.isNull(yield* store.get("a/b"))
        assert.deepStrictEqual(yield* store.list(""), [])
      }),
    )

    test(
      "update() changes the value in one step, however many do it at once",
      Effect.gen(function* () {
        const store = yield* StateStore
        const count = (value: unknown) => (typeof value === "number" ? value : 0) + 1
        const seen = yield* Effect.forEach(
          Array.from({ length: 20 }),
          () => Effect.andThen(Effect.yieldNow, store.update("a/count", count)),
          { concurrency: "unbounded" },
        )
        assert.deepStrictEqual(
          seen.toSorted((a, b) => Number(a) - Number(b)),
          Array.from({ length: 20 }, (_, at) => at + 1),
        )
        assert.strictEqual(yield* store.get("a/count"), 20)
        yield* store.update("a/count", () => null)
        assert.deepStrictEqual(yield* store.list(""), [])
      }),
    )

    test(
      "get() gives a value that does not change with what the caller did to the one it put",
      Effect.gen(function* () {
        const store = yield* StateStore
        const value = { stage: 1 }
        yield* store.put("a/b", value)
        value.stage = 2
        assert.deepStrictEqual(yield* store.get("a/b"), { stage: 1 })
      }),
    )

    test(
      "list() answers what begins with the prefix, letter by letter, in the order of the keys",
      Effect.gen(function* () {
        const store = yield* StateStore
        for (const key of [
          "heard/stream",
          "heard/api",
          "Heard/x",
          "hear%/x",
          "heard_/y",
          "refresh/1",
          "heard",
        ]) {
          yield* store.put(key, key.length)
        }
        const keys = (prefix: string) =>
          Effect.map(store.list(prefix), (pairs) => pairs.map(({ key }) => key))
        assert.deepStrictEqual(yield* store.list("heard/"), [
          { key: "heard/api", value: 9 },
          { key: "heard/stream", value: 12 },
        ])
        assert.deepStrictEqual(yield* keys("heard"), ["heard", "heard/api", "heard/stream", "heard_/y"])
        assert.deepStrictEqual(yield* keys("hear%"), ["hear%/x"])
        assert.deepStrictEqual(yield* keys("nothing"), [])
        assert.strictEqual((yield* keys("")).length, 7)
      }),
    )
  })
}
