import { readFileSync } from "node:fs"
import { join } from "node:path"
import { afterEach, describe, expect, it } from "vitest"
import { rotateKey } from "../../../app/cli/rotate_key.ts"
import { runCommand } from "../../support/command.ts"
import { temporaryConfig } from "../../support/server.ts"

let config: ReturnType<typeof temporaryConfig>
afterEach(() => config.remove())

const text = () => readFileSync(join(config.folder, "config.yaml"), "utf8")

describe("oncue rotate-key", () => {
  it("seals what is there anew, twice, and keeps the older keys", async () => {
    config = temporaryConfig("plex: {token: ExamplePlexToken0001}\nsonarr: {apikey: enc:v1:lost}\n")
    const first = await runCommand(rotateKey, config.folder, [])
    expect(first.output).toMatch(/^1 secrets were sealed anew; config-\S+ has the configuration before\./)
    expect(first.output).toContain("\n  sonarr.apikey: ")
    expect(text()).not.toContain("ExamplePlexToken0001")
    const sealed = text()
    expect((await runCommand(rotateKey, config.folder, [])).code).toBe(0)
    expect(text()).not.toBe(sealed)
    expect(readFileSync(join(config.folder, "secret.key"), "utf8").trim().split("\n")).toHaveLength(2)
  })

  it("uses the first key that the user gives, and writes none", async () => {
    config = temporaryConfig("plex: {token: ExamplePlexToken0001}\n")
    const before = "o".repeat(40)
    await runCommand(rotateKey, config.folder, [], { ONCUE_SECRET_KEY: before })
    const { output } = await runCommand(rotateKey, config.folder, [], {
      ONCUE_SECRET_KEY: `${"n".repeat(40)} ${before}`,
    })
    expect(output).toContain("The key is your own")
    const alone = await runCommand(rotateKey, config.folder, [], { ONCUE_SECRET_KEY: "n".repeat(40) })
    expect(alone.output).toMatch(/^1 secrets were sealed anew/)
  })
})
