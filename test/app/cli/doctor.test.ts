import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { doctor } from "../../../app/cli/doctor.ts"
import { fault, type Simulator, smallWorld, startSimulator } from "../../simulator/mod.ts"
import { runCommand } from "../../support/command.ts"
import { configurationFor, startIn, temporaryConfig } from "../../support/server.ts"

let simulator: Simulator
let config: ReturnType<typeof temporaryConfig>

beforeEach(async () => {
  simulator = await startSimulator({ world: smallWorld({ connections: "live" }) })
  config = temporaryConfig(configurationFor(simulator))
})
afterEach(async () => {
  await simulator.close()
  config.remove()
})

const examine = (args: ReadonlyArray<string> = [], flags: ReadonlyArray<string> = ["--port", "1"]) =>
  runCommand(doctor, config.folder, args, simulator.env, flags)

describe("oncue doctor", () => {
  it("runs every check without a server, as text", async () => {
    const { output } = await examine()
    for (const id of ["token", "server", "libraries", "webhook", "arr", "providers", "store"])
      expect(output).toMatch(new RegExp(`^\\[(ok|warn|skipped)\\] ${id}`, "m"))
    expect(output).not.toContain("EXAMPLEaccountTOKEN01")
  })

  it("ends with 1 when something is broken, and tells programs the same in JSON", async () => {
    simulator.faults.set({ service: "pms" }, fault.reset)
    const { code, output } = await examine(["--json"])
    expect(code).toBe(1)
    const { checks } = JSON.parse(output)
    expect(checks).toContainEqual(expect.objectContaining({ id: "server", state: "bad" }))
    for (const check of checks)
      expect(Object.keys(check).sort()).toEqual(["about", "advice", "id", "state", "text"])
  })

  it("asks the server that runs, which has the database for itself", async () => {
    const server = await startIn(config.folder, simulator)
    const { code, output } = await examine([], ["--port", new URL(server.address).port])
    await server.stop()
    expect(output).toMatch(/^\[ok\] folders \(Movies\): Subtitles can be written in /m)
    expect(output).toMatch(/^\[ok\] store: What is queued survives a power cut/m)
    expect([output, [0, 3].includes(code)]).toEqual([output, !output.includes("[bad]")])
  })

  it("says how to reach a server that listens where the settings do not say", async () => {
    const server = await startIn(config.folder, simulator)
    const { code, output } = await examine([], ["--port", "1"])
    await server.stop()
    expect([code, output]).toEqual([1, expect.stringContaining("give the doctor the same")])
  })

  it("finds a configuration that cannot be read", async () => {
    writeFileSync(join(config.folder, "config.yaml"), "general: [unclosed\n")
    const { code, output } = await examine()
    expect(code).toBe(1)
    expect(output).toContain("config.yaml")
  })
})
