import { spawn } from "node:child_process"
import { once } from "node:events"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { type Simulator, smallWorld, startSimulator } from "../../simulator/mod.ts"
import { API_KEY, eventually, startIn, temporaryConfig } from "../../support/server.ts"

const CLI = fileURLToPath(new URL("../../../app/cli/main.ts", import.meta.url))

let simulator: Simulator
let config: ReturnType<typeof temporaryConfig>
beforeEach(async () => {
  simulator = await startSimulator({ world: { ...smallWorld({ connections: "live" }), files: "none" } })
})
afterEach(async () => {
  await simulator.close()
  config.remove()
})

function oncue(...args: ReadonlyArray<string>) {
  const child = spawn(process.execPath, [CLI, ...args], { env: { ...process.env, ...simulator.env } })
  let output = ""
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk) => {
      output += chunk
    })
  }
  return { exited: once(child, "exit") as Promise<[number | null]>, output: () => output }
}

async function enterCode(command: ReturnType<typeof oncue>) {
  const code = await eventually(
    "the code",
    async () => /enter {2}(\w{4}) /.exec(command.output())?.[1],
    30_000,
  )
  simulator.approvePin(code)
  return await command.exited
}

describe("oncue sign-in", () => {
  it("signs in by the code while no server runs, also in a folder that does not exist yet", async () => {
    config = temporaryConfig(null)
    const folder = join(config.folder, "new")
    const command = oncue("sign-in", "--config", folder)
    expect((await enterCode(command))[0]).toBe(0)
    expect(command.output()).toContain("Signed in as owner_user")
    expect(readFileSync(join(folder, "config.yaml"), "utf8")).toMatch(/auth_method: oauth/)
  }, 60_000)

  it("signs in through the server that runs", async () => {
    config = temporaryConfig(`auth: { apikey: ${API_KEY} }\n`)
    const server = await startIn(config.folder, simulator)
    const port = new URL(server.address).port
    const command = oncue("sign-in", "--config", config.folder, "--port", port)
    expect((await enterCode(command))[0]).toBe(0)
    expect((await server.get("/api/plex/oauth/validate")).data.valid).toBe(true)
    await server.stop()
  }, 60_000)
})

describe("oncue", () => {
  it("says what there is, and ends with 2 on a command that there is not", async () => {
    config = temporaryConfig(null)
    const help = oncue("help")
    expect((await help.exited)[0]).toBe(0)
    expect(help.output()).toContain("sign-in")
    const unknown = oncue("dance")
    expect((await unknown.exited)[0]).toBe(2)
    expect(unknown.output()).toContain('There is no command "dance"')
  }, 60_000)
})
