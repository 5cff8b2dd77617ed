import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { afterAll } from "vitest"
import { layer } from "../../../adapters/sqlite/bazarr_database.ts"
import { BazarrDatabase } from "../../../core/ports/mod.ts"
import { bazarrDatabaseContract } from "../../contracts/bazarr_database.ts"
import { makeBazarrDatabase, PROFILES } from "../../support/bazarr_files.ts"

const folder = mkdtempSync(join(tmpdir(), "oncue-test-"))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const file = join(folder, "bazarr.db")
makeBazarrDatabase(file, PROFILES)

bazarrDatabaseContract("sqlite", layer, file, PROFILES)

const profiles = (path: string) => BazarrDatabase.use((one) => one.profiles(path)).pipe(Effect.provide(layer))

it.effect("profiles() sees what is still in the log, and touches neither the file nor its folder", () =>
  Effect.gen(function* () {
    const open = new DatabaseSync(file)
    open.exec(
      "PRAGMA journal_mode = WAL; UPDATE table_languages_profiles SET name = 'Renamed' WHERE profileId = 1",
    )
    const before = [readdirSync(folder), statSync(file).mtimeMs, readFileSync(file).length]
    assert.strictEqual((yield* profiles(file))[0]?.name, "Renamed")
    assert.deepStrictEqual([readdirSync(folder), statSync(file).mtimeMs, readFileSync(file).length], before)
    open.close()
  }),
)

it.effect("profiles() says what is wrong with a file that is no database of Bazarr", () =>
  Effect.gen(function* () {
    const text = join(folder, "text.db")
    writeFileSync(text, "no database at all, but long enough to look at")
    assert.include((yield* Effect.flip(profiles(text))).message, "not a database")
    const empty = join(folder, "empty.db")
    new DatabaseSync(empty).close()
    assert.include((yield* Effect.flip(profiles(empty))).message, "no such table")
    const odd = join(folder, "odd.db")
    makeBazarrDatabase(odd, PROFILES)
    const db = new DatabaseSync(odd)
    db.exec("UPDATE table_languages_profiles SET items = 'broken'")
    db.close()
    assert.strictEqual((yield* Effect.flip(profiles(odd)))._tag, "BazarrDatabaseUnreadable")
  }),
)
