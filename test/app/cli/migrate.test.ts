import { readFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { migrate } from "../../../app/cli/migrate.ts"
import { fault, type Simulator, smallWorld, startSimulator } from "../../simulator/mod.ts"
import { runCommand } from "../../support/command.ts"
import { API_KEY, startIn, temporaryConfig } from "../../support/server.ts"

let simulator: Simulator
let config: ReturnType<typeof temporaryConfig>
const TOKEN = "EXAMPLEaccountTOKEN01"

beforeAll(async () => {
  simulator = await startSimulator({ world: { ...smallWorld({ connections: "live" }), files: "none" } })
})
afterAll(() => simulator.close())
beforeEach(() => {
  const { hostname, port } = new URL(simulator.urls.pms[0] ?? "")
  config = temporaryConfig(
    [
      `auth: {apikey: ${API_KEY}}`,
      "general: {use_plex: true}",
      "plex:",
      `  apikey: ${TOKEN} # mine`,
      `  ip: ${hostname}`,
      `  port: ${port}`,
      "  disable_auto_migration: true",
      "",
    ].join("\n"),
  )
})
afterEach(() => config.remove())

const text = () => readFileSync(join(config.folder, "config.yaml"), "utf8")
const run = (args: ReadonlyArray<string>, flags: ReadonlyArray<string> = []) =>
  runCommand(migrate, config.folder, args, simulator.env, flags)

/** The whole story, whoever does it. */
async function story(flags: ReadonlyArray<string>) {
  const before = text()
  const dry = await run(["--dry-run"], flags)
  expect(dry.code).toBe(0)
  expect(dry.output).toMatch(/^Would migrate to OAuth: .* as owner_user\n/)
  expect(dry.output).toContain("\n  plex.auth_method: apikey → oauth\n")
  expect(dry.output).toContain("\n  plex.apikey: (secret) → (empty)")
  expect(dry.output).not.toContain(TOKEN)
  expect(text()).toBe(before)

  const done = await run([], flags)
  expect([done.code, done.output]).toEqual([0, expect.stringMatching(/^Migrated to OAuth: /)])
  expect(text()).toContain("auth_method: oauth")
  expect((await run(["--dry-run"], flags)).output).toContain("uses OAuth already")

  const undone = await run(["--undo"], flags)
  expect([undone.code, undone.output]).toEqual([0, expect.stringContaining("is back")])
  expect(text()).toBe(before)
}

describe("oncue migrate", () => {
  it("shows, migrates and undoes while no server runs", () => story([]))

  it("does the same through the server when one runs", async () => {
    const server = await startIn(config.folder, simulator)
    try {
      await story(["--port", new URL(server.address).port])
    } finally {
      await server.stop()
    }
  })

  it("answers 1 with the reason when it cannot be", async () => {
    simulator.faults.set({ service: "plexTv", path: /user/ }, fault.status(401))
    const { code, output } = await run([])
    simulator.faults.clear()
    expect([code, output]).toEqual([1, expect.stringContaining("Not migrated, the API key stays in use")])
    expect(text()).toContain(TOKEN)
  })

  it("refuses options that exclude each other, and what it does not know", async () => {
    await expect(run(["--dry-run", "--undo"])).rejects.toThrow("exclude each other")
    await expect(run(["--wet-run"])).rejects.toThrow("--wet-run")
    await expect(run(["now"])).rejects.toThrow('"now"')
  })
})
