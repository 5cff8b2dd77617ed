import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import { SettingsFile } from "../../core/ports/mod.ts"
import { applyPatch, DEFAULT_SETTINGS } from "../../core/settings/settings.ts"

/** What every SettingsFile owes. `place` is a path at which there is nothing yet; the configuration in force is empty. */
export function settingsFileContract(
  name: string,
  make: Effect.Effect<
    { readonly layer: Layer.Layer<SettingsFile>; readonly place: string },
    never,
    Scope.Scope
  >,
): void {
  const test = (title: string, body: (place: string) => Effect.Effect<void, unknown, SettingsFile>) =>
    it.effect(title, () =>
      Effect.flatMap(make, ({ layer, place }) => Effect.provide(body(place), layer)).pipe(Effect.scoped),
    )
  const settings = applyPatch(DEFAULT_SETTINGS, {
    general: { port: 7000, use_plex: true },
    plex: { token: Redacted.make("0123"), movie_library: ["On"] },
    oncue: { search_timeout: 30 },
  })

  describe(`SettingsFile: ${name}`, () => {
    test("read() answers what writeCopy() wrote, without what was left out, and which keys it gave", (place) =>
      Effect.gen(function* () {
        const files = yield* SettingsFile
        yield* files.writeCopy(place, settings, ["oncue", "general.port"])
        const read = yield* files.read(place)
        assert.deepStrictEqual([...read.given].sort(), [
          "general.use_plex",
          "plex.movie_library",
          "plex.token",
        ])
        assert.strictEqual(Redacted.value(read.settings.plex.token), "0123")
        assert.deepStrictEqual([read.settings.general.port, read.settings.oncue.search_timeout], [6868, 20])
        assert.deepStrictEqual(read.warnings, [])
      }))

    test("writeCopy() never replaces a file", (place) =>
      Effect.gen(function* () {
        const files = yield* SettingsFile
        yield* files.writeCopy(place, settings, [])
        const error = yield* Effect.flip(files.writeCopy(place, DEFAULT_SETTINGS, []))
        assert.include(error.message, "already")
        assert.strictEqual((yield* files.read(place)).settings.general.port, 7000)
      }))

    test("read() fails with the path when there is no file", (place) =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(SettingsFile.use((files) => files.read(place)))
        assert.include(error.message, place)
      }))
  })
}
