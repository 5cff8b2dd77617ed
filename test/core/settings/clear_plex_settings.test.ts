import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { Journal, SettingsStore } from "../../../core/ports/mod.ts"
import { clearPlexSettings } from "../../../core/settings/clear_plex_settings.ts"
import { settingsWorld } from "../../support/settings_world.ts"

describe("clearPlexSettings()", () => {
  it.effect("removes everything of Plex but the identity and the signing key, after a backup", () =>
    Effect.gen(function* () {
      const store = yield* SettingsStore
      const backup = yield* clearPlexSettings()
      const { general, plex, sonarr } = yield* store.current
      assert.deepStrictEqual(
        [general.use_plex, plex.ip, plex.server_url, plex.movie_library],
        [false, "127.0.0.1", "", []],
      )
      assert.strictEqual(Redacted.value(plex.token), "")
      assert.deepStrictEqual([plex.client_identifier, Redacted.value(plex.encryption_key)], ["me", "key"])
      assert.strictEqual(sonarr.ip, "10.0.0.3")
      assert.include((yield* Journal.use((one) => one.read({ limit: 1 })))[0]?.text, backup.id)
      assert.strictEqual((yield* store.restore(backup.id)).plex.ip, "10.0.0.5")
    }).pipe(
      Effect.provide(
        settingsWorld({
          settings: {
            general: { use_plex: true },
            plex: {
              ip: "10.0.0.5",
              token: Redacted.make("t"),
              server_url: "http://a",
              movie_library: ["Movies"],
              client_identifier: "me",
              encryption_key: Redacted.make("key"),
            },
            sonarr: { ip: "10.0.0.3" },
          },
        }),
      ),
    ),
  )
})
