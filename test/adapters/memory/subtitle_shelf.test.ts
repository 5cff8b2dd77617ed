import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { layer, memoryDisk } from "../../../adapters/memory/subtitle_shelf.ts"
import { SubtitleShelf } from "../../../core/ports/subtitle_shelf.ts"
import { subtitleShelfContract, text } from "../../contracts/subtitle_shelf.ts"

subtitleShelfContract(
  "memory",
  Effect.sync(() => {
    const disk = memoryDisk()
    return {
      layer: layer(disk),
      folder: "/films",
      put: (path, bytes) => disk.files.set(path, { bytes, modifiedMs: 0 }),
      bytesOf: (path) => disk.files.get(path)?.bytes ?? null,
      names: (folder) =>
        [...disk.files.keys()]
          .filter((path) => path.slice(0, path.lastIndexOf("/")) === folder)
          .map((path) => path.slice(folder.length + 1))
          .sort(),
    }
  }),
)

describe("layer()", () => {
  it.effect("lets files be read in a folder that cannot be written", () =>
    Effect.gen(function* () {
      const disk = memoryDisk()
      disk.files.set("/films/a.mkv", { bytes: text("a film"), modifiedMs: 0 })
      disk.files.set("/films/a.en.srt", { bytes: text("1"), modifiedMs: 0 })
      disk.refusals.set("/films", "not_writable")
      const shelf = yield* SubtitleShelf.pipe(Effect.provide(layer(disk)))
      assert.strictEqual((yield* shelf.list("/films/a.mkv")).length, 1)
      assert.strictEqual((yield* shelf.obstacle("/films/a.mkv"))?.reason, "not_writable")
      const error = yield* Effect.flip(shelf.write("/films/a.mkv", "a.fr.srt", text("1"), { replace: true }))
      assert.strictEqual(error._tag, "ShelfUnavailable")
    }),
  )
})
