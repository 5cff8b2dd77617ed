/** The yardstick: a Hono server that reads the same body in the same way and keeps nothing. */

import type { AddressInfo } from "node:net"
import { createAdaptorServer } from "@hono/node-server"
import { Hono } from "hono"
import { readPayload } from "../../adapters/http/payload.ts"

const app = new Hono()
app.post("/api/webhooks/plex", async (c) => {
  const incoming = (c.env as { incoming: import("node:http").IncomingMessage }).incoming
  const payload = await readPayload({
    contentType: c.req.header("content-type") ?? "",
    contentEncoding: "",
    contentLength: Number(c.req.header("content-length")),
    query: new URL(c.req.url).searchParams,
    read: (onChunk) =>
      new Promise((resolve) => {
        incoming.on("data", (chunk: Uint8Array) => onChunk(chunk))
        incoming.once("end", () => resolve("ended"))
      }),
  })
  return c.body(payload._tag === "Json" ? '""' : "", payload._tag === "Json" ? 200 : 400)
})

const server = createAdaptorServer({ fetch: app.fetch, overrideGlobalObjects: false })
server.listen(0, "127.0.0.1", () =>
  console.log(`listens on http://127.0.0.1:${(server.address() as AddressInfo).port}`),
)
