import * as Redacted from "effect/Redacted"
import { isMap, isScalar } from "yaml"
import type { SettingsUnreadable } from "../../core/ports/settings_store.ts"
import {
  applyPatch,
  changedKeys,
  FIELDS,
  patchOf,
  readSettings,
  type Settings,
  type SettingsWarning,
} from "../../core/settings/settings.ts"
import { type Flaw, ownPairs, type Parsed, parse, TOO_DEEP, unreadable } from "./_document.ts"
import { type Change, splicesFor } from "./_edits.ts"
import { CannotEdit, inOrder, spliced } from "./_lines.ts"
import { type Reduced, reduce } from "./_reduce.ts"
import { removals } from "./_removals.ts"
import { effectivePairs, expansion, rootValue, sameRead } from "./_values.ts"

/** Largest config.yaml, in characters, that is read. */
export const CONFIG_CHARACTERS_MAX = 64 * 1024 * 1024
/** Most values that one key may stand for, aliases followed. */
const VALUES_MAX = 1_000_000
/** Times that an edit is tried: a change of an anchored value shows where it is used, and is undone there. */
const EDITS_TRIED_MAX = 3

export interface ConfigRead {
  readonly settings: Settings
  readonly warnings: ReadonlyArray<SettingsWarning>
}

/**
 * Opens what Bazarr's fork has encrypted (`enc:v1:…`) with the key that is in the same file; null: it cannot be opened.
 */
export type OpenFork = (stored: string, masterKey: string) => string | null

/** The keys that are used as they stand, of which the fork encrypts the values as it does those of the sealed ones. */
const USED_AS_THEY_STAND = [
  "auth.apikey",
  "auth.username",
  "auth.password",
  "plex.username",
  "plex.email",
] as const
const FORK_MARK = "enc:v1:"

interface Loaded extends ConfigRead {
  readonly parsed: Parsed
  readonly reduced: Reduced | null
  readonly values: Record<string, unknown>
}

function load(text: string, open: OpenFork | null): Loaded | Flaw {
  try {
    return loadedWhole(text, open)
  } catch (error) {
    if (error instanceof RangeError) return { offset: null, key: null, expected: TOO_DEEP }
    throw error
  }
}

function loadedWhole(text: string, open: OpenFork | null): Loaded | Flaw {
  if (text.length > CONFIG_CHARACTERS_MAX)
    return { offset: null, key: null, expected: `at most ${CONFIG_CHARACTERS_MAX} characters are expected` }
  const reduced = reduce(text)
  if (reduced !== null) {
    const parsed = parse(reduced.text)
    if (!("expected" in parsed) && !reduced.text.includes("&")) return loaded(parsed, reduced, open)
  }
  const parsed = parse(text)
  return "expected" in parsed ? parsed : loaded(parsed, null, open)
}

function loaded(parsed: Parsed, reduced: Reduced | null, open: OpenFork | null): Loaded | Flaw {
  const values = rootValue(parsed)
  const known = Object.keys(FIELDS).map((section) => values[section])
  if (expansion(known) > VALUES_MAX)
    return { offset: null, key: null, expected: "its aliases stand for more values than are read" }
  const read = readSettings(values)
  const { settings, warnings } = open === null ? read : withoutFork(read, open)
  const method = warnings.find((warning) => warning.key === "plex.auth_method")
  if (method !== undefined) {
    const offset = keyOffset(parsed, "plex", "auth_method")
    const whole = offset === null || reduced === null ? offset : reduced.toOriginal(offset)
    return { offset: whole, key: method.key, expected: `${method.expected} is expected` }
  }
  const replaced = parsed.replaced.map((key) => ({
    key,
    expected: "there only once",
    used: "last" as const,
  }))
  return { parsed, reduced, values, settings, warnings: [...warnings, ...replaced] }
}

/** The fork's values opened; one that cannot be is no value, so that it is never taken for a key or a name. */
function withoutFork({ settings, warnings }: ConfigRead, open: OpenFork): ConfigRead {
  const masterKey = Redacted.value(settings.general.secrets_encryption_key)
  let opened = settings
  const lost: Array<SettingsWarning> = []
  for (const name of USED_AS_THEY_STAND) {
    const [section, key] = name.split(".") as ["auth" | "plex", string]
    const value = (settings[section] as Record<string, unknown>)[key]
    const text = Redacted.isRedacted(value) ? Redacted.value(value) : value
    if (typeof text !== "string" || !text.startsWith(FORK_MARK)) continue
    const plainText = masterKey === "" ? null : open(text, masterKey)
    if (plainText === null)
      lost.push({ key: name, expected: "a value that general.secrets_encryption_key opens", used: "default" })
    const now = plainText ?? ""
    opened = applyPatch(opened, {
      [section]: { [key]: Redacted.isRedacted(value) ? Redacted.make(now) : now },
    })
  }
  return { settings: opened, warnings: [...warnings, ...lost] }
}

/** Where a key of a section stands; null when it is merged in from elsewhere. */
function keyOffset(parsed: Parsed, section: string, key: string): number | null {
  const map = parsed.root === null ? null : effectivePairs(parsed, parsed.root).get(section)
  const found = isMap(map) ? ownPairs(map).get(key)?.key : null
  return isScalar(found) ? (found.range?.[0] ?? null) : null
}

