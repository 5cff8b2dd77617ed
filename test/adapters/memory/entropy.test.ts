import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { layer } from "../../../adapters/memory/entropy.ts"
import { Entropy } from "../../../core/ports/mod.ts"
import { entropyContract } from "../../contracts/entropy.ts"

entropyContract("memory", layer)

describe("memory Entropy", () => {
  const draw = Entropy.use((entropy) => Effect.all([entropy.bytes(20), entropy.uuid]))

  it.effect("layer() gives the same values for the same seed, and others for another", () =>
    Effect.gen(function* () {
      const first = yield* Effect.provide(draw, layer("a"))
      assert.deepStrictEqual(yield* Effect.provide(draw, layer("a")), first)
      assert.notDeepEqual(yield* Effect.provide(draw, layer("b")), first)
    }),
  )
})
