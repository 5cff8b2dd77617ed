import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { memoryServer, plexWorld } from "../../../adapters/memory/plex_account.ts"
import { PlexUnreachable } from "../../../core/ports/mod.ts"
import { type Discovery, discoverServers, listServers } from "../../../core/servers/list_servers.ts"
import type { Server } from "../../../core/servers/server.ts"
import { connection, plexCore, SIGNED_IN } from "../../support/plex_core.ts"
import { timed } from "../../support/virtual_time.ts"

/** A server with so many addresses that answer after `latencyMs`, and so many that never do. */
function server(live: number, silent: number, latencyMs = 20, fields: Partial<Server> = {}) {
  const at = (index: number) => `http://192.168.1.${index + 1}:32400`
  const connections = Array.from({ length: live + silent }, (_, index) => connection(at(index)))
  const made = memoryServer({ connections, ...fields })
  made.addresses = new Map(
    connections.map(({ uri }, index) => [
      uri,
      index < silent ? { answers: "silent", latencyMs: 0 } : { answers: "server", latencyMs },
    ]),
  )
  return made
}

const owned = { includeShared: false }

describe("listServers()", () => {
  it.effect("one live and twenty silent connections give the server within the time of one test", () =>
    Effect.gen(function* () {
      const { tookMs, value } = yield* timed(listServers(owned))
      assert.strictEqual(value[0]?.bestConnection?.uri, "http://192.168.1.21:32400")
      assert.strictEqual(value[0]?.connections.length, 21)
      assert.strictEqual(value[0]?.connections.filter(({ fault }) => fault === "timeout").length, 20)
      assert.isAtMost(tookMs, 3_000)
    }).pipe(Effect.provide(plexCore(plexWorld({ servers: [server(1, 20)] })))),
  )

  it.effect("tests five servers at a time, and says what was not tested in time", () =>
    Effect.gen(function* () {
      const { tookMs, value } = yield* timed(listServers(owned))
      assert.isAtMost(tookMs, 9_500)
      assert.strictEqual(value.length, 20)
      const reasons = new Set(value.flatMap(({ connections }) => connections.map(({ reason }) => reason)))
      assert.deepStrictEqual([...reasons].sort(), ["it was not tested in time", "no answer in 3 s"])
    }).pipe(
      Effect.provide(
        plexCore(
          plexWorld({
            servers: Array.from({ length: 20 }, (_, index) => {
              const uri = `http://10.0.0.${index}:32400`
              const made = memoryServer({ machineIdentifier: `m${index}`, connections: [connection(uri)] })
              made.addresses.set(uri, { answers: "silent", latencyMs: 0 })
              return made
            }),
          }),
        ),
      ),
    ),
  )

  it.effect("says why a connection cannot be used", () =>
    Effect.gen(function* () {
      const [found] = (yield* timed(listServers(owned))).value
      assert.deepStrictEqual(
        found?.connections.map(({ uri, fault, available }) => [uri, fault, available]),
        [
          ["http://ok:1", null, true],
          ["https://self-signed:1", "tls", false],
          ["http://impostor:1", "wrong_server", false],
          ["http://nobody:1", "refused", false],
        ],
      )
      assert.strictEqual(found?.connections[1]?.fingerprint, "AB:CD")
    }).pipe(
      Effect.provide(
        Layer.suspend(() => {
          const made = memoryServer({
            httpsRequired: true,
            connections: ["http://impostor:1", "https://self-signed:1", "http://nobody:1", "http://ok:1"].map(
              (uri) => connection(uri),
            ),
          })
          made.addresses = new Map([
            ["http://ok:1", { answers: "server", latencyMs: 1 }],
            ["http://impostor:1", { answers: { impostor: "other" }, latencyMs: 1 }],
            [
              "https://self-signed:1",
              { answers: { fault: "tls", reason: "self-signed", fingerprint: "AB:CD" }, latencyMs: 1 },
            ],
          ])
          return plexCore(plexWorld({ servers: [made] }))
        }),
      ),
    ),
  )

  it.effect("a token that the server refuses makes the connection unusable, not the server absent", () =>
    Effect.gen(function* () {
      const [found] = (yield* timed(listServers(owned))).value
      assert.isNull(found?.bestConnection)
      assert.strictEqual(found?.connections[0]?.fault, "unauthorised")
    }).pipe(
      Effect.provide(plexCore(plexWorld({ servers: [memoryServer({}, { tokens: new Set(["another"]) })] }))),
    ),
  )

  it.effect("lists shared servers only when asked, without what is local to their owner", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* timed(listServers(owned))).value.length, 0)
      const [shared] = (yield* timed(listServers({ includeShared: true }))).value
      assert.isFalse(shared?.owned)
      assert.deepStrictEqual(
        shared?.connections.map(({ uri }) => uri),
        ["https://shared.example:32400"],
      )
    }).pipe(
      Effect.provide(
        plexCore(
          plexWorld({
            servers: [
              memoryServer({
                owned: false,
                connections: [
                  connection("https://192.168.7.7:32400"),
                  connection("https://shared.example:32400", { local: false }),
                ],
              }),
            ],
          }),
        ),
      ),
    ),
  )

  it.effect("an outage, a rejected token and nobody signed in are failures, never an empty list", () =>
    Effect.gen(function* () {
      const down = plexWorld({
        outage: new PlexUnreachable({
          where: "plex.tv",
          fault: "status",
          status: 503,
          retryAfterSeconds: 9,
          detail: "it answers 503",
        }),
      })
      const failing = (world = plexWorld(), settings = SIGNED_IN) =>
        Effect.map(
          Effect.flip(listServers(owned)).pipe(Effect.provide(plexCore(world, settings))),
          ({ _tag }) => _tag,
        )
      assert.strictEqual(yield* failing(down), "PlexUnreachable")
      assert.strictEqual(yield* failing(plexWorld({ tokens: new Set() })), "TokenRejected")
      assert.strictEqual(yield* failing(plexWorld(), {}), "NotSignedIn")
    }),
  )

  it.effect("a silent plex.tv ends it within the limit of an interactive call", () =>
    Effect.gen(function* () {
      const { tookMs } = yield* timed(Effect.flip(listServers(owned)))
      assert.isAtMost(tookMs, 10_000)
    }).pipe(Effect.provide(plexCore(plexWorld({ accountLatencyMs: 60_000 })))),
  )
})

