import * as Schema from "effect/Schema"
import { HOUSE_CODES } from "./house_codes.ts"

/**
 * A language as a canonical BCP 47 tag without anything superfluous: `en`, `pt-BR`, `zh-Hans`, `es-419`.
 * The tables behind it are ICU's, which every JavaScript engine carries as `Intl`.
 */
export const Language = Schema.String.check(
  Schema.isPattern(/^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?$/u),
).pipe(Schema.brand("Language"))
export type Language = typeof Language.Type

export const ENGLISH = "en" as Language

/** Longest text, in characters, that is looked at as the name of a language. */
export const LANGUAGE_TEXT_CHARS_MAX = 60

/** Codes that mean "none", "several" or "unknown". */
const NO_LANGUAGE = /^(und|mul|mis|zxx|q[a-t][a-z])$/

const ENGLISH_NAMES = new Intl.DisplayNames("en", {
  type: "language",
  languageDisplay: "standard",
  fallback: "none",
})

const fold = (text: string) =>
  text
    .normalize("NFD")
    .replace(/\p{Mark}/gu, "")
    .toLowerCase()
    .replace(/[()[\],_]+/g, " ")
    .replace(/\s+/g, " ")
    .trim()

let names: ReadonlyMap<string, string> | null = null

/** English name to tag, for every two-letter language and the variants that people distinguish. Built at first use. */
function tagsByName(): ReadonlyMap<string, string> {
  if (names !== null) return names
  const letters = "abcdefghijklmnopqrstuvwxyz"
  const pairs = Array.from(letters).flatMap((a) => Array.from(letters, (b) => a + b))
  const variants = ["pt-BR", "pt-PT", "zh-Hans", "zh-Hant", "es-419", "es-MX", "es-ES", "fr-CA", "sr-Latn"]
  const table = new Map<string, string>()
  for (const tag of [...pairs, "fil", "yue", "ast", "ckb", ...variants]) {
    const name = ENGLISH_NAMES.of(tag)
    if (name !== undefined && !table.has(fold(name))) table.set(fold(name), tag)
  }
  names = table
  return table
}

function canonical(tag: string): Language | null {
  const shape = /^([a-z]{2,3})(?:-([a-z]{4}))?(?:-([a-z]{2}|\d{3}))?(?:-[a-z0-9]{4,8})*$/i.exec(tag)
  if (shape === null || NO_LANGUAGE.test((shape[1] ?? "").toLowerCase())) return null
  const parts = [shape[1], shape[2], shape[3]].filter((part) => part !== undefined)
  const locale = new Intl.Locale(parts.join("-"))
  if (ENGLISH_NAMES.of(locale.language) === undefined) return null
  if (locale.language === "zh") {
    if (locale.script === undefined && locale.region === undefined) return "zh" as Language
    return (locale.maximize().script === "Hant" ? "zh-Hant" : "zh-Hans") as Language
  }
  const withoutScript = [locale.language, locale.region].filter((part) => part !== undefined).join("-")
  const usual = new Intl.Locale(withoutScript).maximize().script
  const script = locale.script !== undefined && locale.script !== usual ? [locale.script] : []
  const region = locale.region === undefined ? [] : [locale.region]
  return [locale.language, ...script, ...region].join("-") as Language
}

/**
 * The language that a text means, or null: a BCP 47 tag, ISO 639-1, 639-2 in both forms or 639-3, a code of Bazarr or a
 * provider, or an English name.
 *
 * @example
 * ```ts
 * assert.strictEqual(parseLanguage("fre"), "fr")
 * assert.strictEqual(parseLanguage("pob"), "pt-BR")
 * assert.strictEqual(parseLanguage("zh-TW"), "zh-Hant")
 * assert.strictEqual(parseLanguage("Portuguese (Brazilian)"), "pt-BR")
 * assert.strictEqual(parseLanguage("und"), null)
 * ```
 */
