import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import { Entropy } from "../../core/ports/mod.ts"

const UUID_V4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

/** What every source of randomness owes. */
export function entropyContract(name: string, layer: () => Layer.Layer<Entropy>): void {
  const test = (title: string, body: Effect.Effect<void, unknown, Entropy>) =>
    it.effect(title, () => Effect.provide(body, layer()))

  describe(`${name} Entropy`, () => {
    test(
      "bytes() gives exactly as many bytes as asked for, from one to 65,536",
      Effect.gen(function* () {
        const entropy = yield* Entropy
        for (const count of [1, 16, 31, 32, 33, 65_536]) {
          assert.strictEqual((yield* entropy.bytes(count)).length, count)
        }
      }),
    )

    test(
      "bytes() never repeats itself and uses every value",
      Effect.gen(function* () {
        const entropy = yield* Entropy
        const draws = yield* Effect.forEach(Array.from({ length: 500 }), () => entropy.bytes(16))
        const texts = draws.map((bytes) => Buffer.from(bytes).toString("hex"))
        assert.strictEqual(new Set(texts).size, 500)
        assert.strictEqual(new Set(draws.flatMap((bytes) => [...bytes])).size, 256)
      }),
    )

    test(
      "bytes() gives a copy that the caller may change",
      Effect.gen(function* () {
        const entropy = yield* Entropy
        const first = yield* entropy.bytes(8)
        const kept = [...first]
        const second = yield* entropy.bytes(8)
        second.fill(0)
        assert.deepStrictEqual([...first], kept)
      }),
    )

    test(
      "uuid is a version 4 UUID in lower case, a new one each time",
      Effect.gen(function* () {
        const entropy = yield* Entropy
        const uuids = yield* Effect.forEach(Array.from({ length: 200 }), () => entropy.uuid)
        for (const uuid of uuids) assert.match(uuid, UUID_V4)
        assert.strictEqual(new Set(uuids).size, 200)
        assert.deepStrictEqual([...new Set(uuids.map((uuid) => uuid[19]))].sort(), ["8", "9", "a", "b"])
      }),
    )
  })
}
