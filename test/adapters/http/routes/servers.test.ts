import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { fault, type Simulator, smallWorld, startSimulator, type World } from "../../../simulator/mod.ts"
import { API_KEY, eventually, type RunningServer, startIn, temporaryConfig } from "../../../support/server.ts"

/** Servers and libraries from end to end: the real server and adapters, Plex simulated. */

const ATTIC = "c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00"
const SHED = "5ed00000000000000000000000000000000005ed"
const SIGNED_IN = [
  "general: { use_plex: true }",
  `auth: { apikey: ${API_KEY} }`,
  "plex: { auth_method: oauth, token: EXAMPLEaccountTOKEN01, client_identifier: client-of-the-tests }",
  // The calls to the servers are counted here, and a stream makes some of its own.
  "oncue: { event_stream: false }",
  "",
].join("\n")

let simulator: Simulator
let server: RunningServer
let config: ReturnType<typeof temporaryConfig>

const start = async (world: Partial<World> = {}, text = SIGNED_IN) => {
  simulator = await startSimulator({
    world: { ...smallWorld({ connections: "live" }), files: "none", ...world },
  })
  config = temporaryConfig(text)
  server = await startIn(config.folder, simulator)
}
beforeEach(() => start())
afterEach(async () => {
  await server.stop()
  await simulator.close()
  config.remove()
})
const restart = async (world: Partial<World>, text = SIGNED_IN) => {
  await server.stop()
  await simulator.close()
  config.remove()
  await start(world, text)
}

const send = async (method: string, path: string, body?: unknown) => {
  const headers: Record<string, string> = { "x-api-key": API_KEY }
  const isForm = body instanceof FormData || body instanceof URLSearchParams
  if (body !== undefined && !isForm) headers["content-type"] = "application/json"
  const sent = body === undefined ? {} : { body: isForm ? body : JSON.stringify(body) }
  const response = await fetch(`${server.address}${path}`, { method, headers, ...sent })
  return { status: response.status, body: (await response.json()) as any }
}
const attic = () => simulator.urls.pms[0]!
const choice = () => ({ machineIdentifier: ATTIC, name: "Attic", uri: attic(), local: "true" })
const tokensSentTo = (service: "impostor" | "pms") =>
  simulator.requests.filter({ service }).filter(({ headers }) => headers["x-plex-token"] !== undefined).length

describe("GET /api/plex/oauth/servers", () => {
  it("lists owned servers with every connection tested, and tells the token to nobody", async () => {
    const { data } = await server.get("/api/plex/oauth/servers")
    expect(data.map((one: any) => [one.name, one.machineIdentifier, one.owned])).toEqual([
      ["Attic", ATTIC, true],
      ["Shed", SHED, true],
    ])
    const [first] = data
    expect(first.bestConnection).toMatchObject({ uri: attic(), class: "local_http", available: true })
    expect(first.connections.map((one: any) => [one.protocol, one.available, one.fault])).toEqual([
      ["http", true, null],
      ["https", false, "tls"],
    ])
    expect(first.connections[1].fingerprint).toMatch(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/)
    expect(JSON.stringify(data)).not.toContain("TOKEN")
    expect((await server.get("/api/plex/oauth/servers?includeShared=1")).data).toHaveLength(3)
  })

  it("never sends a token to a server that is another one", async () => {
    const world = smallWorld({ connections: "live" })
    world.servers[0]!.connections = [
      { kind: "impostor", local: true },
      { kind: "http", local: true },
    ]
    await restart(world)
    const [first] = (await server.get("/api/plex/oauth/servers")).data
    expect(first.connections[1]).toMatchObject({ available: false, fault: "wrong_server" })
    expect(tokensSentTo("impostor")).toBe(0)
  })

  it("tells a failure from having no servers, with 200 and an empty list all the same", async () => {
    simulator.faults.set({ service: "plexTv" }, fault.status(503))
    const down = await send("GET", "/api/plex/oauth/servers")
    expect(down).toMatchObject({ status: 200, body: { data: [], code: "PLEX_CONNECTION_ERROR" } })
    simulator.faults.clear()
    simulator.faults.set({ service: "plexTv" }, fault.status(401))
    const refused = await send("GET", "/api/plex/oauth/servers")
    expect(refused).toMatchObject({ status: 200, body: { data: [], code: "INVALID_TOKEN" } })
    simulator.faults.clear()
    await restart({}, `auth: { apikey: ${API_KEY} }\n`)
    expect((await send("GET", "/api/plex/oauth/servers")).body).toMatchObject({
      data: [],
      code: "UNAUTHORIZED",
    })
  })

  it("is told step by step to who listens", async () => {
    const response = await fetch(`${server.address}/api/plex/servers/discover?apikey=${API_KEY}`)
    const text = await response.text()
    const events = [...text.matchAll(/^event: (.*)$/gm)].map((match) => match[1])
    expect(events[0]).toBe("listed")
    expect(events.filter((name) => name === "usable")).toHaveLength(2)
    expect(events.at(-1)).toBe("done")
  })
})

