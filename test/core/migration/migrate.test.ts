import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import { withoutMark } from "../../../adapters/yaml/_bytes.ts"
import { type ConfigRead, editConfig, readConfig } from "../../../adapters/yaml/_config_text.ts"
import { MIGRATION_ATTEMPTS_MAX, recordOf } from "../../../core/migration/record.ts"
import { PlexUnreachable, SettingsStore, StateStore } from "../../../core/ports/mod.ts"
import { applyPatch, type SettingsPatch } from "../../../core/settings/settings.ts"
import { configText } from "../../support/config_yaml.ts"
import {
  API_KEY,
  ATTIC,
  atticWorld,
  authenticates,
  canFail,
  type Installation,
  inProcess,
  installation,
  MISHAPS,
  type Mishap,
  migrateIn,
  mishapAt,
  SECURE,
} from "../../support/migration_world.ts"

const CONFIG = `# years of edits
general:
  use_plex: true # on
plex:
  apikey: ${API_KEY}
  ip: 192.168.1.50
  movie_library: Movies
  series_library:
  - TV Shows # shows
  port: 32400
  ssl: false
sonarr:
  apikey: mine
`

const settingsIn = (place: Installation) =>
  inProcess(
    place,
    SettingsStore.use((store) => store.current),
  )
const recordIn = (place: Installation) =>
  Effect.map(
    Effect.provide(
      StateStore.use((state) => state.get("migration/plex")),
      place.outside,
    ),
    recordOf,
  )

