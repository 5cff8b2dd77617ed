import { type ChildProcess, spawn, spawnSync } from "node:child_process"
import { once } from "node:events"
import {
  appendFileSync,
  chmodSync,
  existsSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from "node:fs"
import { join, resolve } from "node:path"
import { fileURLToPath } from "node:url"
import { afterEach, beforeAll, describe, expect, it } from "vitest"
import { fault, type Simulator, smallWorld, startSimulator } from "../simulator/mod.ts"
import { API_KEY, configurationFor, eventually, temporaryConfig } from "../support/server.ts"

/** The server as the process that people start, with signals, exit codes and files. */

const MAIN = resolve(fileURLToPath(import.meta.url), "../../../app/main.ts")

let simulator: Simulator
let children: Array<ChildProcess> = []
let folders: Array<{ remove: () => void }> = []

beforeAll(async () => {
  simulator = await startSimulator({ world: smallWorld({ connections: "live" }) })
  return () => simulator.close()
})
afterEach(async () => {
  for (const child of children) {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill("SIGKILL")
      await once(child, "exit")
    }
  }
  for (const folder of folders) folder.remove()
  simulator.faults.clear()
  children = []
  folders = []
})

function folderWith(text: string | null): string {
  const made = temporaryConfig(text)
  folders.push(made)
  return made.folder
}

/** Somebody for whom modes count, which they do not for root. */
const NOBODY = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}
const isNobodyLetIn = () =>
  spawnSync(process.execPath, ["-e", "fs.accessSync(process.argv[1])", MAIN], NOBODY).status === 0

function run(folder: string, args: ReadonlyArray<string> = [], who: typeof NOBODY = {}) {
  const child = spawn(
    process.execPath,
    [MAIN, "--config", folder, "--host", "127.0.0.1", "--port", "0", ...args],
    {
      env: { ...process.env, ...simulator.env },
      ...who,
    },
  )
  children.push(child)
  let output = ""
  child.stdout?.on("data", (chunk) => {
    output += chunk
  })
  child.stderr?.on("data", (chunk) => {
    output += chunk
  })
  const exited = once(child, "exit") as Promise<[number | null, NodeJS.Signals | null]>
  const address = () => eventually("the server", async () => /listens on (http:\S+)/.exec(output)?.[1])
  return { child, exited, address, output: () => output }
}

