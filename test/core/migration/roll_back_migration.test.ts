import { rmSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { migrationStatus, previewMigration } from "../../../core/migration/describe_migration.ts"
import { rollBackMigration } from "../../../core/migration/roll_back_migration.ts"
import {
  API_KEY,
  atticWorld,
  authenticates,
  hurried,
  inProcess,
  installation,
  migrateIn,
  SECURE,
} from "../../support/migration_world.ts"

const CONFIG = `general: {use_plex: true}\nplex:\n  apikey: ${API_KEY}\n  ip: 192.168.1.50\n`

describe("rollBackMigration()", () => {
  it.effect("puts the API key back, and keeps the next start from migrating it again", () =>
    Effect.gen(function* () {
      const place = yield* installation(CONFIG)
      yield* migrateIn(place)
      assert.isTrue((yield* inProcess(place, migrationStatus())).canRollBack)
      yield* inProcess(place, rollBackMigration())
      assert.strictEqual(place.text(), `${CONFIG}  disable_auto_migration: true\n`)
      assert.strictEqual(yield* authenticates(place), "apikey")
      assert.deepStrictEqual(yield* migrateIn(place), { _tag: "NotNeeded", reason: "disabled" })
      const status = yield* inProcess(place, migrationStatus())
      assert.deepStrictEqual(
        [status.needed, status.automatic, status.canRollBack, status.record.outcome],
        [true, false, false, "rolled_back"],
      )
      assert.strictEqual((yield* migrateIn(place, true))._tag, "Migrated")
    }).pipe(Effect.scoped),
  )

  it.effect("says so when there is nothing to undo, or its backup is gone", () =>
    Effect.gen(function* () {
      const place = yield* installation(CONFIG)
      const nothing = yield* Effect.flip(inProcess(place, rollBackMigration()))
      assert.strictEqual(nothing._tag, "NothingToRollBack")
      yield* migrateIn(place)
      rmSync(place.backupsDir, { recursive: true })
      const text = place.text()
      const gone = yield* Effect.flip(inProcess(place, rollBackMigration()))
      assert.include(gone.message, "backup")
      assert.strictEqual(place.text(), text)
    }).pipe(Effect.scoped),
  )
})

describe("previewMigration()", () => {
  it.effect(
    "shows exactly the keys that the migration then changes, without a secret, and writes nothing",
    () =>
      Effect.gen(function* () {
        const place = yield* installation(CONFIG)
        const preview = yield* hurried(inProcess(place, previewMigration()))
        assert.strictEqual(place.text(), CONFIG)
        assert.isTrue(preview._tag === "Planned")
        if (preview._tag !== "Planned") return
        assert.deepStrictEqual(
          [preview.serverName, preview.url, preview.username],
          ["Attic", SECURE, "owner_user"],
        )
        const shown = new Map(preview.changes.map((one) => [one.key, one]))
        assert.deepStrictEqual(shown.get("plex.auth_method"), {
          key: "plex.auth_method",
          before: "apikey",
          after: "oauth",
        })
        assert.deepStrictEqual(shown.get("plex.apikey"), {
          key: "plex.apikey",
          before: "(secret)",
          after: "(empty)",
        })
        assert.strictEqual(shown.get("oncue.servers")?.after, `Attic at ${SECURE}`)
        assert.notInclude(JSON.stringify(preview), API_KEY)
        yield* migrateIn(place)
        const written = [...place.text().matchAll(/^ {2}(\w+):/gm)].map((match) => match[1])
        for (const name of shown.keys()) assert.include(written, name.split(".")[1])
      }).pipe(Effect.scoped),
  )

  it.effect("says why nothing would happen", () =>
    Effect.gen(function* () {
      const place = yield* installation("general: {use_plex: false}\nplex: {apikey: x}\n", atticWorld())
      assert.deepStrictEqual(yield* inProcess(place, previewMigration()), {
        _tag: "NotNeeded",
        reason: "plex_off",
      })
    }).pipe(Effect.scoped),
  )
})
