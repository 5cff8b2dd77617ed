import { X509Certificate } from "node:crypto"
import { readFileSync } from "node:fs"
import { createServer, type Server } from "node:https"
import { type AddressInfo, createServer as createTcpServer } from "node:net"
import { getCACertificates, setDefaultCACertificates } from "node:tls"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { request } from "undici"
import { Dialer, dialer, type Resolve } from "../../../adapters/plex/_dialer.ts"
import { layer as plexServer } from "../../../adapters/plex/plex_server.ts"
import { PlexServer } from "../../../core/ports/plex_server.ts"
import type { ServerAddress } from "../../../core/servers/server.ts"
import { sampleText } from "../../support/samples.ts"

const pem = (name: string) => readFileSync(new URL(`../../certificates/${name}`, import.meta.url), "utf8")
const fingerprintOf = (name: string) => new X509Certificate(pem(name)).fingerprint256
const MACHINE = "c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00"
const HASH = "0123456789abcdef0123456789abcdef"

/** A server that answers `/identity` over TLS and counts what it was sent. */
function serve(key: string, certificate: string) {
  return Effect.acquireRelease(
    Effect.callback<{ readonly port: number; readonly requests: () => number; readonly server: Server }>(
      (resume) => {
        let requests = 0
        const server = createServer({ key, cert: certificate }, (_, response) => {
          requests += 1
          response
            .writeHead(200, { "content-type": "application/json" })
            .end(sampleText("pms/identity.200.json"))
        })
        server.listen(0, "127.0.0.1", () => {
          const { port } = server.address() as AddressInfo
          resume(Effect.succeed({ port, requests: () => requests, server }))
        })
      },
    ),
    ({ server }) =>
      Effect.callback<void>((resume) => {
        server.close(() => resume(Effect.void))
        server.closeAllConnections()
      }),
  )
}
const selfSigned = serve(pem("self_signed_key.pem"), pem("self_signed.pem"))
const simulatorCertificate = (name: string) =>
  readFileSync(new URL(`../../simulator/certificates/${name}`, import.meta.url), "utf8")
const plexDirectServer = serve(simulatorCertificate("server_key.pem"), simulatorCertificate("server.pem"))

const address = (uri: string, rest: Partial<ServerAddress> = {}): ServerAddress => ({
  uri,
  machineIdentifier: null,
  fingerprint: null,
  ...rest,
})

/** Names resolve to these addresses; nothing else resolves. */
const names =
  (table: Readonly<Record<string, ReadonlyArray<string>>>): Resolve =>
  (host, _options, done) => {
    const found = table[host]
    if (found === undefined) done(Object.assign(new Error(host), { code: "ENOTFOUND" }), [])
    else
      done(
        null,
        found.map((one) => ({ address: one, family: one.includes(":") ? 6 : 4 })),
      )
  }
const noNames = dialer(names({}))

/** What one GET through the dialler comes to: a status, or the name or code of the error. */
const get = (target: ServerAddress) =>
  Effect.gen(function* () {
    const { dispatcher } = yield* Dialer
    return yield* Effect.promise(async () => {
      try {
        const response = await request(`${target.uri}/identity`, { dispatcher: dispatcher(target) })
        await response.body.dump()
        return response.statusCode
      } catch (error) {
        return (error as { code?: string }).code ?? (error as Error).name
      }
    })
  })

