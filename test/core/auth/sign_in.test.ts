import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { fault, OWNER, type Simulator, smallWorld, startSimulator } from "../../simulator/mod.ts"
import { eventually, type RunningServer, startIn, temporaryConfig } from "../../support/server.ts"

/** The sign-in from end to end: the real server, the real adapters, plex.tv simulated. */

let simulator: Simulator
let server: RunningServer
let config: ReturnType<typeof temporaryConfig>

beforeEach(async () => {
  simulator = await startSimulator({ world: { ...smallWorld({ connections: "live" }), files: "none" } })
  config = temporaryConfig("auth: { apikey: key-of-the-tests-0123456789abcdef }\n")
  server = await startIn(config.folder, simulator)
})
afterEach(async () => {
  await server.stop()
  await simulator.close()
  config.remove()
})

const begin = async (fields: Record<string, string> = {}) =>
  ((await (await server.post("/api/plex/oauth/pin", fields)).json()) as any).data
const check = async (pin: { pinId: number }, state: string | null) => {
  const query = state === null ? "" : `?state=${encodeURIComponent(state)}`
  const response = await fetch(`${server.address}/api/plex/oauth/pin/${pin.pinId}/check${query}`, {
    headers: { "x-api-key": "key-of-the-tests-0123456789abcdef" },
  })
  return {
    status: response.status,
    body: (await response.json()) as any,
    retryAfter: response.headers.get("retry-after"),
  }
}

