import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/testing/TestClock"
import { accessStatus } from "../../../core/access/access_status.ts"
import { checkSession } from "../../../core/access/check_session.ts"
import { CODE_TTL_MS } from "../../../core/access/code.ts"
import { enterAtThisMachine, enterWithCode, enterWithPassword } from "../../../core/access/enter.ts"
import { issueCode } from "../../../core/access/issue_code.ts"
import { leave, leaveEverywhere } from "../../../core/access/leave.ts"
import { SESSION_IDLE_MS, SESSION_LIFE_MS } from "../../../core/access/session.ts"
import { removePassword, setPassword } from "../../../core/access/set_password.ts"
import { ATTEMPTS_PER_ADDRESS_MAX, ATTEMPTS_WINDOW_MS } from "../../../core/access/tally.ts"
import { SessionStore } from "../../../core/ports/mod.ts"
import { AT_HOME, accessWorld, ELSEWHERE } from "../../support/access_world.ts"

const secret = (text: string) => Redacted.make(text)
const MD5_OF_PASSWORD = "5f4dcc3b5aa765d61d8327deb882cf99"

describe("enter", () => {
  it.effect(
    "enterAtThisMachine() lets in who sits at the machine of an installation without an owner",
    () => {
      const world = accessWorld()
      return Effect.gen(function* () {
        assert.isTrue((yield* accessStatus(AT_HOME)).atThisMachine)
        const { session, token } = yield* enterAtThisMachine(AT_HOME)
        assert.strictEqual((yield* checkSession(token))?.session.id, session.id)
        assert.isNull(yield* checkSession(secret("another")))
      }).pipe(Effect.provide(world.ports))
    },
  )

  it.effect("enterAtThisMachine() refuses everybody else", () => {
    const world = accessWorld()
    return Effect.gen(function* () {
      for (const visitor of [
        ELSEWHERE,
        { ...AT_HOME, forwarded: true },
        { ...AT_HOME, host: "evil.example:6868", origin: "http://evil.example:6868" },
        { ...AT_HOME, origin: "https://evil.example" },
        { ...AT_HOME, address: "" },
      ]) {
        assert.isFalse((yield* accessStatus(visitor)).atThisMachine)
        const refused = yield* Effect.flip(enterAtThisMachine(visitor))
        assert.strictEqual(refused._tag === "AccessRefused" && refused.reason, "elsewhere")
      }
    }).pipe(Effect.provide(world.ports))
  })

  it.effect("enterAtThisMachine() refuses everybody once there is an owner", () => {
    const world = accessWorld({ plex: { user_id: "7" } })
    return Effect.gen(function* () {
      assert.isFalse((yield* accessStatus(AT_HOME)).atThisMachine)
      const refused = yield* Effect.flip(enterAtThisMachine(AT_HOME))
      assert.strictEqual(refused._tag === "AccessRefused" && refused.reason, "claimed")
    }).pipe(Effect.provide(world.ports))
  })

  it.effect("enterWithCode() takes the printed code once, however it is typed", () => {
    const world = accessWorld()
    return Effect.gen(function* () {
      const old = yield* issueCode()
      const code = yield* issueCode()
      assert.match(code, /^[A-Z2-9]{5}-[A-Z2-9]{5}$/)
      assert.strictEqual((yield* Effect.flip(enterWithCode(ELSEWHERE, old)))._tag, "AccessRefused")
      const { token } = yield* enterWithCode(ELSEWHERE, ` ${code.toLowerCase().replace("-", " ")}`)
      assert.isNotNull(yield* checkSession(token))
      assert.strictEqual((yield* Effect.flip(enterWithCode(ELSEWHERE, code)))._tag, "AccessRefused")
      assert.isFalse((yield* accessStatus(ELSEWHERE)).code)
    }).pipe(Effect.provide(world.ports))
  })

  it.effect("enterWithCode() takes no code after its time", () => {
    const world = accessWorld()
    return Effect.gen(function* () {
      const code = yield* issueCode()
      yield* TestClock.adjust(CODE_TTL_MS)
      assert.strictEqual((yield* Effect.flip(enterWithCode(ELSEWHERE, code)))._tag, "AccessRefused")
    }).pipe(Effect.provide(world.ports))
  })

  it.effect(
    "enterWithPassword() locks an address out after its attempts, with the right password as well",
    () => {
      const world = accessWorld()
      return Effect.gen(function* () {
        yield* setPassword(AT_HOME, null, { password: secret("correct horse"), current: null })
        for (let n = 0; n < ATTEMPTS_PER_ADDRESS_MAX; n++) {
          const refused = yield* Effect.flip(enterWithPassword(ELSEWHERE, secret(`guess ${n}`)))
          assert.strictEqual(refused._tag === "AccessRefused" && refused.reason, "password")
        }
        const locked = yield* Effect.flip(enterWithPassword(ELSEWHERE, secret("correct horse")))
        assert.strictEqual(
          locked._tag === "AccessLocked" && locked.retryAfterSeconds,
          ATTEMPTS_WINDOW_MS / 1_000,
        )
        assert.strictEqual((yield* accessStatus(ELSEWHERE)).lockedUntilMs, ATTEMPTS_WINDOW_MS)
        yield* enterWithPassword(AT_HOME, secret("correct horse"))
        yield* TestClock.adjust(ATTEMPTS_WINDOW_MS)
        yield* enterWithPassword(ELSEWHERE, secret("correct horse"))
      }).pipe(Effect.provide(world.ports))
    },
  )

  it.effect("enterWithPassword() reads Bazarr's hash and replaces it", () => {
    const world = accessWorld({ auth: { type: "form", password: secret(MD5_OF_PASSWORD) } })
    return Effect.gen(function* () {
      yield* enterWithPassword(ELSEWHERE, secret("password"))
      assert.notStrictEqual(Redacted.value(world.settings().auth.password), MD5_OF_PASSWORD)
      yield* enterWithPassword(ELSEWHERE, secret("password"))
      assert.strictEqual(
        (yield* Effect.flip(enterWithPassword(ELSEWHERE, secret("Password"))))._tag,
        "AccessRefused",
      )
    }).pipe(Effect.provide(world.ports))
  })

  it.effect("enterWithPassword() refuses where no password is set, an empty one included", () => {
    const world = accessWorld()
    return Effect.gen(function* () {
      const refused = yield* Effect.flip(enterWithPassword(ELSEWHERE, secret("")))
      assert.strictEqual(refused._tag === "AccessRefused" && refused.reason, "no_password")
    }).pipe(Effect.provide(world.ports))
  })
})

