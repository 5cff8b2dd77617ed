import { once } from "node:events"
import { connect, type Socket } from "node:net"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import { Hono } from "hono"
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { listen } from "../../../adapters/http/server.ts"

const MAX = 20

let scope: Scope.Closeable
let port = 0
let release = Promise.withResolvers<void>()
let sockets: Array<Socket> = []
/** How many requests wait for `release`. */
let waiting = 0

beforeEach(async () => {
  release = Promise.withResolvers<void>()
  const app = new Hono()
  app.get("/quick", (c) => c.text("quick"))
  waiting = 0
  app.get("/slow", async (c) => {
    waiting += 1
    await release.promise
    return c.text("slow")
  })
  scope = Effect.runSync(Scope.make())
  port = (await Effect.runPromise(Scope.provide(listen(app, "127.0.0.1", 0, MAX), scope))).port
})
afterEach(async () => {
  release.resolve()
  for (const socket of sockets) socket.destroy()
  sockets = []
  await Effect.runPromise(Scope.close(scope, Exit.void))
})

async function open(text = ""): Promise<Socket> {
  const socket = connect(port, "127.0.0.1")
  sockets.push(socket)
  socket.on("error", () => {})
  await once(socket, "connect")
  if (text !== "") socket.write(text)
  return socket
}

const request = (path: string) => `GET ${path} HTTP/1.1\r\nhost: den\r\n\r\n`

/** Everything that comes on a connection until `part` is in it, or it is closed. */
async function answer(socket: Socket, part: string): Promise<string> {
  let text = ""
  for await (const chunk of socket) {
    text += chunk
    if (text.includes(part)) break
  }
  return text
}

describe("listen() with as many connections as it takes", () => {
  it("answers a new one, which takes the place of one that does nothing", async () => {
    const first = await open()
    for (let n = 1; n < MAX * 3; n++) await open()
    expect(await answer(await open(request("/quick")), "quick")).toContain("200 OK")
    expect(await answer(first, "quick")).toBe("")
  })

  it("never closes one that waits for its answer, nor makes others wait for it", async () => {
    const slow = await Promise.all(Array.from({ length: MAX - 1 }, () => open(request("/slow"))))
    for (let n = 0; n < MAX; n++) await open()
    expect(await answer(await open(request("/quick")), "quick")).toContain("200 OK")
    release.resolve()
    for (const one of slow) expect(await answer(one, "slow")).toContain("200 OK")
  })

  it("closes the new one when all wait for answers", async () => {
    const slow = await Promise.all(Array.from({ length: MAX }, () => open(request("/slow"))))
    await vi.waitUntil(() => waiting === MAX, { timeout: 10_000 })
    expect(await answer(await open(request("/quick")), "quick")).toBe("")
    release.resolve()
    for (const one of slow) expect(await answer(one, "slow")).toContain("200 OK")
  })

  it("lets senders of half a request make room before anybody else", async () => {
    const half = "POST /quick HTTP/1.1\r\nhost: den\r\ncontent-length: 9\r\n\r\nhalf"
    for (let n = 0; n < MAX; n++) await open(half)
    expect(await answer(await open(request("/quick")), "quick")).toContain("200 OK")
  })
})

describe("listen()", () => {
  it("answers a load balancer's check, which speaks HTTP/1.0 and names no host", async () => {
    expect(await answer(await open("GET /quick HTTP/1.0\r\n\r\n"), "quick")).toContain("200 OK")
  })
})
