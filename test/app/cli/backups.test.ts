import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { backups } from "../../../app/cli/backups.ts"
import { runCommand } from "../../support/command.ts"
import { temporaryConfig } from "../../support/server.ts"

const TEXT = "# mine\nplex: {ip: 10.0.0.1}\n"
let config: ReturnType<typeof temporaryConfig>
beforeEach(() => {
  config = temporaryConfig(TEXT)
})
afterEach(() => config.remove())

const run = (...args: ReadonlyArray<string>) => runCommand(backups, config.folder, args)

describe("oncue backups", () => {
  it("lists, makes and restores", async () => {
    expect((await run("list")).output).toBe("There are no backups yet.")
    const id = (await run("make")).output.split(" ").at(-1) ?? ""
    expect((await run("list")).output).toMatch(
      /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d +\d+ bytes {2}by-hand +config-/,
    )
    const file = join(config.folder, "config.yaml")
    writeFileSync(file, "plex: {ip: 10.0.0.2}\n")
    expect((await run("restore", id)).code).toBe(0)
    expect(readFileSync(file, "utf8")).toBe(TEXT)
    expect(readdirSync(join(config.folder, "backups", "config"))).toHaveLength(2)
  })

  it("names a backup that there is not, and explains itself", async () => {
    await expect(run("restore", "../config.yaml")).rejects.toThrow('Cannot find the backup "../config.yaml"')
    for (const args of [[], ["restore"], ["list", "x"], ["eat"]])
      await expect(run(...args)).rejects.toThrow("Expected: ")
  })
})
