import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { layer } from "../../../adapters/memory/settings_store.ts"
import { SettingsStore } from "../../../core/ports/settings_store.ts"
import { settingsStoreContract } from "../../contracts/settings_store.ts"

settingsStoreContract("memory", layer())

it.effect("update() changes nothing while saves are refused", () =>
  Effect.gen(function* () {
    const store = yield* SettingsStore
    const error = yield* Effect.flip(store.update(() => ({ plex: { port: 1 } })))
    assert.strictEqual(error.reason, "full")
    assert.strictEqual((yield* store.current).plex.port, 32_400)
  }).pipe(Effect.provide(layer({ refusal: () => "full" }))),
)
