import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { Hasher, Journal, PASSWORD_LENGTH_MAX, SessionStore, SettingsStore } from "../ports/mod.ts"
import { attempt } from "./open_session.ts"
import { hasPassword, ownerOf } from "./owner.ts"
import { AccessRefused, PasswordUnfit } from "./refusal.ts"
import type { Visitor } from "./visitor.ts"

/** Fewest characters of a password. */
export const PASSWORD_LENGTH_MIN = 8

/** Whoever holds a borrowed session must not be able to take the installation over, so the old password is asked for. */
const proveCurrent = Effect.fnUntraced(function* (visitor: Visitor, current: Redacted.Redacted | null) {
  const store = yield* SettingsStore
  const settings = yield* store.current
  if (!hasPassword(settings)) return
  yield* attempt(visitor)
  const hasher = yield* Hasher
  const verdict = current === null ? "differs" : yield* hasher.verifyPassword(current, settings.auth.password)
  if (verdict === "differs" || verdict === "busy") {
    return yield* new AccessRefused({ reason: "password", detail: "The current password is not right" })
  }
})

/** Ends every session but the one that made the change. */
const leaveOthers = Effect.fnUntraced(function* (keep: string | null) {
  const sessions = yield* SessionStore
  const all = yield* sessions.all
  yield* sessions.remove(all.map(({ id }) => id).filter((id) => id !== keep))
})

/** Sets or replaces the password and signs every other browser out. Fails with PasswordUnfit, AccessRefused, AccessLocked. */
export const setPassword = Effect.fn("setPassword")(function* (
  visitor: Visitor,
  sessionId: string | null,
  wish: { readonly password: Redacted.Redacted; readonly current: Redacted.Redacted | null },
) {
  const { length } = Redacted.value(wish.password)
  if (length < PASSWORD_LENGTH_MIN) {
    return yield* new PasswordUnfit({ detail: `A password has at least ${PASSWORD_LENGTH_MIN} characters` })
  }
  if (length > PASSWORD_LENGTH_MAX) {
    return yield* new PasswordUnfit({ detail: `A password has at most ${PASSWORD_LENGTH_MAX} characters` })
  }
  yield* proveCurrent(visitor, wish.current)
  const hasher = yield* Hasher
  const store = yield* SettingsStore
  const password = yield* hasher.hashPassword(wish.password)
  yield* store.update(() => ({ auth: { password, type: "form" } }))
  yield* leaveOthers(sessionId)
  const journal = yield* Journal
  yield* journal.write({
    kind: "account",
    text: "The page's password was set; other browsers were signed out",
  })
})

/** Removes the password. Fails with AccessRefused where it is the only proof of who owns the installation. */
export const removePassword = Effect.fn("removePassword")(function* (
  visitor: Visitor,
  sessionId: string | null,
  current: Redacted.Redacted | null,
) {
  const store = yield* SettingsStore
  if (ownerOf(yield* store.current) === null) {
    return yield* new AccessRefused({
      reason: "no_owner",
      detail:
        "Sign in to Plex first: without it and without a password anybody at this machine could come in",
    })
  }
  yield* proveCurrent(visitor, current)
  yield* store.update(() => ({ auth: { password: Redacted.make(""), type: "" } }))
  yield* leaveOthers(sessionId)
  const journal = yield* Journal
  yield* journal.write({
    kind: "account",
    text: "The page's password was removed; other browsers were signed out",
  })
})
