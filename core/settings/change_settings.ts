import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Base64Url from "effect/encoding/Base64Url"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { Entropy, SecretBox, SettingsNotSaved, SettingsStore } from "../ports/mod.ts"
import { SIGNING_KEY_BYTES } from "./prepare.ts"
import {
  applyPatch,
  changedKeys,
  fieldOf,
  patchOf,
  type Settings,
  type SettingsPatch,
  sameValue,
} from "./settings.ts"
import { SECRET_MASK } from "./shown_settings.ts"
import { secretsPatch, storedSecrets } from "./stored_secrets.ts"

/** A value that its key cannot take. Nothing was changed. */
export class SettingInvalid extends Schema.TaggedError<SettingInvalid>()("SettingInvalid", {
  key: Schema.String,
  expected: Schema.String,
}) {
  override get message(): string {
    return `Cannot set "${this.key}": ${this.expected} is expected`
  }
}

/** Keys that only a program of their own may change, because more depends on them than their value. */
const OWN_WAYS: Readonly<Record<string, string>> = {
  "plex.encryption_key": "a rotation of the keys",
  "general.secrets_encryption_key": "an edit of the file",
  "auth.password": "the page's own form",
}

/** One value as a client sends it, for `section.key`. */
export interface SentSetting {
  readonly section: string
  readonly key: string
  readonly value: unknown
}

type Item = Readonly<Record<string, unknown>>

/** A list of mappings may come as JSON text, since a form has nothing else. */
function unpacked(value: unknown, before: unknown): unknown {
  if (typeof value !== "string" || !Array.isArray(before) || !/^\s*\[/.test(value)) return value
  const parsed = Option.liftThrowable(JSON.parse)(value)
  return Option.getOrElse(parsed, () => value)
}

/** Masks inside the items of a list stand for what the item with the same name has. */
function unmasked(value: unknown, before: unknown): unknown {
  if (!Array.isArray(value) || !Array.isArray(before)) return value
  return value.map((item: unknown) => {
    if (typeof item !== "object" || item === null || Array.isArray(item)) return item
    const { id, machine_id } = item as Item
    const old = (before as ReadonlyArray<Item>).find(
      (one) => (one.machine_id ?? one.id) === (machine_id ?? id),
    )
    const pairs = Object.entries(item).filter(([, part]) => part !== SECRET_MASK)
    const kept = Object.entries(item).flatMap(([name, part]) => {
      const secret = old?.[name]
      return part === SECRET_MASK && Redacted.isRedacted(secret)
        ? [[name, Redacted.value(secret)] as const]
        : []
    })
    return Object.fromEntries([...pairs, ...kept])
  })
}

/** The settings with the sent values in them; secrets are plain texts still. */
const received = Effect.fnUntraced(function* (settings: Settings, sent: ReadonlyArray<SentSetting>) {
  const now: Record<string, Record<string, unknown>> = {}
  for (const { key, section, value } of sent) {
    const field = fieldOf(section, key)
    if (field === null || value === SECRET_MASK) continue
    const name = `${section}.${key}`
    const way = OWN_WAYS[name]
    if (way !== undefined) return yield* new SettingInvalid({ key: name, expected: `${way} instead` })
    const before = (settings as unknown as Record<string, Item>)[section]?.[key]
    const read = field.read(unmasked(unpacked(value, before), before))
    if (Option.isNone(read)) return yield* new SettingInvalid({ key: name, expected: field.expected })
    // What stands in the file already may come back with a form that changes something else.
    if (!field.fits(read.value) && !sameValue(read.value, before))
      return yield* new SettingInvalid({ key: name, expected: field.expected })
    now[section] = { ...now[section], [key]: read.value }
  }
  return now as SettingsPatch
})

/** The settings after one attempt at the change; null when another change came between the look and the write. */
const attempt = Effect.fnUntraced(function* (sent: ReadonlyArray<SentSetting>) {
  const store = yield* SettingsStore
  const settings = yield* store.current
  const patch = yield* received(settings, sent)
  const after = applyPatch(settings, patch)
  const keys = changedKeys(settings, after)
  if (keys.length === 0) return settings
  const box = yield* SecretBox
  const known = Redacted.value(settings.plex.encryption_key)
  const signingKey =
    known === "" ? Base64Url.encode(yield* Entropy.use((one) => one.bytes(SIGNING_KEY_BYTES))) : known
  const nowSeconds = Math.floor((yield* Clock.currentTimeMillis) / 1_000)
  const before = new Map(storedSecrets(settings).map((one) => [one.where, Redacted.value(one.stored)]))
  const sealed = new Map<string, Redacted.Redacted>()
  for (const { stored, where } of storedSecrets(after)) {
    if (before.get(where) === Redacted.value(stored)) continue
    sealed.set(where, Redacted.make(yield* box.seal(stored, { signingKey }, nowSeconds)))
  }
  const sealedAfter = applyPatch(after, secretsPatch(after, sealed))
  const whole = applyPatch(sealedAfter, {
    plex: {
      ...(sealed.size > 0 ? { encryption_key: Redacted.make(signingKey) } : {}),
      ...(Redacted.value(after.plex.apikey) === "" ? { apikey_encrypted: false } : {}),
    },
  })
  const changed = changedKeys(settings, whole)
  // What was sealed is signed with the key that there was, and of no use under another one.
  const isReadable = (now: Settings) =>
    sealed.size === 0 || sameValue(now.plex.encryption_key, settings.plex.encryption_key)
  const saved = yield* store.update((now) => (isReadable(now) ? patchOf(whole, changed) : {}))
  return changedKeys(applyPatch(saved, patchOf(whole, changed)), saved).length > 0 ? null : saved
})

/**
 * Changes settings as a client sends them: texts of a form are understood as the key's type, masks are left out, secrets
 * are sealed, and keys that we do not have are passed over, since a client of Bazarr sends those too. All or nothing.
 */
export const changeSettings = Effect.fn("changeSettings")(function* (sent: ReadonlyArray<SentSetting>) {
  const saved = (yield* attempt(sent)) ?? (yield* attempt(sent))
  if (saved !== null) return saved
  return yield* new SettingsNotSaved({ file: "config.yaml", reason: "it was changed meanwhile; try again" })
})
