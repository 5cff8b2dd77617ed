import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import type { BazarrProfile } from "../../core/migration/bazarr_profile.ts"
import { BazarrDatabase } from "../../core/ports/mod.ts"

/** What every BazarrDatabase owes. At `path` it finds `profiles`, and nothing at any other path. */
export function bazarrDatabaseContract(
  name: string,
  layer: Layer.Layer<BazarrDatabase>,
  path: string,
  profiles: ReadonlyArray<BazarrProfile>,
): void {
  describe(`BazarrDatabase: ${name}`, () => {
    it.effect("profiles() answers the profiles by id, with their languages and how much they are used", () =>
      Effect.gen(function* () {
        assert.deepStrictEqual(yield* BazarrDatabase.use((one) => one.profiles(path)), profiles)
      }).pipe(Effect.provide(layer)),
    )

    it.effect("profiles() fails with the file when there is none", () =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(BazarrDatabase.use((one) => one.profiles(`${path}.gone`)))
        assert.strictEqual(error._tag, "BazarrDatabaseUnreadable")
        assert.include(error.message, `${path}.gone`)
      }).pipe(Effect.provide(layer)),
    )
  })
}
