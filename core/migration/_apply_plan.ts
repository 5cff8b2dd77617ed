import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Base64Url from "effect/encoding/Base64Url"
import * as Redacted from "effect/Redacted"
import { Entropy, PlexServer, SecretBox, SettingsStore } from "../ports/mod.ts"
import { type Settings, secretKeys } from "../settings/settings.ts"
import { API_KEY_DROPPED, configuredAddress, type MigrationPlan, migratedPatch, notNeeded } from "./plan.ts"

/** 256 bits, as Bazarr makes them. */
const SIGNING_KEY_BYTES = 32
/** Tries of the proof after the change, a second apart; it has just worked at the same address. */
const PROOF_TRIES_MAX = 3

/** Now, as Bazarr writes it into `plex.migration_timestamp`. */
export const timestamp = Effect.map(DateTime.now, DateTime.formatIso)

const sealed = Effect.fnUntraced(function* (settings: Settings, plan: MigrationPlan) {
  const box = yield* SecretBox
  const present = Redacted.value(settings.plex.encryption_key)
  const signingKey =
    present === "" ? Base64Url.encode(yield* (yield* Entropy).bytes(SIGNING_KEY_BYTES)) : present
  const nowSeconds = Math.floor((yield* Clock.currentTimeMillis) / 1_000)
  const seal = (secret: Redacted.Redacted) =>
    Effect.map(box.seal(secret, { signingKey }, nowSeconds), (stored) => Redacted.make(stored))
  return {
    accountToken: yield* seal(plan.accountToken),
    serverToken: yield* seal(plan.serverToken),
    signingKey: Redacted.make(signingKey),
  }
})

/** Whether the configuration is still the one that the plan was made for. */
function samePremises(before: Settings, now: Settings): boolean {
  const same = (a: Redacted.Redacted, b: Redacted.Redacted) => Redacted.value(a) === Redacted.value(b)
  return (
    notNeeded(now, true) === null &&
    same(now.plex.apikey, before.plex.apikey) &&
    same(now.plex.encryption_key, before.plex.encryption_key) &&
    configuredAddress(now.plex) === configuredAddress(before.plex)
  )
}

/** Writes the migrated configuration at once. Null: somebody changed the configuration meanwhile, and nothing was written. */
export const applyPlan = Effect.fnUntraced(function* (before: Settings, plan: MigrationPlan) {
  const store = yield* SettingsStore
  const secrets = yield* sealed(before, plan)
  const time = yield* timestamp
  const after = yield* store.update((now) =>
    samePremises(before, now) ? migratedPatch(now, plan, secrets, time) : {},
  )
  return after.plex.token === secrets.accountToken ? after : null
})

/** Reads the written configuration back and makes an authenticated call with nothing but what it holds. */
export const proveMigrated = Effect.fnUntraced(function* () {
  const settings = yield* (yield* SettingsStore).current
  const { plex, oncue } = settings
  const box = yield* SecretBox
  const open = (stored: Redacted.Redacted, what: string, flaggedEncrypted = false) =>
    Effect.map(
      box.open(Redacted.value(stored).trim(), { ...secretKeys(settings), flaggedEncrypted }, what),
      ({ secret }) => secret,
    )
  const key = yield* open(plex.apikey, "plex.apikey", plex.apikey_encrypted)
  const token = yield* open(plex.token, "plex.token")
  if (!(yield* box.equal(Redacted.value(key), Redacted.value(token))))
    return yield* Effect.fail({ message: "the token that was written is not the API key" })
  const entry = oncue.servers.find((one) => one.machine_id === plex.server_machine_id)
  if (entry === undefined)
    return yield* Effect.fail({ message: "the server that was written cannot be found" })
  const access = {
    uri: plex.server_url,
    machineIdentifier: entry.machine_id,
    fingerprint: entry.fingerprint || null,
    token: yield* open(entry.token, "server token"),
  }
  const server = yield* PlexServer
  for (let tried = 1; ; tried++) {
    const info = yield* Effect.result(server.info(access))
    if (info._tag === "Success") return
    if (info.failure._tag !== "PlexUnreachable" || tried === PROOF_TRIES_MAX)
      return yield* Effect.fail(info.failure)
    yield* Effect.sleep("1 second")
  }
})

/** The API key has served: the token that was proved is the same one. */
export const dropApiKey = Effect.fnUntraced(function* () {
  const store = yield* SettingsStore
  yield* store.update((now) => (now.plex.auth_method === "oauth" ? API_KEY_DROPPED : {}))
})
