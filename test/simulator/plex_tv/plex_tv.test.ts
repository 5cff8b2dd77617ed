import { generateKeyPairSync, randomUUID, sign } from "node:crypto"
import { readFileSync } from "node:fs"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { ask, OWNER_TOKEN } from "../ask.ts"
import { FREE_USER, OWNER, type Simulator, smallWorld, startSimulator } from "../mod.ts"

const sample = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../samples/plextv/${name}`, import.meta.url), "utf8"))

let simulator: Simulator
let nowMs = 0
let api = ""

beforeEach(async () => {
  nowMs = Date.parse("2025-08-12T12:00:00Z")
  simulator = await startSimulator({ world: { ...smallWorld(), files: "none" }, now: () => nowMs })
  api = `${simulator.urls.plexTv}/api/v2`
})
afterEach(() => simulator.close())

const createPin = async (query = "?strong=true") =>
  (await ask(`${api}/pins${query}`, { method: "POST", headers: { "X-Plex-Product": "OnCue" } })).json

describe("pins", () => {
  it("have the recorded shape, strong and weak", async () => {
    const strong = await createPin()
    expect(Object.keys(strong)).toEqual(Object.keys(sample("pins-create-strong.201.json")))
    expect(strong).toMatchObject({
      product: "OnCue",
      expiresIn: 1800,
      authToken: null,
      expiresAt: "2025-08-12T12:30:00Z",
    })
    expect(strong.code).toHaveLength(25)
    const weak = await createPin("")
    expect(weak).toMatchObject({ expiresIn: 900 })
    expect(weak.code).toHaveLength(4)
  })

  it("are strong when the body says so", async () => {
    const headers = { "Content-Type": "application/json" }
    const pin = await ask(`${api}/pins`, { method: "POST", headers, body: '{"strong":true}' })
    expect(pin.status).toBe(201)
    expect(pin.json.code).toHaveLength(25)
  })

  it("count down, are claimed, and keep answering with the token", async () => {
    const { id, code } = await createPin()
    nowMs += 57_000
    expect((await ask(`${api}/pins/${id}`)).json).toMatchObject({ expiresIn: 1743, authToken: null })
    simulator.approvePin(code)
    const first = (await ask(`${api}/pins/${id}`)).json.authToken
    expect(first).toMatch(/^.{20}$/)
    expect((await ask(`${api}/pins/${id}`)).json.authToken).toBe(first)
    expect((await ask(`${api}/user`, { token: first })).json.username).toBe(OWNER)
  })

  it("end with 404 code 1020, and are nobody else's", async () => {
    const { id } = await createPin()
    const other = { "X-Plex-Client-Identifier": "another" }
    expect((await ask(`${api}/pins/${id}`, { headers: other })).status).toBe(404)
    nowMs += 1_800_000
    const expired = await ask(`${api}/pins/${id}`)
    expect(expired.status).toBe(404)
    expect(expired.json).toEqual(sample("pins-poll-expired.404.json"))
  })

  it("stay pending after a refusal", async () => {
    const { id } = await createPin()
    simulator.denyPin(id)
    simulator.approvePin(id)
    expect((await ask(`${api}/pins/${id}`)).json.authToken).toBeNull()
  })

  it("of four characters are linked by a signed-in application", async () => {
    const weak = await createPin("")
    const strong = await createPin()
    const link = (code: string) =>
      ask(`${api}/pins/link`, { method: "PUT", token: OWNER_TOKEN, body: `code=${code}` })
    expect((await link(strong.code)).status).toBe(404)
    expect((await link(weak.code)).status).toBe(204)
    expect((await ask(`${api}/pins/${weak.id}`)).json.authToken).toBeTypeOf("string")
  })

  it("end the previous token of the same installation unless told otherwise", async () => {
    const claim = async () => {
      const { id } = await createPin()
      simulator.approvePin(id)
      return (await ask(`${api}/pins/${id}`)).json.authToken as string
    }
    const first = await claim()
    const second = await claim()
    expect((await ask(`${api}/user`, { token: first })).status).toBe(401)
    simulator.world.rotateTokens = false
    await claim()
    expect((await ask(`${api}/user`, { token: second })).status).toBe(200)
    expect((await ask(`${api}/user`, { token: OWNER_TOKEN })).status).toBe(200)
  })
})

describe("errors", () => {
  it("are 400 without a client identifier and 401 without a token", async () => {
    const bare = await ask(`${api}/user`, { headers: { "X-Plex-Client-Identifier": "" }, token: OWNER_TOKEN })
    expect(bare.status).toBe(400)
    expect(bare.json).toEqual(sample("error-missing-client-id.400.json"))
    const nobody = await ask(`${api}/user`, { token: "wrong" })
    expect(nobody.status).toBe(401)
    expect(nobody.json).toEqual(sample("error-unauthorized.401.json"))
  })

  it("are XML when JSON was not asked for", async () => {
    const answer = await ask(`${api}/user`, { headers: { Accept: "*/*" } })
    expect(answer.headers["content-type"]).toContain("xml")
    const path = new URL("../../samples/plextv/error-unauthorized.401.xml", import.meta.url)
    expect(answer.text).toBe(readFileSync(path, "utf8"))
  })
})

describe("account", () => {
  it("has the recorded keys, and the secrets that must not be kept", async () => {
    const user = (await ask(`${api}/user`, { token: OWNER_TOKEN })).json
    for (const key of Object.keys(sample("user-plexpass.200.json"))) expect(user).toHaveProperty(key)
    expect(user.authToken).toBe(OWNER_TOKEN)
    expect(user.services[0]).toHaveProperty("secret")
    const free = (await ask(`${api}/user`, { token: "EXAMPLEaccountTOKEN02" })).json
    expect(free).toMatchObject({ username: FREE_USER, subscription: { active: false } })
  })

  it("signs out one token", async () => {
    expect((await ask(`${api}/ping`, { token: OWNER_TOKEN })).json).toEqual({ pong: true })
    expect((await ask(`${api}/users/signout`, { method: "DELETE", token: OWNER_TOKEN })).status).toBe(204)
    expect((await ask(`${api}/ping`, { token: OWNER_TOKEN })).status).toBe(401)
  })
})

describe("resources", () => {
  it("give each server its own token and every kind of address", async () => {
    const query = "?includeHttps=1&includeRelay=1&includeIPv6=1"
    const list = (await ask(`${api}/resources${query}`, { token: OWNER_TOKEN })).json
    const recorded = sample("resources.200.json")
    expect(Object.keys(list[0])).toEqual(Object.keys(recorded[0]))
    const tokens = list.map((device: { accessToken: string }) => device.accessToken)
    expect(tokens).not.toContain(OWNER_TOKEN)
    const attic = list[0]
    expect(attic.connections.map((c: { address: string }) => c.address)).toEqual(
      expect.arrayContaining(["172.17.0.2", "127.0.0.1", "2001:db8::50", "198.51.100.200"]),
    )
    expect(list.find((device: { owned: boolean }) => !device.owned)).toMatchObject({
      sourceTitle: "friend_user",
      accessToken: "EXAMPLEserverTOKEN-shared",
    })
    expect(list.at(-1)).toMatchObject({ provides: "client,player,pubsub-player", accessToken: "" })
  })

  it("leave out what was not asked for", async () => {
    const attic = (await ask(`${api}/resources`, { token: OWNER_TOKEN })).json[0]
    for (const connection of attic.connections) {
      expect(connection).toMatchObject({ protocol: "http", relay: false, IPv6: false })
    }
  })

  it("have a legacy form that is XML whatever was asked for", async () => {
    const legacy = await ask(`${simulator.urls.plexTv}/pms/resources?includeHttps=1&includeRelay=1`, {
      token: OWNER_TOKEN,
    })
    expect(legacy.headers["content-type"]).toContain("xml")
    expect(legacy.text).toContain('<Device name="Friend&apos;s box"')
    expect(legacy.text).toContain('relay="1"/>')
  })
})

describe("webhooks", () => {
  const post = (body: string, token = OWNER_TOKEN) =>
    ask(`${api}/user/webhooks`, {
      method: "POST",
      token,
      headers: { "Content-Type": "application/x-www-form-urlencoded" },
      body,
    })

  it("are replaced as a whole", async () => {
    const body = readFileSync(
      new URL("../../samples/plextv/webhooks-post-body.txt", import.meta.url),
      "utf8",
    ).trim()
    const answer = await post(body)
    expect(answer.status).toBe(201)
    expect(answer.json).toEqual(sample("webhooks-list.200.json"))
    await post("urls%5B%5D=http%3A%2F%2F127.0.0.1%2Fmine")
    expect((await ask(`${api}/user/webhooks`, { token: OWNER_TOKEN })).json).toEqual([
      { url: "http://127.0.0.1/mine" },
    ])
    await post("urls=")
    expect((await ask(`${api}/user/webhooks`, { token: OWNER_TOKEN })).json).toEqual([])
  })

  it("are refused without a Plex Pass", async () => {
    expect((await ask(`${api}/user/webhooks`, { token: "EXAMPLEaccountTOKEN02" })).status).toBe(403)
  })
})

describe("device keys", () => {
  it("end the opaque token at the first exchange", async () => {
    const { publicKey, privateKey } = generateKeyPairSync("ed25519")
    const { id } = await createPin()
    simulator.approvePin(id)
    const token = (await ask(`${api}/pins/${id}`)).json.authToken as string
    const jwk = { ...publicKey.export({ format: "jwk" }), kid: randomUUID(), use: "sig", alg: "EdDSA" }
    expect(
      (await ask(`${api}/auth/jwk`, { method: "POST", token, body: JSON.stringify({ jwk }) })).status,
    ).toBe(201)
    const { nonce } = (await ask(`${api}/auth/nonce`)).json
    const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url")
    const signed = `${part({ alg: "EdDSA", typ: "JWT", kid: jwk.kid })}.${part({ nonce, aud: "plex.tv", iss: "client-under-test" })}`
    const jwt = `${signed}.${sign(null, Buffer.from(signed), privateKey).toString("base64url")}`
    const exchange = () => ask(`${api}/auth/token`, { method: "POST", body: JSON.stringify({ jwt }) })
    const fresh = (await exchange()).json.auth_token
    expect((await ask(`${api}/user`, { token })).status).toBe(401)
    expect((await ask(`${api}/user`, { token: fresh })).status).toBe(200)
    expect((await exchange()).status).toBe(422)
    nowMs += 8 * 24 * 3600 * 1000
    expect((await ask(`${api}/user`, { token: fresh })).status).toBe(498)
  })
})

describe("pages", () => {
  it("approve from the browser", async () => {
    const { id, code } = await createPin()
    expect((await ask(`${simulator.urls.plexApp}/auth`)).text).toContain("Allow")
    const approve = (clientID: string) =>
      ask(`${simulator.urls.plexApp}/auth/approve`, {
        method: "POST",
        body: `code=${code}&clientID=${clientID}`,
      })
    expect((await approve("another")).status).toBe(404)
    expect((await approve("client-under-test")).status).toBe(204)
    expect((await ask(`${api}/pins/${id}`)).json.authToken).toBeTypeOf("string")
  })
})
