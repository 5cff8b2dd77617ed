import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { memoryServer, plexWorld } from "../../../adapters/memory/plex_account.ts"
import { testConnection } from "../../../core/servers/test_connection.ts"
import { connection, plexCore } from "../../support/plex_core.ts"

const HASH = "0123456789abcdef0123456789abcdef"
const A = "http://192.168.1.50:32400"
const PUBLIC = "https://plex.example.org"
const DIRECT = `https://203-0-113-7.${HASH}.plex.direct:31234`

function attic() {
  const server = memoryServer({
    token: "server-token",
    connections: [connection(A), connection(DIRECT, { local: false }), connection(PUBLIC, { local: false })],
  })
  return { server, world: plexWorld({ servers: [server] }) }
}

describe("testConnection()", () => {
  it.effect("is a success where a server of the account takes its own token", () =>
    Effect.gen(function* () {
      for (const uri of [A, `${A}/`, DIRECT, PUBLIC]) {
        const result = yield* testConnection(uri)
        assert.isTrue(result.success, uri)
        assert.strictEqual(result.name, "Attic")
      }
    }).pipe(Effect.provide(plexCore(attic().world))),
  )

  it.effect("refuses what nobody vouches for, before anything is sent there", () => {
    const { server, world } = attic()
    server.addresses.set("https://evil.example.org", { answers: "server", latencyMs: 0 })
    server.addresses.set("https://nowhere.example.org", {
      answers: { fault: "dns", reason: "the name does not resolve", fingerprint: null },
      latencyMs: 0,
    })
    server.addresses.set("http://203.0.113.9", { answers: "server", latencyMs: 0 })
    return Effect.gen(function* () {
      for (const uri of [
        "http://169.254.169.254",
        "http://[fd00:ec2::254]",
        "http://0.0.0.0:32400",
        "http://203.0.113.9",
        "https://evil.example.org",
        "https://nowhere.example.org",
        "ftp://192.168.1.50",
        "javascript:alert(1)",
        "nonsense",
        "http://user:pass@192.168.1.50",
      ]) {
        assert.strictEqual((yield* Effect.flip(testConnection(uri)))._tag, "AddressRefused", uri)
      }
    }).pipe(Effect.provide(plexCore(world)))
  })

  it.effect(
    "sends no token to a server that is none of the account's, nor to a foreign plex.direct name",
    () => {
      const { server, world } = attic()
      const foreign = `https://203-0-113-8.${"9".repeat(32)}.plex.direct:32400`
      const stranger = "http://192.168.1.99:32400"
      server.addresses.set(foreign, { answers: "server", latencyMs: 0 })
      server.addresses.set(stranger, { answers: { impostor: "stranger" }, latencyMs: 0 })
      return Effect.gen(function* () {
        for (const uri of [foreign, stranger]) {
          const result = yield* testConnection(uri)
          assert.deepStrictEqual([result.success, result.fault], [false, "wrong_server"], uri)
        }
      }).pipe(Effect.provide(plexCore(world)))
    },
  )

  it.effect("proves the token with a call that needs one", () => {
    const { server, world } = attic()
    server.tokens = new Set(["another"])
    return Effect.gen(function* () {
      const result = yield* testConnection(A)
      assert.deepStrictEqual([result.success, result.fault], [false, "unauthorised"])
    }).pipe(Effect.provide(plexCore(world)))
  })

  it.effect("works with an API key, and without plex.tv", () => {
    const { server, world } = attic()
    server.tokens.add("the-key")
    world.tokens = new Set()
    return Effect.gen(function* () {
      assert.isTrue((yield* testConnection(A)).success)
    }).pipe(
      Effect.provide(plexCore(world, { plex: { auth_method: "apikey", apikey: Redacted.make("the-key") } })),
    )
  })

  it.effect("looks at the address before it looks for a token", () =>
    Effect.gen(function* () {
      const failing = (uri: string) => Effect.map(Effect.flip(testConnection(uri)), ({ _tag }) => _tag)
      assert.strictEqual(yield* failing("http://203.0.113.9"), "AddressRefused")
      assert.strictEqual(yield* failing("http://169.254.169.254"), "AddressRefused")
      assert.strictEqual(yield* failing(A), "NotSignedIn")
    }).pipe(Effect.provide(plexCore(attic().world, {}))),
  )
})
