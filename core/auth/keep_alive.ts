import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { Journal, PinStore, PlexAccount, SettingsStore } from "../ports/mod.ts"
import { mayCallPlex } from "../servers/keep_connected.ts"
import { accountAccess } from "./account_access.ts"
import { isOver, PIN_ORPHANED_MS, PIN_TTL_MS, type Pin, step } from "./pin.ts"
import { advance } from "./sign_in.ts"
import { validateToken } from "./validate_token.ts"

/** How often the token is checked and kept fresh, in milliseconds. */
export const TOKEN_CHECK_EVERY_MS = 24 * 60 * 60_000
/** The first check after a start comes when everything else has settled. */
export const TOKEN_CHECK_FIRST_MS = 60_000
/** How often sign-ins that nobody asks about are looked at, and plex.tv asked about each, in milliseconds. */
export const ORPHANS_EVERY_MS = 2_000
/** How long a sign-in that is over is kept, in milliseconds, so that a late question gets its answer. */
const OVER_KEPT_MS = 2 * PIN_TTL_MS

const isOrphan = (pin: Pin, nowMs: number) =>
  !isOver(pin.status) && nowMs - pin.checkedAtMs >= PIN_ORPHANED_MS

/**
 * Looks after the sign-ins once: expires them, forgets old ones, and asks plex.tv about those whose browser has gone,
 * so that an approval is stored whoever is still there to see it.
 */
export const tendSignIns = Effect.fn("tendSignIns")(function* () {
  const store = yield* PinStore
  const nowMs = yield* Clock.currentTimeMillis
  const pins = yield* store.all
  const old = pins.filter((pin) => nowMs - pin.createdAtMs >= OVER_KEPT_MS).map((pin) => pin.id)
  if (old.length > 0) yield* store.remove(old)
  for (const pin of pins) {
    if (old.includes(pin.id) || isOver(pin.status)) continue
    if (isOver(step(pin, { _tag: "Tick" }, nowMs))) {
      yield* store.update(pin.id, (current) => ({
        ...current,
        status: step(current, { _tag: "Tick" }, nowMs),
      }))
    } else if (isOrphan(pin, nowMs)) {
      yield* Effect.catch(advance(pin.id), (error) =>
        Effect.logDebug(`A sign-in could not be followed. ${error.message}`),
      )
    }
  }
})

/** Looks after the sign-ins for ever. */
export const tendSignInsForEver = () =>
  tendSignIns().pipe(
    Effect.catch((error) => Effect.logWarning(error.message)),
    Effect.andThen(Effect.sleep(ORPHANS_EVERY_MS)),
    Effect.forever,
  )

/** Checks the token and keeps it fresh, once. A refusal is told in the journal; an outage is not worth a word. */
export const keepAlive = Effect.fn("keepAlive")(function* () {
  const validity = yield* validateToken()
  if (validity.state === "rejected") {
    const text = `The Plex account cannot be used: ${validity.reason ?? "its token is refused"}`
    return yield* Journal.use((journal) => journal.write({ kind: "account", text }))
  }
  if (validity.state !== "valid") return
  const { client, token } = yield* accountAccess("keep the token fresh")
  yield* PlexAccount.use((account) => account.ping(client, token))
})

/** In API-key mode without migration plex.tv is none of our business: the key is for the server alone. */
const isPlexTvOurs = Effect.fnUntraced(function* () {
  const { plex } = yield* SettingsStore.use((store) => store.current)
  return plex.auth_method === "oauth" || !plex.disable_auto_migration
})

/** Checks the token every day, as long as Plex is in use and plex.tv may be called. */
export const keepAliveForEver = () =>
  Effect.gen(function* () {
    if ((yield* mayCallPlex()) && (yield* isPlexTvOurs())) yield* keepAlive()
  }).pipe(
    Effect.catch((error) => Effect.logInfo(`The token could not be kept fresh. ${error.message}`)),
    Effect.andThen(Effect.sleep(TOKEN_CHECK_EVERY_MS)),
    Effect.forever,
    Effect.delay(TOKEN_CHECK_FIRST_MS),
  )
