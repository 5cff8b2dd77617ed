import { createServer, type IncomingMessage } from "node:http"
import type { AddressInfo } from "node:net"
import { isIP } from "node:net"
import { assert, describe, it, vi } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/testing/TestClock"
import { layer } from "../../../adapters/undici/loopback.ts"
import { LOOPBACK_TIMEOUT_MS, Loopback } from "../../../core/ports/mod.ts"
import { loopbackContract } from "../../contracts/loopback.ts"

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Array<Buffer> = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString("utf8")
}

/** A server on a free port for as long as the scope lasts; status 0 never answers. */
const serving = (status: number) =>
  Effect.acquireRelease(
    Effect.promise(async () => {
      const posts: Array<readonly [string, string, string]> = []
      const server = createServer(async (request, response) => {
        posts.push([request.url ?? "", request.headers["content-type"] ?? "", await textOf(request)])
        if (status === 0) return
        response.writeHead(status, status === 302 ? { location: "/elsewhere" } : {}).end()
      })
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
      return { server, posts, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
    }),
    ({ server }) =>
      Effect.promise(async () => {
        server.closeAllConnections()
        await new Promise((resolve) => server.close(resolve))
      }),
  )

const network = layer({ port: () => 6868, userAgent: "OnCue/test" })

/** A port that was free a moment ago. */
const nobody = await Effect.runPromise(Effect.scoped(Effect.map(serving(200), ({ origin }) => origin)))

loopbackContract(
  "undici",
  (status) =>
    Effect.map(serving(status), ({ origin, posts }) => ({ answerer: { origin, posts }, layer: network })),
  nobody,
)

describe("undici Loopback", () => {
  it.effect("port is asked at every call", () =>
    Effect.gen(function* () {
      let port: number | null = null
      const late = layer({ port: () => port, userAgent: "OnCue/test" })
      yield* Effect.gen(function* () {
        const loopback = yield* Loopback
        assert.strictEqual(yield* loopback.port, null)
        port = 4711
        assert.strictEqual(yield* loopback.port, 4711)
      }).pipe(Effect.provide(late))
    }),
  )

  it.effect("addresses are those of other machines' use", () =>
    Effect.gen(function* () {
      const found = yield* Loopback.use((loopback) => loopback.addresses)
      for (const address of found) {
        assert.isAbove(isIP(address), 0)
        assert.notMatch(address, /^(127\.|169\.254\.|::1$|fe80)/i)
      }
    }).pipe(Effect.provide(network)),
  )

  it.effect("post() gives up after its time-out", () =>
    Effect.gen(function* () {
      const { origin, posts } = yield* serving(0)
      const post = Loopback.use((loopback) => loopback.post(Redacted.make(origin), "text/plain", "x"))
      const asked = yield* Effect.forkChild(Effect.flip(Effect.provide(post, network)))
      yield* Effect.promise(() => vi.waitFor(() => assert.strictEqual(posts.length, 1)))
      yield* TestClock.adjust(LOOPBACK_TIMEOUT_MS)
      assert.strictEqual((yield* Fiber.join(asked)).fault, "timeout")
    }).pipe(Effect.scoped),
  )

  it.live("post() says that no TLS is spoken there", () =>
    Effect.gen(function* () {
      const { origin } = yield* serving(200)
      const faultOf = (url: string) =>
        Loopback.use((loopback) => loopback.post(Redacted.make(url), "text/plain", "")).pipe(
          Effect.flip,
          Effect.map(({ fault }) => fault),
          Effect.provide(network),
        )
      assert.strictEqual(yield* faultOf(origin.replace("http:", "https:")), "tls")
    }).pipe(Effect.scoped),
  )
})