/** The text without the two flags that a failed attempt may leave. */
const withoutFlags = (text: string) =>
  text
    .replace(/^ *migration_(attempted|timestamp):.*\r?\n?/gm, "")
    .replace(/, migration_(attempted|timestamp): (true|'[^']*')/g, "")
    .trimEnd()

describe("migrate()", () => {
  it.effect("writes the whole sign-in, keeps the rest of the file, and drops the key last", () =>
    Effect.gen(function* () {
      const place = yield* installation(CONFIG)
      const outcome = yield* migrateIn(place)
      assert.strictEqual(outcome._tag, "Migrated")
      assert.deepStrictEqual(place.world.accountCalls, ["user", "servers"])
      const { plex, oncue, sonarr } = yield* settingsIn(place)
      assert.deepStrictEqual(
        [plex.auth_method, plex.username, plex.email, plex.user_id],
        ["oauth", "owner_user", "owner@example.com", "10000001"],
      )
      assert.deepStrictEqual(
        [plex.server_machine_id, plex.server_name, plex.server_url, plex.server_local],
        [ATTIC, "Attic", SECURE, true],
      )
      assert.deepStrictEqual(
        [plex.ip, plex.port, plex.ssl, Redacted.value(plex.apikey)],
        ["", 32_400, false, ""],
      )
      assert.deepStrictEqual([plex.migration_successful, plex.disable_auto_migration], [true, true])
      assert.deepStrictEqual([plex.movie_library, plex.movie_library_ids], [["Movies"], ["1"]])
      assert.deepStrictEqual([plex.series_library, plex.series_library_ids], [["TV Shows"], ["2"]])
      assert.deepStrictEqual(
        [oncue.servers[0]?.libraries, oncue.servers[0]?.manual],
        [["1", "2"], ["http://192.168.1.50:32400"]],
      )
      assert.strictEqual(Redacted.value(sonarr.apikey), "mine")
      assert.strictEqual(yield* authenticates(place), "oauth")
      const text = place.text()
      for (const line of [
        "# years of edits",
        "  use_plex: true # on",
        "  - TV Shows # shows",
        "sonarr:\n  apikey: mine\n",
      ])
        assert.include(text, line)
      for (const secret of [API_KEY, "attic-token"]) assert.notInclude(text, secret)
      const backups = readdirSync(place.backupsDir)
      assert.deepStrictEqual(
        backups.map((name) => readFileSync(join(place.backupsDir, name), "utf8")),
        [CONFIG],
      )
      assert.strictEqual((yield* recordIn(place)).outcome, "migrated")
    }).pipe(Effect.scoped),
  )

  it.effect("does nothing, and asks nobody, where nothing is to be migrated", () =>
    Effect.gen(function* () {
      for (const text of [
        CONFIG.replace("use_plex: true", "use_plex: false"),
        CONFIG.replace("  ip:", "  disable_auto_migration: true\n  ip:"),
        CONFIG.replace(API_KEY, "''"),
        "",
      ]) {
        const place = yield* installation(text)
        assert.strictEqual((yield* migrateIn(place))._tag, "NotNeeded")
        assert.strictEqual(place.text(), text)
        assert.deepStrictEqual(place.world.accountCalls, [])
        assert.isFalse(readdirSync(join(place.file, "..")).includes("backups"))
      }
    }).pipe(Effect.scoped),
  )

  it.effect("is not needed a second time", () =>
    Effect.gen(function* () {
      const place = yield* installation(CONFIG)
      yield* migrateIn(place)
      const text = place.text()
      assert.deepStrictEqual(yield* migrateIn(place, true), { _tag: "NotNeeded", reason: "oauth" })
      assert.strictEqual(place.text(), text)
    }).pipe(Effect.scoped),
  )

  it.effect("waits for plex.tv as long as it asks for, and tries again", () =>
    Effect.gen(function* () {
      const world = atticWorld()
      world.outage = new PlexUnreachable({
        where: "plex.tv",
        fault: "status",
        status: 429,
        retryAfterSeconds: 300,
        detail: "429",
      })
      const place = yield* installation(CONFIG, world)
      const running = yield* Effect.forkChild(migrateIn(place))
      while (world.accountCalls.length === 0) yield* TestClock.withLive(Effect.sleep(1))
      const firstMs = yield* Clock.currentTimeMillis
      while (world.accountCalls.length === 1) yield* TestClock.withLive(Effect.sleep(1))
      assert.isAtLeast((yield* Clock.currentTimeMillis) - firstMs, 290_000)
      world.outage = null
      assert.strictEqual((yield* Fiber.join(running))._tag, "Migrated")
    }).pipe(Effect.scoped),
  )

  it.effect("ends while plex.tv stays silent, leaves the file untouched, and does not count that", () =>
    Effect.gen(function* () {
      const world = atticWorld()
      world.outage = new PlexUnreachable({
        where: "plex.tv",
        fault: "timeout",
        status: null,
        retryAfterSeconds: null,
        detail: "silent",
      })
      const place = yield* installation(CONFIG, world)
      const outcome = yield* migrateIn(place)
      assert.isTrue(outcome._tag === "GaveUp" && outcome.later)
      assert.strictEqual(place.text(), CONFIG)
      assert.strictEqual(world.accountCalls.length, 6)
      assert.strictEqual((yield* recordIn(place)).attempts, 0)
    }).pipe(Effect.scoped),
  )

  it.effect("marks an attempt that failed for good, and stops by itself after ten until somebody asks", () =>
    Effect.gen(function* () {
      const world = atticWorld()
      world.tokens.clear()
      const place = yield* installation(CONFIG, world)
      for (let attempt = 1; attempt <= MIGRATION_ATTEMPTS_MAX; attempt++) {
        const outcome = yield* migrateIn(place)
        assert.isTrue(outcome._tag === "GaveUp" && !outcome.later)
        assert.strictEqual((yield* recordIn(place)).attempts, attempt)
      }
      assert.strictEqual(withoutFlags(place.text()), withoutFlags(CONFIG))
      assert.include(place.text(), "migration_attempted: true")
      const calls = world.accountCalls.length
      const text = place.text()
      assert.strictEqual((yield* migrateIn(place))._tag, "GaveUp")
      assert.strictEqual(world.accountCalls.length, calls)
      assert.strictEqual(place.text(), text)
      world.tokens.add(API_KEY)
      assert.strictEqual((yield* migrateIn(place, true))._tag, "Migrated")
    }).pipe(Effect.scoped),
  )

  it.effect("puts the backup back, byte by byte, when the result cannot be proved", () =>
    Effect.gen(function* () {
      const place = yield* installation(CONFIG.replaceAll("\n", "\r\n"))
      const clean = mishapAt(-1, "refused")
      const dry = yield* installation(CONFIG)
      yield* migrateIn(dry, true, clean)
      const proof = clean.calls.lastIndexOf("PlexServer.info")
      const outcome = yield* migrateIn(place, true, mishapAt(proof, "refused"))
      assert.strictEqual(outcome._tag, "RolledBack")
      assert.strictEqual(withoutFlags(place.text()), withoutFlags(CONFIG.replaceAll("\n", "\r\n")))
      assert.strictEqual(yield* authenticates(place), "apikey")
    }).pipe(Effect.scoped),
  )

  it.effect("undoes only its own change when somebody has edited the file meanwhile", () =>
    Effect.gen(function* () {
      const dry = mishapAt(-1, "refused")
      yield* migrateIn(yield* installation(CONFIG), true, dry)
      const place = yield* installation(CONFIG)
      const edit = () =>
        writeFileSync(place.file, place.text().replace("sonarr:\n", "sonarr:\n  ip: 10.9.8.7 # by hand\n"))
      const outcome = yield* migrateIn(
        place,
        true,
        mishapAt(dry.calls.lastIndexOf("PlexServer.info"), "refused", edit),
      )
      assert.strictEqual(outcome._tag, "RolledBack")
      assert.include(place.text(), "  ip: 10.9.8.7 # by hand\n")
      const { plex } = yield* settingsIn(place)
      assert.deepStrictEqual([plex.auth_method, plex.ip], ["apikey", "192.168.1.50"])
      assert.strictEqual(yield* authenticates(place), "apikey")
    }).pipe(Effect.scoped),
  )

  it.effect("writes nothing when the configuration was changed between plan and write", () =>
    Effect.gen(function* () {
      const dry = mishapAt(-1, "refused")
      yield* migrateIn(yield* installation(CONFIG), true, dry)
      const place = yield* installation(CONFIG)
      const changed = CONFIG.replace("192.168.1.50", "192.168.1.60")
      const edit = () => writeFileSync(place.file, changed)
      const outcome = yield* migrateIn(
        place,
        true,
        mishapAt(dry.calls.indexOf("SettingsStore.update"), "nothing", edit),
      )
      assert.isTrue(outcome._tag === "GaveUp" && outcome.later)
      assert.strictEqual(place.text(), changed)
    }).pipe(Effect.scoped),
  )
})

/** A configuration of any style that signs in with an API key. */
function apiKeyConfig(seed: number): string {
  const text = withoutMark(configText(seed)).body
  const { settings } = readConfig("config.yaml", text) as ConfigRead
  const patch: SettingsPatch = {
    general: { use_plex: true },
    plex: {
      auth_method: "apikey",
      apikey: Redacted.make(API_KEY),
      token: Redacted.make(""),
      ip: "192.168.1.50",
      port: 32_400,
      ssl: false,
    },
  }
  return (editConfig(text, applyPatch(settings, patch)) as { readonly text: string }).text
}

/** The promise of the migration, for one configuration and one thing that goes wrong. */
const keepsItsPromise = (text: string, call: number, mishap: Mishap) =>
  Effect.gen(function* () {
    const place = yield* installation(text)
    yield* Effect.exit(migrateIn(place, true, mishapAt(call, mishap)))
    const after = place.text()
    const { plex } = yield* settingsIn(place)
    const isOld = withoutFlags(after) === withoutFlags(text)
    const isNew = plex.auth_method === "oauth" && plex.server_machine_id === ATTIC
    assert.isTrue(isOld !== isNew, after)
    assert.strictEqual(yield* authenticates(place), isOld ? "apikey" : "oauth")

    const outcome = yield* migrateIn(place, true)
    assert.include(["Migrated", "NotNeeded"], outcome._tag)
    assert.strictEqual(yield* authenticates(place), "oauth")
    assert.strictEqual(Redacted.value((yield* settingsIn(place)).plex.apikey), "")
    assert.strictEqual((yield* recordIn(place)).outcome, "migrated")
  }).pipe(Effect.scoped)

describe("migrate() keeps its promise", () => {
  it.effect(
    "whatever call goes wrong in whatever way: the old file or the new one, which both let us in, and the next run ends it",
    () =>
      Effect.gen(function* () {
        const dry = mishapAt(-1, "refused")
        yield* migrateIn(yield* installation(CONFIG), true, dry)
        assert.isAbove(dry.calls.length, 20)
        // To end before a call is to end after the one before it.
        const ways = (call: string) => MISHAPS.filter((one) => one === "dies after" || canFail(call, one))
        const all = dry.calls.flatMap((call, number) => ways(call).map((mishap) => [number, mishap] as const))
        yield* Effect.forEach(all, ([call, mishap]) => keepsItsPromise(CONFIG, call, mishap), {
          concurrency: 8,
          discard: true,
        })
      }).pipe(Effect.scoped),
    120_000,
  )

  const Seed = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 1_000_000_000 }))
  const Call = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 40 }))
  it.effect.prop(
    "for every generated configuration",
    [Seed, Call, Schema.Literals(MISHAPS)],
    ([seed, call, mishap]) => keepsItsPromise(apiKeyConfig(seed), call, mishap),
    { arbitrary: { runs: 15 }, timeout: 120_000 },
  )
})
