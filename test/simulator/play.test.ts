import { readFileSync } from "node:fs"
import { createServer, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { askPms } from "./ask.ts"
import { SHARED_USER, type Simulator, smallWorld, startSimulator } from "./mod.ts"

interface Received {
  readonly contentType: string
  readonly body: string
}

let simulator: Simulator
let receiver: Server
let received: Received[] = []
let url = ""

beforeEach(async () => {
  received = []
  simulator = await startSimulator({ world: { ...smallWorld(), files: "none" } })
  receiver = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on("data", (chunk: Buffer) => chunks.push(chunk))
    request.on("end", () => {
      received.push({
        contentType: request.headers["content-type"] ?? "",
        body: Buffer.concat(chunks).toString("latin1"),
      })
      response.writeHead(202).end("taken")
    })
  })
  await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve))
  url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`
})
afterEach(async () => {
  await simulator.close()
  receiver.close()
})

function payloadOf({ body, contentType }: Received): Record<string, unknown> {
  const boundary = /boundary=(.+)$/.exec(contentType)![1]!
  const part = body.split(`--${boundary}`)[1]!
  return JSON.parse(Buffer.from(part.slice(part.indexOf("\r\n\r\n") + 4).trim(), "latin1").toString("utf8"))
}

const sample = (name: string) =>
  JSON.parse(readFileSync(new URL(`../samples/webhook/${name}`, import.meta.url), "utf8"))

describe("play()", () => {
  it("posts what Plex posts: payload, then the poster", async () => {
    const { answers } = await simulator.play({ item: "2013", urls: [url], viewOffsetMs: 61_000 })
    expect(answers).toMatchObject([{ url, status: 202, body: "taken" }])
    const [hook] = received
    expect(hook!.contentType).toMatch(/^multipart\/form-data; boundary=-{24}[0-9a-f]{16}$/)
    expect(hook!.body).toContain('name="payload"\r\nContent-Type: application/json\r\n\r\n{')
    expect(hook!.body).toContain(
      'name="thumb"; filename="thumb.jpg"\r\nContent-Type: image/jpeg\r\n\r\n\xff\xd8',
    )
    const recorded = sample("episode-media.play.json")
    const payload = payloadOf(hook!)
    expect({ ...payload, Metadata: undefined }).toEqual({ ...recorded, Metadata: undefined })
    const same = [
      "ratingKey",
      "guid",
      "grandparentGuid",
      "index",
      "parentIndex",
      "librarySectionID",
      "Guid",
      "type",
      "viewOffset",
    ]
    const metadata = payload.Metadata as Record<string, unknown>
    for (const key of same) expect(metadata[key]).toEqual(recorded.Metadata[key])
    expect(metadata).not.toHaveProperty("Media")
  })

  it("leaves the external ids out for legacy agents", async () => {
    await simulator.play({ item: "6015", urls: [url] })
    const metadata = payloadOf(received[0]!).Metadata as Record<string, unknown>
    expect(metadata.guid).toBe(sample("episode-hama-anidb-media.play.json").Metadata.guid)
    expect(metadata).not.toHaveProperty("Guid")
  })

  it("uses the account's list, and stays on this machine", async () => {
    simulator.world.accounts[0]!.webhooks.push(url)
    const { answers } = await simulator.play({ item: "1003", user: SHARED_USER })
    expect(answers.map(({ status }) => status)).toEqual([0, 202])
    expect(payloadOf(received[0]!)).toMatchObject({ user: false, owner: true, Account: { id: 90_210 } })
    simulator.world.accounts[0]!.plexPass = false
    expect((await simulator.play({ item: "1003" })).answers).toEqual([])
  })

  it("appears among the sessions until stopped", async () => {
    const { session } = await simulator.play({ item: "2013", via: "stream" })
    const sessions = async () => (await askPms(simulator, "/status/sessions")).json.MediaContainer
    expect((await sessions()).Metadata[0]).toMatchObject({
      ratingKey: "2013",
      sessionKey: session.key,
      User: { id: "1", title: "owner_user" },
      Player: { machineIdentifier: "player-uuid-livingroom-01", state: "playing" },
    })
    simulator.stop(session)
    expect(await sessions()).toEqual({ size: 0 })
  })
})

describe("imports", () => {
  it("have the recorded keys", async () => {
    const arr = (name: string) =>
      JSON.parse(readFileSync(new URL(`../samples/arr/${name}`, import.meta.url), "utf8"))
    const keys = (value: object) => Object.keys(value).sort()
    const upgrade = await simulator.importEpisodes([3003], { isUpgrade: true, urls: [url] })
    expect(keys(upgrade.body)).toEqual(keys(arr("sonarr-webhook-download.json")))
    expect(upgrade.body.episodeFile).toMatchObject({ id: 503, path: expect.stringMatching(/^\/tv\//) })
    expect(JSON.parse(received[0]!.body)).toMatchObject({
      eventType: "Download",
      episodes: [{ tvdbId: 9_910_103 }],
    })
    const complete = await simulator.importEpisodes([3001, 3002], { complete: true })
    expect(complete.body.episodeFiles).toHaveLength(2)
    expect(complete.body).not.toHaveProperty("episodeFile")
    const movie = await simulator.importMovie(7)
    expect(keys(movie.body)).toEqual(keys(arr("radarr-webhook-download.json")))
    expect((await simulator.arrTest("Sonarr")).body).toEqual(arr("sonarr-webhook-test.json"))
  })
})
