import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, beforeAll, expect, it } from "vitest"
import { type Simulator, smallWorld, startSimulator } from "../simulator/mod.ts"
import { API_KEY, eventually, startIn, temporaryConfig } from "../support/server.ts"

/** The automatic migration in the whole server, against plex.tv and a server that speak HTTP. */

let simulator: Simulator
beforeAll(async () => {
  simulator = await startSimulator({ world: smallWorld({ connections: "live" }) })
})
afterAll(() => simulator.close())

it("migrates a configuration of Bazarr in the background, with a backup and in at most eight calls", async () => {
  const pms = new URL(simulator.urls.pms[0] ?? "")
  const text = [
    "# from Bazarr",
    "auth:",
    `  apikey: ${API_KEY}`,
    "general:",
    "  use_plex: true",
    "plex:",
    "  apikey: EXAMPLEaccountTOKEN01 # mine",
    `  ip: ${pms.hostname}`,
    "  movie_library: Movies",
    `  port: ${pms.port}`,
    "other:",
    "  kept: true",
    "",
  ].join("\n")
  const config = temporaryConfig(text)
  simulator.requests.clear()
  const server = await startIn(config.folder, simulator)
  try {
    const file = join(config.folder, "config.yaml")
    const migrated = await eventually("the migration", async () => {
      const now = readFileSync(file, "utf8")
      return now.includes("apikey: '' # mine") && now
    })
    expect(migrated).toContain("auth_method: oauth")
    expect(migrated).toContain("# from Bazarr")
    expect(migrated).toContain("other:\n  kept: true\n")
    expect(migrated).not.toContain("EXAMPLEaccountTOKEN01")
    const backups = join(config.folder, "backups", "config")
    expect(readdirSync(backups).map((name) => readFileSync(join(backups, name), "utf8"))).toEqual([text])
    const plexTv = simulator.requests.filter({ service: "plexTv" }).map((one) => one.path)
    // What listens and keeps the index begins as soon as there is a server, and is not the migration's.
    const others = /^\/(:|status|library)\//
    const asked = simulator.requests.filter({ service: "pms" }).filter((one) => !others.test(one.path))
    const calls = asked.length + plexTv.length
    expect(plexTv.filter((path) => /user|resources/.test(path))).toHaveLength(2)
    expect(calls).toBeLessThanOrEqual(8)
    const story = await eventually("the report", async () => {
      const { data } = await server.get("/api/journal?kind=migration")
      return data.length > 0 && data[0].text
    })
    expect(story).toMatch(/^Migrated to OAuth: /)
    expect((await server.get("/api/system/health")).data.reasons).toEqual([])
  } finally {
    await server.stop()
    config.remove()
  }
})
