import * as Schema from "effect/Schema"

/** How somebody came in. */
export const Way = Schema.Literals(["this_machine", "code", "password", "plex"])
export type Way = typeof Way.Type

/** A browser that is signed in. The token that opens it is in the browser's cookie only. */
export const Session = Schema.Struct({
  /** The fingerprint of the token. Who reads it cannot make the token of it. */
  id: Schema.String,
  way: Way,
  createdAtMs: Schema.Finite,
  seenAtMs: Schema.Finite,
  /** The browser's own name for itself, for the list of sessions. */
  agent: Schema.String,
  address: Schema.String,
})
export type Session = typeof Session.Type

/** A session ends when its browser has not been seen for this long, in milliseconds, */
export const SESSION_IDLE_MS = 30 * 86_400_000
/** and at this age in any case. */
export const SESSION_LIFE_MS = 365 * 86_400_000
/** Sessions that are kept; of more, those unseen for longest go. */
export const SESSIONS_MAX = 100
/** `seenAtMs` is written at most this often, since a page asks several times a second. */
export const SESSION_TOUCH_MS = 60_000
/** Bytes of the token in the cookie. */
export const SESSION_TOKEN_BYTES = 32

type Times = Pick<Session, "createdAtMs" | "seenAtMs">

/**
 * When the session ends if its browser does not come back.
 *
 * @example
 * ```ts
 * assert.strictEqual(endsAtMs({ createdAtMs: 0, seenAtMs: 5 }), SESSION_IDLE_MS + 5)
 * assert.strictEqual(endsAtMs({ createdAtMs: 0, seenAtMs: SESSION_LIFE_MS - 1 }), SESSION_LIFE_MS)
 * ```
 */
export function endsAtMs({ createdAtMs, seenAtMs }: Times): number {
  return Math.min(createdAtMs + SESSION_LIFE_MS, seenAtMs + SESSION_IDLE_MS)
}

export function isLive(session: Times, nowMs: number): boolean {
  return nowMs < endsAtMs(session)
}