describe("npm start", () => {
  it("makes its folder with a 256-bit key on the first start, readable by the owner alone, and says what to do next", async () => {
    const folder = join(folderWith(null), "made", "here")
    const server = run(folder)
    const address = await server.address()
    const text = readFileSync(join(folder, "config.yaml"), "utf8")
    const key = /apikey: ["']?([0-9a-f]{64})/.exec(text)?.[1] ?? ""
    expect(key).toHaveLength(64)
    for (const name of ["config.yaml", "oncue.db", "logs/oncue.log"]) {
      expect([name, statSync(join(folder, name)).mode & 0o077]).toEqual([name, 0])
    }
    await eventually("the next step", async () => server.output().includes("sign-in"))
    expect(server.output()).not.toContain(key)
    expect((await fetch(`${address}/api/system/health`)).status).toBe(200)
    expect((await fetch(`${address}/api/journal`)).status).toBe(401)
    expect((await fetch(`${address}/api/journal`, { headers: { "x-api-key": key } })).status).toBe(200)
  })

  it("writes nothing to a configuration that has its key", async () => {
    const folder = folderWith(configurationFor(simulator))
    const before = statSync(join(folder, "config.yaml"))
    const text = readFileSync(join(folder, "config.yaml"), "utf8")
    const server = run(folder)
    await server.address()
    server.child.kill("SIGTERM")
    expect(await server.exited).toEqual([0, null])
    expect(readFileSync(join(folder, "config.yaml"), "utf8")).toBe(text)
    expect(statSync(join(folder, "config.yaml")).mtimeMs).toBe(before.mtimeMs)
  })

  it("ends with 0 on SIGTERM, within five seconds, also while a job waits for a server that is silent", async () => {
    simulator.faults.set({ service: "pms", path: /metadata/ }, fault.hang)
    const folder = folderWith(configurationFor(simulator))
    const server = run(folder)
    const address = await server.address()
    await simulator.play({ item: "1001", urls: [`${address}/api/webhooks/plex?apikey=${API_KEY}`] })
    await eventually(
      "the call to the server",
      async () => simulator.requests.count({ service: "pms", path: /metadata\/1001/ }) > 0,
    )
    const begun = performance.now()
    server.child.kill("SIGTERM")
    expect(await server.exited).toEqual([0, null])
    expect(performance.now() - begun).toBeLessThan(5_000)
  })

  it("goes on when whoever read its output has gone, and tells the log file so", async () => {
    const folder = folderWith(configurationFor(simulator))
    const server = run(folder)
    const address = await server.address()
    server.child.stdout?.destroy()
    server.child.stderr?.destroy()
    const before = simulator.subtitlesListedBy("2013").length
    await simulator.play({ item: "2013", urls: [`${address}/api/webhooks/plex?apikey=${API_KEY}`] })
    await eventually("the subtitle", async () => simulator.subtitlesListedBy("2013").length > before)
    // An edit is told to the terminal, which is how it is noticed that nobody reads there.
    appendFileSync(join(folder, "config.yaml"), "subdl: { api_key: another }\n")
    await eventually("the log file to tell of it", async () =>
      /"Nobody reads the terminal's lines: .*EPIPE"/.test(
        readFileSync(join(folder, "logs/oncue.log"), "utf8"),
      ),
    )
    server.child.kill("SIGTERM")
    expect(await server.exited).toEqual([0, null])
  })

  it("kill -9 between the acknowledgement and the search loses nothing", async () => {
    simulator.faults.set({ service: "pms", path: /metadata/ }, fault.hang)
    const folder = folderWith(configurationFor(simulator))
    const first = run(folder)
    const { answers } = await simulator.play({
      item: "1003",
      urls: [`${await first.address()}/api/webhooks/plex?apikey=${API_KEY}`],
    })
    expect(answers[0]?.status).toBe(200)
    first.child.kill("SIGKILL")
    await first.exited
    simulator.faults.clear()
    const before = simulator.subtitlesListedBy("1003").length
    const second = run(folder)
    await second.address()
    await eventually("the subtitle", async () => simulator.subtitlesListedBy("1003").length > before)
  })

  it.each([
    ["broken YAML", "general:\n  port: 1\n  ip: [unclosed\n", /config\.yaml:\d+ at "general/],
    ["a list at the top", "- plex\n- sonarr\n", /config\.yaml:1: a mapping/],
    ["a text at the top", "hello\n", /config\.yaml:1: a mapping/],
    [
      "an unknown auth_method",
      "plex:\n  auth_method: saml\n",
      /config\.yaml:2 at "plex.auth_method": one of apikey, oauth/,
    ],
  ])("ends with 1 on %s, names file, line and key, and leaves the file alone", async (_, text, message) => {
    const folder = folderWith(text)
    const server = run(folder)
    expect(await server.exited).toEqual([1, null])
    expect(server.output()).toMatch(message)
    expect(readFileSync(join(folder, "config.yaml"), "utf8")).toBe(text)
    expect(existsSync(join(folder, "secret.key"))).toBe(false)
  })

  it("understands values of another type, and names those that it replaces", async () => {
    const folder = folderWith(`auth: { apikey: ${API_KEY} }\nplex: { port: many, ssl: 'False' }\n`)
    const server = run(folder)
    await server.address()
    await eventually("the warning", async () =>
      /"plex.port" is not a port from 1 to 65535; its default is used/.test(server.output()),
    )
    expect(server.output()).not.toContain("plex.ssl")
  })

  it("says how it is started when asked, and starts nothing", async () => {
    const folder = folderWith(null)
    const server = run(folder, ["--help"])
    expect(await server.exited).toEqual([0, null])
    expect(server.output()).toMatch(/--config DIR .*\n.*--host HOST/)
    expect(existsSync(join(folder, "config.yaml"))).toBe(false)
  })

  it("says that everybody can read the keys, and leaves the mode as it is", async () => {
    const folder = folderWith(`auth: { apikey: ${API_KEY} }\n`)
    chmodSync(join(folder, "config.yaml"), 0o644)
    const server = run(folder)
    await server.address()
    await eventually("the warning", async () =>
      /can read the keys in .*config.yaml: run "chmod o-rwx" on it/.test(server.output()),
    )
    expect(statSync(join(folder, "config.yaml")).mode & 0o777).toBe(0o644)
    server.child.kill("SIGHUP")
    expect(await server.exited).toEqual([0, null])
  })

  it("ends with 2 on a flag that it does not know", async () => {
    const server = run(folderWith(null), ["--colour"])
    expect(await server.exited).toEqual([2, null])
    expect(server.output()).toMatch(/Known: --config DIR/)
  })

  it("ends with 1 when the port is taken or the folder is in use, and says which", async () => {
    const folder = folderWith(configurationFor(simulator))
    const port = new URL(await run(folder).address()).port
    const same = run(folder)
    expect(await same.exited).toEqual([1, null])
    expect(same.output()).toMatch(/another process uses it/)
    const taken = run(folderWith(null), ["--port", port])
    expect(await taken.exited).toEqual([1, null])
    expect(taken.output()).toContain(`127.0.0.1:${port}: another program uses this port`)
    expect(taken.output()).toContain("Write another one, above 1024 (--port)")
  })

  it("ends with 1 when an edit by hand names no address, and says which key, what is there and what to write", async () => {
    const folder = folderWith("general:\n  ip: nowhere!\n  port: 0\n")
    const child = spawn(process.execPath, [MAIN, "--config", folder, "--port", "0"], {
      env: { ...process.env, ...simulator.env },
    })
    children.push(child)
    let said = ""
    child.stderr.on("data", (part) => {
      said += String(part)
    })
    expect((await once(child, "exit"))[0]).toBe(1)
    expect(said).toContain("Cannot start: Cannot listen on nowhere!:0: this is no address")
    expect(said).toContain(`Write 127.0.0.1 for this machine alone, 0.0.0.0`)
    expect(said).toContain(`(general.ip in ${join(folder, "config.yaml")})`)
  })

  it.skipIf(!isNobodyLetIn())(
    "works in a folder that cannot be written, as far as nothing has to be kept",
    async () => {
      const folder = folderWith(configurationFor(simulator))
      chmodSync(join(folder, "config.yaml"), 0o444)
      chmodSync(folder, 0o555)
      const server = run(folder, [], NOBODY)
      const address = await server.address()
      const call = async (method: string, path: string, body?: string) => {
        const headers = { "x-api-key": API_KEY, "content-type": "application/x-www-form-urlencoded" }
        const response = await fetch(address + path, {
          method,
          headers,
          ...(body === undefined ? {} : { body }),
        })
        return [response.status, (await response.json()) as any] as const
      }
      expect((await call("GET", "/api/plex/oauth/servers"))[1].data).not.toHaveLength(0)
      expect((await call("GET", "/api/plex/oauth/validate"))[1].data.valid).toBe(true)
      const [unsaved, reason] = await call("POST", "/api/system/settings", "settings-plex-username=other")
      expect([unsaved, reason.code]).toEqual([500, "CONFIG_SAVE_ERROR"])
      expect((await call("GET", "/api/system/settings"))[1].plex.username).toBe("")
      const [refused, why] = await call("POST", "/api/search", "ratingKey=2013")
      expect([refused, why.error]).toEqual([
        503,
        expect.stringMatching(/cannot be written \(EACCES\).*ONCUE_DATA_DIR/),
      ])
      expect((await call("GET", "/api/system/attention"))[1].data).toContainEqual({ _tag: "NotDurable" })
      const [unready, told] = await call("GET", "/api/system/health/ready")
      expect([unready, told.reasons]).toEqual([503, [expect.stringMatching(/cannot be written \(EACCES\)/)]])
      expect(server.output()).toMatch(/WARNING .*cannot be written/)
      expect(readdirSync(folder)).toEqual(["config.yaml"])
      chmodSync(folder, 0o755)
    },
  )

  it("listens where config.yaml says, under its base address", async () => {
    const folder = folderWith(null)
    writeFileSync(
      join(folder, "config.yaml"),
      `general: { base_url: /subs/ }\nauth: { apikey: ${API_KEY} }\n`,
    )
    const address = await run(folder).address()
    expect((await fetch(`${new URL(address).origin}/subs/api/system/health`)).status).toBe(200)
    expect((await fetch(`${new URL(address).origin}/api/system/health`)).status).toBe(200)
  })
})
