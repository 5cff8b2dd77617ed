import { rmSync, writeFileSync } from "node:fs"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { askPms } from "../ask.ts"
import { type Simulator, startSimulator } from "../mod.ts"
import type { SidecarStage } from "../world/plex_server.ts"
import { baseName } from "../world/sidecar_name.ts"

let simulator: Simulator

beforeEach(async () => {
  simulator = await startSimulator()
})
afterEach(() => simulator.close())

const EPISODE = "2013"

function sidecarPath(suffix: string, key = EPISODE): string {
  const video = simulator.pathOf(key)
  return `${video.slice(0, video.lastIndexOf("/") + 1)}${baseName(video)}${suffix}`
}
const folderOf = (key: string) => simulator.pathOf(key).slice(0, simulator.pathOf(key).lastIndexOf("/"))

const externals = (key = EPISODE) =>
  simulator.subtitlesListedBy(key).filter((stream) => stream.key !== undefined && stream.index === undefined)

describe("sidecars", () => {
  const stages: ReadonlyArray<readonly [Exclude<SidecarStage, "never">, () => Promise<unknown>]> = [
    ["read", () => askPms(simulator, `/library/metadata/${EPISODE}`)],
    [
      "scan",
      () => askPms(simulator, `/library/sections/2/refresh?path=${encodeURIComponent(folderOf(EPISODE))}`),
    ],
    ["refresh", () => askPms(simulator, `/library/metadata/${EPISODE}/refresh`, { method: "PUT" })],
    ["section", () => askPms(simulator, "/library/sections/2/refresh")],
  ]

  it.each(["read", "scan", "refresh", "section", "never"] as const)(
    "are listed from stage %s on",
    async (works) => {
      simulator.world.servers[0]!.listsSidecarAfter = works
      writeFileSync(sidecarPath(".en.srt"), "1\n")
      let reached = false
      for (const [stage, perform] of stages) {
        await perform()
        await simulator.idle()
        reached ||= stage === works
        expect(externals()).toHaveLength(reached ? 1 : 0)
      }
    },
  )

  it("are left alone by a read with skipRefresh", async () => {
    simulator.world.servers[0]!.listsSidecarAfter = "read"
    writeFileSync(sidecarPath(".en.srt"), "1\n")
    await askPms(simulator, `/library/metadata/${EPISODE}?skipRefresh=1`)
    expect(externals()).toHaveLength(0)
    await askPms(simulator, `/library/metadata/${EPISODE}`)
    expect(externals()).toHaveLength(1)
  })

  it("are told apart by name, and wrong names are not listed", async () => {
    const library = simulator.world.servers[0]!.libraries[1]!
    library.listsSidecarAfter = "read"
    for (const name of [".en.srt", ".eng.sdh.srt", ".pt-BR.forced.ass", ".hi.srt", ".srt", ".nl.txt"]) {
      writeFileSync(sidecarPath(name), "1\n")
    }
    writeFileSync(sidecarPath(" copy.en.srt"), "1\n")
    await askPms(simulator, `/library/metadata/${EPISODE}`)
    const listed = externals().map((s) => [
      s.languageCode,
      s.codec,
      s.forced === true,
      s.hearingImpaired === true,
    ])
    expect(listed).toHaveLength(5)
    expect(listed).toEqual(
      expect.arrayContaining([
        ["eng", "srt", false, false],
        ["eng", "srt", false, true],
        ["por", "ass", true, false],
        ["hin", "srt", false, false],
        [undefined, "srt", false, false],
      ]),
    )
  })

  it("disappear from the list with the file, and can be fetched by their key until then", async () => {
    simulator.world.servers[0]!.listsSidecarAfter = "read"
    writeFileSync(sidecarPath(".en.srt"), "the text")
    await askPms(simulator, `/library/metadata/${EPISODE}`)
    const { key } = externals()[0]!
    expect((await askPms(simulator, key!)).text).toBe("the text")
    rmSync(sidecarPath(".en.srt"))
    await askPms(simulator, `/library/metadata/${EPISODE}`)
    expect(externals()).toHaveLength(0)
    expect((await askPms(simulator, key!)).status).toBe(404)
  })

  it("are not found by a scan of another folder", async () => {
    writeFileSync(sidecarPath(".en.srt"), "1\n")
    await askPms(simulator, `/library/sections/2/refresh?path=${encodeURIComponent(folderOf("1001"))}`)
    await simulator.idle()
    expect(externals()).toHaveLength(0)
  })
})

describe("scans", () => {
  it("show as running, can be cancelled, and can be refused by method", async () => {
    const [server] = simulator.world.servers
    const library = server!.libraries[1]!
    server!.listsSidecarAfter = "section"
    server!.scanDelayMs = 60_000
    writeFileSync(sidecarPath(".en.srt"), "1\n")
    await askPms(simulator, "/library/sections/2/refresh")
    const activities = async () => (await askPms(simulator, "/activities")).json.MediaContainer
    expect(library.refreshing).toBe(true)
    expect((await activities()).Activity).toMatchObject([{ type: "library.update.section" }])
    await askPms(simulator, "/library/sections/2/refresh", { method: "DELETE" })
    await simulator.idle()
    expect(library.refreshing).toBe(false)
    expect((await activities()).size).toBe(0)
    expect(externals()).toHaveLength(0)
    server!.scanMethods = ["POST"]
    expect((await askPms(simulator, "/library/sections/2/refresh")).status).toBe(404)
    expect((await askPms(simulator, "/library/sections/2/refresh", { method: "POST" })).status).toBe(200)
  })
})
