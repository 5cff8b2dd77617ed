import { spawnSync } from "node:child_process"
import { existsSync, statSync } from "node:fs"
import { request as httpsRequest } from "node:https"
import { afterEach, describe, expect, it } from "vitest"
import { ask, askPms, OWNER_TOKEN } from "./ask.ts"
import { fault, largeWorld, type Simulator, smallWorld, startSimulator } from "./mod.ts"

let simulator: Simulator
afterEach(() => simulator?.close())

const withoutFiles = () => startSimulator({ world: { ...smallWorld(), files: "none" } })

describe("startSimulator()", () => {
  it("makes real files and removes them at the end", async () => {
    simulator = await startSimulator()
    const path = simulator.pathOf("1001")
    expect(statSync(path).size).toBe(simulator.item("1001").media[0]!.parts[0]!.size)
    await simulator.close()
    expect(existsSync(simulator.mediaRoot)).toBe(false)
  })

  it("can name the files as another machine would", async () => {
    simulator = await startSimulator({ plexRoot: "" })
    const item = (await askPms(simulator, "/library/metadata/1001")).json.MediaContainer.Metadata[0]
    expect(item.Media[0].Part[0].file).toBe(
      "/data/media/movies/Sintel (2010)/Sintel (2010) [Bluray-1080p].mkv",
    )
  })

  it("keeps a journal", async () => {
    simulator = await withoutFiles()
    await askPms(simulator, "/library/metadata/1001?includeGuids=1")
    expect(simulator.requests.last({ service: "pms" })).toMatchObject({
      service: "pms:0",
      path: "/library/metadata/1001",
      query: { includeGuids: "1" },
      status: 200,
    })
    expect(simulator.requests.last()!.answerBytes).toBeGreaterThan(500)
    simulator.requests.clear()
    expect(simulator.requests.count()).toBe(0)
  })

  it("answers under a plex.direct name that verifies against the test authority", async () => {
    simulator = await withoutFiles()
    const list = (
      await ask(`${simulator.urls.plexTv}/api/v2/resources?includeHttps=1`, { token: OWNER_TOKEN })
    ).json
    const uri = list[0].connections.find((c: { uri: string }) => c.uri.startsWith("https://127-0-0-1")).uri
    const status = await new Promise((resolve, reject) => {
      const options = {
        ca: simulator.authority,
        agent: false,
        lookup: (_host: string, _options: object, done: (error: null, list: object[]) => void) =>
          done(null, [{ address: "127.0.0.1", family: 4 }]),
      }
      const sent = httpsRequest(`${uri}/identity`, options as object, (response) => {
        response.resume()
        resolve(response.statusCode)
      })
      sent.on("error", reject)
      sent.end()
    })
    expect(status).toBe(200)
  })

  it("binds every kind of address, and an impostor is somebody else", async () => {
    const world = smallWorld()
    world.files = "none"
    world.servers[0]!.connections = [
      { kind: "impostor" },
      { kind: "refused" },
      { kind: "silent" },
      { kind: "http" },
    ]
    simulator = await startSimulator({ world })
    const [attic] = (
      await ask(`${simulator.urls.plexTv}/api/v2/resources?includeHttps=1`, { token: OWNER_TOKEN })
    ).json
    const [impostor, refused, silent, http] = attic.connections.map((c: { uri: string }) => c.uri)
    expect((await ask(`${impostor}/identity`)).json.MediaContainer.machineIdentifier).not.toBe(
      attic.clientIdentifier,
    )
    await expect(ask(`${refused}/identity`)).rejects.toThrow()
    expect((await ask(`${http}/identity`)).json.MediaContainer.machineIdentifier).toBe(attic.clientIdentifier)
    const waiting = ask(`${silent}/identity`)
    waiting.catch(() => {})
    expect(simulator.requests.count({ service: "impostor" })).toBe(1)
    await simulator.close()
    await expect(waiting).rejects.toThrow()
  })

  it("leaves nothing open that would keep a process alive", () => {
    const code = `
      import { startSimulator } from ${JSON.stringify(new URL("mod.ts", import.meta.url).href)}
      const simulator = await startSimulator()
      new WebSocket(simulator.urls.pms[0].replace("http", "ws") + "/:/websockets/notifications?X-Plex-Token=EXAMPLEserverTOKEN-attic")
      await simulator.play({ item: "2013" })
      await simulator.close()
    `
    const ended = spawnSync(process.execPath, ["--input-type=module", "-e", code], { timeout: 15_000 })
    expect([ended.status, ended.stderr.toString()]).toEqual([0, ""])
  })

  it("moves a server to another address", async () => {
    simulator = await withoutFiles()
    const before = simulator.urls.pms[0]
    await simulator.moveServer("Attic")
    expect(simulator.urls.pms[0]).not.toBe(before)
    await expect(ask(`${before}/identity`)).rejects.toThrow()
    expect((await ask(`${simulator.urls.pms[0]}/identity`)).status).toBe(200)
  })
})

