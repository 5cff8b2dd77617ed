import { readFileSync } from "node:fs"
import { get, type IncomingMessage } from "node:http"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { ATTIC_TOKEN, askPms, until } from "../ask.ts"
import { type Simulator, smallWorld, startSimulator } from "../mod.ts"

interface Frame {
  readonly type: string
  readonly [kind: string]: unknown
}

let simulator: Simulator

beforeEach(async () => {
  simulator = await startSimulator({ world: { ...smallWorld(), files: "none" } })
})
afterEach(() => simulator.close())

async function listen(): Promise<{ frames: Frame[]; socket: WebSocket }> {
  const frames: Frame[] = []
  const url = `${simulator.urls.pms[0]!.replace("http", "ws")}/:/websockets/notifications?X-Plex-Token=${ATTIC_TOKEN}`
  const socket = new WebSocket(url)
  socket.onmessage = (event) => {
    frames.push((JSON.parse(String(event.data)) as { NotificationContainer: Frame }).NotificationContainer)
  }
  await until(() => simulator.notifications().listeners() > 0)
  await until(() => socket.readyState === WebSocket.OPEN)
  return { frames, socket }
}

const recorded = readFileSync(new URL("../../samples/pms/ws-notifications.ndjson", import.meta.url), "utf8")
  .trim()
  .split("\n")
  .map((line) => (JSON.parse(line) as { NotificationContainer: Frame }).NotificationContainer)

describe("web socket", () => {
  it("tells of playing with the recorded keys", async () => {
    const { frames } = await listen()
    const { session } = await simulator.play({ item: "2013", via: "stream" })
    await until(() => frames.length === 1)
    const entry = (frames[0]!.PlaySessionStateNotification as Record<string, unknown>[])[0]!
    const sample = (recorded[0]!.PlaySessionStateNotification as Record<string, unknown>[])[0]!
    expect(Object.keys(entry).sort()).toEqual(Object.keys(sample).sort())
    simulator.stop(session)
    await until(() => frames.length === 2)
    expect(frames[1]!.PlaySessionStateNotification).toMatchObject([{ state: "stopped" }])
  })

  it("follows a new episode from created to done", async () => {
    const { frames } = await listen()
    const episode = simulator.addEpisode({ show: "2000", season: 1, episode: 9 })
    await until(() => frames.length >= 6)
    const entries = frames.flatMap((frame) => frame.TimelineEntry as Record<string, unknown>[])
    expect(entries.map((entry) => entry.state)).toEqual([0, 1, 2, 3, 4, 5])
    expect(entries[0]).toMatchObject({
      itemID: episode.ratingKey,
      rootItemID: "2000",
      metadataState: "created",
    })
    expect(entries[5]).not.toHaveProperty("metadataState")
  })

  it("announces a refresh as an activity", async () => {
    const { frames } = await listen()
    await askPms(simulator, "/library/metadata/1001/refresh", { method: "PUT" })
    await until(() => frames.filter((frame) => frame.type === "activity").length === 2)
    const events = frames
      .filter((frame) => frame.type === "activity")
      .map((frame) => frame.ActivityNotification)
    expect(events).toMatchObject([
      [{ event: "started" }],
      [{ event: "ended", Activity: { type: "library.refresh.items" } }],
    ])
  })

  it("is refused without a token, and ends when the server goes away", async () => {
    const refused = new WebSocket(
      `${simulator.urls.pms[0]!.replace("http", "ws")}/:/websockets/notifications`,
    )
    let closed = false
    refused.onerror = () => {
      closed = true
    }
    await until(() => closed)
    const { socket } = await listen()
    await simulator.stopServer()
    await until(() => socket.readyState === WebSocket.CLOSED)
  })
})

describe("event stream", () => {
  it("sends single objects of the wanted kinds", async () => {
    const path = `/:/eventsource/notifications?filters=playing&X-Plex-Token=${ATTIC_TOKEN}`
    let received = ""
    const response = await new Promise<IncomingMessage>((resolve) =>
      get(simulator.urls.pms[0] + path, resolve),
    )
    response.setEncoding("utf8").on("data", (chunk: string) => {
      received += chunk
    })
    response.on("error", () => {})
    await until(() => simulator.notifications().listeners() === 1)
    await askPms(simulator, "/library/metadata/1001/refresh", { method: "PUT" })
    await simulator.play({ item: "2013", via: "stream" })
    await until(() => received.includes("PlaySessionStateNotification"))
    expect(received).toMatch(
      /^event: ping\ndata: \{\}\n\nevent: playing\ndata: \{"PlaySessionStateNotification":\{/,
    )
    expect(received).not.toContain("activity")
  })
})
