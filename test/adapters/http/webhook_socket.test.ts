import { connect, type Socket } from "node:net"
import { gzipSync } from "node:zlib"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Redacted from "effect/Redacted"
import * as Scope from "effect/Scope"
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest"
import { type AppOptions, makeApp } from "../../../adapters/http/app.ts"
import { makeDirect } from "../../../adapters/http/direct.ts"
import { WEBHOOK_BODY_BYTES_MAX } from "../../../adapters/http/payload.ts"
import type { Route } from "../../../adapters/http/route.ts"
import { plexWebhook } from "../../../adapters/http/routes/webhooks.ts"
import { listen, type Served } from "../../../adapters/http/server.ts"
import { type AnyPort, JobQueue, SettingsStore } from "../../../core/ports/mod.ts"
import { sampleJson } from "../../support/samples.ts"
import { triggerWorld } from "../../support/trigger_world.ts"

/** The webhook over real sockets, byte by byte: what happens between a sender and the parser of HTTP. */

const KEY = "events-only-key"
const PATH = `/api/webhooks/plex?apikey=${KEY}`
const SAMPLE = sampleJson("webhook/movie-media.play.json")
const defects: Array<unknown> = []
const sockets = new Set<Socket>()
let ports = { framework: 0, direct: 0 }
let port = 0
let runtime: ManagedRuntime.ManagedRuntime<AnyPort, never>
const scope = Effect.runSync(Scope.make())
let sent = 0

beforeAll(async () => {
  const patch = {
    plex: { server_machine_id: SAMPLE.Server.uuid },
    oncue: { webhook_key: Redacted.make(KEY) },
  }
  runtime = ManagedRuntime.make(triggerWorld(patch, 100_000).layer as unknown as Layer.Layer<AnyPort>)
  const settings = runtime.runSync(SettingsStore.use((store) => store.current))
  const options: AppOptions = {
    run: (program) => runtime.runPromiseExit(program),
    settings: () => settings,
    routes: [plexWebhook as unknown as Route],
    basePath: "",
    onDefect: (_, cause) => defects.push(cause),
  }
  const app = makeApp(options)
  const route = plexWebhook as unknown as Route
  const direct = makeDirect(route, options)
  const start = (served: Served) => Effect.runPromise(Scope.provide(listen(served, "127.0.0.1", 0), scope))
  ports = {
    framework: (await start({ fetch: app.fetch })).port,
    direct: (await start({ fetch: app.fetch, direct })).port,
  }
})
afterEach(() => {
  for (const socket of sockets) socket.destroy()
  sockets.clear()
  expect(defects).toEqual([])
})
afterAll(async () => {
  await Effect.runPromise(Scope.close(scope, Exit.void))
  await runtime.dispose()
})

const waiting = () =>
  runtime.runPromise(JobQueue.use((queue) => Effect.map(queue.counts, (counts) => counts.waiting)))

/** An event about an item of its own, so that each one that is taken is one more job. */
const event = (name = "media.play") =>
  JSON.stringify({
    ...SAMPLE,
    event: name,
    Metadata: { ...SAMPLE.Metadata, ratingKey: String(5_000 + sent++) },
  })

function multipart(payload: string, thumb = Buffer.alloc(0)): Buffer {
  return Buffer.concat([
    Buffer.from(
      `--B\r\nContent-Disposition: form-data; name="payload"\r\nContent-Type: application/json\r\n\r\n${payload}\r\n`,
    ),
    Buffer.from(
      '--B\r\nContent-Disposition: form-data; name="thumb"; filename="t.jpg"\r\nContent-Type: image/jpeg\r\n\r\n',
    ),
    thumb,
    Buffer.from("\r\n--B--\r\n"),
  ])
}

const head = (headers: ReadonlyArray<string>, path = PATH) =>
  `POST ${path} HTTP/1.1\r\nHost: oncue\r\nContent-Type: multipart/form-data; boundary=B\r\n${headers.join("\r\n")}\r\n\r\n`
const whole = (body: Buffer, path = PATH) =>
  Buffer.concat([Buffer.from(head([`Content-Length: ${body.length}`], path)), body])

/** A connection whose answers can be waited for. */
class Client {
  readonly socket = connect(port, "127.0.0.1")
  #received = ""
  #wake: () => void = () => {}
  closed = false

  constructor() {
    sockets.add(this.socket)
    this.socket.on("data", (chunk) => {
      this.#received += chunk.toString("latin1")
      this.#wake()
    })
    this.socket.on("error", () => {})
    this.socket.on("close", () => {
      this.closed = true
      this.#wake()
    })
  }

  write(data: Buffer | string): this {
    this.socket.write(data)
    return this
  }

