import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Base64Url from "effect/encoding/Base64Url"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { PIN_POLL_MIN_MS, PIN_TTL_MS, type PinId } from "../auth/pin.ts"
import { Entropy, Hasher, PlexAccount, type PlexClient, SettingsStore, StateStore } from "../ports/mod.ts"
import { openSession } from "./open_session.ts"
import { ownerOf } from "./owner.ts"
import { AccessLocked, AccessRefused, EntryUnknown } from "./refusal.ts"
import type { Visitor } from "./visitor.ts"

/** Sign-ins to the page that may wait at the same time, in all and from one address; a new one ends the oldest. */
export const ENTRIES_PENDING_MAX = 50
export const ENTRIES_PER_ADDRESS_MAX = 5

const STATE_BYTES = 32
const PREFIX = "access/plex/"
const CLIENT_KEY = "access/client_identifier"

/** A sign-in to the page. Only who knows the state may ask about it. */
const Entry = Schema.Struct({
  stateFingerprint: Schema.String,
  address: Schema.String,
  createdAtMs: Schema.Finite,
  polledAtMs: Schema.Finite,
})
const isEntry = Schema.is(Entry)

/**
 * The page presents itself to plex.tv as a device of its own: its token is revoked as soon as it has told who somebody
 * is, and that must never touch the token with which the server works.
 */
const pageClient = Effect.fnUntraced(function* () {
  const state = yield* StateStore
  const store = yield* SettingsStore
  const { general } = yield* store.current
  const known = yield* state.get(CLIENT_KEY)
  const deviceName = `${general.instance_name} (page)`
  if (typeof known === "string") return { identifier: known, deviceName } as PlexClient
  const entropy = yield* Entropy
  const identifier = yield* entropy.uuid
  yield* state.put(CLIENT_KEY, identifier)
  return { identifier, deviceName } as PlexClient
})

/** Makes room: what is over goes, then the oldest of this address or of all. */
const tidy = Effect.fnUntraced(function* (address: string, nowMs: number) {
  const state = yield* StateStore
  const stored = yield* state.list(PREFIX)
  const entries = stored.flatMap(({ key, value }) => (isEntry(value) ? [{ key, ...value }] : []))
  const live = entries
    .filter((one) => nowMs - one.createdAtMs < PIN_TTL_MS)
    .sort((a, b) => a.createdAtMs - b.createdAtMs)
  const own = live.filter((one) => one.address === address)
  const surplus = [
    ...own.slice(0, Math.max(0, own.length - ENTRIES_PER_ADDRESS_MAX + 1)),
    ...live.slice(0, Math.max(0, live.length - ENTRIES_PENDING_MAX + 1)),
  ]
  const kept = new Set(live.map((one) => one.key))
  for (const one of surplus) kept.delete(one.key)
  for (const { key } of stored) if (!kept.has(key)) yield* state.put(key, null)
  const latest = own.at(-1)
  return latest === undefined ? 0 : latest.createdAtMs
})

/** What the browser needs to send its user to plex.tv and to ask how it went. */
export interface PlexEntry {
  readonly pinId: PinId
  readonly code: string
  readonly clientIdentifier: string
  readonly deviceName: string
  readonly state: Redacted.Redacted
}

/** Begins a sign-in to the page at plex.tv, for the account that owns the installation. */
export const beginPlexEntry = Effect.fn("beginPlexEntry")(function* (visitor: Visitor) {
  const settings = yield* SettingsStore.use((store) => store.current)
  if (ownerOf(settings) === null) {
    return yield* new AccessRefused({
      reason: "no_owner",
      detail: "No Plex account owns this installation yet: come in with the code that was printed at start",
    })
  }
  const nowMs = yield* Clock.currentTimeMillis
  const latestMs = yield* tidy(visitor.address, nowMs)
  if (latestMs > 0 && nowMs - latestMs < PIN_POLL_MIN_MS) {
    return yield* new AccessLocked({ untilMs: latestMs + PIN_POLL_MIN_MS, retryAfterSeconds: 1 })
  }
  const account = yield* PlexAccount
  const entropy = yield* Entropy
  const hasher = yield* Hasher
  const state = yield* StateStore
  const client = yield* pageClient()
  const pin = yield* account.createPin(client, { strong: true })
  const secret = Redacted.make(Base64Url.encode(yield* entropy.bytes(STATE_BYTES)))
  yield* state.put(`${PREFIX}${pin.id}`, {
    stateFingerprint: yield* hasher.fingerprint(secret),
    address: visitor.address,
    createdAtMs: nowMs,
    polledAtMs: 0,
  })
  return {
    pinId: pin.id,
    code: pin.code,
    clientIdentifier: client.identifier,
    deviceName: client.deviceName,
    state: secret,
  } as PlexEntry
})

/**
 * Asks how a sign-in to the page goes: null while nobody has approved it, else a session. Another account than the
 * owner's is AccessRefused. The token that plex.tv handed out is revoked whatever the outcome.
 */
export const finishPlexEntry = Effect.fn("finishPlexEntry")(function* (
  visitor: Visitor,
  pinId: PinId,
  given: Redacted.Redacted,
) {
  const state = yield* StateStore
  const hasher = yield* Hasher
  const nowMs = yield* Clock.currentTimeMillis
  const key = `${PREFIX}${pinId}`
  const entry = yield* state.get(key)
  const fingerprint = yield* hasher.fingerprint(given)
  if (!isEntry(entry) || entry.stateFingerprint !== fingerprint) return yield* new EntryUnknown()
  if (nowMs - entry.createdAtMs >= PIN_TTL_MS) {
    yield* state.put(key, null)
    return yield* new EntryUnknown()
  }
  if (nowMs - entry.polledAtMs < PIN_POLL_MIN_MS) return null
  yield* state.put(key, { ...entry, polledAtMs: nowMs })
  const account = yield* PlexAccount
  const client = yield* pageClient()
  const answer = yield* account.pollPin(client, pinId)
  if (answer._tag === "Pending") return null
  if (answer._tag === "Unknown") {
    yield* state.put(key, null)
    return yield* new EntryUnknown()
  }
  const user = yield* account.user(client, answer.token)
  yield* state.put(key, null)
  yield* account
    .signOut(client, answer.token)
    .pipe(
      Effect.catch((error) =>
        Effect.logWarning(`The token of a sign-in to the page could not be revoked. ${error.message}`),
      ),
    )
  const owner = ownerOf(yield* SettingsStore.use((store) => store.current))
  if (owner === null || owner.id !== user.id) {
    return yield* new AccessRefused({
      reason: "not_owner",
      detail: `${user.username || "This account"} does not own this installation. Sign in as ${owner?.username || "its owner"}`,
    })
  }
  return yield* openSession(visitor, "plex")
})
