import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Base64Url from "effect/encoding/Base64Url"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import {
  Entropy,
  Journal,
  PinStore,
  PlexAccount,
  SecretBox,
  SettingsStore,
  TokenRejected,
} from "../ports/mod.ts"
import { selectOnlyServer } from "../servers/select_server.ts"
import { secretKeys } from "../settings/settings.ts"
import { plexClient } from "./account_access.ts"
import {
  isOver,
  PIN_ANSWER_REPEATED_MS,
  PIN_POLL_MIN_MS,
  PIN_TTL_MS,
  PINS_PENDING_MAX,
  type Pin,
  type PinEvent,
  type PinId,
  step,
} from "./pin.ts"
import { sealForSettings } from "./seal_secret.ts"
import { takeInToken } from "./take_in_token.ts"

/** The sign-in is over, or there never was one with this number. Begin a new one. */
export class PinExpired extends Schema.TaggedError<PinExpired>()("PinExpired", {}) {
  override get message(): string {
    return "The sign-in has expired or was finished before: begin a new one"
  }
}

/** The state that must accompany every question about a sign-in is missing or is another one's. */
export class StateRejected extends Schema.TaggedError<StateRejected>()("StateRejected", {}) {
  override get message(): string {
    return "Request validation failed: the state does not belong to this sign-in"
  }
}

/** Bytes of the state, written as base64url. */
export const STATE_BYTES = 32

/** How a sign-in stands. */
export type SignInAnswer =
  | { readonly _tag: "Pending"; readonly code: string; readonly expiresAtMs: number }
  | { readonly _tag: "Authenticated"; readonly username: string; readonly email: string }

const change = Effect.fnUntraced(function* (id: PinId, event: PinEvent, nowMs: number) {
  const store = yield* PinStore
  return yield* store.update(id, (pin) => ({ ...pin, status: step(pin, event, nowMs) }))
})

/** Makes room for one more: of those that still wait, the oldest are cancelled. */
const makeRoom = Effect.fnUntraced(function* (nowMs: number) {
  const store = yield* PinStore
  const pending = (yield* store.all).filter((pin) => !isOver(step(pin, { _tag: "Tick" }, nowMs)))
  for (const pin of pending.slice(0, Math.max(0, pending.length - PINS_PENDING_MAX + 1))) {
    yield* change(pin.id, { _tag: "Cancel" }, nowMs)
  }
})

/**
 * Begins a sign-in at plex.tv. `strong`: for the browser (25 characters); else four characters, to be typed at
 * plex.tv/link. The token that is stored stays in force until this one is approved.
 */
export const beginSignIn = Effect.fn("beginSignIn")(function* (options: { readonly strong: boolean }) {
  const nowMs = yield* Clock.currentTimeMillis
  yield* makeRoom(nowMs)
  const client = yield* plexClient()
  const created = yield* PlexAccount.use((account) => account.createPin(client, options))
  const bytes = yield* Entropy.use((entropy) => entropy.bytes(STATE_BYTES))
  const pin: Pin = {
    id: created.id,
    code: created.code,
    strong: options.strong,
    stateToken: Base64Url.encode(bytes),
    clientIdentifier: client.identifier,
    createdAtMs: nowMs,
    checkedAtMs: nowMs,
    polledAtMs: 0,
    status: { _tag: "Waiting" },
  }
  yield* PinStore.use((store) => store.save(pin))
  return pin
})

/** Takes the token in: who is it, store it, say so. What fails on the way can be tried again until the PIN is over. */
const finish = Effect.fnUntraced(function* (pin: Pin, sealedToken: string) {
  const settings = yield* SettingsStore.use((store) => store.current)
  const { secret } = yield* SecretBox.use((box) =>
    box.open(sealedToken, secretKeys(settings), "token of the sign-in"),
  )
  const user = yield* takeInToken(secret).pipe(
    Effect.tapErrorTag("TokenRejected", (error) =>
      Effect.flatMap(Clock.currentTimeMillis, (nowMs) =>
        change(pin.id, { _tag: "Fail", code: "INVALID_TOKEN", reason: error.message }, nowMs),
      ),
    ),
  )
  const { email, username } = user
  yield* change(pin.id, { _tag: "Claim", username, email }, yield* Clock.currentTimeMillis)
  yield* Journal.use((journal) =>
    journal.write({ kind: "account", text: `Signed in to Plex as ${username || email}` }),
  )
  // Where there is no choice nobody has to choose; testing the connections must not hold the answer up.
  yield* Effect.forkDetach(
    Effect.catch(selectOnlyServer(), (error) =>
      Effect.logInfo(`No server was selected by itself. ${error.message}`),
    ),
  )
  return { _tag: "Authenticated", username, email } as SignInAnswer
})

