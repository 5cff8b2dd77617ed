import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Journal } from "../../../core/ports/mod.ts"
import { saveSettings } from "../../../core/settings/save_settings.ts"
import { settingsWorld } from "../../support/settings_world.ts"

describe("saveSettings()", () => {
  it.effect(
    "tells the journal which keys were changed, from what to what, of a secret only that, and nothing where nothing was",
    () =>
      Effect.gen(function* () {
        const instance = { section: "general", key: "instance_name", value: "Den" }
        yield* saveSettings([instance, { section: "subdl", key: "api_key", value: "a-key-of-subdl" }], "page")
        yield* saveSettings([instance])
        const told = yield* Journal.use((journal) => journal.read({ limit: 10 }))
        assert.deepStrictEqual(
          told.map((entry) => [entry.kind, entry.text]),
          [["settings", "Settings were changed: general.instance_name, subdl.api_key"]],
        )
        assert.deepStrictEqual(told[0]?.detail, {
          by: "page",
          keys: ["general.instance_name", "subdl.api_key"],
          changes: [
            { key: "general.instance_name", before: "OnCue", after: "Den" },
            { key: "subdl.api_key", before: "(empty)", after: "(secret)" },
          ],
        })
        assert.notInclude(JSON.stringify(told), "a-key-of-subdl")
      }).pipe(Effect.provide(settingsWorld())),
  )
})