describe("discoverServers()", () => {
  it.effect("with two live and six silent connections a usable one is told within half a second", () =>
    Effect.gen(function* () {
      const seen: Array<readonly [number, Discovery]> = []
      yield* timed(
        Stream.runForEach(discoverServers(owned), (event) =>
          Effect.map(Clock.currentTimeMillis, (nowMs) => void seen.push([nowMs, event])),
        ),
      )
      const usable = seen.filter(([, { _tag }]) => _tag === "Usable")
      assert.strictEqual(usable.length, 1)
      assert.isAtMost(usable[0]![0], 500)
      const [, listed] = seen[0]!
      assert(listed._tag === "Listed")
      // In the order of their classes, so that a list that is shown need not be put into another one.
      assert.deepStrictEqual(
        listed.servers[0]!.connections.map(({ protocol }) => protocol),
        [...Array(6).fill("https"), "http", "http"],
      )
      assert.strictEqual(seen.filter(([, { _tag }]) => _tag === "Tested").length, 8)
      assert.strictEqual(seen.at(-1)![1]._tag, "Done")
      assert.isAtMost(seen.at(-1)![0], 3_000)
    }).pipe(
      Effect.provide(
        Layer.suspend(() => {
          const made = server(2, 6, 40)
          // The silent ones are of a better class, so that the choice is not clear before they have failed.
          const connections = made.server.connections.map((one, index) =>
            index < 6 ? { ...one, protocol: "https" as const } : one,
          )
          made.server = { ...made.server, httpsRequired: true, connections }
          return plexCore(plexWorld({ servers: [made] }))
        }),
      ),
    ),
  )
})