describe("GET and POST /api/plex/select-server", () => {
  it("is null at first, then what was posted, from JSON, a form and a multipart form", async () => {
    expect((await send("GET", "/api/plex/select-server")).body).toEqual({ data: null })
    const multipart = new FormData()
    const form = new URLSearchParams()
    for (const [name, value] of [
      ...Object.entries(choice()),
      ["connections", attic()],
      ["connections", `${attic()}/`],
    ]) {
      multipart.append(name!, value!)
      form.append(name!, value!)
    }
    const expected = { machineIdentifier: ATTIC, name: "Attic", url: attic(), local: true }
    for (const body of [{ ...choice(), connections: [attic()] }, form, multipart]) {
      const posted = await send("POST", "/api/plex/select-server", body)
      expect(posted).toEqual({ status: 200, body: { data: { success: true, server: expected } } })
      expect((await send("GET", "/api/plex/select-server")).body).toEqual({ data: expected })
    }
    const [inUse] = (await server.get("/api/plex/servers")).data
    expect(inUse.connections).toEqual([attic(), `${attic()}/`])
    expect(inUse).toMatchObject({ uri: attic(), class: "local_http", primary: true })
  })

  it("reads the flag and a single connection as Bazarr's clients write them", async () => {
    for (const [local, expected] of [
      ["True", true],
      ["false", false],
      [true, true],
      [null, false],
      ["nonsense", false],
    ] as const) {
      const posted = await send("POST", "/api/plex/select-server", {
        ...choice(),
        local,
        connections: attic(),
      })
      expect([local, posted.body.data?.server.local]).toEqual([local, expected])
    }
    expect((await server.get("/api/plex/servers")).data[0].connections).toEqual([attic()])
  })

  it("refuses what is not that server, and keeps what was selected", async () => {
    await send("POST", "/api/plex/select-server", choice())
    const refused = async (more: object) => send("POST", "/api/plex/select-server", { ...choice(), ...more })
    expect(await refused({ uri: "javascript:alert(1)" })).toMatchObject({ status: 400 })
    expect(await refused({ uri: "http://169.254.169.254" })).toMatchObject({ status: 400 })
    expect(await refused({ uri: simulator.urls.pms[1]! })).toMatchObject({
      status: 404,
      body: { code: "SERVER_NOT_FOUND" },
    })
    expect((await send("POST", "/api/plex/select-server", { name: "x" })).status).toBe(400)
    expect((await server.get("/api/plex/select-server")).data.url).toBe(attic())
  })

  it("uses several servers side by side", async () => {
    await send("POST", "/api/plex/select-server", choice())
    const shed = { machineIdentifier: SHED, name: "Shed", uri: simulator.urls.pms[1]! }
    const both = (await send("POST", "/api/plex/servers", shed)).body.data
    expect(both.map((one: any) => [one.name, one.primary])).toEqual([
      ["Attic", true],
      ["Shed", false],
    ])
    expect((await server.get(`/api/plex/oauth/libraries?server=${SHED}`)).data).toHaveLength(1)
    await send("POST", `/api/plex/servers/${SHED}/primary`)
    expect((await server.get("/api/plex/select-server")).data.name).toBe("Shed")
    await send("DELETE", `/api/plex/servers/${SHED}`)
    expect((await server.get("/api/plex/select-server")).data.name).toBe("Attic")
    expect((await send("DELETE", "/api/plex/servers/unknown")).status).toBe(404)
  })
})

