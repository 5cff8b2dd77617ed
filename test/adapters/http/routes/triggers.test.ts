import type * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Redacted from "effect/Redacted"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { makeApp } from "../../../../adapters/http/app.ts"
import type { Route } from "../../../../adapters/http/route.ts"
import { importWebhooks, search, tautulliWebhook } from "../../../../adapters/http/routes/triggers.ts"
import { type AnyPort, SettingsStore } from "../../../../core/ports/mod.ts"
import { sampleText } from "../../../support/samples.ts"
import { jobs, triggerWorld } from "../../../support/trigger_world.ts"

const KEY = "0123456789abcdef0123456789abcdef"
const EVENTS_KEY = "events-only-key"
const keys = { auth: { apikey: Redacted.make(KEY) }, oncue: { webhook_key: Redacted.make(EVENTS_KEY) } }
const defects: Array<unknown> = []

function serve(waitingMax = 1_000) {
  const runtime = ManagedRuntime.make(triggerWorld(keys, waitingMax).layer as unknown as Layer.Layer<AnyPort>)
  const settings = runtime.runSync(SettingsStore.use((store) => store.current))
  const app = makeApp({
    run: (program) => runtime.runPromiseExit(program),
    settings: () => settings,
    routes: [tautulliWebhook, search, ...Object.values(importWebhooks)] as unknown as ReadonlyArray<Route>,
    basePath: "",
    onDefect: (_, cause) => defects.push(cause),
  })
  const send = async (path: string, body: unknown, options: { method?: string; key?: string } = {}) => {
    const response = await app.request(path, {
      method: options.method ?? "POST",
      headers: { "content-type": "application/json", "x-api-key": options.key ?? EVENTS_KEY },
      body: typeof body === "string" ? body : JSON.stringify(body),
    })
    return [response.status, await response.text()] as const
  }
  const works = () => runtime.runPromise(jobs)
  return { runtime, send, works }
}

let server = serve()
beforeEach(() => {
  server = serve()
})
afterEach(async () => {
  await server.runtime.dispose()
  expect(defects).toEqual([])
})

describe("POST /api/webhooks/sonarr and radarr", () => {
  it("answers 200 to an import with the file queued, by POST and PUT, with and without an instance", async () => {
    for (const [path, sample, method] of [
      ["/api/webhooks/sonarr", "sonarr-webhook-download", "POST"],
      ["/api/webhooks/sonarr", "sonarr-webhook-import-complete", "PUT"],
      ["/api/webhooks/sonarr/4k", "sonarr-webhook-download", "POST"],
      ["/api/webhooks/radarr", "radarr-webhook-download", "POST"],
      ["/api/webhooks/radarr/4k", "radarr-webhook-download", "PUT"],
    ] as const) {
      const [status, text] = await server.send(path, sampleText(`arr/${sample}.json`), { method })
      expect([path, status, text]).toEqual([path, 200, expect.stringMatching(/^"Taken: \d"$/)])
    }
    expect((await server.works()).length).toBeGreaterThanOrEqual(4)
  })

  it("answers 200 to a test and to every other event, and queues nothing", async () => {
    const test = await server.send("/api/webhooks/sonarr", sampleText("arr/sonarr-webhook-test.json"))
    expect(test).toEqual([200, '"Nothing to do: Test is no import"'])
    for (const eventType of ["Grab", "Rename", "MovieFileDelete", "Health", "Whatever"])
      expect((await server.send("/api/webhooks/radarr", { eventType }))[0]).toBe(200)
    expect((await server.send("/api/webhooks/sonarr", { eventType: "Download", episodeFile: 7 }))[0]).toBe(
      200,
    )
    expect(await server.works()).toEqual([])
  })

  it("answers 400 to what no Sonarr sends", async () => {
    for (const body of ["", "{", "[]", "null", "{}", '{"eventType":{}}', '{"eventType":""}'])
      expect([body, (await server.send("/api/webhooks/sonarr", body))[0]]).toEqual([body, 400])
  })

  it("answers 401 without a key, and takes the key from the address", async () => {
    const body = sampleText("arr/radarr-webhook-download.json")
    expect((await server.send("/api/webhooks/radarr", body, { key: "wrong" }))[0]).toBe(401)
    expect((await server.send("/api/webhooks/radarr", body, { key: "" }))[0]).toBe(401)
    expect((await server.send("/api/webhooks/radarr", body, { key: KEY }))[0]).toBe(200)
  })

  it("answers 503 when nothing can be stored, since a 200 would be a lie", async () => {
    await server.runtime.dispose()
    server = serve(0)
    const [status, text] = await server.send(
      "/api/webhooks/sonarr",
      sampleText("arr/sonarr-webhook-download.json"),
    )
    expect([status, JSON.parse(text).code]).toEqual([503, "QUEUE_FULL"])
  })
})

describe("POST /api/webhooks/tautulli", () => {
  const play = {
    action: "play",
    server_machine_id: "den",
    media_type: "movie",
    rating_key: "7",
    username: "owner",
  }

  it("answers 200 to a playback and to something added", async () => {
    expect(await server.send("/api/webhooks/tautulli", play)).toEqual([200, '""'])
    expect(
      await server.send("/api/webhooks/tautulli", { ...play, action: "created", rating_key: "8" }),
    ).toEqual([200, '""'])
    expect((await server.works()).map(({ work }) => work)).toMatchObject([
      {
        _tag: "FindSubtitles",
        serverId: "den",
        ratingKey: "7",
        cause: { source: "tautulli", event: "media.play" },
      },
      { _tag: "FindSubtitles", ratingKey: "8", cause: { event: "library.new", viewer: null } },
    ])
  })

  it("answers 204 to a test, another action, another server and music", async () => {
    for (const body of [
      {},
      { ...play, action: "stop" },
      { ...play, server_machine_id: "attic" },
      { ...play, media_type: "track" },
    ])
      expect((await server.send("/api/webhooks/tautulli", body))[0]).toBe(204)
    expect(await server.works()).toEqual([])
  })

  it("answers 400 to what is no JSON object, and 401 to a wrong key", async () => {
    for (const body of ["{", "[]", "7"])
      expect((await server.send("/api/webhooks/tautulli", body))[0]).toBe(400)
    expect((await server.send("/api/webhooks/tautulli", play, { key: "wrong" }))[0]).toBe(401)
  })
})

describe("POST /api/search", () => {
  const ask = (body: unknown) => server.send("/api/search", body, { key: KEY })

  it("answers 202 with the job", async () => {
    expect(await ask({ ratingKey: 7 })).toEqual([202, '{"data":{"jobId":1,"outcome":"added"}}'])
    expect(await ask({ ratingKey: "7" })).toEqual([202, '{"data":{"jobId":1,"outcome":"merged"}}'])
    expect((await ask({ path: "/films/a.mkv" }))[0]).toBe(202)
    expect((await ask({ tvdb: 121361, season: "1", episode: 3 }))[0]).toBe(202)
  })

  it("answers 400 to what is unclear and 404 to a server that is not selected", async () => {
    for (const body of [{}, { path: "a.mkv" }, { season: 1 }, { tvdb: "1", season: "x", episode: 1 }])
      expect([body, (await ask(body))[0]]).toEqual([body, 400])
    expect((await ask({ ratingKey: "7", server: "cellar" }))[0]).toBe(404)
  })

  it("answers 401 to the key that may post events and nothing else", async () => {
    expect((await server.send("/api/search", { ratingKey: "7" }))[0]).toBe(401)
  })
})
