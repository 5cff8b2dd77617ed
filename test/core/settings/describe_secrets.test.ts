import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { changeSettings } from "../../../core/settings/change_settings.ts"
import { describeSecrets } from "../../../core/settings/describe_secrets.ts"
import { SIGNING_KEY, settingsWorld } from "../../support/settings_world.ts"

const world = () => settingsWorld({ settings: { plex: { encryption_key: Redacted.make(SIGNING_KEY) } } })

describe("describeSecrets()", () => {
  it.effect("tells the end of a key, and of a password or a short one only that it is there", () =>
    Effect.gen(function* () {
      yield* changeSettings([
        { section: "sonarr", key: "apikey", value: "0123456789abcdef0123456789abcd3f" },
        { section: "radarr", key: "apikey", value: "short" },
        { section: "opensubtitlescom", key: "password", value: "a-long-and-good-password" },
        {
          section: "oncue",
          key: "sonarr",
          value: [{ id: "four-k", url: "http://sonarr-4k:8989", apikey: "fedcba9876543210fedcba9876543a1" }],
        },
      ])
      assert.deepStrictEqual(yield* describeSecrets(), [
        { where: "sonarr.apikey", endsIn: "3f", readable: true },
        { where: "radarr.apikey", endsIn: null, readable: true },
        { where: "opensubtitlescom.password", endsIn: null, readable: true },
        { where: "oncue.sonarr[four-k].apikey", endsIn: "a1", readable: true },
      ])
    }).pipe(Effect.provide(world())),
  )

  it.effect("says of a secret whose key is lost that it has to be entered again", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* describeSecrets(), [
        { where: "radarr.apikey", endsIn: null, readable: false },
      ])
    }).pipe(
      Effect.provide(
        settingsWorld({
          settings: {
            plex: { encryption_key: Redacted.make(SIGNING_KEY) },
            radarr: { apikey: Redacted.make("enc:v1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA") },
          },
        }),
      ),
    ),
  )
})