describe("POST /api/plex/oauth/pin, GET …/check", () => {
  it("signs in: pending, then authenticated with name and address, then the same again", async () => {
    const pin = await begin()
    expect(typeof pin.pinId).toBe("number")
    expect(pin.code).toHaveLength(25)
    expect(pin.state).toMatch(/^[\w-]{43}$/)
    expect(pin.authUrl).toContain(`code=${pin.code}`)
    expect((await check(pin, pin.state)).body).toEqual({ data: { authenticated: false, code: pin.code } })
    simulator.approvePin(pin.code)
    const done = await check(pin, pin.state)
    expect(done.body.data).toMatchObject({
      authenticated: true,
      username: OWNER,
      email: "owner@example.com",
    })
    expect(await check(pin, pin.state)).toEqual(done)
    expect((await server.get("/api/plex/oauth/validate")).data).toMatchObject({
      valid: true,
      auth_method: "oauth",
      state: "valid",
    })
  })

  it("answers 403 to a state that is missing, wrong or not ASCII, and asks plex.tv nothing, even when it is approved", async () => {
    const pin = await begin()
    simulator.approvePin(pin.code)
    const asked = simulator.requests.count({ service: "plexTv" })
    for (const state of [null, "", "wrong", "ключ", `${pin.state}x`]) {
      expect([state, (await check(pin, state)).status]).toEqual([state, 403])
    }
    expect(simulator.requests.count({ service: "plexTv" })).toBe(asked)
  })

  it("answers 410 to a number that is none of ours without asking plex.tv", async () => {
    const asked = simulator.requests.count({ service: "plexTv" })
    for (const pinId of [1, 999_999_999, "..%2Fuser", "abc"] as ReadonlyArray<number>) {
      const answer = await check({ pinId }, "x")
      expect([pinId, answer.status, answer.body.code]).toEqual([pinId, 410, "PIN_EXPIRED"])
    }
    expect(simulator.requests.count({ service: "plexTv" })).toBe(asked)
  })

  it("answers 410 once plex.tv knows the PIN no more", async () => {
    const pin = await begin()
    simulator.expirePin(pin.code)
    expect((await check(pin, pin.state)).status).toBe(410)
    expect((await check(pin, pin.state)).status).toBe(410)
  })

  it("answers 502 when plex.tv refuses the token that it has just given, and keeps what was there", async () => {
    const first = await begin()
    simulator.approvePin(first.code)
    await check(first, first.state)
    const second = await begin()
    simulator.approvePin(second.code)
    simulator.faults.set({ service: "plexTv", path: /\/user$/, times: 1 }, fault.status(401))
    expect(await check(second, second.state)).toMatchObject({ status: 502, body: { code: "INVALID_TOKEN" } })
  })

  it("passes on a 429 with its Retry-After, and an outage as 503, and goes on afterwards", async () => {
    const pin = await begin()
    simulator.faults.set(
      { service: "plexTv", path: /\/pins\//, times: 1 },
      fault.status(429, "", { "retry-after": "7" }),
    )
    expect(await check(pin, pin.state)).toMatchObject({ status: 429, retryAfter: "7" })
    simulator.faults.set({ service: "plexTv", path: /\/pins\//, times: 2 }, fault.reset)
    expect(await check(pin, pin.state)).toMatchObject({
      status: 503,
      body: { code: "PLEX_CONNECTION_ERROR" },
    })
    simulator.faults.clear()
    simulator.approvePin(pin.code)
    expect((await check(pin, pin.state)).body.data.authenticated).toBe(true)
  })

  it("survives a restart in the middle of it", async () => {
    const pin = await begin()
    await server.stop()
    simulator.approvePin(pin.code)
    server = await startIn(config.folder, simulator)
    expect((await check(pin, pin.state)).body.data.authenticated).toBe(true)
  })

  it("asks plex.tv at most once a second about a PIN, whoever asks", async () => {
    const pin = await begin()
    await Promise.all(Array.from({ length: 10 }, () => check(pin, pin.state)))
    expect(simulator.requests.count({ service: "plexTv", path: /\/pins\/\d+/ })).toBeLessThanOrEqual(2)
  })

  it("gives a short code for plex.tv/link", async () => {
    const pin = await begin({ short: "true" })
    expect(pin.code).toHaveLength(4)
    expect(pin.linkUrl).toContain(pin.code)
  })

  it("sends the browser back where it is told, and nowhere odd", async () => {
    const pin = await begin({ forwardUrl: "https://subs.example/setup" })
    expect(pin.authUrl).toContain(`forwardUrl=${encodeURIComponent("https://subs.example/setup")}`)
    expect(pin.authUrl).not.toContain(String(pin.pinId))
    expect((await server.post("/api/plex/oauth/pin", { forwardUrl: "javascript:alert(1)" })).status).toBe(400)
  })
})

describe("POST /api/plex/oauth/logout", () => {
  it("clears the account, revokes the token that we obtained, ends what waits, and keeps the client identifier", async () => {
    const pin = await begin()
    simulator.approvePin(pin.code)
    await check(pin, pin.state)
    const waiting = await begin()
    const answer = await (await server.post("/api/plex/oauth/logout")).json()
    expect(answer).toEqual({ success: true, token: "revoked", webhook: "none" })
    expect(simulator.requests.count({ service: "plexTv", path: /signout/ })).toBe(1)
    expect((await check(waiting, waiting.state)).status).toBe(410)
    expect((await server.get("/api/plex/oauth/validate")).data).toMatchObject({
      valid: false,
      state: "absent",
    })
    expect((await begin()).clientId).toBe(pin.clientId)
  })

  it("leaves a pasted key alone at plex.tv", async () => {
    await server.post("/api/plex/apikey", { apikey: "EXAMPLEaccountTOKEN01" })
    const answer = await (await server.post("/api/plex/oauth/logout")).json()
    expect(answer).toMatchObject({ token: "not_ours" })
    expect(simulator.requests.count({ service: "plexTv", path: /signout/ })).toBe(0)
  })
})

describe("GET /api/plex/oauth/validate", () => {
  it("tells an outage from a refusal, and neither signs anybody out", async () => {
    const pin = await begin()
    simulator.approvePin(pin.code)
    await check(pin, pin.state)
    const validate = async () => (await server.get("/api/plex/oauth/validate")).data
    simulator.faults.set({ service: "plexTv" }, fault.status(503))
    expect(await validate()).toMatchObject({ valid: false, state: "unknown", code: "CONNECTION_ERROR" })
    simulator.faults.clear()
    simulator.faults.set({ service: "plexTv", path: /user/ }, fault.status(401))
    expect(await validate()).toMatchObject({ valid: false, state: "rejected", code: "INVALID_TOKEN" })
    simulator.faults.clear()
    await eventually("the token to be good again", async () => (await validate()).valid === true)
  })
})

describe("POST /api/plex/apikey, POST /api/plex/encrypt-apikey", () => {
  it("stores a key sealed, and refuses none and a blank one", async () => {
    expect((await server.post("/api/plex/apikey", {})).status).toBe(400)
    expect((await server.post("/api/plex/apikey", { apikey: "  " })).status).toBe(400)
    const saved = await server.post("/api/plex/apikey", { apikey: "EXAMPLEaccountTOKEN01" })
    expect(await saved.json()).toEqual({ success: true, message: "API key saved securely" })
    expect((await server.get("/api/plex/oauth/validate")).data).toMatchObject({
      valid: true,
      auth_method: "apikey",
    })
    expect(((await (await server.post("/api/plex/encrypt-apikey")).json()) as any).success).toBe(true)
  })
})
