import { once } from "node:events"
import { request } from "node:http"
import { connect, type Socket } from "node:net"
import { afterEach, describe, expect, it } from "vitest"
import { ATTEMPTS_PER_ADDRESS_MAX } from "../../core/access/tally.ts"
import { fault, type Simulator, startSimulator } from "../simulator/mod.ts"
import { API_KEY, configurationFor, eventually, temporaryConfig } from "../support/server.ts"
import { killServers, type ServerProcess, spawnServer } from "../support/server_process.ts"

/** The limits of the whole server as others feel them: measured against the same server without any load. */

const IDLE = 50
const SLOW = 50
const STUCK = 50
const PROBES = 40
/** What others may add to an answer at most, in milliseconds. */
const DELAY_MAX_MS = 50
/** Measured again so often when something else kept the machine busy. */
const ROUNDS = 5

let simulator: Simulator
let config: ReturnType<typeof temporaryConfig>
let sockets: Array<Socket> = []

afterEach(async () => {
  for (const socket of sockets) socket.destroy()
  sockets = []
  killServers()
  config.remove()
  await simulator.close()
})

/** One request on a connection of its own, in milliseconds. */
function probe(url: string): Promise<number> {
  const begun = performance.now()
  return new Promise((resolve, reject) => {
    const sent = request(url, { agent: false, headers: { "x-api-key": API_KEY } }, (response) => {
      response.resume()
      response.once("end", () =>
        response.statusCode === 200
          ? resolve(performance.now() - begun)
          : reject(new Error(`answered ${response.statusCode}`)),
      )
    })
    sent.once("error", reject)
    sent.end()
  })
}

/** The time within which nine of ten answers came: the slowest of all tells of a busy machine, not of the server. */
async function nineOfTen(url: string, goOn = () => true): Promise<number> {
  const times: Array<number> = []
  while (times.length < PROBES && goOn()) times.push(await probe(url))
  expect(times.length).toBeGreaterThan(0)
  return times.sort((a, b) => a - b)[Math.ceil(times.length * 0.9) - 1] ?? 0
}

async function open(server: ServerProcess, text: string): Promise<void> {
  const socket = connect(Number(new URL(server.address).port), "127.0.0.1")
  sockets.push(socket)
  socket.on("error", () => {})
  await once(socket, "connect")
  if (text !== "") socket.write(text)
}

describe("100 connections that do nothing or little, and 50 requests that wait for a silent upstream", () => {
  it(`never delay somebody else by more than ${DELAY_MAX_MS} ms`, async () => {
    simulator = await startSimulator()
    config = temporaryConfig(configurationFor(simulator))
    const server = await spawnServer(config.folder, simulator)
    const health = `${server.address}/api/system/health`
    await nineOfTen(health)

    const delays: Array<number> = []
    while (delays.length < ROUNDS && delays.every((delay) => delay > DELAY_MAX_MS)) {
      const alone = await nineOfTen(health)
      for (const service of ["plexTv", "pms", "sonarr", "radarr"] as const)
        simulator.faults.set({ service }, fault.hang)
      for (let n = 0; n < IDLE; n++) await open(server, "")
      for (let n = 0; n < SLOW; n++)
        await open(server, "POST /api/webhooks/plex HTTP/1.1\r\nhost: den\r\ncontent-length: 100000\r\n\r\n{")
      const asked = ["oauth/libraries", "oauth/validate", "oauth/servers", "poster/x/1", "webhook/list"]
      const under: Array<Promise<unknown>> = []
      let answered = 0
      for (let n = 0; n < STUCK; n++) {
        const url = `${server.address}/api/plex/${asked[n % asked.length]}`
        const one = fetch(url, { headers: { "x-api-key": API_KEY }, signal: AbortSignal.timeout(15_000) })
        under.push(one.then(() => (answered += 1)).catch(() => {}))
      }
      await eventually(
        "a call that gets no answer",
        async () => simulator.requests.count({ service: "plexTv" }) > 0,
      )
      // Some ask for nothing of the outside and are answered at once; what counts is while most of them wait.
      delays.push((await nineOfTen(health, () => answered < STUCK / 2)) - alone)
      simulator.faults.clear()
      for (const socket of sockets) socket.destroy()
      sockets = []
      await Promise.all(under)
    }
    expect(Math.min(...delays)).toBeLessThanOrEqual(DELAY_MAX_MS)
  }, 180_000)
})

describe("a key that is not right", () => {
  it("is 401 however often it comes, and a valid key is never limited", async () => {
    simulator = await startSimulator()
    config = temporaryConfig(configurationFor(simulator))
    const { address } = await spawnServer(config.folder, simulator)
    const status = async (key: string) =>
      (await fetch(`${address}/api/jobs`, { headers: { "x-api-key": key } })).status
    const wrong = await Promise.all(Array.from({ length: 500 }, (_, n) => status(`wrong-${n}`)))
    expect(new Set(wrong)).toEqual(new Set([401]))
    const right = await Promise.all(Array.from({ length: 500 }, () => status(API_KEY)))
    expect(new Set(right)).toEqual(new Set([200]))
  })

  it("is 401 before a body is sent", async () => {
    simulator = await startSimulator()
    config = temporaryConfig(configurationFor(simulator))
    const server = await spawnServer(config.folder, simulator)
    await open(
      server,
      "POST /api/search HTTP/1.1\r\nhost: den\r\nx-api-key: no\r\ncontent-length: 900000\r\n\r\n{",
    )
    const [chunk] = await once(sockets[0]!, "data")
    expect(String(chunk)).toMatch(/^HTTP\/1\.1 401/)
  })
})

describe("signing in to the page behind a trusted proxy", () => {
  it("is limited for each client by itself, and never for who has the key", async () => {
    simulator = await startSimulator()
    config = temporaryConfig(configurationFor(simulator, "oncue: { trusted_proxies: [127.0.0.1] }"))
    const { address } = await spawnServer(config.folder, simulator)
    const enter = async (client: string) => {
      const headers = { "content-type": "application/json", "x-forwarded-for": client }
      const body = JSON.stringify({ password: "a guess" })
      return (await fetch(`${address}/api/access/password`, { method: "POST", headers, body })).status
    }
    const guesses: Array<number> = []
    for (let n = 0; n <= ATTEMPTS_PER_ADDRESS_MAX; n++) guesses.push(await enter("203.0.113.9"))
    expect(guesses.at(-2)).toBe(403)
    expect(guesses.at(-1)).toBe(429)
    // What the client itself puts before its address changes nothing.
    expect(await enter("198.51.100.1, 203.0.113.9")).toBe(429)
    expect(await enter("203.0.113.10")).toBe(403)
    const headers = { "x-api-key": API_KEY, "x-forwarded-for": "203.0.113.9" }
    expect((await fetch(`${address}/api/jobs`, { headers })).status).toBe(200)
  })
})
