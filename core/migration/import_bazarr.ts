import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Base64Url from "effect/encoding/Base64Url"
import * as Redacted from "effect/Redacted"
import { BazarrDatabase, Entropy, SecretBox, SettingsFile, SettingsStore } from "../ports/mod.ts"
import { SIGNING_KEY_BYTES } from "../settings/prepare.ts"
import type { LanguageProfile } from "../settings/records.ts"
import {
  applyPatch,
  changedKeys,
  fieldOf,
  patchOf,
  type Settings,
  sameValue,
  secretKeys,
} from "../settings/settings.ts"
import { secretsPatch, storedSecrets } from "../settings/stored_secrets.ts"
import { languageProfiles } from "./bazarr_profile.ts"
import { changesOf, type PlannedChange } from "./changes.ts"

/** Where a Bazarr keeps what is imported. */
export interface BazarrFiles {
  readonly config: string
  /** `bazarr.db`; null: there is none. */
  readonly database: string | null
}

/** What an import does, or would do. No secret is in it. */
export interface ImportReport {
  readonly changes: ReadonlyArray<PlannedChange>
  /** Secrets that no key opens: they have to be entered again. */
  readonly unreadable: ReadonlyArray<{ readonly where: string; readonly reason: string }>
  /** What was left out or understood differently, one sentence each. */
  readonly notes: ReadonlyArray<string>
  /** The copy of the configuration before; null when nothing was written. */
  readonly backupId: string | null
}

/** What stays ours: the address we listen at, and the keys that seal and sign our own secrets. */
const NEVER = [
  "general.ip",
  "general.port",
  "general.secrets_encryption_key",
  "plex.encryption_key",
  "plex.apikey_encrypted",
]
const FORK_MARK = "enc:v1:"

type Values = Readonly<Record<string, Readonly<Record<string, unknown>>>>

/** The foreign settings with every secret, and whatever else the fork has encrypted, as plain text. */
const openedSettings = Effect.fnUntraced(function* (foreign: Settings, given: ReadonlyArray<string>) {
  const box = yield* SecretBox
  const unreadable: Array<{ readonly where: string; readonly reason: string }> = []
  const lost = new Set<string>()
  const open = Effect.fnUntraced(function* (where: string, stored: string, flaggedEncrypted: boolean) {
    const result = yield* Effect.result(box.open(stored, { ...secretKeys(foreign), flaggedEncrypted }, where))
    if (result._tag === "Success") return result.success.secret
    unreadable.push({ where, reason: result.failure.message })
    lost.add(where)
    return Redacted.make("")
  })
  const plain = new Map<string, Redacted.Redacted>()
  for (const { flaggedEncrypted, stored, where } of storedSecrets(foreign))
    plain.set(where, yield* open(where, Redacted.value(stored), flaggedEncrypted))
  let settings = applyPatch(foreign, secretsPatch(foreign, plain))
  for (const name of given) {
    const [section = "", key = ""] = name.split(".")
    if (plain.has(name)) continue
    const value = (settings as unknown as Values)[section]?.[key]
    const text = Redacted.isRedacted(value) ? Redacted.value(value) : value
    if (typeof text !== "string" || !text.startsWith(FORK_MARK)) continue
    const opened = yield* open(name, text, false)
    const isSecret = fieldOf(section, key)?.secret === true
    settings = applyPatch(settings, { [section]: { [key]: isSecret ? opened : Redacted.value(opened) } })
  }
  return { settings, unreadable, lost }
})

/** What is the same secret already keeps the form that we stored it in. */
const withOurForms = Effect.fnUntraced(function* (ours: Settings, theirs: Settings) {
  const box = yield* SecretBox
  const plain = new Map(storedSecrets(theirs).map((one) => [one.where, Redacted.value(one.stored)]))
  const same = new Map<string, Redacted.Redacted>()
  for (const { flaggedEncrypted, stored, where } of storedSecrets(ours)) {
    const keys = { ...secretKeys(ours), flaggedEncrypted }
    const opened = yield* Effect.option(box.open(Redacted.value(stored), keys, where))
    if (opened._tag === "Some" && Redacted.value(opened.value.secret) === plain.get(where))
      same.set(where, stored)
  }
  return applyPatch(theirs, secretsPatch(theirs, same))
})