  /** The statuses of the next answers, in order; fewer when the connection is closed before. */
  async statuses(count: number): Promise<ReadonlyArray<number>> {
    for (;;) {
      const found = [...this.#received.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map((match) => Number(match[1]))
      if (found.length >= count || this.closed) return found
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }

  async untilClosed(): Promise<ReadonlyArray<number>> {
    return this.statuses(Number.POSITIVE_INFINITY)
  }
}

const answerTo = async (data: Buffer | string) => (await new Client().write(data).statuses(1))[0]

describe.each(["framework", "direct"] as const)(
  "POST /api/webhooks/plex over a socket, by way of: %s",
  (way) => {
    beforeAll(() => {
      port = ports[way]
    })

    it("keeps the connection open after 200 and 204, also when requests are sent without waiting", async () => {
      const client = new Client()
      for (const [n, [name, status]] of (
        [
          ["media.play", 200],
          ["media.pause", 204],
          ["media.dance", 204],
          ["media.play", 200],
        ] as const
      ).entries()) {
        const statuses = await client.write(whole(multipart(event(name)))).statuses(n + 1)
        expect(statuses.at(-1)).toBe(status)
      }
      const both = Buffer.concat([whole(multipart(event("media.stop"))), whole(multipart(event()))])
      expect((await client.write(both).statuses(6)).slice(4)).toEqual([204, 200])
      expect(client.closed).toBe(false)
    })

    it("reads chunked bodies, however they are cut", async () => {
      const body = multipart(event(), Buffer.alloc(3_000, 7))
      const client = new Client().write(head(["Transfer-Encoding: chunked"]))
      for (let at = 0; at < body.length; at += 7) {
        const piece = body.subarray(at, at + 7)
        client
          .write(`${piece.length.toString(16)}\r\n`)
          .write(piece)
          .write("\r\n")
      }
      expect(await client.write("0\r\n\r\n").statuses(1)).toEqual([200])
    })

    it("reads a body that arrives byte by byte", async () => {
      const client = new Client()
      client.socket.setNoDelay(true)
      for (const byte of whole(multipart(event()))) client.write(Buffer.from([byte]))
      expect(await client.statuses(1)).toEqual([200])
    })

    it("asks a sender to go on that waits for it, as curl does with large bodies", async () => {
      const body = multipart(event(), Buffer.alloc(1_100_000, 7))
      const client = new Client().write(head([`Content-Length: ${body.length}`, "Expect: 100-continue"]))
      expect(await client.statuses(1)).toEqual([100])
      expect((await client.write(body).statuses(2))[1]).toBe(200)
    })

    it("answers 400 to a body that ends before its closing boundary, and takes nothing", async () => {
      const before = await waiting()
      const body = multipart(event())
      for (const cut of [body.length - 2, body.length - 9, 200, 60, 3, 0])
        expect([cut, await answerTo(whole(body.subarray(0, cut)))]).toEqual([
          cut,
          cut === body.length - 2 ? 200 : 400,
        ])
      expect(await waiting()).toBe(before + 1)
    })

    it("takes nothing from a sender that goes away before the end", async () => {
      const before = await waiting()
      const body = multipart(event())
      for (const length of [0, 100, body.length - 1]) {
        const client = new Client().write(head([`Content-Length: ${body.length}`]))
        client.write(body.subarray(0, length))
        await new Promise<void>((resolve) => client.socket.write("", () => resolve()))
        client.socket.destroy()
      }
      expect(await answerTo(whole(multipart(event())))).toBe(200)
      expect(await waiting()).toBe(before + 1)
    })

    it("refuses lengths that contradict themselves", async () => {
      const before = await waiting()
      const body = multipart(event())
      for (const headers of [
        ["Content-Length: -1"],
        ["Content-Length: 10, 20"],
        ["Content-Length: 10", "Content-Length: 20"],
        ["Content-Length: 1e3"],
        [`Content-Length: ${body.length}`, "Transfer-Encoding: chunked"],
        ["Transfer-Encoding: chunked, identity"],
      ]) {
        const statuses = await new Client()
          .write(Buffer.concat([Buffer.from(head(headers)), body]))
          .untilClosed()
        expect([headers, statuses]).toEqual([headers, [400]])
      }
      expect(await waiting()).toBe(before)
    })

    it("takes what lies beyond the declared length for another request, which it is not", async () => {
      const before = await waiting()
      const body = multipart(event())
      const short = Buffer.concat([Buffer.from(head(["Content-Length: 40"])), body])
      expect(new Set(await new Client().write(short).untilClosed())).toEqual(new Set([400]))
      expect(await waiting()).toBe(before)
    })

    it("answers 400 to a compressed body", async () => {
      const body = gzipSync(event())
      expect(
        await answerTo(
          Buffer.concat([
            Buffer.from(head([`Content-Length: ${body.length}`, "Content-Encoding: gzip"])),
            body,
          ]),
        ),
      ).toBe(400)
    })

    it("answers 413 to a body past the limit, declared or not, before all of it has come", async () => {
      const declared = new Client().write(head([`Content-Length: ${WEBHOOK_BODY_BYTES_MAX + 1}`]))
      expect((await declared.statuses(1))[0]).toBe(413)
      const endless = new Client().write(head(["Transfer-Encoding: chunked"]))
      const piece = `100000\r\n${"x".repeat(0x100000)}\r\n`
      endless.write(`${(2).toString(16)}\r\n--\r\n`)
      for (let n = 0; n < 5; n++) endless.write(piece)
      expect((await endless.statuses(1))[0]).toBe(413)
    })

    it("answers 401 before the body has come", async () => {
      for (const path of ["/api/webhooks/plex", "/api/webhooks/plex?apikey=wrong"]) {
        const client = new Client().write(head(["Content-Length: 3000000"], path)).write("--B\r\n")
        expect([path, (await client.statuses(1))[0]]).toEqual([path, 401])
      }
    })

    it("answers others at once while hundreds of senders dawdle", async () => {
      const dawdlers = Array.from({ length: 300 }, () =>
        new Client().write(head(["Content-Length: 3000"])).write("--B\r\n"),
      )
      await new Promise<void>((resolve) => dawdlers.at(-1)!.socket.write("", () => resolve()))
      for (let n = 0; n < 20; n++) expect(await answerTo(whole(multipart(event())))).toBe(200)
      expect(dawdlers.some(({ closed }) => closed)).toBe(false)
    })
  },
)
