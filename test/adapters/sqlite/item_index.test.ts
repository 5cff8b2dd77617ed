import { writeFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { layer } from "../../../adapters/sqlite/item_index.ts"
import { ItemIndex } from "../../../core/ports/mod.ts"
import { itemIndexContract } from "../../contracts/item_index.ts"
import { tempFolder } from "../../support/temp_folder.ts"
import { inTempFolder } from "./_folder.ts"

itemIndexContract("sqlite", () => inTempFolder((file) => layer({ file })))

const movies = { serverId: "attic", sectionId: "1", kind: "movie", title: "Movies", uuid: "u" } as const

describe("layer()", () => {
  const sections = (file: string) =>
    ItemIndex.use((index) => index.sections).pipe(Effect.provide(layer({ file })))
  const begin = (file: string) =>
    ItemIndex.use((index) => index.beginBuild(movies)).pipe(Effect.provide(layer({ file })))

  it.effect("keeps the index from one start to the next, and no build that was under way", () =>
    Effect.gen(function* () {
      const file = `${yield* tempFolder}/deep/index.db`
      yield* begin(file)
      const [section] = yield* sections(file)
      assert.strictEqual(section?.title, "Movies")
      assert.strictEqual(section?.building, null)
    }),
  )

  it.effect("begins anew where the file is no index", () =>
    Effect.gen(function* () {
      const file = `${yield* tempFolder}/index.db`
      writeFileSync(file, "this is no database".repeat(1_000))
      assert.deepStrictEqual(yield* sections(file), [])
      yield* begin(file)
      assert.strictEqual((yield* sections(file)).length, 1)
    }),
  )

  it.effect("says what is wrong when the folder cannot be used", () =>
    Effect.gen(function* () {
      const file = `${yield* tempFolder}/file`
      writeFileSync(file, "")
      const error = yield* Effect.flip(sections(`${file}/index.db`))
      assert.strictEqual(error._tag, "StoreUnavailable")
      assert.include(error.message, "Cannot use the item index")
    }),
  )
})
