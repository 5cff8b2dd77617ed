import { once } from "node:events"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { makeApp } from "../../../adapters/http/app.ts"
import { openApiDocument } from "../../../adapters/http/openapi.ts"
import { ALL_ROUTES, ROUTES } from "../../../adapters/http/route_table.ts"
import { DEFAULT_SETTINGS } from "../../../core/settings/settings.ts"
import { fault, type Simulator, smallWorld, startSimulator } from "../../simulator/mod.ts"
import { type ApiCall, type ApiName, apiCalls, choiceOf, SHED } from "../../support/api_calls.ts"
import { documentedApi } from "../../support/documented_api.ts"
import {
  API_KEY,
  configurationFor,
  eventually,
  type RunningServer,
  startIn,
  temporaryConfig,
} from "../../support/server.ts"

/** The document against what the whole server really answers, over HTTP and with the outside simulated. */

const succeeded = new Set<ApiName>()

let simulator: Simulator
/** Signed in, with everything set up; and a fresh installation that nobody has been at. */
let den: RunningServer
let fresh: RunningServer
let code = ""
let problemOf: ReturnType<typeof documentedApi>
const listener = createServer((_, response) => response.end())
let receiver = ""
const folders: Array<ReturnType<typeof temporaryConfig>> = []

const folder = (text: string) => {
  const made = temporaryConfig(text)
  folders.push(made)
  return made.folder
}

beforeAll(async () => {
  await once(listener.listen(0, "127.0.0.1"), "listening")
  receiver = `http://127.0.0.1:${(listener.address() as AddressInfo).port}`
  simulator = await startSimulator({ world: smallWorld({ connections: "live" }) })
  den = await startIn(folder(configurationFor(simulator)), simulator)
  fresh = await startIn(folder(`auth: { apikey: ${API_KEY} }\n`), simulator, {
    terminal: (line) => {
      code = /one-time code is (\S+)/.exec(line)?.[1] ?? code
    },
  })
  problemOf = documentedApi(await den.get("/api/openapi.json"))
})
afterAll(async () => {
  await Promise.all([den.stop(), fresh.stop()])
  await simulator.close()
  listener.close()
  for (const { remove } of folders) remove()
})

/** The first event of a stream, as if it were an answer; `trigger` makes one happen, as often as it takes. */
async function firstEvent(response: Response, trigger: (() => Promise<unknown>) | undefined) {
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
  const again = trigger === undefined ? undefined : setInterval(() => void trigger(), 200)
  let text = ""
  for (;;) {
    const { done, value } = await reader.read()
    if (done) throw new Error(`the stream ended after: ${text}`)
    text += value
    const data = /^data: (.*)$/m.exec(text)?.[1]
    if (data === undefined) continue
    clearInterval(again)
    await reader.cancel()
    return data
  }
}

async function send(server: RunningServer, name: ApiName, call: ApiCall = {}, key: string | null = API_KEY) {
  const route = ROUTES[name]
  const path = route.path.replace(/\{(\w+)\}/g, (_, one) => encodeURIComponent(call.params?.[one] ?? "1"))
  const fields = new URLSearchParams(call.fields)
  const isRead = route.method === "GET"
  const query = isRead && fields.size > 0 ? `?${fields}` : ""
  const body = isRead ? null : call.json === undefined ? fields : JSON.stringify(call.json)
  const response = await fetch(`${server.address}${path}${query}`, {
    method: route.method,
    headers: {
      ...(key === null ? {} : { "x-api-key": key }),
      ...(call.json === undefined ? {} : { "content-type": "application/json" }),
      ...call.headers,
    },
    body,
  })
  const isLive = route.handleLive !== null && response.status === 200
  const text = isLive ? await firstEvent(response, call.trigger) : await response.text()
  const answered = {
    method: route.method,
    path: route.path,
    status: response.status,
    contentType: response.headers.get("content-type"),
    text,
  }
  expect(problemOf(answered)).toBeNull()
  return { ...answered, headers: response.headers }
}

async function succeed(
  server: RunningServer,
  name: ApiName,
  call: ApiCall = {},
  key: string | null = API_KEY,
) {
  const answered = await send(server, name, call, key)
  expect([name, answered.status < 300 ? "success" : answered.text]).toEqual([name, "success"])
  succeeded.add(name)
  return answered.contentType?.startsWith("application/json") && answered.text !== ""
    ? JSON.parse(answered.text)
    : answered
}

const attic = () => simulator.urls.pms[0]!
/** The same without the streams in which nothing happens by itself. */
const quietCalls = () =>
  apiCalls(simulator, den).filter(([name]) => name !== "liveEvents" && name !== "liveLog")