describe("sessions", () => {
  it.effect("checkSession() forgets a browser that was not seen for its time", () => {
    const world = accessWorld()
    return Effect.gen(function* () {
      const { token } = yield* enterAtThisMachine(AT_HOME)
      yield* TestClock.adjust(SESSION_IDLE_MS - 1)
      assert.isNotNull(yield* checkSession(token))
      yield* TestClock.adjust(SESSION_IDLE_MS - 1)
      assert.isNotNull(yield* checkSession(token), "seeing it began the time anew")
      yield* TestClock.adjust(SESSION_IDLE_MS)
      assert.isNull(yield* checkSession(token))
      const store = yield* SessionStore
      assert.deepStrictEqual(yield* store.all, [])
    }).pipe(Effect.provide(world.ports))
  })

  it.effect("checkSession() ends every session at its age, however often it is seen", () => {
    const world = accessWorld()
    return Effect.gen(function* () {
      const { token } = yield* enterAtThisMachine(AT_HOME)
      for (let ms = 0; ms < SESSION_LIFE_MS - SESSION_IDLE_MS / 2; ms += SESSION_IDLE_MS / 2) {
        yield* TestClock.adjust(SESSION_IDLE_MS / 2)
        if (ms + SESSION_IDLE_MS / 2 < SESSION_LIFE_MS) assert.isNotNull(yield* checkSession(token))
      }
      yield* TestClock.adjust(SESSION_IDLE_MS / 2)
      assert.isNull(yield* checkSession(token))
    }).pipe(Effect.provide(world.ports))
  })

  it.effect("leave() ends one session, leaveEverywhere() all", () => {
    const world = accessWorld()
    return Effect.gen(function* () {
      const first = yield* enterAtThisMachine(AT_HOME)
      const second = yield* enterAtThisMachine(AT_HOME)
      const third = yield* enterAtThisMachine(AT_HOME)
      yield* leave(first.session.id)
      assert.isNull(yield* checkSession(first.token))
      assert.isNotNull(yield* checkSession(second.token))
      assert.strictEqual(yield* leaveEverywhere(), 2)
      assert.isNull(yield* checkSession(third.token))
    }).pipe(Effect.provide(world.ports))
  })

  it.effect("setPassword() asks for the old one, holds to its limits and signs other browsers out", () => {
    const world = accessWorld({ plex: { user_id: "7" } })
    return Effect.gen(function* () {
      const set = (text: string, current: string | null, keep: string | null = null) =>
        setPassword(AT_HOME, keep, {
          password: secret(text),
          current: current === null ? null : secret(current),
        })
      for (const unfit of ["seven77", "x".repeat(201)]) {
        assert.strictEqual((yield* Effect.flip(set(unfit, null)))._tag, "PasswordUnfit")
      }
      yield* set("correct horse", null)
      const other = yield* enterWithPassword(ELSEWHERE, secret("correct horse"))
      const own = yield* enterWithPassword(AT_HOME, secret("correct horse"))
      assert.strictEqual((yield* Effect.flip(set("another one", null)))._tag, "AccessRefused")
      assert.strictEqual((yield* Effect.flip(set("another one", "wrong")))._tag, "AccessRefused")
      yield* set("another one", "correct horse", own.session.id)
      assert.isNull(yield* checkSession(other.token))
      assert.isNotNull(yield* checkSession(own.token))
      yield* removePassword(AT_HOME, own.session.id, secret("another one"))
      assert.isFalse((yield* accessStatus(AT_HOME)).password)
    }).pipe(Effect.provide(world.ports))
  })

  it.effect("removePassword() keeps the only proof of who the owner is", () => {
    const world = accessWorld()
    return Effect.gen(function* () {
      yield* setPassword(AT_HOME, null, { password: secret("correct horse"), current: null })
      const refused = yield* Effect.flip(removePassword(AT_HOME, null, secret("correct horse")))
      assert.strictEqual(refused._tag === "AccessRefused" && refused.reason, "no_owner")
    }).pipe(Effect.provide(world.ports))
  })
})
