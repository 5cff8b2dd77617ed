import { readFileSync } from "node:fs"
import { join } from "node:path"
import { afterEach, describe, expect, it } from "vitest"
import { exportBazarr } from "../../../app/cli/export_bazarr.ts"
import { runCommand } from "../../support/command.ts"
import { temporaryConfig } from "../../support/server.ts"

let config: ReturnType<typeof temporaryConfig>
let target: ReturnType<typeof temporaryConfig>
afterEach(() => {
  config.remove()
  target.remove()
})

describe("oncue export", () => {
  it("writes into a folder, says what is in it, and replaces nothing", async () => {
    config = temporaryConfig(
      "general: {port: 7000, use_plex: true}\nplex: {token: ExamplePlexToken0001}\noncue: {log_level: DEBUG}\n",
    )
    target = temporaryConfig(null)
    const { code, output } = await runCommand(exportBazarr, config.folder, [target.folder])
    expect([code, output]).toEqual([0, expect.stringContaining("can read the secrets in it")])
    const written = readFileSync(join(target.folder, "config.yaml"), "utf8")
    expect(written).toMatch(/^general: \{use_plex: true\}\nplex: \{token: \S+, .*encryption_key: /)
    expect(written).not.toContain("oncue")
    await expect(runCommand(exportBazarr, config.folder, [target.folder])).rejects.toThrow(
      "there is a file already",
    )
  })

  it("says so where there is nothing to hand out", async () => {
    config = temporaryConfig(null)
    target = temporaryConfig(null)
    await expect(runCommand(exportBazarr, config.folder, [target.folder])).rejects.toThrow(
      `there is no config.yaml in ${config.folder}`,
    )
  })
})
