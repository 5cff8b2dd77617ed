import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Redacted from "effect/Redacted"
import { describe, expect, it } from "vitest"
import { makeApp } from "../../../../adapters/http/app.ts"
import { ALL_ROUTES } from "../../../../adapters/http/route_table.ts"
import { layer as jobQueue } from "../../../../adapters/memory/job_queue.ts"
import { issueCode } from "../../../../core/access/issue_code.ts"
import type { AnyPort } from "../../../../core/ports/mod.ts"
import { accessWorld } from "../../../support/access_world.ts"

const KEY = "0123456789abcdef0123456789abcdef"

/** The app with a browser in front of it, which keeps its cookie. */
function installation(patch: Parameters<typeof accessWorld>[0] = {}) {
  const world = accessWorld({ auth: { apikey: Redacted.make(KEY) }, ...patch })
  const runtime = ManagedRuntime.make(Layer.merge(world.ports, jobQueue()) as Layer.Layer<AnyPort>)
  const app = makeApp({
    run: (program) => runtime.runPromiseExit(program),
    settings: world.settings,
    routes: ALL_ROUTES,
    basePath: "",
    onDefect: (route, cause) => expect.unreachable(`${route}: ${cause}`),
  })
  const jar = { cookie: "", csrf: "" }
  const ask = async (
    method: string,
    path: string,
    options: { body?: object; headers?: Record<string, string>; address?: string } = {},
  ) => {
    const response = await app.request(
      path,
      {
        method,
        headers: {
          host: "localhost:6868",
          "content-type": "application/json",
          ...(jar.cookie === "" ? {} : { cookie: jar.cookie }),
          ...(jar.csrf === "" ? {} : { "x-csrf-token": jar.csrf }),
          ...options.headers,
        },
        ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
      },
      { incoming: incoming(options.address ?? "127.0.0.1", options.body) },
    )
    const text = await response.text()
    const set = response.headers.get("set-cookie")
    if (set !== null) jar.cookie = set.split(";")[0]!
    const json = text === "" ? null : JSON.parse(text)
    if (json?.data?.csrf) jar.csrf = json.data.csrf
    return { status: response.status, json, set }
  }
  return { ask, jar, world, printCode: () => runtime.runPromise(issueCode()) }
}

/** As much of Node's request as the shell looks at. */
function incoming(address: string, body: object | undefined) {
  const listeners = new Map<string, (value?: unknown) => void>()
  const emit = () => {
    if (body !== undefined) listeners.get("data")?.(Buffer.from(JSON.stringify(body)))
    listeners.get("end")?.()
  }
  const add = (name: string, listener: (value?: unknown) => void) => {
    listeners.set(name, listener)
    if (name === "close") setImmediate(emit)
  }
  return {
    socket: { remoteAddress: address },
    httpVersion: "1.1",
    on: add,
    once: add,
    removeAllListeners: () => {},
  }
}

describe("access over HTTP", () => {
  it("a browser at the machine comes in and may then read and change", async () => {
    const { ask, jar } = installation()
    expect((await ask("GET", "/api/jobs")).status).toBe(401)
    expect((await ask("GET", "/api/access")).json.data).toMatchObject({
      signedIn: false,
      atThisMachine: true,
    })
    const { set, status } = await ask("POST", "/api/access/first")
    expect(status).toBe(200)
    expect(set).toMatch(/^oncue_session_6868=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=\d+$/)
    expect((await ask("GET", "/api/jobs")).status).toBe(200)
    expect((await ask("GET", "/api/access")).json.data).toMatchObject({ signedIn: true, csrf: jar.csrf })
    expect((await ask("GET", "/api/system/health")).json.data.status).toBe("degraded")
    expect((await ask("POST", "/api/jobs/1/retry")).status).toBe(404)
    expect((await ask("GET", "/api/access/sessions")).json.data).toHaveLength(1)
  })

  it("the cookie alone changes nothing: another page does not know the session's word", async () => {
    const { ask, jar } = installation()
    await ask("POST", "/api/access/first")
    const csrf = jar.csrf
    for (const headers of [
      { "x-csrf-token": "guess" },
      { "x-csrf-token": csrf, origin: "https://evil.example" },
      { "x-csrf-token": csrf, origin: "null" },
    ]) {
      const answer = await ask("POST", "/api/jobs/1/retry", { headers })
      expect([answer.status, answer.json.code]).toEqual([403, "CSRF"])
    }
    const origin = { origin: "http://localhost:6868" }
    expect((await ask("POST", "/api/jobs/1/retry", { headers: origin })).status).toBe(404)
  })

  it("a page elsewhere cannot sign a browser in", async () => {
    const { ask } = installation()
    const answer = await ask("POST", "/api/access/first", { headers: { origin: "https://evil.example" } })
    expect([answer.status, answer.json.code, answer.set]).toEqual([403, "CSRF", null])
  })

  it("the way in at the machine is closed behind a proxy and under another name", async () => {
    const { ask } = installation()
    for (const headers of [
      { "x-forwarded-for": "10.1.1.1" },
      { via: "1.1 x" },
      { host: "rebound.example:6868" },
    ]) {
      expect((await ask("POST", "/api/access/first", { headers })).status).toBe(403)
    }
    expect((await ask("POST", "/api/access/first", { address: "192.168.1.9" })).status).toBe(403)
  })

  it("the printed code signs a browser elsewhere in, once", async () => {
    const { ask, jar, printCode } = installation()
    const code = await printCode()
    const elsewhere = { body: { code }, address: "192.168.1.9", headers: { host: "den:6868" } }
    expect((await ask("POST", "/api/access/code", elsewhere)).status).toBe(200)
    jar.cookie = ""
    expect((await ask("POST", "/api/access/code", elsewhere)).json.code).toBe("ACCESS_REFUSED")
  })

  it("a password is set with the session and lets in without it; guesses are locked out with 429", async () => {
    const { ask, jar } = installation()
    await ask("POST", "/api/access/first")
    expect((await ask("PUT", "/api/access/password", { body: { password: "short" } })).status).toBe(400)
    expect((await ask("PUT", "/api/access/password", { body: { password: "correct horse" } })).status).toBe(
      200,
    )
    jar.cookie = ""
    jar.csrf = ""
    const guess = (password: string) => ask("POST", "/api/access/password", { body: { password } })
    expect((await guess("correct horse")).status).toBe(200)
    for (let n = 0; n < 5; n++) expect((await guess(`guess ${n}`)).status).toBe(403)
    expect((await guess("correct horse")).status).toBe(429)
  })

  it("signing out everywhere ends every browser's session and leaves the API key alone", async () => {
    const { ask } = installation()
    await ask("POST", "/api/access/first")
    const left = await ask("POST", "/api/access/leave-everywhere")
    expect(left.json).toEqual({ success: true, sessions: 1 })
    expect(left.set).toContain("Max-Age=0")
    expect((await ask("GET", "/api/jobs")).status).toBe(401)
    expect((await ask("GET", "/api/jobs", { headers: { "x-api-key": KEY } })).status).toBe(200)
    expect((await ask("POST", "/api/jobs/1/retry", { headers: { "x-api-key": KEY } })).status).toBe(404)
  })
})
