import type { LanguageProfile } from "../settings/records.ts"
import { ENGLISH, type Language, languageName, parseLanguage, sameLanguage } from "./language.ts"

/** How much a property of a subtitle is wished for. */
export type Fit = "avoid" | "prefer" | "require"

/** One subtitle that somebody wants. */
export interface Wish {
  readonly language: Language
  readonly forced: Fit
  readonly hearingImpaired: Fit
  /** Not needed when the audio is in this language. */
  readonly unlessAudio: boolean
}

/** A language profile that can be worked with. */
export interface Profile {
  readonly name: string
  /** In order of preference, at most `WISHES_MAX`. */
  readonly wishes: ReadonlyArray<Wish>
  /** Once a subtitle in this language is there, later wishes are not needed. Null: all are wanted. */
  readonly cutoff: Language | null
  /** What in the settings could not be understood, one sentence each. */
  readonly warnings: ReadonlyArray<string>
}

/** Wished subtitles per profile; more are ignored with a warning. */
export const WISHES_MAX = 20

/** For people and journals: `English`, `English (forced)`, `English (SDH)`. */
export function wishName(wish: Pick<Wish, "language" | "forced" | "hearingImpaired">): string {
  const flags = [
    wish.forced === "require" ? "forced" : null,
    wish.hearingImpaired === "require" ? "SDH" : null,
  ].filter((flag) => flag !== null)
  const name = languageName(wish.language)
  return flags.length === 0 ? name : `${name} (${flags.join(", ")})`
}

function read(record: LanguageProfile): Profile {
  const warnings: Array<string> = []
  const wishes: Array<Wish> = []
  for (const wanted of record.languages) {
    const language = parseLanguage(wanted.language)
    if (language === null) {
      warnings.push(`The profile "${record.name}" names an unknown language "${wanted.language}"`)
      continue
    }
    wishes.push({
      language,
      forced: wanted.forced,
      hearingImpaired: wanted.hearing_impaired,
      unlessAudio: wanted.unless_audio,
    })
  }
  const cutoff = record.cutoff === "" ? null : parseLanguage(record.cutoff)
  if (record.cutoff !== "" && !wishes.some((wish) => cutoff !== null && sameLanguage(wish.language, cutoff)))
    warnings.push(`The cutoff "${record.cutoff}" of the profile "${record.name}" is not one of its languages`)
  if (wishes.length > WISHES_MAX)
    warnings.push(`The profile "${record.name}" has more than ${WISHES_MAX} languages; the rest is ignored`)
  return { name: record.name, wishes: wishes.slice(0, WISHES_MAX), cutoff, warnings }
}

/**
 * The profile that counts for a library: the one that names it as `machine id/section id`, else the first that names no
 * library, else what `defaults` say (the Plex account's own subtitle language), else English.
 *
 * @example
 * ```ts
 * const profile = profileFor([], { serverId: "a1", sectionId: "2" }, ["fr"])
 * assert.deepStrictEqual(profile.wishes.map((wish) => wish.language), ["fr"])
 * ```
 */
export function profileFor(
  records: ReadonlyArray<LanguageProfile>,
  library: { readonly serverId: string; readonly sectionId: string },
  defaults: ReadonlyArray<string>,
): Profile {
  const key = `${library.serverId}/${library.sectionId}`
  const record =
    records.find((one) => one.libraries.includes(key)) ?? records.find((one) => one.libraries.length === 0)
  if (record !== undefined) return read(record)
  const known = defaults.map(parseLanguage).filter((one) => one !== null)
  const languages = known.length === 0 ? [ENGLISH] : known
  const wish = { forced: "avoid", hearingImpaired: "avoid", unlessAudio: false } as const
  return {
    name: "default",
    wishes: languages.map((language) => ({ language, ...wish })),
    cutoff: null,
    warnings: [],
  }
}
