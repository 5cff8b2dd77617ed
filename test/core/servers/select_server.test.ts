import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { memoryServer, plexWorld } from "../../../adapters/memory/plex_account.ts"
import { SecretBox, SettingsStore } from "../../../core/ports/mod.ts"
import { accessServer } from "../../../core/servers/access_server.ts"
import {
  acceptCertificate,
  addAddress,
  chooseLibraries,
  makePrimary,
  removeAddress,
  removeServer,
  serverStatuses,
} from "../../../core/servers/change_servers.ts"
import { selectOnlyServer, selectServer } from "../../../core/servers/select_server.ts"
import { selectedServers } from "../../../core/servers/selected.ts"
import { secretKeys } from "../../../core/settings/settings.ts"
import { connection, plexCore, SIGNED_IN } from "../../support/plex_core.ts"
import { withTime } from "../../support/virtual_time.ts"

const ATTIC = "c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00"
const SHED = "5ed00000000000000000000000000000000005ed"
const A = "http://192.168.1.50:32400"
const B = "https://attic.example:32400"
const RELAY = "https://198-51-100-200.0123456789abcdef0123456789abcdef.plex.direct:8443"
const S = "http://192.168.1.60:32400"

function twoServers() {
  const attic = memoryServer({
    connections: [connection(A), connection(B, { local: false })],
    token: "attic-token",
  })
  const shed = memoryServer({
    name: "Shed",
    machineIdentifier: SHED,
    connections: [connection(S)],
    token: "shed-token",
  })
  return { attic, shed, world: plexWorld({ servers: [attic, shed] }) }
}
const choice = (more = {}) => ({
  machineIdentifier: ATTIC,
  name: "Attic",
  uri: A,
  local: true,
  connections: [A, B],
  ...more,
})
const shedChoice = { machineIdentifier: SHED, name: "Shed", uri: S, local: true, connections: [S] }
const current = SettingsStore.use((store) => store.current)