export function parseLanguage(text: string): Language | null {
  const trimmed = text.trim()
  if (trimmed === "" || trimmed.length > LANGUAGE_TEXT_CHARS_MAX) return null
  const code = trimmed.replaceAll("_", "-").toLowerCase()
  const house = HOUSE_CODES[code] ?? HOUSE_CODES[fold(trimmed)]
  if (house !== undefined) return canonical(house)
  const found = canonical(code)
  if (found !== null) return found
  const named = tagsByName().get(fold(trimmed))
  return named === undefined ? null : canonical(named)
}

/** For people: `Portuguese (Brazil)`. */
export function languageName(language: Language): string {
  return ENGLISH_NAMES.of(language) ?? language
}

/** The language alone: `pt` for `pt-BR`. Bokmål is what subtitles call Norwegian. */
export function baseOf(language: Language): string {
  const base = language.split("-")[0] ?? language
  return base === "nb" ? "no" : base
}

/**
 * What a reader would tell apart. Region counts for Portuguese (Brazil or not) and Spanish (Americas or not), script for
 * all; a British and an American English subtitle are the same to a viewer.
 */
function variantOf(language: Language): string {
  const locale = new Intl.Locale(language)
  const base = baseOf(language)
  if (base === "pt") return locale.region === "BR" ? "pt-BR" : "pt"
  if (base === "es") {
    const european = locale.region === undefined || locale.region === "ES" || locale.region === "GQ"
    return european ? "es" : "es-419"
  }
  return `${base}-${locale.maximize().script ?? ""}`
}

/**
 * Whether `listed` is the language of `language` without its region: what a server says that does not know the region.
 *
 * @example
 * ```ts
 * assert.isTrue(isUnregioned("es", "es-419"))
 * assert.isFalse(isUnregioned("es-ES", "es-419"))
 * assert.isFalse(isUnregioned("es", "es"))
 * ```
 */
export function isUnregioned(listed: Language, language: Language): boolean {
  return !listed.includes("-") && language.startsWith(`${listed}-`)
}

/** Whether a subtitle in the one language serves somebody who wants the other. */
export function sameLanguage(a: Language, b: Language): boolean {
  return a === b || variantOf(a) === variantOf(b)
}

const HINTS: ReadonlyArray<readonly [string, RegExp, string]> = [
  ["pt", /bra[sz]il|\bpt-?br\b|\bBR\b/i, "pt-BR"],
  ["es", /latin|\blatam\b|mexic|\b419\b|\blas\b/i, "es-419"],
  ["zh", /tradition|\bhant\b|\bcht\b|\btc\b|繁/i, "zh-Hant"],
  ["zh", /simplified|\bhans\b|\bchs\b|\bsc\b|[简簡]/i, "zh-Hans"],
  ["zh", /canton|粤|粵/i, "yue"],
]

/**
 * The language of a stream as Plex describes it: the tag first, then the code, made exact by what the title adds
 * (`por` with the title "Brazilian" is `pt-BR`); the title alone when there is no code.
 */
export function languageOfStream(stream: {
  readonly languageTag: string | null
  readonly languageCode: string | null
  readonly title: string | null
  readonly displayTitle: string | null
}): Language | null {
  const tagged =
    (stream.languageTag === null ? null : parseLanguage(stream.languageTag)) ??
    (stream.languageCode === null ? null : parseLanguage(stream.languageCode))
  const titles = [stream.title, stream.displayTitle].filter((one) => one !== null)
  if (tagged === null) {
    const first = titles
      .map((one) => parseLanguage(one.replace(/\s*[([-].*$/, "")))
      .find((one) => one !== null)
    return first ?? null
  }
  if (tagged.includes("-")) return tagged
  const hint = HINTS.find(([base, pattern]) => base === tagged && titles.some((one) => pattern.test(one)))
  return hint === undefined ? tagged : (hint[2] as Language)
}
