import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Base64Url from "effect/encoding/Base64Url"
import * as Redacted from "effect/Redacted"
import { Entropy, SecretBox, SettingsNotSaved, SettingsStore } from "../ports/mod.ts"
import { SIGNING_KEY_BYTES } from "./prepare.ts"
import { type Settings, sameValue, secretKeys } from "./settings.ts"
import { secretsPatch, storedSecrets } from "./stored_secrets.ts"

/** Times that everything is sealed anew because somebody stored another secret meanwhile. */
const TRIES_MAX = 3

/** What a rotation has done. */
export interface KeysRotated {
  readonly resealed: ReadonlyArray<string>
  /** What cannot be opened with any key that there is; it is left as it was. */
  readonly unreadable: ReadonlyArray<{ readonly where: string; readonly reason: string }>
  readonly backupId: string
}

const opened = Effect.fnUntraced(function* (settings: Settings) {
  const box = yield* SecretBox
  const secrets = new Map<string, Redacted.Redacted>()
  const unreadable: Array<{ readonly where: string; readonly reason: string }> = []
  for (const { flaggedEncrypted, stored, where } of storedSecrets(settings)) {
    const keys = { ...secretKeys(settings), flaggedEncrypted }
    const result = yield* Effect.result(box.open(Redacted.value(stored), keys, where))
    if (result._tag === "Success") secrets.set(where, result.success.secret)
    else unreadable.push({ where, reason: result.failure.message })
  }
  return { secrets, unreadable }
})

/**
 * Seals every stored secret anew, under a new sealing key and a new signing key, in one write. `makeKey` is false when
 * the sealing key is the user's own, who has put the new one first. The process may end anywhere: the earlier sealing
 * keys are kept, so the old file and the new one can both be read, and the backup too.
 */
export const rotateKeys = Effect.fn("rotateKeys")(function* (options: { readonly makeKey: boolean }) {
  const store = yield* SettingsStore
  const box = yield* SecretBox
  const backup = yield* store.backup("key rotation")
  if (options.makeKey) yield* box.rotate
  for (let tried = 0; tried < TRIES_MAX; tried++) {
    const before = yield* store.update(() => ({}))
    const { secrets, unreadable } = yield* opened(before)
    const signingKey = Base64Url.encode(yield* Entropy.use((one) => one.bytes(SIGNING_KEY_BYTES)))
    const nowSeconds = Math.floor((yield* Clock.currentTimeMillis) / 1_000)
    const sealed = new Map<string, Redacted.Redacted>()
    for (const [where, secret] of secrets)
      sealed.set(where, Redacted.make(yield* box.seal(secret, { signingKey }, nowSeconds)))
    // What cannot be opened now may be opened one day, with the signing key that is still in the file.
    const keepsKey = unreadable.length > 0
    if (keepsKey)
      for (const [where, secret] of secrets)
        sealed.set(where, Redacted.make(yield* box.seal(secret, secretKeys(before), nowSeconds)))
    let applied = false
    yield* store.update((now) => {
      applied = sameValue(storedSecrets(now), storedSecrets(before))
      if (!applied) return {}
      const patch = secretsPatch(now, sealed)
      return keepsKey
        ? patch
        : { ...patch, plex: { ...patch.plex, encryption_key: Redacted.make(signingKey) } }
    })
    if (applied)
      return { resealed: [...sealed.keys()], unreadable, backupId: backup.id } satisfies KeysRotated
  }
  return yield* new SettingsNotSaved({
    file: "config.yaml",
    reason: "its secrets are being changed by somebody else",
  })
})