/** Compared only when they are refused: each takes a subtitle with a past, which other tests make. */
const LONG_STORIES: ReadonlyArray<ApiName> = [
  "checkSubtitleTiming",
  "listenToSubtitleTiming",
  "retimePlacedSubtitle",
  "returnPlacedSubtitle",
  "undoSubtitleTiming",
]

describe("openApiDocument()", { timeout: 180_000 }, () => {
  it("holds exactly what the server serves, each address once", () => {
    const app = makeApp({
      run: () => Promise.reject(new Error("nothing is asked")),
      settings: () => DEFAULT_SETTINGS,
      routes: ALL_ROUTES,
      basePath: "",
      onDefect: () => {},
    })
    const served = app.routes
      .filter(({ method, path }) => method !== "ALL" && /^\/(api|metrics)/.test(path))
      .map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, "{$1}")}`)
    const { paths } = openApiDocument(ALL_ROUTES, "1") as { paths: Record<string, Record<string, unknown>> }
    const documented = Object.entries(paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    )
    expect(served.length).toBeGreaterThan(80)
    expect(documented.sort()).toEqual(served.sort())
  })

  it("is what a server that is set up answers", async () => {
    for (const [name, call] of apiCalls(simulator, den)) await succeed(den, name, call())
    const found = await succeed(den, "search", { fields: { ratingKey: "2014" } })
    await eventually("the job to end", async () => {
      const { data } = await den.get(`/api/jobs/${found.data.jobId}`)
      return data.state === "done" || data.state === "failed"
    })
    const [placed] = (await succeed(den, "listPlacedSubtitles")).data
    const one = { params: { id: String(placed.id) } }
    for (const name of LONG_STORIES) await send(den, name, one)
    await succeed(den, "upgradePlacedSubtitle", one)
    await succeed(den, "refusePlacedSubtitle", one)
    const fields = { server: "attic", ratingKey: "1", provider: "gestdown", candidateId: "7" }
    const refused = await succeed(den, "addToBlacklist", { fields })
    await succeed(den, "removeFromBlacklist", { params: { id: String(refused.data.id) } })
    await succeed(den, "testNotification", { fields: { type: "webhook", url: `${receiver}/` } })
    await succeed(den, "retryJob", { params: { id: String(found.data.jobId) } })
    const backup = await succeed(den, "makeBackup")
    await succeed(den, "restoreBackup", { params: { id: backup.data.id } })
    const hook = await succeed(den, "createPlexWebhook")
    await succeed(den, "deletePlexWebhook", { fields: { webhook_url: hook.data.webhook_url } })
    await succeed(den, "postAllSweeps")
    await succeed(den, "removeServerInUse", { params: { serverId: SHED } })
  })

  it("names the words that an argument may be, and no other is taken", async () => {
    const document = await den.get("/api/openapi.json")
    const words = "waiting, running, done, failed, cancelled"
    expect(JSON.stringify(document.paths["/api/jobs"].get.parameters)).toContain(`Any of: ${words}`)
    const refused = await send(den, "listJobs", { fields: { state: "lost" } })
    expect([refused.status, refused.text]).toEqual([
      400,
      expect.stringMatching(/"state":.*"waiting"|waiting/),
    ])
  })

  it("is what an installation answers that is set up from nothing", async () => {
    let cookie = ""
    let csrf = ""
    const enter = async (name: ApiName, call: ApiCall) => {
      const answered = await send(fresh, name, call, null)
      expect([name, answered.text]).toEqual([name, expect.stringContaining("csrf")])
      succeeded.add(name)
      cookie = answered.headers.get("set-cookie")!.split(";")[0]!
      csrf = JSON.parse(answered.text).data.csrf
    }
    const browser = () => ({ headers: { cookie, "x-csrf-token": csrf } })
    await enter("enterFirst", {})
    await enter("enterByCode", { fields: { code } })
    await succeed(fresh, "putPassword", { fields: { password: "correct horse battery" } })
    await enter("enterByPassword", { fields: { password: "correct horse battery" } })
    const { data: sessions } = await succeed(fresh, "listSessions", browser(), null)
    await succeed(fresh, "endSession", { params: { id: sessions[0].id } })
    await succeed(fresh, "leaveThisBrowser")
    await succeed(fresh, "leaveAll")

    const { data: pin } = await succeed(fresh, "beginPlexSignIn")
    const check = { params: { pinId: String(pin.pinId) }, fields: { state: pin.state } }
    await succeed(fresh, "checkPlexSignIn", check)
    simulator.approvePin(pin.code)
    expect((await succeed(fresh, "checkPlexSignIn", check)).data.authenticated).toBe(true)
    expect((await succeed(fresh, "plexAccount")).data.state).toBe("valid")
    const { data: unwanted } = await succeed(fresh, "beginPlexSignIn", { fields: { short: "true" } })
    await succeed(fresh, "cancelPlexSignIn", {
      params: { pinId: String(unwanted.pinId) },
      fields: { state: unwanted.state },
    })
    const { data: entry } = await succeed(fresh, "enterByPlex", {}, null)
    const finish = { params: { pinId: entry.pinId }, fields: { state: entry.state } }
    await succeed(fresh, "enterByPlexCheck", finish, null)
    simulator.approvePin(entry.code)
    await eventually("the account to be let in", async () => {
      const { data } = await succeed(fresh, "enterByPlexCheck", finish, null)
      return data.csrf
    })
    await succeed(fresh, "deletePassword", { fields: { current: "correct horse battery" } })
    await succeed(fresh, "logOutOfPlex")

    const { hostname, port } = new URL(attic())
    await succeed(fresh, "savePlexApiKey", { fields: { apikey: "EXAMPLEaccountTOKEN01" } })
    await succeed(fresh, "sealPlexApiKey")
    await succeed(fresh, "postSettings", {
      fields: {
        "settings-plex-ip": hostname,
        "settings-plex-port": port,
        "settings-general-use_plex": "true",
      },
    })
    const { data: preview } = await succeed(fresh, "getMigration", { fields: { preview: "true" } })
    expect(preview.preview).not.toBeNull()
    expect((await succeed(fresh, "runMigration")).data.outcome).toBe("migrated")
    await succeed(fresh, "undoMigration")
    await succeed(fresh, "clearPlexSettings")
    await succeed(fresh, "putApiKey")
  })

  it("is what is answered without a key, or without arguments", async () => {
    for (const [name, route] of Object.entries(ROUTES) as ReadonlyArray<
      [ApiName, (typeof ROUTES)[ApiName]]
    >) {
      if (route.access === "open") continue
      expect([name, (await send(den, name, {}, null)).status]).toEqual([name, 401])
      expect([name, (await send(den, name, {}, "another key")).status]).toEqual([name, 401])
    }
    for (const name of [
      "qrCode",
      "testPlexConnection",
      "selectPlexServer",
      "plexWebhook",
      "putLogLevel",
    ] as const)
      expect([name, (await send(den, name)).status]).toEqual([name, 400])
    for (const name of ["getJob", "retryJob", "cancelJob", "endSession", "wakeProviderNow"] as const)
      await send(den, name, { params: { id: "999999" } })
  })

  it.each([
    ["refuses every token", () => [fault.status(401, '{"errors":[{"code":1001,"message":"no"}]}')]],
    ["has had enough", () => [fault.status(429, "", { "retry-after": "7" })]],
    ["is broken", () => [fault.status(500, "<html>")]],
    ["answers with a web page", () => [fault.html]],
    ["cuts every connection", () => [fault.reset]],
  ])("is what is answered when Plex %s", async (_, faults) => {
    const clear = faults().flatMap((one) =>
      (["plexTv", "pms"] as const).map((service) => simulator.faults.set({ service }, one)),
    )
    for (const [name, call] of quietCalls()) {
      const { status, text } = await send(den, name, call())
      expect([name, status]).not.toEqual([name, 401])
      if (name === "listPlexServers" || name === "listPlexLibraries")
        expect(JSON.parse(text)).toMatchObject({
          data: [],
          error: expect.any(String),
          code: expect.any(String),
        })
    }
    for (const name of ["beginPlexSignIn", "verifyPlexServer", "addServerInUse"] as const)
      await send(den, name, name === "addServerInUse" ? { fields: choiceOf(SHED, attic()) } : {})
    for (const one of clear) one()
  })

  it("is what is answered when a job is cancelled that waits for a server", async () => {
    const clear = simulator.faults.set({ service: "pms" }, fault.status(503))
    const { jobId } = (await succeed(den, "search", { fields: { ratingKey: "3003" } })).data
    const params = { id: String(jobId) }
    await eventually("the job to wait", async () => {
      const { attempts, state } = (await den.get(`/api/jobs/${jobId}`)).data
      return state === "waiting" && attempts > 0
    })
    await succeed(den, "cancelJob", { params })
    expect((await send(den, "cancelJob", { params })).status).toBe(409)
    clear()
  })

  it("is what is answered once nobody is signed in", async () => {
    await succeed(den, "logOutOfPlex")
    for (const [name, call] of quietCalls()) await send(den, name, call())
  })

  it("was compared with a success of every operation but those that take a long story", () => {
    const left = (Object.keys(ROUTES) as ReadonlyArray<ApiName>).filter((name) => !succeeded.has(name))
    expect(left.sort()).toEqual(LONG_STORIES)
  })
})
