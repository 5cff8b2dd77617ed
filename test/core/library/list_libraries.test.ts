import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { memoryServer, plexWorld } from "../../../adapters/memory/plex_account.ts"
import { listLibraries } from "../../../core/library/list_libraries.ts"
import type { Section } from "../../../core/library/section.ts"
import { connection, plexCore, SIGNED_IN } from "../../support/plex_core.ts"
import { sintel } from "../../support/plex_samples.ts"
import { timed } from "../../support/virtual_time.ts"

const MACHINE = "c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00"
const A = "http://192.168.1.50:32400"
const B = "http://192.168.1.51:32400"

const section = (id: string, type: Section["type"]): Section => ({
  id,
  uuid: `uuid-${id}`,
  title: `Library ${id}`,
  type,
  agent: "",
  scanner: "",
  language: "",
  updatedAt: 0,
  createdAt: 0,
  locations: [`/data/${id}`],
})
function attic() {
  const server = memoryServer({ connections: [connection(A), connection(B)] })
  server.sections = [section("1", "movie"), section("2", "show"), section("3", "other")]
  server.items = new Map([["1001", sintel]])
  return { server, world: plexWorld({ servers: [server] }) }
}
const selected = {
  ...SIGNED_IN,
  plex: { ...SIGNED_IN.plex, server_machine_id: MACHINE, server_url: A, server_connections: [A, B] },
}

describe("listLibraries()", () => {
  it.effect("lists films and shows of the selected server with their counts", () =>
    Effect.gen(function* () {
      const libraries = yield* listLibraries(null)
      assert.deepStrictEqual(
        libraries.map(({ id, count, locations }) => [id, count, locations]),
        [
          ["1", 1, ["/data/1"]],
          ["2", 0, ["/data/2"]],
        ],
      )
    }).pipe(Effect.provide(plexCore(attic().world, selected))),
  )

  it.effect("answers from the only owned server when none is selected, and stores nothing", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* listLibraries(null)).length, 2)
    }).pipe(Effect.provide(plexCore(attic().world))),
  )

  it.effect("ends within the time of an interactive call, however silent everybody is", () => {
    const { server, world } = attic()
    return Effect.gen(function* () {
      yield* listLibraries(null)
      for (const uri of [A, B]) server.addresses.set(uri, { answers: "silent", latencyMs: 0 })
      world.accountLatencyMs = 5_900
      const { tookMs, value } = yield* timed(Effect.flip(listLibraries(null)))
      assert.strictEqual(value._tag, "PlexUnreachable")
      assert.isAtMost(tookMs, 10_000)
    }).pipe(Effect.provide(plexCore(world, selected)))
  })

  it.effect("says that a server must be chosen when there are several", () => {
    const { server, world } = attic()
    world.servers = [
      server,
      memoryServer({ machineIdentifier: "second", connections: [connection("http://10.0.0.2:1")] }),
    ]
    return Effect.gen(function* () {
      const error = yield* Effect.flip(listLibraries(null))
      assert.strictEqual(error.message, "No Plex server is selected: choose one first")
    }).pipe(Effect.provide(plexCore(world)))
  })

  it.effect("an address that falls silent costs three seconds, not the answer", () => {
    const { server, world } = attic()
    return Effect.gen(function* () {
      yield* listLibraries(null)
      server.addresses.set(A, { answers: "silent", latencyMs: 0 })
      assert.isAtMost((yield* timed(listLibraries(null))).tookMs, 6_500)
    }).pipe(Effect.provide(plexCore(world, selected)))
  })

  it.effect("a server that answers nowhere is a failure, never an empty list", () => {
    const { server, world } = attic()
    server.addresses.clear()
    return Effect.gen(function* () {
      assert.strictEqual((yield* Effect.flip(listLibraries(null)))._tag, "PlexUnreachable")
    }).pipe(Effect.provide(plexCore(world, selected)))
  })
})