const pending = (pin: Pin): SignInAnswer => ({
  _tag: "Pending",
  code: pin.code,
  expiresAtMs: pin.createdAtMs + PIN_TTL_MS,
})

/** Asks plex.tv about a PIN that waits, and takes in what it says. */
const poll = Effect.fnUntraced(function* (pin: Pin) {
  const account = yield* PlexAccount
  const { general } = yield* SettingsStore.use((store) => store.current)
  const client = { identifier: pin.clientIdentifier, deviceName: general.instance_name }
  const answer = yield* account.pollPin(client, pin.id)
  const nowMs = yield* Clock.currentTimeMillis
  if (answer._tag === "Pending") return yield* change(pin.id, { _tag: "Tick" }, nowMs)
  if (answer._tag === "Unknown") return yield* change(pin.id, { _tag: "Vanish" }, nowMs)
  // Sealed and stored before anything else: what plex.tv hands out once must survive whatever happens next.
  const stored = yield* sealForSettings(answer.token, Math.floor(nowMs / 1_000))
  return yield* change(pin.id, { _tag: "Approve", sealedToken: Redacted.value(stored) }, nowMs)
})

/** Reserves the next question to plex.tv for this caller; null when another has asked within the second. */
const reserve = Effect.fnUntraced(function* (id: PinId) {
  const nowMs = yield* Clock.currentTimeMillis
  let mine = false
  const store = yield* PinStore
  const pin = yield* store.update(id, (current) => {
    mine = nowMs - current.polledAtMs >= PIN_POLL_MIN_MS
    return mine ? { ...current, polledAtMs: nowMs } : current
  })
  return pin !== null && mine ? pin : null
})

/**
 * Takes a sign-in one step on: asks plex.tv while it waits (at most once a second, whoever asks), and takes the token in
 * once it is approved. Fails with PinExpired when it is over, TokenRejected when plex.tv refuses the token that it has
 * just given, PlexUnreachable when it cannot be asked, SettingsNotSaved when the token cannot be stored.
 */
export const advance = Effect.fn("advance")(function* (id: PinId) {
  const store = yield* PinStore
  const nowMs = yield* Clock.currentTimeMillis
  let pin = yield* change(id, { _tag: "Tick" }, nowMs)
  if (pin !== null && pin.status._tag === "Waiting") {
    const mine = yield* reserve(id)
    pin = mine === null ? yield* store.get(id) : yield* poll(mine)
  }
  if (pin === null) return yield* new PinExpired()
  switch (pin.status._tag) {
    case "Waiting":
      return pending(pin)
    case "Approved":
      return yield* finish(pin, pin.status.sealedToken)
    case "Claimed": {
      const isFresh = nowMs - pin.status.atMs < PIN_ANSWER_REPEATED_MS
      if (!isFresh) return yield* new PinExpired()
      return { _tag: "Authenticated", username: pin.status.username, email: pin.status.email } as SignInAnswer
    }
    case "Failed":
      return yield* new TokenRejected({ where: "plex.tv" })
    default:
      return yield* new PinExpired()
  }
})

/** The sign-in with this number, for who knows its state. */
const proven = Effect.fnUntraced(function* (id: PinId, state: string) {
  const known = yield* PinStore.use((store) => store.get(id))
  if (known === null) return yield* new PinExpired()
  const isRight = yield* SecretBox.use((box) => box.equal(state, known.stateToken))
  return isRight ? known : yield* new StateRejected()
})

/**
 * How a sign-in stands, for who knows its state. An early question waits out the second. Fails with PinExpired for an
 * unknown number without asking anybody, and with StateRejected for a state that is missing or wrong.
 */
export const checkSignIn = Effect.fn("checkSignIn")(function* (id: PinId, state: string) {
  const store = yield* PinStore
  const known = yield* proven(id, state)
  const nowMs = yield* Clock.currentTimeMillis
  yield* store.update(id, (pin) => ({ ...pin, checkedAtMs: nowMs }))
  const early = known.polledAtMs + PIN_POLL_MIN_MS - nowMs
  if (known.status._tag === "Waiting" && early > 0) yield* Effect.sleep(early)
  return yield* advance(id)
})

/** Ends a sign-in that its user does not want any more; one that is over stays what it is. */
export const cancelSignIn = Effect.fn("cancelSignIn")(function* (id: PinId, state: string) {
  yield* proven(id, state)
  yield* change(id, { _tag: "Cancel" }, yield* Clock.currentTimeMillis)
})

/** Ends every sign-in that still waits, because somebody signs out. */
export const cancelSignIns = Effect.fn("cancelSignIns")(function* () {
  const nowMs = yield* Clock.currentTimeMillis
  const pins = yield* PinStore.use((store) => store.all)
  for (const pin of pins) if (!isOver(pin.status)) yield* change(pin.id, { _tag: "Cancel" }, nowMs)
})
