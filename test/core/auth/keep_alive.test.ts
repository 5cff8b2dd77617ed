import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/testing/TestClock"
import { layer as memoryHasher } from "../../../adapters/memory/hasher.ts"
import { memoryServer, plexWorld } from "../../../adapters/memory/plex_account.ts"
import { keepAlive, tendSignIns } from "../../../core/auth/keep_alive.ts"
import { PIN_TTL_MS, PINS_PENDING_MAX } from "../../../core/auth/pin.ts"
import { beginSignIn, cancelSignIn, checkSignIn } from "../../../core/auth/sign_in.ts"
import { accountStatus, validateToken } from "../../../core/auth/validate_token.ts"
import { PinStore, PlexUnreachable, SettingsStore } from "../../../core/ports/mod.ts"
import { accessServer } from "../../../core/servers/access_server.ts"
import { connection, journalTexts, plexCore, SIGNED_IN } from "../../support/plex_core.ts"
import { withTime } from "../../support/virtual_time.ts"

const MACHINE = "c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00"
const core = (...given: Parameters<typeof plexCore>) => Layer.merge(plexCore(...given), memoryHasher)
const settings = SettingsStore.use((store) => store.current)
const OUTAGE = new PlexUnreachable({
  where: "plex.tv",
  fault: "timeout",
  status: null,
  retryAfterSeconds: null,
  detail: "no answer in 10 s",
})

describe("tendSignIns()", () => {
  it.effect("stores an approval that comes after the browser was closed", () => {
    const world = plexWorld()
    return Effect.gen(function* () {
      const pin = yield* beginSignIn({ strong: true })
      yield* TestClock.adjust("9 seconds")
      yield* tendSignIns()
      assert.deepStrictEqual(world.accountCalls, ["createPin"])
      world.approve(pin.id, "late-token")
      yield* TestClock.adjust("1 second")
      yield* tendSignIns()
      assert.strictEqual((yield* settings).plex.username, "owner_user")
      assert.strictEqual((yield* settings).plex.auth_method, "oauth")
      assert.include(yield* journalTexts, "Signed in to Plex as owner_user")
    }).pipe(Effect.provide(core(world, {})))
  })

  it.effect("an abandoned sign-in never costs the token that is there", () => {
    const world = plexWorld()
    return Effect.gen(function* () {
      const before = (yield* settings).plex.token
      yield* beginSignIn({ strong: true })
      yield* TestClock.adjust(PIN_TTL_MS)
      yield* tendSignIns()
      assert.strictEqual((yield* settings).plex.token, before)
      assert.strictEqual((yield* validateToken()).state, "valid")
      const [pin] = yield* PinStore.use((store) => store.all)
      assert.strictEqual(pin?.status._tag, "Expired")
    }).pipe(Effect.provide(core(world)))
  })

  it.effect("an outage in the middle loses nothing", () => {
    const world = plexWorld()
    return Effect.gen(function* () {
      const pin = yield* beginSignIn({ strong: true })
      world.approve(pin.id, "late-token")
      world.outage = OUTAGE
      yield* TestClock.adjust("20 seconds")
      yield* tendSignIns()
      world.outage = null
      yield* TestClock.adjust("2 seconds")
      yield* tendSignIns()
      assert.strictEqual((yield* settings).plex.username, "owner_user")
    }).pipe(Effect.provide(core(world, {})))
  })

  it.effect("forgets what has been over for long", () =>
    Effect.gen(function* () {
      yield* beginSignIn({ strong: true })
      yield* TestClock.adjust(2 * PIN_TTL_MS)
      yield* tendSignIns()
      assert.deepStrictEqual(yield* PinStore.use((store) => store.all), [])
    }).pipe(Effect.provide(core())),
  )
})

describe("beginSignIn()", () => {
  it.effect("lets so many wait and one more ends the oldest", () =>
    Effect.gen(function* () {
      const first = yield* beginSignIn({ strong: true })
      for (let count = 1; count < PINS_PENDING_MAX; count++) {
        yield* TestClock.adjust(1)
        yield* beginSignIn({ strong: false })
      }
      const waiting = Effect.map(
        PinStore.use((store) => store.all),
        (pins) => pins.filter(({ status }) => status._tag === "Waiting").length,
      )
      assert.strictEqual(yield* waiting, PINS_PENDING_MAX)
      yield* beginSignIn({ strong: true })
      assert.strictEqual(yield* waiting, PINS_PENDING_MAX)
      const error = yield* withTime(Effect.flip(checkSignIn(first.id, first.stateToken)))
      assert.strictEqual(error._tag, "PinExpired")
    }).pipe(Effect.provide(core())),
  )
})

describe("cancelSignIn()", () => {
  it.effect("ends it for who knows the state, and an approval after it counts for nothing", () => {
    const world = plexWorld()
    return Effect.gen(function* () {
      const pin = yield* beginSignIn({ strong: true })
      assert.strictEqual((yield* Effect.flip(cancelSignIn(pin.id, "ключ")))._tag, "StateRejected")
      yield* cancelSignIn(pin.id, pin.stateToken)
      world.approve(pin.id)
      const error = yield* withTime(Effect.flip(checkSignIn(pin.id, pin.stateToken)))
      assert.strictEqual(error._tag, "PinExpired")
      assert.deepStrictEqual(world.accountCalls, ["createPin"])
    }).pipe(Effect.provide(core(world)))
  })
})

describe("a sign-in as somebody else", () => {
  it.effect("forgets the servers' tokens of the account before, and keeps them for the same account", () => {
    const server = memoryServer({ connections: [connection("http://192.168.1.50:32400")], token: "first" })
    const world = plexWorld({ servers: [server] })
    const selected = {
      ...SIGNED_IN,
      plex: { ...SIGNED_IN.plex, server_machine_id: MACHINE, server_url: "http://192.168.1.50:32400" },
    }
    return Effect.gen(function* () {
      assert.strictEqual(Redacted.value((yield* withTime(accessServer(null))).token), "first")
      world.user = { ...world.user, id: "20000002", username: "friend_user" }
      server.server = { ...server.server, accessToken: Redacted.make("second") }
      const pin = yield* beginSignIn({ strong: true })
      world.approve(pin.id)
      yield* withTime(checkSignIn(pin.id, pin.stateToken))
      assert.strictEqual(Redacted.value((yield* withTime(accessServer(null))).token), "second")
    }).pipe(Effect.provide(core(world, selected)))
  })
})

describe("keepAlive()", () => {
  it.effect("pings with a good token, marks a refused one without touching it, and ignores an outage", () => {
    const world = plexWorld()
    return Effect.gen(function* () {
      yield* keepAlive()
      assert.deepStrictEqual(world.accountCalls, ["user", "ping"])
      assert.strictEqual((yield* accountStatus()).state, "valid")
      const before = yield* settings
      world.outage = OUTAGE
      yield* keepAlive()
      assert.strictEqual((yield* accountStatus()).state, "valid")
      world.outage = null
      world.tokens.clear()
      yield* keepAlive()
      const status = yield* accountStatus()
      assert.strictEqual(status.state, "rejected")
      assert.isNotEmpty(status.reason)
      assert.strictEqual(yield* settings, before)
      world.tokens.add("account-token")
      yield* keepAlive()
      assert.strictEqual((yield* accountStatus()).state, "valid")
    }).pipe(Effect.provide(core(world)))
  })
})
