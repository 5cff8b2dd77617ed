import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { Hasher, SessionStore } from "../ports/mod.ts"
import { isLive, SESSION_TOUCH_MS, type Session } from "./session.ts"

/** A browser that is signed in, and the word that its changes must carry so that no other page can make them. */
export interface Entered {
  readonly session: Session
  readonly csrf: string
}

/** The word that goes with a session's token. It is made of the token, so that nothing has to be kept. */
export const csrfOf = (token: Redacted.Redacted) =>
  Hasher.use((hasher) => hasher.fingerprint(Redacted.make(`csrf ${Redacted.value(token)}`)))

/** The session that a cookie's token opens, or null. Notes that the browser was seen, at most once a minute. */
export const checkSession = Effect.fnUntraced(function* (token: Redacted.Redacted) {
  const store = yield* SessionStore
  const hasher = yield* Hasher
  const nowMs = yield* Clock.currentTimeMillis
  const session = yield* store.get(yield* hasher.fingerprint(token))
  if (session === null) return null
  if (!isLive(session, nowMs)) {
    yield* store.remove([session.id])
    return null
  }
  const seen = nowMs - session.seenAtMs < SESSION_TOUCH_MS ? session : { ...session, seenAtMs: nowMs }
  if (seen !== session) yield* store.save(seen)
  return { session: seen, csrf: yield* csrfOf(token) } as Entered
})