/** Ours first, then those of the same name that we do not have. */
function mergedProfiles(ours: ReadonlyArray<LanguageProfile>, theirs: ReadonlyArray<LanguageProfile>) {
  const names = new Set(ours.map((one) => one.name))
  return [...ours, ...theirs.filter((one) => !names.has(one.name))]
}

const sealedFor = Effect.fnUntraced(function* (before: Settings, after: Settings) {
  const box = yield* SecretBox
  const known = Redacted.value(before.plex.encryption_key)
  const signingKey =
    known === "" ? Base64Url.encode(yield* Entropy.use((one) => one.bytes(SIGNING_KEY_BYTES))) : known
  const nowSeconds = Math.floor((yield* Clock.currentTimeMillis) / 1_000)
  const own = new Map(storedSecrets(before).map((one) => [one.where, Redacted.value(one.stored)]))
  const sealed = new Map<string, Redacted.Redacted>()
  for (const { stored, where } of storedSecrets(after))
    if (own.get(where) !== Redacted.value(stored))
      sealed.set(where, Redacted.make(yield* box.seal(stored, { signingKey }, nowSeconds)))
  return applyPatch(applyPatch(after, secretsPatch(after, sealed)), {
    plex: { encryption_key: Redacted.make(signingKey) },
  })
})

/**
 * Brings the configuration of a Bazarr in: everything that it gives and we read, but the address it listens at, with
 * its secrets opened by its keys and sealed under ours, and its language profiles when there is a database. Bazarr's
 * files are not touched. `dryRun` reports and writes nothing.
 */
export const importBazarr = Effect.fn("importBazarr")(function* (
  files: BazarrFiles,
  options: { readonly dryRun: boolean },
) {
  const foreign = yield* SettingsFile.use((file) => file.read(files.config))
  const rows =
    files.database === null ? [] : yield* BazarrDatabase.use((one) => one.profiles(files.database ?? ""))
  const store = yield* SettingsStore
  const before = yield* store.update(() => ({}))
  const { settings: plain, lost, unreadable } = yield* openedSettings(foreign.settings, foreign.given)
  const opened = yield* withOurForms(before, plain)
  const { notes: profileNotes, profiles } = languageProfiles(rows)
  const notes = [
    ...foreign.warnings.map((one) => `"${one.key}" is not ${one.expected} and was left out`),
    ...profileNotes,
  ]
  const keepsSuffix = !foreign.given.includes("general.hi_extension") || opened.general.hi_extension !== "hi"
  if (!keepsSuffix)
    notes.push(
      '"general.hi_extension" stays as it is: Plex takes .hi for the language Hindi, and .sdh is written',
    )
  const taken = foreign.given.filter(
    (name) => !NEVER.includes(name) && !lost.has(name) && (keepsSuffix || name !== "general.hi_extension"),
  )

  const copied = applyPatch(before, patchOf(opened, taken))
  const whole = applyPatch(copied, {
    plex: sameValue(copied.plex.apikey, before.plex.apikey) ? {} : { apikey_encrypted: false },
    oncue: { languages: mergedProfiles(copied.oncue.languages, profiles) },
  })
  const report = (backupId: string | null): ImportReport => ({
    changes: changesOf(before, patchOf(whole, changedKeys(before, whole))),
    unreadable,
    notes,
    backupId,
  })
  if (options.dryRun || changedKeys(before, whole).length === 0) return report(null)
  const after = yield* sealedFor(before, whole)
  const backup = yield* Effect.option(store.backup("import"))
  yield* store.update(() => patchOf(after, changedKeys(before, after)))
  return report(backup._tag === "Some" ? backup.value.id : null)
})
