import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { Hasher, PASSWORD_LENGTH_MAX, SettingsStore, StateStore } from "../ports/mod.ts"
import { CODE_TTL_MS, readCode } from "./code.ts"
import { CODE_KEY, IssuedCode } from "./issue_code.ts"
import { attempt, openSession } from "./open_session.ts"
import { hasPassword, isClaimed } from "./owner.ts"
import { AccessRefused } from "./refusal.ts"
import { isAtThisMachine, type Visitor } from "./visitor.ts"

const isIssuedCode = Schema.is(IssuedCode)

/** Lets in whoever sits at the machine, as long as the installation has no owner. Fails with AccessRefused. */
export const enterAtThisMachine = Effect.fn("enterAtThisMachine")(function* (visitor: Visitor) {
  const store = yield* SettingsStore
  if (isClaimed(yield* store.current)) {
    return yield* new AccessRefused({
      reason: "claimed",
      detail: "This installation has an owner: sign in with Plex or with the password",
    })
  }
  if (!isAtThisMachine(visitor)) {
    return yield* new AccessRefused({
      reason: "elsewhere",
      detail:
        "Open the page on the machine itself as http://localhost, or enter the code that was printed at start",
    })
  }
  return yield* openSession(visitor, "this_machine")
})

const codeRefused = () =>
  new AccessRefused({
    reason: "code",
    detail: "This is not the code that was printed last, or it was used: a new one is printed at each start",
  })

/** Lets in who has the code that was printed at start; it works once. Fails with AccessRefused or AccessLocked. */
export const enterWithCode = Effect.fn("enterWithCode")(function* (visitor: Visitor, typed: string) {
  yield* attempt(visitor)
  const state = yield* StateStore
  const hasher = yield* Hasher
  const nowMs = yield* Clock.currentTimeMillis
  const code = readCode(typed)
  const issued = yield* state.get(CODE_KEY)
  if (code === null || !isIssuedCode(issued) || nowMs - issued.atMs >= CODE_TTL_MS)
    return yield* codeRefused()
  if ((yield* hasher.fingerprint(Redacted.make(code))) !== issued.fingerprint) return yield* codeRefused()
  yield* state.put(CODE_KEY, null)
  return yield* openSession(visitor, "code")
})

/** Lets in who knows the password. Fails with AccessRefused or AccessLocked. */
export const enterWithPassword = Effect.fn("enterWithPassword")(function* (
  visitor: Visitor,
  password: Redacted.Redacted,
) {
  yield* attempt(visitor)
  const store = yield* SettingsStore
  const hasher = yield* Hasher
  const settings = yield* store.current
  if (!hasPassword(settings)) {
    return yield* new AccessRefused({ reason: "no_password", detail: "No password is set for this page" })
  }
  const isTooLong = Redacted.value(password).length > PASSWORD_LENGTH_MAX
  const verdict = isTooLong ? "differs" : yield* hasher.verifyPassword(password, settings.auth.password)
  if (verdict === "unknown_form") {
    return yield* new AccessRefused({
      reason: "no_password",
      detail: 'The stored "auth.password" cannot be read: sign in another way and set a new password',
    })
  }
  if (verdict === "busy") {
    return yield* new AccessRefused({
      reason: "password",
      detail: "Many sign-ins are being checked: try again in a moment",
    })
  }
  if (verdict === "differs") {
    return yield* new AccessRefused({ reason: "password", detail: "The password is not right" })
  }
  if (verdict === "outdated") {
    const renewed = yield* hasher.hashPassword(password)
    // The old hash works as well; a file that cannot be written is no reason to keep its owner out.
    yield* store.update(() => ({ auth: { password: renewed } })).pipe(Effect.ignore)
  }
  return yield* openSession(visitor, "password")
})