/** The settings of a text, with what was odd about it. */
export function readConfig(
  file: string,
  text: string,
  open: OpenFork | null = null,
): ConfigRead | SettingsUnreadable {
  const result = load(text, open)
  return "expected" in result ? unreadable(file, text, result) : result
}

/** A setting as YAML can hold it: secrets opened, everything else as it is. */
function plain(value: unknown): unknown {
  if (Redacted.isRedacted(value)) return Redacted.value(value)
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== "object" || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, plain(one)]))
}

function changes(before: Settings, after: Settings, keys: ReadonlySet<string>): ReadonlyArray<Change> {
  return [...keys].map((name) => {
    const [section = "", key = ""] = name.split(".")
    const valueIn = (settings: Settings) =>
      plain((settings as unknown as Record<string, Record<string, unknown>>)[section]?.[key])
    return { section, key, before: valueIn(before), after: valueIn(after) }
  })
}

/** Lists that could not be read would be lost: the user has to mend them before anything is added. */
function unreadList(old: Loaded, keys: ReadonlySet<string>): string | undefined {
  return old.warnings.find(
    (warning) => keys.has(warning.key) && warning.used === "default" && warning.expected.startsWith("a list"),
  )?.key
}

/** Whether every value outside `keys` is what it was, unknown ones too. */
function untouched(old: Loaded, now: Loaded, keys: ReadonlySet<string>): boolean {
  const sections = new Set([...Object.keys(old.values), ...Object.keys(now.values)])
  const isMapping = (value: unknown): value is Record<string, unknown> =>
    typeof value === "object" && value !== null && !Array.isArray(value)
  return [...sections].every((section) => {
    const [was, is] = [old.values[section], now.values[section]]
    const edited = [...keys].some((key) => key.startsWith(`${section}.`))
    if (!edited) return sameRead(was, is)
    const [wasKeys, isKeys] = [isMapping(was) ? was : {}, isMapping(is) ? is : {}]
    return [...new Set([...Object.keys(wasKeys), ...Object.keys(isKeys)])].every(
      (key) => keys.has(`${section}.${key}`) || sameRead(wasKeys[key], isKeys[key]),
    )
  })
}

/** The text as it is to be saved, or why it cannot be edited. */
export type Edited = { readonly text: string } | { readonly reason: string }

/**
 * `text` with `after` instead of the settings it stands for. Only what differs is edited; the result is parsed again
 * and must stand for exactly `after`, with every other value as it was.
 */
export function editConfig(text: string, after: Settings, open: OpenFork | null = null): Edited {
  const old = load(text, open)
  if ("expected" in old) return { reason: "the file cannot be read" }
  const keys = new Set(changedKeys(old.settings, after))
  if (keys.size === 0) return { text }
  const unread = unreadList(old, keys)
  if (unread !== undefined)
    return { reason: `"${unread}" holds a list that cannot be read; correct it first` }
  for (let tried = 0; tried < EDITS_TRIED_MAX; tried++) {
    const candidate = edit(old, changes(old.settings, after, keys), text)
    const now = candidate === null ? null : load(candidate, open)
    if (candidate === null || now === null || "expected" in now) break
    const astray = changedKeys(now.settings, after).filter((key) => !keys.has(key))
    if (astray.length === 0)
      return changedKeys(now.settings, after).length === 0 && untouched(old, now, keys)
        ? { text: candidate }
        : { reason: cannot(keys) }
    for (const key of astray) keys.add(key)
  }
  return { reason: cannot(keys) }
}

const cannot = (keys: ReadonlySet<string>) =>
  `the file has a form in which ${[...keys].map((key) => `"${key}"`).join(", ")} cannot be changed safely; change it by hand`

function edit(old: Loaded, wanted: ReadonlyArray<Change>, text: string): string | null {
  try {
    const splices = inOrder(splicesFor(old.parsed, wanted))
    if (old.reduced === null) return spliced(text, splices)
    const { original, toOriginal } = old.reduced
    return spliced(
      original,
      splices.map((splice) => ({
        ...splice,
        start: toOriginal(splice.start),
        end: toOriginal(splice.end),
      })),
    )
  } catch (error) {
    if (error instanceof CannotEdit) return null
    throw error
  }
}

/** The `section.key` names that a text gives a value. */
export function givenKeys(text: string): ReadonlyArray<string> {
  const result = load(text, null)
  if ("expected" in result) return []
  return Object.entries(FIELDS).flatMap(([section, fields]) => {
    const values = result.values[section]
    if (typeof values !== "object" || values === null) return []
    const given = values as Record<string, unknown>
    return Object.keys(fields)
      .filter((key) => Object.hasOwn(given, key) && given[key] !== null)
      .map((key) => `${section}.${key}`)
  })
}

/** `text` without some sections and keys, and with `settings` in what is left. */
export function copyConfig(text: string, settings: Settings, without: ReadonlyArray<string>): Edited {
  const parsed = parse(text)
  if ("expected" in parsed) return { reason: "the configuration in force cannot be read" }
  const isLeftOut = (name: string) => without.includes(name) || without.includes(name.split(".")[0] ?? "")
  const less = spliced(text, inOrder(removals(parsed, without)))
  const read = load(less, null)
  if ("expected" in read)
    return { reason: `the configuration has a form that cannot be copied (${read.expected})` }
  const keys = changedKeys(read.settings, settings).filter((name) => !isLeftOut(name))
  return editConfig(less, applyPatch(read.settings, patchOf(settings, keys)))
}
