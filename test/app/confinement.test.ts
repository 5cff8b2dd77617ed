import { type ChildProcess, spawn } from "node:child_process"
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { readConfig, UsageError } from "../../app/config.ts"
import { confinedArguments, confinementOf, confinementText, mediaArguments } from "../../app/confinement.ts"
import { largeWorld, type Simulator, startSimulator } from "../simulator/mod.ts"
import { API_KEY, configurationFor, eventually, temporaryConfig } from "../support/server.ts"

/** Nothing that was compiled is at hand, so a busy machine takes its time to start. */
const PATIENCE_MS = 150_000

let simulator: Simulator
let item: string
let config: ReturnType<typeof temporaryConfig>
let child: ChildProcess | null = null

beforeEach(async () => {
  simulator = await startSimulator({
    world: largeWorld({ movies: 0, shows: 2, episodesPerShow: 2, files: true }),
  })
  item = [...simulator.world.servers[0]!.items.values()].find(
    ({ section, type }) => type === "episode" && section === "11",
  )!.ratingKey
  config = temporaryConfig(configurationFor(simulator))
})
afterEach(async () => {
  child?.kill("SIGKILL")
  await simulator.close()
  config.remove()
})

async function startConfined(media: ReadonlyArray<string>) {
  const args = ["--config", config.folder, "--host", "127.0.0.1", "--port", "0"]
  const env = { ...process.env, ...simulator.env }
  const confinement = confinementOf(readConfig(args, env), media, env)
  const started = spawn(process.execPath, confinedArguments(confinement, args), { env })
  child = started
  let output = ""
  for (const stream of [started.stdout, started.stderr]) stream.on("data", (chunk) => (output += chunk))
  const address = await eventually(
    "the server",
    async () => {
      if (started.exitCode !== null) throw new Error(output)
      return /listens on (http:\S+)/.exec(output)?.[1]
    },
    PATIENCE_MS,
  )
  const get = async (path: string): Promise<any> =>
    (await fetch(`${address}${path}`, { headers: { "x-api-key": API_KEY } })).json()
  const post = (path: string) =>
    fetch(`${address}${path}`, { method: "POST", headers: { "x-api-key": API_KEY } })
  return { get, post, webhook: `${address}/api/webhooks/plex?apikey=${API_KEY}`, output: () => output }
}

const besideVideo = () => readdirSync(dirname(simulator.pathOf(item))).filter((name) => /\.srt$/.test(name))

describe("the server under Node's permission model", () => {
  it("does all its work in its own folders and the media folders", async () => {
    const before = besideVideo()
    const server = await startConfined([simulator.mediaRoot])
    await simulator.play({ item, urls: [server.webhook] })
    const isListed = async () => simulator.subtitlesListedBy(item).some(({ key }) => key !== undefined)
    await eventually("the subtitle", isListed, PATIENCE_MS)
    expect(besideVideo().length).toBeGreaterThan(before.length)
    expect(existsSync(join(config.folder, "logs/oncue.log"))).toBe(true)
    expect(server.output()).not.toMatch(/ERR_ACCESS_DENIED|ExperimentalWarning/)
  }, 400_000)

  it("starts the tool that the settings name, without which it starts none", async () => {
    const tool = join(config.folder, "alass")
    writeFileSync(tool, '#!/bin/sh\nexec cp "$3" "$4"\n', { mode: 0o755 })
    const file = join(config.folder, "config.yaml")
    writeFileSync(file, `${readFileSync(file, "utf8")}\noncue: { sync_tool: '${tool}' }\n`)
    const server = await startConfined([simulator.mediaRoot])
    await simulator.play({ item, urls: [server.webhook] })
    const placed = await eventually(
      "the subtitle",
      async () =>
        (await server.get(`/api/subtitles?ratingKey=${item}`)).data.find((one: any) => one.fileName),
      PATIENCE_MS,
    )
    const asked = (await (await server.post(`/api/subtitles/${placed.id}/timing/listen`)).json()) as any
    const job = await eventually(
      "the comparison",
      async () => {
        const { data } = await server.get(`/api/jobs/${asked.data.jobId}`)
        return data.state === "waiting" || data.state === "running" ? null : data
      },
      PATIENCE_MS,
    )
    expect(job).toMatchObject({ state: "done", reason: "it runs in step" })
    expect(server.output()).not.toMatch(/SecurityWarning/)
  }, 400_000)

  it("says what to do about a media folder that it may not touch, and gives the subtitle to Plex", async () => {
    const before = besideVideo()
    const server = await startConfined([])
    await simulator.play({ item, urls: [server.webhook] })
    const told = await eventually(
      "the reason",
      async () => {
        const { data } = await server.get("/api/journal?limit=100")
        return data.find((entry: unknown) => JSON.stringify(entry).includes("--media or ONCUE_MEDIA_DIRS"))
      },
      PATIENCE_MS,
    )
    expect(JSON.stringify(told)).toContain("OnCue was started confined")
    expect(besideVideo()).toEqual(before)
  }, 400_000)
})

describe("confinementOf()", () => {
  const at = (argv: ReadonlyArray<string>, env: Record<string, string> = {}) => {
    const { media, others } = mediaArguments(argv, env)
    const read = readConfig(others, env)
    return { read, confinement: confinementOf(read, media, env) }
  }

  it("takes media folders from flags, the environment and the path mappings", () => {
    config.remove()
    config = temporaryConfig(
      "general: { path_mappings: [[/tv, /data/tv]] }\noncue: { radarr: [{ id: b, url: u, path_mappings: [[/m, /data/4k]] }], plex_path_mappings: [{ from: /p, to: /data/plex }] }\n",
    )
    const { confinement } = at(["--media", "/a", "--config", config.folder, "--media", "/b"], {
      ONCUE_MEDIA_DIRS: "/c:/d",
    })
    expect(confinement.media).toEqual(["/c", "/d", "/a", "/b", "/data/tv", "/data/4k", "/data/plex"])
    expect(confinement.write).toContain(config.folder)
    expect(confinedArguments(confinement, [])).not.toContain("--allow-child-process")
  })

  it("allows other programs exactly when the settings name a tool that is there, and says so", () => {
    const tool = join(config.folder, "ffsubsync")
    const named = (path: string) => {
      writeFileSync(join(config.folder, "config.yaml"), `oncue: { sync_tool: '${path}' }\n`)
      const { confinement, read } = at(["--config", config.folder])
      const isAllowed = confinedArguments(confinement, []).includes("--allow-child-process")
      return { isAllowed, text: confinementText(confinement, read) }
    }
    expect(named(tool).isAllowed).toBe(false)
    writeFileSync(tool, "", { mode: 0o755 })
    const { isAllowed, text } = named(tool)
    expect(isAllowed).toBe(true)
    expect(text).toContain(`since oncue.sync_tool names ${tool}`)
    const shell = named("/bin/sh")
    expect(shell.isAllowed).toBe(false)
    expect(shell.text).toContain("No other program can be started")
  })

  it("says what can be written, and how to name media folders when there are none", () => {
    const some = at(["--media", "/a", "--config", config.folder])
    expect(confinementText(some.confinement, some.read)).toContain("/a")
    const none = at(["--config", config.folder])
    expect(confinementText(none.confinement, none.read)).toContain("ONCUE_MEDIA_DIRS")
    expect(() => mediaArguments(["--media"], {})).toThrow(UsageError)
  })
})
