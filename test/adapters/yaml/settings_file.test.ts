import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { type ConfigRead, copyConfig, readConfig } from "../../../adapters/yaml/_config_text.ts"
import { layer } from "../../../adapters/yaml/settings_file.ts"
import { SettingsFile } from "../../../core/ports/mod.ts"
import { applyPatch } from "../../../core/settings/settings.ts"
import { settingsFileContract } from "../../contracts/settings_file.ts"
import { tempFolder } from "../../support/temp_folder.ts"

settingsFileContract(
  "yaml",
  Effect.map(tempFolder, (folder) => ({
    layer: layer({ file: join(folder, "config.yaml") }),
    place: join(folder, "elsewhere", "config.yaml"),
  })),
)

describe("read()", () => {
  it.effect("touches neither the file nor its folder, and leaves out what it cannot understand", () =>
    Effect.gen(function* () {
      const folder = yield* tempFolder
      mkdirSync(join(folder, "bazarr"))
      const file = join(folder, "bazarr", "config.yaml")
      writeFileSync(file, "plex:\n  ip: 10.0.0.5\n  port: none\n  token:\n")
      const before = [readdirSync(join(folder, "bazarr")), statSync(join(folder, "bazarr")).mtimeMs]
      const read = yield* SettingsFile.use((files) => files.read(file))
      assert.deepStrictEqual(read.given, ["plex.ip"])
      assert.deepStrictEqual(
        read.warnings.map((one) => one.key),
        ["plex.port"],
      )
      assert.deepStrictEqual(
        [readdirSync(join(folder, "bazarr")), statSync(join(folder, "bazarr")).mtimeMs],
        before,
      )
    }).pipe(Effect.provide(layer({ file: "/nowhere" })), Effect.scoped),
  )
})

describe("copyConfig()", () => {
  const copied = (text: string, without: ReadonlyArray<string>) => {
    const { settings } = readConfig("config.yaml", text) as ConfigRead
    const wanted = applyPatch(settings, { plex: { token: Redacted.make("new") } })
    const result = copyConfig(text, wanted, without)
    return "text" in result ? result.text : result.reason
  }

  it("takes sections and keys out and leaves the rest as it was written", () => {
    const text = [
      "# mine",
      "general:",
      "  port: 6868 # ours",
      "  use_plex: yes # keep",
      "oncue:",
      "  servers:",
      "  - machine_id: a",
      "    # inside",
      "    url: b",
      "plex: {token: old, ip: 'a'}",
      "other: [1, 2]",
      "",
    ]
    assert.strictEqual(
      copied(text.join("\n"), ["oncue", "general.port", "general.ip"]),
      "# mine\ngeneral:\n  use_plex: yes # keep\nplex: {token: new, ip: 'a'}\nother: [1, 2]\n",
    )
  })

  it("takes a section out of which nothing is left, and pairs out of brackets", () => {
    assert.strictEqual(
      copied("general:\n  port: 1\nplex: {token: a, ip: b, port: 3}\n", ["general.port", "plex.ip"]),
      "plex: {token: new, port: 3}\n",
    )
    assert.strictEqual(
      copied('{"oncue": {"log_level": "DEBUG"}, "plex": {"token": "a"}, "oncue": {}}', ["oncue"]),
      '{"plex": {"token": "new"}}',
    )
  })
})

describe("writeCopy()", () => {
  it.effect("copies the configuration in force, for the owner only", () =>
    Effect.gen(function* () {
      const folder = yield* tempFolder
      const file = join(folder, "config.yaml")
      writeFileSync(file, "# mine\nplex:\n  ip: a # attic\nunknown:\n  x: 1\n")
      const { settings } = readConfig(file, readFileSync(file, "utf8")) as ConfigRead
      const place = join(folder, "out", "config.yaml")
      yield* SettingsFile.use((files) => files.writeCopy(place, settings, [])).pipe(
        Effect.provide(layer({ file })),
      )
      assert.strictEqual(readFileSync(place, "utf8"), readFileSync(file, "utf8"))
      assert.strictEqual(statSync(place).mode & 0o777, 0o600)
    }).pipe(Effect.scoped),
  )
})
