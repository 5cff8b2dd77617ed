import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest"
import { fault, type Simulator, smallWorld, startSimulator } from "../simulator/mod.ts"
import {
  configurationFor,
  eventually,
  type RunningServer,
  startIn,
  temporaryConfig,
} from "../support/server.ts"

/** Every way in which the whole server hears of something, beside the simulated world. */

let simulator: Simulator
let server: RunningServer
let config: ReturnType<typeof temporaryConfig>

beforeAll(async () => {
  simulator = await startSimulator({ world: smallWorld({ connections: "live" }) })
  config = temporaryConfig(configurationFor(simulator, "oncue: { dedupe_minutes: 10 }"))
  server = await startIn(config.folder, simulator)
  await connected()
})
afterEach(() => simulator.faults.clear())
afterAll(async () => {
  await server.stop()
  config.remove()
  await simulator.close()
})

const status = async () => (await server.get("/api/plex/webhook/status")).data
const streamOf = async () => (await status()).servers[0]?.stream
const connected = () => eventually("the event stream", async () => (await streamOf())?.state === "connected")
const jobsOf = async (ratingKey: string) =>
  (await server.get("/api/jobs?limit=500")).data.filter((job: any) => job.work.ratingKey === ratingKey)
const jobOf = (ratingKey: string) =>
  eventually(`the job for ${ratingKey}`, async () => (await jobsOf(ratingKey))[0])

describe("the event stream", () => {
  it("hears a playback without any webhook, with viewer and player", async () => {
    await simulator.play({ item: "2013", via: "stream", user: "shared_user" })
    const { work } = await jobOf("2013")
    expect(work.cause).toMatchObject({
      source: "stream",
      event: "media.play",
      viewer: { name: "shared_user" },
    })
    const { sources } = await status()
    expect(sources[0]).toMatchObject({ source: "stream", event: "media.play" })
    await eventually("the end of its job", async () => (await jobOf("2013")).state === "done")
  })

  it("makes one job of the same playback heard by webhook and stream", async () => {
    await simulator.play({ item: "1003", urls: [server.webhook], via: "both" })
    await jobOf("1003")
    await eventually("the end of its job", async () => (await jobOf("1003")).state !== "waiting")
    const heard = (await status()).sources.map((one: any) => one.source)
    expect(heard).toEqual(expect.arrayContaining(["webhook", "stream"]))
    expect(await jobsOf("1003")).toHaveLength(1)
  })

  it("finds what began while the stream was lost", async () => {
    simulator.faults.set({ service: "pms", path: /notifications/ }, fault.status(503))
    simulator.notifications().dropAll()
    await eventually("the loss", async () => (await streamOf()).state === "waiting")
    await simulator.play({ item: "2111", via: "webhook", urls: [] })
    simulator.faults.clear()
    const { work } = await jobOf("2111")
    expect(work.cause.source).toBe("stream")
    expect((await streamOf()).state).toBe("connected")
  })

  it("falls back to server-sent events where there is no WebSocket", async () => {
    simulator.faults.set({ service: "pms", path: /websocket/ }, fault.status(404))
    simulator.notifications().dropAll()
    await eventually("the other stream", async () => (await streamOf()).via === "eventsource")
    await simulator
      .play({ item: "2015", via: "stream" })
      .catch(() => simulator.play({ item: "2012", via: "stream" }))
    await eventually("the job", async () => (await jobsOf("2015"))[0] ?? (await jobsOf("2012"))[0])
  })

  it("hears of a new film", async () => {
    await connected()
    const film = simulator.addMovie({ title: "A New Film", year: 2024 })
    const job = await jobOf(film.ratingKey)
    expect(job.work.cause).toMatchObject({ source: "stream", event: "library.new" })
  })
})

describe("Sonarr, Radarr, Tautulli and scripts", () => {
  it("search for what was imported, once Plex has it", async () => {
    const episode = simulator.world.sonarr[0]!.series[0]!.episodes[0]!
    const url = (app: string) => server.webhook.replace("plex?", `${app}?`)
    const { answers } = await simulator.importEpisodes([episode.id], { urls: [url("sonarr")] })
    expect(answers[0]).toMatchObject({ status: 200, body: '"Taken: 1"' })
    const test = await simulator.arrTest("Radarr", { urls: [url("radarr")] })
    expect(test.answers[0]).toMatchObject({ status: 200, body: '"Nothing to do: Test is no import"' })
    const { data } = await server.get("/api/jobs?limit=500")
    expect(data.some((job: any) => job.work._tag === "FindSubtitlesForFile")).toBe(true)
  })

  it("are heard with their own names", async () => {
    await fetch(server.webhook.replace("plex?", "tautulli?"), {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        action: "play",
        media_type: "movie",
        rating_key: "1001",
        username: "owner_user",
      }),
    })
    const asked = await server.post("/api/search", { ratingKey: "1002" })
    expect(asked.status).toBe(202)
    const { sources } = await status()
    expect(sources.map((one: any) => one.source).sort()).toEqual([
      "api",
      "radarr",
      "sonarr",
      "stream",
      "tautulli",
      "webhook",
    ])
  })
})

describe("the webhook at plex.tv", () => {
  const call = async (name: string, fields: Record<string, string> = {}) => {
    const response = await server.post(`/api/plex/webhook/${name}`, fields)
    return [response.status, (await response.json()) as any] as const
  }

  it("needs an address, tests it, and is created, used and deleted beside those of others", async () => {
    const others = [...simulator.world.accounts[0]!.webhooks]
    const [noAddress, problem] = await call("create")
    expect([noAddress, problem.error]).toEqual([400, expect.stringContaining("general.public_url")])

    await server.stop()
    config.remove()
    config = temporaryConfig(
      configurationFor(simulator, "oncue: { event_stream: false }").replace(
        "general: {",
        "general: { hostname: 127.0.0.1,",
      ),
    )
    server = await startIn(config.folder, simulator)

    expect((await call("test"))[1].data).toMatchObject({ success: true, status: 200, outcome: "arrived" })
    const [status, created] = await call("create")
    expect([status, created.data.total_webhooks]).toEqual([200, others.length + 1])
    const url = created.data.webhook_url as string
    expect(url.startsWith(`${server.address}/api/webhooks/plex?apikey=`)).toBe(true)
    expect(simulator.world.accounts[0]!.webhooks).toEqual([...others, url])

    const { answers } = await simulator.play({ item: "1001", via: "webhook" })
    expect(answers.find((one) => one.url === url)?.status).toBe(200)
    expect((await jobOf("1001")).work.cause.source).toBe("webhook")

    const [, listed] = await server.get("/api/plex/webhook/list").then((body) => [200, body] as const)
    expect(listed.data.webhooks.at(-1)).toMatchObject({ url, owner: "current" })
    expect((await call("delete", { webhook_url: url }))[0]).toBe(200)
    expect(simulator.world.accounts[0]!.webhooks).toEqual(others)
  })

  it("says for each server whether its own switch is on", async () => {
    simulator.world.servers[0]!.prefs.WebHooksEnabled = false
    expect((await status()).servers[0]).toMatchObject({ webhooksEnabled: false, stream: null })
    simulator.world.servers[0]!.prefs.WebHooksEnabled = true
    expect((await status()).servers[0].webhooksEnabled).toBe(true)
  })
})
