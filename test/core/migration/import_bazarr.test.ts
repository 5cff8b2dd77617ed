import { copyFileSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { layer as bazarrDatabase } from "../../../adapters/sqlite/bazarr_database.ts"
import { layer as settingsFile } from "../../../adapters/yaml/settings_file.ts"
import { layer as yamlStore } from "../../../adapters/yaml/settings_store.ts"
import { exportBazarr } from "../../../core/migration/export_bazarr.ts"
import { importBazarr } from "../../../core/migration/import_bazarr.ts"
import { SecretBox, SettingsFile, SettingsStore } from "../../../core/ports/mod.ts"
import { storedSecrets } from "../../../core/settings/stored_secrets.ts"
import { makeBazarrDatabase, PROFILES } from "../../support/bazarr_files.ts"
import { openedIn, settingsWorld } from "../../support/settings_world.ts"
import { tempFolder } from "../../support/temp_folder.ts"

/** A folder of Bazarr with a sample's configuration, and one of ours beside it. */
const folders = Effect.fnUntraced(function* (sample: string, ours = "") {
  const folder = yield* tempFolder
  for (const name of ["bazarr", "oncue"]) mkdirSync(join(folder, name))
  const config = join(folder, "bazarr", "config.yaml")
  const database = join(folder, "bazarr", "bazarr.db")
  copyFileSync(fileURLToPath(new URL(`../../samples/config/${sample}.yaml`, import.meta.url)), config)
  makeBazarrDatabase(database, PROFILES)
  const file = join(folder, "oncue", "config.yaml")
  writeFileSync(file, ours)
  const ports = Layer.mergeAll(settingsWorld(), bazarrDatabase, settingsFile({ file })).pipe(
    Layer.provideMerge(
      yamlStore({ file, backupsDir: join(folder, "oncue", "backups"), lookEveryMs: 3_600_000 }),
    ),
  )
  // The store of the file, not the one in memory.
  const store = yield* Layer.build(
    yamlStore({ file, backupsDir: join(folder, "oncue", "backups"), lookEveryMs: 3_600_000 }),
  )
  const provided = <A, E, R>(program: Effect.Effect<A, E, R>) =>
    program.pipe(Effect.provide(store), Effect.provide(ports))
  return { folder, config, database, file, provided, text: () => readFileSync(file, "utf8") }
})

const current = SettingsStore.use((store) => store.current)

describe("importBazarr()", () => {
  for (const [sample, method] of [
    ["gen1-apikey-plain", "apikey"],
    ["gen2-apikey-signed", "apikey"],
    ["gen3-oauth-1.5.3", "oauth"],
    ["gen3b-oauth-bare-string-token", "oauth"],
    ["gen4-oauth-multi-library", "oauth"],
    ["gen5-fork-secret-store", "oauth"],
  ] as const)
    it.live(`brings ${sample} in, sealed under our own keys`, () =>
      Effect.gen(function* () {
        const { config, database, provided, text } = yield* folders(
          sample,
          "# ours\ngeneral:\n  port: 7000\n",
        )
        const report = yield* provided(importBazarr({ config, database }, { dryRun: false }))
        assert.deepStrictEqual(report.unreadable, [])
        const { general, oncue, plex } = yield* provided(current)
        assert.strictEqual(plex.auth_method, method)
        assert.deepStrictEqual(yield* provided(openedIn(method === "oauth" ? plex.token : plex.apikey)), [
          "sealed",
          "ExamplePlexToken0001",
        ])
        assert.strictEqual(general.port, 7000)
        assert.deepStrictEqual(
          oncue.languages.map((one) => one.name),
          ["Everybody", "Kids"],
        )
        assert.include(text(), "# ours\n")
        for (const secret of ["ExamplePlexToken0001", "test-master-key", "k3y-for-tests"])
          assert.notInclude(text(), secret)
        assert.notInclude(JSON.stringify(report), "ExamplePlexToken0001")
      }).pipe(Effect.scoped),
    )

  it.live("does not touch Bazarr's folder, and writes nothing at all on a dry run", () =>
    Effect.gen(function* () {
      const { config, database, folder, provided, text } = yield* folders("gen4-oauth-multi-library")
      const look = () =>
        ["bazarr", "oncue"].map((name) => [
          readdirSync(join(folder, name)),
          statSync(join(folder, name)).mtimeMs,
        ])
      const before = look()
      const report = yield* provided(importBazarr({ config, database }, { dryRun: true }))
      assert.isAbove(report.changes.length, 10)
      assert.deepStrictEqual([look(), text()], [before, ""])
      yield* provided(importBazarr({ config, database }, { dryRun: false }))
      assert.deepStrictEqual(look()[0], before[0])
    }).pipe(Effect.scoped),
  )

  it.live("says which secret cannot be opened, and brings the rest in", () =>
    Effect.gen(function* () {
      const { config, provided } = yield* folders("broken-flag-without-key")
      const report = yield* provided(importBazarr({ config, database: null }, { dryRun: false }))
      assert.deepStrictEqual(
        report.unreadable.map((one) => one.where),
        ["plex.apikey"],
      )
      const { plex } = yield* provided(current)
      assert.deepStrictEqual([plex.ip, Redacted.value(plex.apikey)], ["192.168.1.50", ""])
    }).pipe(Effect.scoped),
  )

  it.live("opens whatever the fork has encrypted, and keeps .sdh where Bazarr would write .hi", () =>
    Effect.gen(function* () {
      const { config, provided } = yield* folders("gen5-fork-secret-store")
      const token = /enc:v1:\S+/.exec(readFileSync(config, "utf8"))?.[0] ?? ""
      writeFileSync(
        config,
        readFileSync(config, "utf8")
          .replace("plex:\n", `plex:\n  username: ${token}\n`)
          .replace("general:\n", "general:\n  hi_extension: hi\n"),
      )
      const report = yield* provided(importBazarr({ config, database: null }, { dryRun: false }))
      const { general, plex } = yield* provided(current)
      assert.deepStrictEqual([plex.username, general.hi_extension], ["ExamplePlexToken0001", "sdh"])
      assert.isTrue(report.notes.some((note) => note.includes("hi_extension")))
    }).pipe(Effect.scoped),
  )

  it.live("changes nothing the second time", () =>
    Effect.gen(function* () {
      const { config, database, provided, text } = yield* folders("gen1-apikey-plain")
      yield* provided(importBazarr({ config, database }, { dryRun: false }))
      const after = text()
      const report = yield* provided(importBazarr({ config, database }, { dryRun: false }))
      assert.deepStrictEqual([report.changes, report.backupId], [[], null])
      assert.strictEqual(text(), after)
    }).pipe(Effect.scoped),
  )
})

describe("exportBazarr()", () => {
  it.live(
    "writes what Bazarr reads: its own signed tokens, plain keys, nothing of ours, and all that was unknown to us",
    () =>
      Effect.gen(function* () {
        const { config, database, folder, provided, text } = yield* folders(
          "gen2-apikey-signed",
          "# mine\nauth: {apikey: api, password: $scrypt$abc, type: form, username: me}\nsonarr: {apikey: arr}\nbazarr_only: {x: 1}\n",
        )
        yield* provided(importBazarr({ config, database }, { dryRun: false }))
        yield* provided(
          SettingsStore.use((store) =>
            store.update(() => ({ auth: { type: "form", password: Redacted.make("$scrypt$abc") } })),
          ),
        )
        const place = join(folder, "out", "config.yaml")
        const before = text()
        const report = yield* provided(exportBazarr(place))
        assert.strictEqual(text(), before)
        const written = readFileSync(place, "utf8")
        for (const kept of ["# mine\n", "bazarr_only: {x: 1}"]) assert.include(written, kept)
        for (const gone of ["oncue:", "scrypt", "ExamplePlexToken0001", "oncue1."])
          assert.notInclude(written, gone)
        const read = yield* provided(SettingsFile.use((files) => files.read(place)))
        const { auth, plex, sonarr } = read.settings
        assert.deepStrictEqual(
          [Redacted.value(auth.apikey), auth.type, plex.apikey_encrypted],
          ["0".repeat(32), "", true],
        )
        assert.strictEqual(Redacted.value(sonarr.apikey), "arr")
        const { form, secret } = yield* provided(
          SecretBox.use((box) =>
            box.open(
              Redacted.value(plex.apikey),
              { signingKey: Redacted.value(plex.encryption_key), masterKey: "" },
              "x",
            ),
          ),
        )
        assert.deepStrictEqual([form, Redacted.value(secret)], ["signed", "ExamplePlexToken0001"])
        assert.strictEqual(report.notes.length, 2)
        assert.deepStrictEqual(report.unreadable, [])
      }).pipe(Effect.scoped),
  )

  it.live("can be imported again, with the same secrets", () =>
    Effect.gen(function* () {
      const first = yield* folders("gen4-oauth-multi-library")
      yield* first.provided(importBazarr({ config: first.config, database: null }, { dryRun: false }))
      const place = join(first.folder, "out.yaml")
      yield* first.provided(exportBazarr(place))
      const second = yield* folders("gen1-apikey-plain")
      yield* second.provided(importBazarr({ config: place, database: null }, { dryRun: false }))
      const secrets = (from: typeof first) =>
        from.provided(
          Effect.gen(function* () {
            const found: Array<readonly [string, string]> = []
            for (const { stored, where } of storedSecrets(yield* current))
              found.push([where, (yield* openedIn(stored))[1]])
            return found
          }),
        )
      assert.deepStrictEqual(yield* secrets(second), yield* secrets(first))
      const [a, b] = [yield* first.provided(current), yield* second.provided(current)]
      assert.deepStrictEqual(
        [a.plex.movie_library, a.plex.server_url],
        [b.plex.movie_library, b.plex.server_url],
      )
    }).pipe(Effect.scoped),
  )
})
