import { readFileSync } from "node:fs"
import { join } from "node:path"
import { afterEach, describe, expect, it } from "vitest"
import { clearPlex } from "../../../app/cli/clear_plex.ts"
import { runCommand } from "../../support/command.ts"
import { temporaryConfig } from "../../support/server.ts"

let config: ReturnType<typeof temporaryConfig>
afterEach(() => config.remove())

describe("oncue clear-plex", () => {
  it("clears the Plex settings and nothing else", async () => {
    config = temporaryConfig(
      "general: {use_plex: true}\nplex:\n  ip: 10.0.0.5 # attic\n  mine: 1\nsonarr: {ip: 10.0.0.6}\n",
    )
    const { code, output } = await runCommand(clearPlex, config.folder, [])
    expect([code, output]).toEqual([
      0,
      expect.stringMatching(/config-\S+clear-plex-settings\.yaml has what they were\.$/),
    ])
    expect(readFileSync(join(config.folder, "config.yaml"), "utf8")).toBe(
      "general: {use_plex: false}\nplex:\n  ip: 127.0.0.1 # attic\n  mine: 1\nsonarr: {ip: 10.0.0.6}\n",
    )
  })
})
