import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { SecretBox, SettingsStore } from "../../../core/ports/mod.ts"
import { changeSettings } from "../../../core/settings/change_settings.ts"
import type { SettingsPatch } from "../../../core/settings/settings.ts"
import { openedIn, SIGNING_KEY, settingsWorld } from "../../support/settings_world.ts"

const sent = (values: Readonly<Record<string, unknown>>) =>
  changeSettings(
    Object.entries(values).map(([name, value]) => {
      const [section = "", key = ""] = name.split(".")
      return { section, key, value }
    }),
  )

const test = (
  title: string,
  body: Effect.Effect<void, unknown, Effect.Services<ReturnType<typeof sent>>>,
  settings: SettingsPatch = { plex: { encryption_key: Redacted.make(SIGNING_KEY) } },
) => it.effect(title, () => Effect.provide(body, settingsWorld({ settings })))

describe("changeSettings()", () => {
  test(
    "reads the texts of a form as what each key holds",
    Effect.gen(function* () {
      const { general, plex } = yield* sent({
        "general.use_plex": "true",
        "plex.port": "32401",
        "plex.movie_library": ["Movies", "2001"],
        "plex.series_library": "TV",
        "plex.set_movie_added": "False",
        "plex.username": "0123",
        "general.path_mappings": '[["/a", "/b"]]',
      })
      assert.deepStrictEqual([general.use_plex, plex.port, plex.username], [true, 32_401, "0123"])
      assert.deepStrictEqual([plex.movie_library, plex.series_library], [["Movies", "2001"], ["TV"]])
      assert.deepStrictEqual(general.path_mappings, [["/a", "/b"]])
    }),
  )

  test(
    "passes over masks and keys that we do not have, and changes nothing when one value is wrong",
    Effect.gen(function* () {
      yield* sent({
        "plex.encryption_key": "***",
        "general.secrets_encryption_key": "***",
        "sonarr.series_sync": "60",
        "x.y": 1,
      })
      const error = yield* Effect.flip(sent({ "plex.ip": "10.0.0.9", "plex.port": "99999" }))
      assert.include(error.message, '"plex.port"')
      const settings = yield* SettingsStore.use((store) => store.current)
      assert.strictEqual(settings.plex.ip, "127.0.0.1")
      assert.strictEqual(Redacted.value(settings.plex.encryption_key), SIGNING_KEY)
    }),
  )

  test(
    "refuses what would keep it from starting, from listening or from being reached, and names the key",
    Effect.gen(function* () {
      const wrong: ReadonlyArray<readonly [string, unknown]> = [
        ["general.ip", "nowhere!"],
        ["general.instance_name", " "],
        ["general.base_url", "/on cue"],
        ["general.public_url", "192.168.1.10"],
        ["general.path_mappings", [["tv", "/data/tv"]]],
        ["auth.apikey", ""],
        ["plex.ip", "http://nas"],
        ["sonarr.ip", "http://user@@bad host"],
        ["sonarr.apikey", "two words"],
        ["oncue.trusted_proxies", ["300.1.1.1", "abc"]],
        ["oncue.webhook_key", ""],
        ["oncue.webhook_events", ["play"]],
        ["oncue.only_types", ["show"]],
        ["oncue.radarr", [{ id: "four", url: "nas:7878", apikey: "" }]],
        ["oncue.plex_path_mappings", [{ from: "/tv", to: "" }]],
        ["oncue.languages", [{ name: "Default", languages: [{ language: "klingonese!" }] }]],
        ["oncue.sync_tool", "/bin/sh"],
        ["oncue.bazarr_url", "bazarr"],
      ]
      const before = yield* SettingsStore.use((store) => store.current)
      for (const [key, value] of wrong) {
        const error = yield* Effect.flip(sent({ [key]: value }))
        assert.include(error.message, `"${key}"`)
      }
      assert.deepStrictEqual(yield* SettingsStore.use((store) => store.current), before)
    }),
    { auth: { apikey: Redacted.make("a key") }, oncue: { webhook_key: Redacted.make("another") } },
  )

  test(
    "lets what stands in the file already come back with a form that changes something else",
    Effect.gen(function* () {
      const { plex } = yield* sent({ "general.ip": "nowhere!", "plex.port": 32_401 })
      assert.strictEqual(plex.port, 32_401)
      yield* Effect.flip(sent({ "general.ip": "nowhere, too!" }))
    }),
    { general: { ip: "nowhere!" } },
  )

  test(
    "seals both secrets of a notification, and keeps the one whose mask comes back",
    Effect.gen(function* () {
      const entry = { id: "phone", type: "gotify", url: "https://gotify.example", token: "app-token" }
      yield* sent({ "oncue.notifications": [entry] })
      const { oncue } = yield* sent({ "oncue.notifications": [{ ...entry, url: "***", token: "other" }] })
      const [kept] = oncue.notifications
      assert.deepStrictEqual(yield* openedIn(kept!.url), ["sealed", "https://gotify.example"])
      assert.deepStrictEqual(yield* openedIn(kept!.token), ["sealed", "other"])
      assert.isTrue(kept!.enabled)
      const error = yield* Effect.flip(sent({ "oncue.notifications": [{ ...entry, type: "pigeon" }] }))
      assert.include(error.message, "oncue.notifications")
    }),
  )

  test(
    "refuses the keys on which other secrets depend",
    Effect.gen(function* () {
      for (const key of ["plex.encryption_key", "auth.password", "general.secrets_encryption_key"]) {
        const error = yield* Effect.flip(sent({ [key]: "new" }))
        assert.strictEqual(error._tag, "SettingInvalid")
      }
    }),
  )

  test(
    "seals a secret, marks the API key as no plain text, and unmarks it when it is emptied",
    Effect.gen(function* () {
      const { plex, sonarr } = yield* sent({ "plex.apikey": "ExamplePlexToken0001", "sonarr.apikey": "arr" })
      assert.deepStrictEqual(yield* openedIn(plex.apikey), ["sealed", "ExamplePlexToken0001"])
      assert.deepStrictEqual(yield* openedIn(sonarr.apikey), ["sealed", "arr"])
      assert.isTrue(plex.apikey_encrypted)
      assert.notStrictEqual(Redacted.value(plex.encryption_key), "")
      const cleared = yield* sent({ "plex.apikey": "" })
      assert.deepStrictEqual(
        [Redacted.value(cleared.plex.apikey), cleared.plex.apikey_encrypted],
        ["", false],
      )
    }),
    {},
  )

  test(
    "keeps the secret of a list's item behind its mask, and seals a new one",
    Effect.gen(function* () {
      const first = yield* sent({ "oncue.sonarr": [{ id: "a", url: "http://a", apikey: "one" }] })
      const stored = Redacted.value(first.oncue.sonarr[0]?.apikey ?? Redacted.make(""))
      const { oncue } = yield* sent({
        "oncue.sonarr": JSON.stringify([
          { id: "b", url: "http://b", apikey: "two" },
          { id: "a", url: "http://c", apikey: "***" },
        ]),
      })
      assert.deepStrictEqual(
        oncue.sonarr.map((one) => one.url),
        ["http://b", "http://c"],
      )
      assert.strictEqual(Redacted.value(oncue.sonarr[1]?.apikey ?? Redacted.make("")), stored)
      assert.deepStrictEqual(yield* openedIn(oncue.sonarr[0]?.apikey ?? Redacted.make("")), ["sealed", "two"])
    }),
  )

  test(
    "seals anew when the signing key was made by somebody else meanwhile",
    Effect.gen(function* () {
      const store = yield* SettingsStore
      const box = yield* SecretBox
      const theirs = store.update(() => ({ plex: { encryption_key: Redacted.make(SIGNING_KEY) } }))
      const late = SecretBox.of({
        ...box,
        seal: (...all) => Effect.andThen(Effect.orDie(theirs), box.seal(...all)),
      })
      const { oncue, plex } = yield* Effect.provideService(
        sent({ "plex.apikey": "mine", "oncue.log_level": "DEBUG" }),
        SecretBox,
        late,
      )
      assert.strictEqual(oncue.log_level, "DEBUG")
      assert.strictEqual(Redacted.value(plex.encryption_key), SIGNING_KEY)
      assert.deepStrictEqual(yield* openedIn(plex.apikey), ["sealed", "mine"])
    }),
    {},
  )
})
