import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { bazarrFiles, importBazarr } from "../../../app/cli/import_bazarr.ts"
import { makeBazarrDatabase, PROFILES } from "../../support/bazarr_files.ts"
import { runCommand } from "../../support/command.ts"
import { temporaryConfig } from "../../support/server.ts"

let ours: ReturnType<typeof temporaryConfig>
let bazarr: ReturnType<typeof temporaryConfig>
beforeEach(() => {
  ours = temporaryConfig("# ours\n")
  bazarr = temporaryConfig(null)
  for (const name of ["config", "db"]) mkdirSync(join(bazarr.folder, name))
  const sample = new URL("../../samples/config/gen1-apikey-plain.yaml", import.meta.url)
  writeFileSync(join(bazarr.folder, "config", "config.yaml"), readFileSync(sample))
  makeBazarrDatabase(join(bazarr.folder, "db", "bazarr.db"), PROFILES)
})
afterEach(() => {
  ours.remove()
  bazarr.remove()
})

describe("bazarrFiles()", () => {
  it("finds configuration and database from the data folder, the configuration folder and the file", () => {
    const expected = {
      config: join(bazarr.folder, "config", "config.yaml"),
      database: join(bazarr.folder, "db", "bazarr.db"),
    }
    for (const path of ["", "config", "config/config.yaml"])
      expect(bazarrFiles(join(bazarr.folder, path), undefined)).toEqual(expected)
    expect(bazarrFiles(bazarr.folder, "/x.db").database).toBe("/x.db")
    expect(() => bazarrFiles(join(bazarr.folder, "db"), undefined)).toThrow("no config.yaml")
    expect(() => bazarrFiles(join(bazarr.folder, "gone"), undefined)).toThrow("there is nothing")
  })
})

describe("oncue import", () => {
  const run = (...args: ReadonlyArray<string>) => runCommand(importBazarr, ours.folder, args)
  const text = () => readFileSync(join(ours.folder, "config.yaml"), "utf8")

  it("shows what it would bring in, then brings it in", async () => {
    const dry = await run(bazarr.folder, "--dry-run")
    expect(dry.output).toContain("\n  plex.movie_library: (none) → Movies\n")
    expect(dry.output).toContain("\n  oncue.languages: (none) → Everybody, Kids\n")
    expect(dry.output).toContain("\n  plex.apikey: (empty) → (secret)\n")
    expect(dry.output).toMatch(/Nothing was changed\.$/)
    expect(text()).toBe("# ours\n")
    const done = await run(bazarr.folder)
    expect([done.code, done.output]).toEqual([0, expect.stringMatching(/has the configuration before\.$/)])
    expect(text()).toContain("name: Everybody")
    expect(done.output).not.toContain("ExamplePlexToken0001")
    expect((await run(bazarr.folder)).output).toContain("nothing that is not here already")
  })

  it("may be the first that is done in a folder that is not there yet", async () => {
    const folder = join(ours.folder, "new")
    await runCommand(importBazarr, folder, [bazarr.folder, "--dry-run"])
    expect(existsSync(folder)).toBe(false)
    expect((await runCommand(importBazarr, folder, [bazarr.folder])).code).toBe(0)
    expect(readFileSync(join(folder, "config.yaml"), "utf8")).toContain("name: Everybody")
    expect(statSync(folder).mode & 0o777).toBe(0o700)
  })

  it("refuses its own configuration, and asks for one path", async () => {
    await expect(run(ours.folder)).rejects.toThrow("is the configuration of this installation")
    await expect(run()).rejects.toThrow("Exactly one PATH")
  })
})
