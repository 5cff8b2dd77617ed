import { spawn } from "node:child_process"
import { once } from "node:events"
import { readdirSync, readFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { type Simulator, smallWorld, startSimulator } from "../../simulator/mod.ts"
import { configurationFor, startIn, temporaryConfig } from "../../support/server.ts"

const CLI = fileURLToPath(new URL("../../../app/cli/main.ts", import.meta.url))

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

async function verify(...args: ReadonlyArray<string>) {
  const child = spawn(process.execPath, [CLI, "verify-plex", "--config", config.folder, ...args], {
    env: { ...process.env, ...simulator.env },
  })
  let output = ""
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk) => {
      output += chunk
    })
  }
  const [code] = (await once(child, "exit")) as [number | null]
  return { code, output }
}

const besideSintel = () => readdirSync(dirname(simulator.pathOf("1001"))).sort()

describe("oncue verify-plex", () => {
  it("shows how the server behaves without changing anything", async () => {
    const { code, output } = await verify()
    expect(output).toMatch(/^Plex Media Server /m)
    expect(output).toMatch(/^ok +Event stream +opened as websocket$/m)
    expect(output).toMatch(/^- +Refresh, stream choice, added date/m)
    expect(code).toBe(0)
    expect(simulator.requests.filter({ service: "pms:0" }).every(({ method }) => method === "GET")).toBe(true)
  }, 90_000)

  it("tries a subtitle, the stream choice and the added date on one item, and undoes all of it", async () => {
    const before = { files: besideSintel(), addedAt: simulator.item("1001").addedAt }
    const file = join(config.folder, "exchange.json")
    const { code, output } = await verify("--item", "1001", "--save", file)
    expect(output).toMatch(/^ok +Refresh +a new sidecar is listed after "\w+", in its language/m)
    expect(output).toMatch(/^ok +Stream choice/m)
    expect(output).toMatch(/^ok +Added date/m)
    expect(output).toMatch(/^ok +Removal/m)
    expect(code).toBe(0)
    expect({ files: besideSintel(), addedAt: simulator.item("1001").addedAt }).toEqual(before)
    expect(simulator.item("1001").addedAtLocked).toBe(false)
    const saved = readFileSync(file, "utf8")
    expect(JSON.parse(saved).length).toBeGreaterThan(5)
    const tokens = simulator.tokens.all().map(({ token }) => token)
    for (const secret of [...tokens, "Sintel", simulator.mediaRoot]) expect(saved).not.toContain(secret)
  }, 120_000)

  it("asks the server that runs", async () => {
    const server = await startIn(config.folder, simulator)
    const { output } = await verify("--port", new URL(server.address).port)
    expect(output).toMatch(/^ok +Libraries/m)
    await server.stop()
  }, 90_000)

  it("says what it does not understand", async () => {
    const { code, output } = await verify("--nonsense")
    expect(code).toBe(2)
    expect(output).toContain("nonsense")
  }, 60_000)
})