describe("selectServer()", () => {
  it.effect("stores what was posted, in Bazarr's keys and in ours, with the server's token sealed", () =>
    Effect.gen(function* () {
      yield* withTime(selectServer(choice({ uri: `${B}/` })))
      const settings = yield* current
      const { plex } = settings
      assert.deepStrictEqual(
        [plex.server_machine_id, plex.server_name, plex.server_url, plex.server_local],
        [ATTIC, "Attic", `${B}/`, true],
      )
      assert.deepStrictEqual(plex.server_connections, [A, B])
      const [entry] = settings.oncue.servers
      assert.notInclude(Redacted.value(entry!.token), "attic-token")
      const box = yield* SecretBox
      const opened = yield* box.open(Redacted.value(entry!.token), secretKeys(settings), "token")
      assert.strictEqual(Redacted.value(opened.secret), "attic-token")
      assert.strictEqual((yield* accessServer(ATTIC)).uri, B)
    }).pipe(Effect.provide(plexCore(twoServers().world))),
  )

  it.effect("is accepted when one posted address proves the server, and stores the others too", () => {
    const { attic, world } = twoServers()
    attic.addresses.delete(A)
    return Effect.gen(function* () {
      yield* withTime(selectServer(choice()))
      assert.strictEqual((yield* current).plex.server_url, A)
      assert.strictEqual((yield* accessServer(ATTIC)).uri, B)
    }).pipe(Effect.provide(plexCore(world)))
  })

  it.effect("keeps the old server when the new one does not answer as itself", () =>
    Effect.gen(function* () {
      yield* withTime(selectServer(choice()))
      const before = yield* current
      const failing = (more: object) => withTime(Effect.flip(selectServer(choice(more))))
      const elsewhere = yield* failing({ uri: S, connections: [] })
      assert.strictEqual(
        elsewhere.message,
        `Cannot select server "Attic": 1 of 1 addresses did not answer as it (${S}: another Plex Media Server answers at this address)`,
      )
      for (const uri of ["javascript:alert(1)", "http://169.254.169.254", "http://u:p@plex", "x"]) {
        assert.strictEqual((yield* failing({ uri }))._tag, "ServerAddressInvalid")
        assert.strictEqual((yield* failing({ connections: [uri] }))._tag, "ServerAddressInvalid")
      }
      assert.strictEqual(yield* current, before)
    }).pipe(Effect.provide(plexCore(twoServers().world))),
  )

  it.effect("takes the addresses that plex.tv lists when none were posted", () =>
    Effect.gen(function* () {
      yield* withTime(selectServer(choice({ connections: [] })))
      assert.deepStrictEqual((yield* current).plex.server_connections, [A, B])
    }).pipe(Effect.provide(plexCore(twoServers().world))),
  )

  it.effect("a second primary takes the place of the first and drops its libraries", () =>
    Effect.gen(function* () {
      yield* withTime(selectServer(choice()))
      const store = yield* SettingsStore
      yield* store.update(() => ({ plex: { movie_library_ids: ["1"], movie_library: ["Movies"] } }))
      yield* withTime(selectServer(choice()))
      assert.deepStrictEqual((yield* current).plex.movie_library_ids, ["1"])
      yield* withTime(selectServer(shedChoice))
      const settings = yield* current
      assert.deepStrictEqual(
        selectedServers(settings).map(({ machine_id }) => machine_id),
        [SHED],
      )
      assert.deepStrictEqual(settings.plex.movie_library_ids, [])
    }).pipe(Effect.provide(plexCore(twoServers().world))),
  )

  it.effect("several servers are used side by side, and the primary one can be changed and removed", () =>
    Effect.gen(function* () {
      yield* withTime(selectServer(choice()))
      yield* withTime(selectServer(shedChoice, "beside"))
      const ids = Effect.map(current, (settings) =>
        selectedServers(settings).map(({ machine_id }) => machine_id),
      )
      assert.deepStrictEqual(yield* ids, [ATTIC, SHED])
      assert.strictEqual(Redacted.value((yield* accessServer(SHED)).token), "shed-token")
      yield* makePrimary(SHED)
      assert.deepStrictEqual(yield* ids, [SHED, ATTIC])
      assert.strictEqual((yield* current).plex.server_url, S)
      yield* removeServer(SHED)
      assert.deepStrictEqual(yield* ids, [ATTIC])
      assert.strictEqual((yield* current).plex.server_name, "Attic")
      yield* removeServer(ATTIC)
      assert.deepStrictEqual(yield* ids, [])
      assert.strictEqual((yield* current).plex.server_machine_id, "")
      assert.strictEqual((yield* Effect.flip(removeServer(ATTIC)))._tag, "ServerUnknown")
    }).pipe(Effect.provide(plexCore(twoServers().world))),
  )

  it.effect("works while plex.tv does not answer; the token is asked for later", () => {
    const { world } = twoServers()
    return Effect.gen(function* () {
      world.accountLatencyMs = 60_000
      yield* withTime(selectServer(choice()))
      world.accountLatencyMs = 0
      assert.strictEqual(Redacted.value((yield* accessServer(ATTIC)).token), "attic-token")
    }).pipe(Effect.provide(plexCore(world)))
  })
})

describe("selectOnlyServer()", () => {
  it.effect("selects where there is no choice, and never stores a relay as preferred", () => {
    const { attic, world } = twoServers()
    world.servers = [attic]
    attic.server = {
      ...attic.server,
      connections: [connection(RELAY, { local: false, relay: true }), connection(A)],
    }
    attic.addresses = new Map([[RELAY, { answers: "server", latencyMs: 5 }]])
    return Effect.gen(function* () {
      const entry = yield* withTime(selectOnlyServer())
      assert.strictEqual(entry?.url, A)
      assert.deepStrictEqual(entry?.connections, [RELAY, A])
      assert.strictEqual((yield* accessServer(ATTIC)).uri, RELAY)
      assert.isNull(yield* withTime(selectOnlyServer()))
    }).pipe(Effect.provide(plexCore(world)))
  })

  it.effect("leaves the choice to the user when there are several", () =>
    Effect.gen(function* () {
      assert.isNull(yield* withTime(selectOnlyServer()))
      assert.deepStrictEqual(selectedServers(yield* current), [])
    }).pipe(Effect.provide(plexCore(twoServers().world))),
  )
})