describe("faults", () => {
  it("strike the wanted requests, as often as wanted", async () => {
    simulator = await withoutFiles()
    const identity = (server = 0) => ask(`${simulator.urls.pms[server]}/identity`)
    simulator.faults.set(
      { service: "pms:0", path: /identity/, times: 1 },
      fault.status(503, "busy", { "Retry-After": "7" }),
    )
    expect((await identity(1)).status).toBe(200)
    const struck = await identity()
    expect([struck.status, struck.text, struck.headers["retry-after"]]).toEqual([503, "busy", "7"])
    expect((await identity()).status).toBe(200)
  })

  it("spoil answers in every way", async () => {
    simulator = await withoutFiles()
    const identity = () => ask(`${simulator.urls.pms[0]}/identity`)
    const spoil = (how: Parameters<Simulator["faults"]["set"]>[1]) => {
      simulator.faults.clear()
      simulator.faults.set({ service: "pms" }, how)
    }
    spoil(fault.reset)
    await expect(identity()).rejects.toThrow()
    spoil(fault.truncate)
    await expect(identity()).rejects.toThrow()
    spoil(fault.garbage)
    const garbage = await identity()
    expect(() => garbage.json).toThrow()
    spoil(fault.html)
    expect((await identity()).headers["content-type"]).toContain("html")
    spoil(fault.delay(20))
    const started = performance.now()
    expect((await identity()).status).toBe(200)
    expect(performance.now() - started).toBeGreaterThan(15)
  })

  it("hang without keeping close() from finishing", async () => {
    simulator = await withoutFiles()
    simulator.faults.set({ service: "plexTv" }, fault.hang)
    const hanging = ask(`${simulator.urls.plexTv}/api/v2/ping`, { token: OWNER_TOKEN })
    hanging.catch(() => {})
    await new Promise((resolve) => setTimeout(resolve, 10))
    await simulator.close()
    await expect(hanging).rejects.toThrow()
  })
})

describe("largeWorld()", () => {
  it("has every style of guid, pages, and needs no files", async () => {
    simulator = await startSimulator({ world: largeWorld({ movies: 300, shows: 20, episodesPerShow: 30 }) })
    const token = { token: "EXAMPLEserverTOKEN-warehouse" }
    const sections = (await askPms(simulator, "/library/sections", token)).json.MediaContainer.Directory
    let movies = 0
    for (const { key, type } of sections) {
      const headers = { "X-Plex-Container-Start": "0", "X-Plex-Container-Size": "10" }
      const page = await askPms(simulator, `/library/sections/${key}/all?type=${type === "movie" ? 1 : 4}`, {
        ...token,
        headers,
      })
      expect(page.json.MediaContainer.Metadata).toHaveLength(10)
      if (type === "movie") movies += page.json.MediaContainer.totalSize
    }
    expect(movies).toBe(300)
    expect(existsSync(simulator.pathOf("1"))).toBe(false)
    expect(existsSync(simulator.makeFile({ item: "1" }))).toBe(true)
  })

  it("has subtitles for anything", async () => {
    simulator = await startSimulator({ world: largeWorld({ movies: 10, shows: 2, episodesPerShow: 5 }) })
    const [show] = (await ask(`${simulator.urls.gestdown}/shows/external/tvdb/300001`)).json.shows
    const found = (await ask(`${simulator.urls.gestdown}/subtitles/get/${show.id}/1/2/en`)).json
      .matchingSubtitles
    expect(found).toHaveLength(1)
    expect((await ask(simulator.urls.gestdown + found[0].downloadUri)).status).toBe(200)
  })
})