describe("a certificate that does not verify", () => {
  it("is refused, and accepted for this one server by its fingerprint", async () => {
    await send("POST", "/api/plex/select-server", choice())
    const [first] = (await server.get("/api/plex/oauth/servers")).data
    const { fingerprint, uri } = first.connections.find((one: any) => one.fault === "tls")
    expect((await send("PUT", `/api/plex/servers/${ATTIC}/certificate`, { fingerprint: "AB" })).status).toBe(
      400,
    )
    const [accepted] = (await send("PUT", `/api/plex/servers/${ATTIC}/certificate`, { fingerprint })).body
      .data
    expect(accepted.fingerprint).toBe(fingerprint)
    const [again] = (await server.get("/api/plex/oauth/servers")).data
    expect(again.bestConnection.uri).toBe(uri)
    await send("PUT", `/api/plex/servers/${ATTIC}/certificate`, { fingerprint: "" })
    expect((await server.get("/api/plex/oauth/servers")).data[0].bestConnection.uri).toBe(attic())
  })
})

describe("POST /api/plex/test-connection", () => {
  const test = (uri: string) => send("POST", "/api/plex/test-connection", { uri })

  it("is a success for a server of the account, and says why it is none", async () => {
    expect(await test(attic())).toMatchObject({ status: 200, body: { success: true, name: "Attic" } })
    await simulator.stopServer(1)
    const gone = await test(simulator.urls.pms[1]!)
    expect(gone).toMatchObject({ status: 200, body: { success: false, code: "REFUSED" } })
  })

  it("refuses public, link-local and odd addresses before any token is sent", async () => {
    const before = tokensSentTo("pms")
    for (const uri of [
      "http://169.254.169.254",
      "http://plex.invalid",
      "http://203.0.113.9",
      "file:///etc",
    ]) {
      expect([uri, (await test(uri)).status]).toEqual([uri, 400])
    }
    expect(tokensSentTo("pms")).toBe(before)
    expect((await send("POST", "/api/plex/test-connection", {})).status).toBe(400)
  })

  it("answers 401 with Bazarr's words when nobody is signed in", async () => {
    await restart({}, `auth: { apikey: ${API_KEY} }\n`)
    expect(await test("http://127.0.0.1:1")).toEqual({
      status: 401,
      body: { error: "No authentication token available", code: "UNAUTHORIZED" },
    })
  })

  it("an upstream that refuses the token is no 401 of ours", async () => {
    simulator.faults.set({ service: "plexTv" }, fault.status(401))
    expect((await test(attic())).status).toBe(502)
    simulator.faults.clear()
    simulator.faults.set({ service: "pms:0", path: /^\/$/ }, fault.status(401))
    expect(await test(attic())).toMatchObject({ status: 200, body: { success: false, code: "UNAUTHORISED" } })
  })
})