describe("Dialer", () => {
  it.effect(
    "a self-signed certificate is refused, and accepted by its fingerprint for this address only",
    () =>
      Effect.gen(function* () {
        const { port, requests } = yield* selfSigned
        const uri = `https://127.0.0.1:${port}`
        const { fingerprint } = yield* Dialer
        assert.strictEqual(yield* get(address(uri)), "DEPTH_ZERO_SELF_SIGNED_CERT")
        assert.strictEqual(yield* fingerprint(address(uri)), fingerprintOf("self_signed.pem"))
        assert.strictEqual(
          yield* get(address(uri, { fingerprint: fingerprintOf("other.pem") })),
          "OtherCertificate",
        )
        assert.strictEqual(requests(), 0)
        assert.strictEqual(yield* get(address(uri, { fingerprint: fingerprintOf("self_signed.pem") })), 200)
        assert.strictEqual(yield* get(address(uri)), "DEPTH_ZERO_SELF_SIGNED_CERT")
        assert.strictEqual(requests(), 1)
      }).pipe(Effect.provide(noNames)),
  )

  it.effect("identity() tells the fingerprint of a certificate that did not verify", () =>
    Effect.gen(function* () {
      const { port } = yield* selfSigned
      const client = Effect.succeed({ identifier: "id", deviceName: "name" })
      const found = yield* Effect.gen(function* () {
        const server = yield* PlexServer
        const target = address(`https://127.0.0.1:${port}`)
        const failure = yield* Effect.flip(server.identity(target))
        const accepted = yield* server.identity({ ...target, fingerprint: failure.fingerprint })
        return { failure, accepted }
      }).pipe(Effect.provide(plexServer({ version: "0", client })))
      assert.strictEqual(found.failure.fault, "tls")
      assert.strictEqual(found.failure.reason, "the certificate is self-signed")
      assert.strictEqual(found.failure.fingerprint, fingerprintOf("self_signed.pem"))
      assert.strictEqual(found.accepted.machineIdentifier, MACHINE)
    }),
  )

  it.effect(
    "a plex.direct name is dialled without DNS, and its certificate is verified against the name",
    () =>
      Effect.gen(function* () {
        const { port } = yield* plexDirectServer
        const before = getCACertificates("default")
        const uri = `https://127-0-0-1.${HASH}.plex.direct:${port}`
        assert.strictEqual(yield* get(address(uri)), "UNABLE_TO_VERIFY_LEAF_SIGNATURE")
        setDefaultCACertificates([...before, simulatorCertificate("authority.pem")])
        yield* Effect.addFinalizer(() => Effect.sync(() => setDefaultCACertificates(before)))
        yield* Effect.gen(function* () {
          assert.strictEqual(yield* get(address(uri)), 200)
          const otherName = `https://127-0-0-1.${"9".repeat(32)}.plex.direct:${port}`
          assert.strictEqual(yield* get(address(otherName)), "ERR_TLS_CERT_ALTNAME_INVALID")
          assert.strictEqual(yield* get(address(`https://127.0.0.1:${port}`)), "ERR_TLS_CERT_ALTNAME_INVALID")
        }).pipe(Effect.provide(Layer.fresh(noNames)))
      }).pipe(Effect.provide(noNames)),
  )

  it.effect("link-local, metadata and reserved addresses are refused however they are written", () =>
    Effect.gen(function* () {
      for (const host of [
        "169.254.169.254",
        "[::ffff:169.254.169.254]",
        "2852039166",
        "0xa9fea9fe",
        "[fe80::1]",
        "[fd00:ec2::254]",
        "100.100.100.200",
        "0.0.0.0",
        `169-254-169-254.${HASH}.plex.direct`,
        "metadata.example",
      ]) {
        for (const scheme of ["http", "https"]) {
          assert.strictEqual(yield* get(address(`${scheme}://${host}:9`)), "ForbiddenAddress", host)
        }
      }
    }).pipe(Effect.provide(dialer(names({ "metadata.example": ["169.254.169.254"] })))),
  )

  it.effect(
    "a private-only address is refused when any of its addresses is public, at the moment of connecting",
    () =>
      Effect.gen(function* () {
        const { port } = yield* Effect.acquireRelease(
          Effect.callback<{ port: number; close: () => void }>((resume) => {
            const server = createTcpServer((socket) => {
              socket.end("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            }).listen(0, "127.0.0.1", () => {
              resume(
                Effect.succeed({
                  port: (server.address() as AddressInfo).port,
                  close: () => void server.close(),
                }),
              )
            })
          }),
          ({ close }) => Effect.sync(close),
        )
        const only = (host: string) => get(address(`http://${host}:${port}`, { privateOnly: true }))
        assert.strictEqual(yield* only("plex"), 200)
        assert.strictEqual(yield* only("127.0.0.1"), 200)
        assert.strictEqual(yield* only("mixed.example"), "ForbiddenAddress")
        assert.strictEqual(yield* only("203.0.113.9"), "ForbiddenAddress")
        assert.strictEqual(yield* only("rebinding.example"), 200)
        assert.strictEqual(yield* only("rebinding.example"), "ForbiddenAddress")
        assert.strictEqual(yield* get(address(`http://mixed.example:${port}`)), 200)
      }).pipe(
        Effect.provide(
          Layer.suspend(() => {
            let asked = 0
            const table = names({ plex: ["127.0.0.1"], "mixed.example": ["127.0.0.1", "203.0.113.9"] })
            return dialer((host, options, done) => {
              if (host !== "rebinding.example") return table(host, options, done)
              asked += 1
              const answer = asked === 1 ? "127.0.0.1" : "203.0.113.9"
              return done(null, [{ address: answer, family: 4 }])
            })
          }),
        ),
      ),
  )

  it.effect("a name that does not resolve is told apart", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* get(address("http://nowhere.example:9")), "ENOTFOUND")
    }).pipe(Effect.provide(noNames)),
  )

  it.effect("connections of one address are kept, and ended with the dialler", () =>
    Effect.gen(function* () {
      const { port, server } = yield* selfSigned
      let connections = 0
      server.on("secureConnection", () => {
        connections += 1
      })
      const target = address(`https://127.0.0.1:${port}`, { fingerprint: fingerprintOf("self_signed.pem") })
      yield* get(target).pipe(
        // The connection is free again once its answer has been taken apart.
        Effect.andThen(Effect.promise(() => new Promise(setImmediate))),
        Effect.andThen(get(target)),
        Effect.provide(Layer.fresh(noNames)),
      )
      assert.strictEqual(connections, 1)
      // A turn of the event loop each time, so that the server can notice.
      const open = Effect.callback<number>((resume) => {
        setImmediate(() => {
          server.getConnections((_, count) => resume(Effect.succeed(count)))
        })
      })
      yield* Effect.repeat(open, { until: (count) => count === 0 })
    }),
  )
})
