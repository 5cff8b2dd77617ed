import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Base64Url from "effect/encoding/Base64Url"
import * as Redacted from "effect/Redacted"
import { Entropy, Hasher, Journal, SessionStore } from "../ports/mod.ts"
import { AccessLocked } from "./refusal.ts"
import { SESSION_TOKEN_BYTES, type Session, type Way } from "./session.ts"
import { counted, forgiven, lockedUntilMs } from "./tally.ts"
import type { Visitor } from "./visitor.ts"

/** A session together with the only copy of the token that opens it. */
export interface Opened {
  readonly token: Redacted.Redacted
  readonly session: Session
}

const WAYS: Readonly<Record<Way, string>> = {
  this_machine: "at this machine",
  code: "with the one-time code",
  password: "with the password",
  plex: "with Plex",
}

/** Counts an attempt from this address, before anything is looked at; fails with AccessLocked where there were too many. */
export const attempt = Effect.fnUntraced(function* (visitor: Visitor) {
  const store = yield* SessionStore
  const nowMs = yield* Clock.currentTimeMillis
  const { address } = visitor
  const { before } = yield* store.tally((tally) =>
    lockedUntilMs(tally, address, nowMs) > 0 ? tally : counted(tally, address, nowMs),
  )
  const untilMs = lockedUntilMs(before, address, nowMs)
  if (untilMs === 0) return
  return yield* new AccessLocked({ untilMs, retryAfterSeconds: Math.ceil((untilMs - nowMs) / 1_000) })
})

/** Begins a session for somebody who may come in, and forgives the attempts before. */
export const openSession = Effect.fnUntraced(function* (visitor: Visitor, way: Way) {
  const entropy = yield* Entropy
  const hasher = yield* Hasher
  const store = yield* SessionStore
  const journal = yield* Journal
  const nowMs = yield* Clock.currentTimeMillis
  const token = Redacted.make(Base64Url.encode(yield* entropy.bytes(SESSION_TOKEN_BYTES)))
  const session: Session = {
    id: yield* hasher.fingerprint(token),
    way,
    createdAtMs: nowMs,
    seenAtMs: nowMs,
    agent: visitor.agent,
    address: visitor.address,
  }
  yield* store.save(session)
  yield* store.tally((tally) => forgiven(tally, visitor.address))
  yield* journal.write({
    kind: "account",
    text: `Somebody signed in to the page ${WAYS[way]}, from ${visitor.address || "an unknown address"}`,
    detail: { agent: visitor.agent },
  })
  return { token, session } as Opened
})