describe("GET /api/plex/oauth/libraries", () => {
  it("lists films and shows with small calls", async () => {
    await send("POST", "/api/plex/select-server", choice())
    simulator.requests.clear()
    const { data } = await server.get("/api/plex/oauth/libraries")
    expect(data.map((one: any) => one.type)).not.toContain("artist")
    expect(data[0]).toMatchObject({
      key: "1",
      title: "Movies",
      type: "movie",
      count: 3,
      agent: "tv.plex.agents.movie",
      scanner: "Plex Movie",
      language: "en-US",
      uuid: "00000001-0000-4000-8000-000000000000",
      locations: [expect.stringMatching(/\/data\/media\/movies$/)],
    })
    const calls = simulator.requests.filter({ service: "pms:0" })
    expect(calls).toHaveLength(1 + data.length)
    for (const one of calls.slice(1)) expect(one.answerBytes).toBeLessThan(1_000)
  })

  it("says that a server must be chosen, and what failed", async () => {
    expect((await send("GET", "/api/plex/oauth/libraries")).body).toMatchObject({
      data: [],
      code: "SERVER_NOT_FOUND",
    })
    await send("POST", "/api/plex/select-server", choice())
    simulator.faults.set({ service: "pms:0", path: /sections/ }, fault.status(500))
    expect(await send("GET", "/api/plex/oauth/libraries")).toMatchObject({
      status: 200,
      body: { data: [], code: "PLEX_CONNECTION_ERROR" },
    })
  })

  it("finds a server that has moved", async () => {
    await send("POST", "/api/plex/select-server", choice())
    await simulator.moveServer(0)
    expect((await server.get("/api/plex/oauth/libraries")).data).not.toHaveLength(0)
    expect((await server.get("/api/plex/select-server")).data.url).not.toBe(attic())
    const journal = await server.get("/api/journal?limit=20")
    expect(JSON.stringify(journal)).toContain("failed: the connection was refused")
  })

  it("works with an API key, whose server is named by host and port", async () => {
    await restart({})
    const { port } = new URL(attic())
    await server.stop()
    config.remove()
    config = temporaryConfig(
      [
        "general: { use_plex: true }",
        `auth: { apikey: ${API_KEY} }`,
        `plex: { apikey: EXAMPLEserverTOKEN-attic, ip: 127.0.0.1, port: ${port}, disable_auto_migration: true }`,
        "",
      ].join("\n"),
    )
    server = await startIn(config.folder, simulator)
    simulator.requests.clear()
    expect((await server.get("/api/plex/oauth/libraries")).data).not.toHaveLength(0)
    expect(simulator.requests.count({ service: "plexTv" })).toBe(0)
  })
})

describe("a single server", () => {
  it("is selected by itself after the sign-in", async () => {
    const world = smallWorld({ connections: "live" })
    world.servers = world.servers.slice(0, 1)
    await restart(world, `auth: { apikey: ${API_KEY} }\n`)
    const pin = (await send("POST", "/api/plex/oauth/pin")).body.data
    simulator.approvePin(pin.code)
    const done = await send("GET", `/api/plex/oauth/pin/${pin.pinId}/check?state=${pin.state}`)
    expect(done.body.data.authenticated).toBe(true)
    const selected = await eventually("the server to be selected", async () => {
      return (await server.get("/api/plex/select-server")).data
    })
    expect(selected).toMatchObject({ machineIdentifier: ATTIC, name: "Attic" })
  })
})

describe("POST /api/plex/clear", () => {
  it("removes everything of Plex, and the backup brings all of it back", async () => {
    await send("POST", "/api/plex/select-server", choice())
    simulator.requests.clear()
    const cleared = await send("POST", "/api/plex/clear")
    expect(cleared).toMatchObject({ status: 200, body: { data: { success: true } } })
    expect(simulator.requests.count({ service: "plexTv" })).toBe(0)
    expect((await server.get("/api/plex/account")).data).toMatchObject({ state: "absent", authMethod: null })
    expect((await server.get("/api/plex/servers")).data).toEqual([])
    expect((await server.get("/api/plex/select-server")).data).toBeNull()
    await send("POST", `/api/system/backups/${cleared.body.data.backupId}/restore`)
    expect((await server.get("/api/plex/oauth/validate")).data).toMatchObject({ valid: true })
    expect((await server.get("/api/plex/select-server")).data).toMatchObject({ machineIdentifier: ATTIC })
  })
})
