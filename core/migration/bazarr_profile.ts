import * as Schema from "effect/Schema"
import type { LanguageProfile, WantedLanguage } from "../settings/records.ts"
import { truthOf } from "../settings/spelled.ts"

/** One language of a profile as Bazarr stores it: truth values are the texts `True` and `False`. */
export const BazarrProfileItem = Schema.Struct({
  id: Schema.Finite,
  /** Two letters, or one of Bazarr's own codes: `pb`, `zt`, `ea`. */
  language: Schema.String,
  hi: Schema.optionalKey(Schema.Unknown),
  forced: Schema.optionalKey(Schema.Unknown),
  audio_exclude: Schema.optionalKey(Schema.Unknown),
})
export type BazarrProfileItem = typeof BazarrProfileItem.Type

/** A row of Bazarr's `table_languages_profiles`. */
export interface BazarrProfile {
  readonly id: number
  readonly name: string
  /** The id of the item after which nothing more is needed, `BAZARR_CUTOFF_ANY`, or null. */
  readonly cutoff: number | null
  readonly items: ReadonlyArray<BazarrProfileItem>
  /** Shows and films that use it. */
  readonly uses: number
}

/** In `cutoff`: any subtitle of the profile is enough. */
export const BAZARR_CUTOFF_ANY = 65_535

function wanted(item: BazarrProfileItem): WantedLanguage {
  return {
    language: item.language,
    forced: truthOf(item.forced) === true ? "require" : "avoid",
    hearing_impaired: truthOf(item.hi) === true ? "require" : "avoid",
    unless_audio: truthOf(item.audio_exclude) === true,
  }
}

/**
 * Bazarr's profiles as ours, the most used one first: it becomes everybody's, since Bazarr assigns profiles to single
 * shows and films and we to libraries. `notes` says what could not be carried over.
 *
 * @example
 * ```ts
 * const items = [{ id: 1, language: "pb", hi: "False", forced: "False", audio_exclude: "True" }]
 * const { profiles } = languageProfiles([{ id: 1, name: "Brasil", cutoff: 1, items, uses: 3 }])
 * assert.deepStrictEqual(profiles, [
 *   {
 *     name: "Brasil",
 *     languages: [{ language: "pb", forced: "avoid", hearing_impaired: "avoid", unless_audio: true }],
 *     cutoff: "pb",
 *     libraries: [],
 *   },
 * ])
 * ```
 */
export function languageProfiles(given: ReadonlyArray<BazarrProfile>): {
  readonly profiles: ReadonlyArray<LanguageProfile>
  readonly notes: ReadonlyArray<string>
} {
  const ordered = given
    .filter((profile) => profile.items.length > 0)
    .toSorted((a, b) => b.uses - a.uses || a.id - b.id)
  const profiles = ordered.map((profile) => ({
    name: profile.name,
    languages: profile.items.map(wanted),
    cutoff: profile.items.find((item) => item.id === profile.cutoff)?.language ?? "",
    libraries: [],
  }))
  const anyOf = ordered.filter((profile) => profile.cutoff === BAZARR_CUTOFF_ANY)
  const notes = [
    ...(profiles.length > 1
      ? [`"${profiles[0]?.name}" is everybody's profile now; assign the others to libraries in the settings`]
      : []),
    ...anyOf.map(
      ({ name }) => `"${name}" stopped at any of its languages in Bazarr; here it wants all of them`,
    ),
  ]
  return { profiles, notes }
}
