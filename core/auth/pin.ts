import * as Schema from "effect/Schema"

/** plex.tv's number for a PIN; goes into the address that is polled, so nothing but digits is ever accepted. */
export const PinId = Schema.String.check(Schema.isPattern(/^[0-9]{1,18}$/u)).pipe(Schema.brand("PinId"))
export type PinId = typeof PinId.Type

/** How long a sign-in may take, in milliseconds; plex.tv's own life is longer, so this is the one that binds. */
export const PIN_TTL_MS = 600_000
/** Sign-ins that may wait at the same time; a new one beyond it ends the oldest. */
export const PINS_PENDING_MAX = 50
/** For how long the answer to a finished sign-in is repeated, since the first one may have been lost. */
export const PIN_ANSWER_REPEATED_MS = 60_000
/** plex.tv is asked about one PIN at most this often. */
export const PIN_POLL_MIN_MS = 1_000
/** Without a check from a browser for this long, the server polls on by itself. */
export const PIN_ORPHANED_MS = 10_000

/** How far a sign-in has come. `waiting` and `approved` go on; the other four are the end of it. */
export const PinStatus = Schema.TaggedUnion({
  Waiting: {},
  /** plex.tv has handed out the token (sealed here); it is not yet verified and stored. */
  Approved: { sealedToken: Schema.String },
  Claimed: { atMs: Schema.Finite, username: Schema.String, email: Schema.String },
  Expired: { atMs: Schema.Finite },
  Cancelled: { atMs: Schema.Finite },
  Failed: { atMs: Schema.Finite, code: Schema.String, reason: Schema.String },
})
export type PinStatus = typeof PinStatus.Type

/** One sign-in, kept by the server from the first click to the end. */
export const Pin = Schema.Struct({
  id: PinId,
  code: Schema.String,
  strong: Schema.Boolean,
  /** Only who knows it may ask about the sign-in: 32 random bytes, base64url. */
  stateToken: Schema.String,
  clientIdentifier: Schema.String,
  createdAtMs: Schema.Finite,
  /** When a browser last asked, and when plex.tv was last asked. */
  checkedAtMs: Schema.Finite,
  polledAtMs: Schema.Finite,
  status: PinStatus,
})
export type Pin = typeof Pin.Type

/** What can happen to a sign-in. */
export type PinEvent =
  | { readonly _tag: "Approve"; readonly sealedToken: string }
  | { readonly _tag: "Claim"; readonly username: string; readonly email: string }
  | { readonly _tag: "Vanish" }
  | { readonly _tag: "Cancel" }
  | { readonly _tag: "Fail"; readonly code: string; readonly reason: string }
  | { readonly _tag: "Tick" }

/** Whether nothing can change the sign-in any more. */
export function isOver(status: PinStatus): boolean {
  return status._tag !== "Waiting" && status._tag !== "Approved"
}

/**
 * The status after `event` at `nowMs`. Time comes first: what is older than `PIN_TTL_MS` is expired whatever the event
 * says, and a status that is over never changes.
 *
 * @example
 * ```ts
 * const begun = { status: { _tag: "Waiting" }, createdAtMs: 0 } as const
 * assert.strictEqual(step(begun, { _tag: "Tick" }, 599_999)._tag, "Waiting")
 * assert.strictEqual(step(begun, { _tag: "Approve", sealedToken: "x" }, 600_000)._tag, "Expired")
 * ```
 */
export function step(pin: Pick<Pin, "status" | "createdAtMs">, event: PinEvent, nowMs: number): PinStatus {
  const { status } = pin
  if (isOver(status)) return status
  if (nowMs - pin.createdAtMs >= PIN_TTL_MS) return { _tag: "Expired", atMs: nowMs }
  switch (event._tag) {
    case "Approve":
      return status._tag === "Waiting" ? { _tag: "Approved", sealedToken: event.sealedToken } : status
    case "Claim":
      return status._tag === "Approved"
        ? { _tag: "Claimed", atMs: nowMs, username: event.username, email: event.email }
        : status
    case "Vanish":
      return status._tag === "Waiting" ? { _tag: "Expired", atMs: nowMs } : status
    case "Cancel":
      return { _tag: "Cancelled", atMs: nowMs }
    case "Fail":
      return { _tag: "Failed", atMs: nowMs, code: event.code, reason: event.reason }
    case "Tick":
      return status
  }
}