describe("change_servers", () => {
  it.effect("addAddress() takes an address only after the server has proved itself there", () => {
    const { attic, world } = twoServers()
    attic.addresses.set("http://plex:32400", { answers: "server", latencyMs: 1 })
    return Effect.gen(function* () {
      yield* withTime(selectServer(choice()))
      const entry = yield* withTime(addAddress(ATTIC, "http://plex:32400/"))
      assert.deepStrictEqual(entry.manual, ["http://plex:32400"])
      const failed = yield* Effect.flip(addAddress(ATTIC, S))
      assert.strictEqual(failed._tag, "ServerNotReached")
      const removed = yield* removeAddress(ATTIC, "http://plex:32400/")
      assert.deepStrictEqual(removed.manual, [])
    }).pipe(Effect.provide(plexCore(world)))
  })

  it.effect("acceptCertificate() makes a certificate good for this server alone", () => {
    const { attic, world } = twoServers()
    const print = `AB:CD:${Array(30).fill("0F").join(":")}`
    attic.addresses = new Map([
      [A, { answers: { fault: "tls", reason: "self-signed", fingerprint: print }, latencyMs: 1 }],
      [B, { answers: "server", latencyMs: 1 }],
    ])
    return Effect.gen(function* () {
      yield* withTime(selectServer(choice()))
      assert.strictEqual((yield* accessServer(ATTIC)).uri, B)
      const entry = yield* acceptCertificate(ATTIC, print.replaceAll(":", "").toLowerCase())
      assert.strictEqual(entry.fingerprint, print)
      yield* withTime(selectServer(choice()))
      const access = yield* accessServer(ATTIC)
      assert.deepStrictEqual([access.uri, access.fingerprint], [A, print])
      assert.strictEqual((yield* Effect.flip(acceptCertificate(ATTIC, "AB:CD")))._tag, "ServerAddressInvalid")
      assert.strictEqual((yield* acceptCertificate(ATTIC, "")).fingerprint, "")
    }).pipe(Effect.provide(plexCore(world)))
  })

  it.effect("serverStatuses() tells how each server is reached, and asks nobody", () => {
    const { world } = twoServers()
    return Effect.gen(function* () {
      yield* withTime(selectServer(choice()))
      yield* chooseLibraries(ATTIC, ["1", "2", "1"])
      world.accountCalls.length = 0
      const [status] = yield* serverStatuses()
      assert.deepStrictEqual(
        [status?.uri, status?.connectionClass, status?.isPrimary, status?.entry.libraries],
        [A, "local_http", true, ["1", "2"]],
      )
      assert.deepStrictEqual(world.accountCalls, [])
    }).pipe(Effect.provide(plexCore(world)))
  })

  it.effect("a configuration of Bazarr is one server in its own keys", () =>
    Effect.gen(function* () {
      const servers = selectedServers(yield* current)
      assert.deepStrictEqual(
        servers.map(({ machine_id, url, connections, libraries }) => [
          machine_id,
          url,
          connections,
          libraries,
        ]),
        [[ATTIC, A, [A, B], ["1", "2"]]],
      )
    }).pipe(
      Effect.provide(
        plexCore(twoServers().world, {
          ...SIGNED_IN,
          plex: {
            ...SIGNED_IN.plex,
            server_machine_id: ATTIC,
            server_url: A,
            server_connections: [A, B],
            movie_library_ids: ["1"],
            series_library_ids: ["2"],
          },
        }),
      ),
    ),
  )
})
