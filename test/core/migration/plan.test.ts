import { assert, describe, it } from "@effect/vitest"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { candidates, configuredAddress, libraryIds, notNeeded } from "../../../core/migration/plan.ts"
import type { Server } from "../../../core/servers/server.ts"
import { applyPatch, DEFAULT_SETTINGS, type SettingsPatch } from "../../../core/settings/settings.ts"

const apiKey: SettingsPatch = {
  general: { use_plex: true },
  plex: { auth_method: "apikey", apikey: Redacted.make("key") },
}
const settings = (patch: SettingsPatch) => {
  const based = applyPatch(DEFAULT_SETTINGS, apiKey)
  return applyPatch(based, patch)
}

const server = (uris: ReadonlyArray<readonly [uri: string, kind: "local" | "remote" | "relay"]>): Server => ({
  name: "Attic",
  machineIdentifier: "c0ffee",
  owned: true,
  accessToken: null,
  version: "",
  platform: "",
  device: "",
  httpsRequired: false,
  publicAddressMatches: true,
  connections: uris.map(([uri, kind]) => ({
    uri,
    protocol: uri.startsWith("https") ? "https" : "http",
    address: "",
    port: 32_400,
    local: kind === "local",
    relay: kind === "relay",
  })),
})

describe("notNeeded()", () => {
  const cases: ReadonlyArray<readonly [SettingsPatch, string | null, string | null]> = [
    [{}, null, null],
    [{ general: { use_plex: false } }, "plex_off", "plex_off"],
    [{ plex: { auth_method: "oauth" } }, "oauth", "oauth"],
    [{ plex: { apikey: Redacted.make("  ") } }, "no_apikey", "no_apikey"],
    [{ plex: { token: Redacted.make("x") } }, "signed_in", "signed_in"],
    [{ plex: { disable_auto_migration: true } }, "disabled", null],
    [{ plex: { migration_successful: true } }, "migrated", null],
  ]
  for (const [patch, automatic, asked] of cases)
    it(`answers ${automatic} by itself and ${asked} when asked for ${JSON.stringify(patch)}`, () => {
      assert.strictEqual(notNeeded(settings(patch), false), automatic)
      assert.strictEqual(notNeeded(settings(patch), true), asked)
    })
})

describe("configuredAddress()", () => {
  it("understands what people write into plex.ip", () => {
    const at = (ip: string, ssl = false) => configuredAddress({ ip, port: 32_400, ssl })
    assert.strictEqual(at(" 192.168.1.50 "), "http://192.168.1.50:32400")
    assert.strictEqual(at("http://plex/"), "http://plex:32400")
    assert.strictEqual(at("plex.example", true), "https://plex.example:32400")
    assert.strictEqual(at("::1"), "http://[::1]:32400")
    assert.strictEqual(at("[::1]"), "http://[::1]:32400")
    assert.strictEqual(at("  "), null)
  })
})

describe("candidates()", () => {
  const uris = (configured: string, ...all: Parameters<typeof server>[0]) =>
    candidates(server(all), configured).map((one) => `${one.uri}${one.local ? " local" : ""}`)

  it("puts local before remote, https before http, and the configured address behind the listed local ones", () => {
    assert.deepStrictEqual(
      uris(
        "http://192.168.1.50:32400",
        ["https://far:1", "remote"],
        ["http://near:1", "local"],
        ["https://relay:1", "relay"],
        ["https://near:1", "local"],
        ["http://far:1", "remote"],
      ),
      [
        "https://near:1 local",
        "http://near:1 local",
        "http://192.168.1.50:32400 local",
        "https://far:1",
        "http://far:1",
      ],
    )
  })

  it("keeps what plex.tv says about the configured address when it lists it", () => {
    assert.deepStrictEqual(uris("http://a:1", ["http://a:1", "remote"], ["https://b:1", "remote"]), [
      "http://a:1",
      "https://b:1",
    ])
  })

  it("takes a public address for remote, a name without a dot for local", () => {
    assert.deepStrictEqual(uris("http://8.8.8.8:32400"), ["http://8.8.8.8:32400"])
    assert.deepStrictEqual(uris("http://plex:32400"), ["http://plex:32400 local"])
    assert.deepStrictEqual(uris("https://[fd00::5]:32400"), ["https://[fd00::5]:32400 local"])
  })

  const Kind = Schema.Literals(["local", "remote", "relay"])
  it.prop(
    "never offers a relay and always the configured address, once",
    [Schema.Array(Schema.Tuple([Schema.Literals(["http", "https"]), Schema.Int, Kind]))],
    ([made]) => {
      const all = made.map(([scheme, number, kind]) => [`${scheme}://host${number}:1`, kind] as const)
      const offered = candidates(server(all), "http://own:1").map((one) => one.uri)
      assert.strictEqual(offered.filter((uri) => uri === "http://own:1").length, 1)
      for (const [uri, kind] of all)
        if (kind === "relay" && !all.some(([other, how]) => other === uri && how !== "relay"))
          assert.notInclude(offered, uri)
    },
  )
})

describe("libraryIds()", () => {
  const section = (id: string, title: string, type: "movie" | "show" | "other") => ({
    id,
    title,
    type,
    uuid: "",
    agent: "",
    scanner: "",
    language: "",
    updatedAt: 0,
    createdAt: 0,
    locations: [],
  })
  const sections = [
    section("1", "Movies", "movie"),
    section("2", "TV", "show"),
    section("3", "Movies", "show"),
    section("4", "Twice", "movie"),
    section("5", "Twice", "movie"),
  ]

  it("finds each title among the libraries of its type", () => {
    assert.deepStrictEqual(libraryIds(["Movies"], "movie", sections), ["1"])
    assert.deepStrictEqual(libraryIds(["Movies", "TV"], "show", sections), ["3", "2"])
    assert.deepStrictEqual(libraryIds([], "show", sections), [])
  })

  it("answers none when one title is missing or names two libraries, so that the titles go on counting", () => {
    assert.deepStrictEqual(libraryIds(["Movies", "Gone"], "movie", sections), [])
    assert.deepStrictEqual(libraryIds(["Movies", "Twice"], "movie", sections), [])
  })
})
