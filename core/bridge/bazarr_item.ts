import { type Language, parseLanguage, sameLanguage } from "../subtitles/language.ts"

/** A film or episode by the ids that Bazarr has from Radarr and Sonarr. */
export type BazarrTarget =
  | { readonly _tag: "Movie"; readonly radarrId: number }
  | { readonly _tag: "Episode"; readonly seriesId: number; readonly episodeId: number }

/** A language of Bazarr's, wanted or there. */
export interface BazarrLanguage {
  /** For people: `Dutch`. */
  readonly name: string
  /** Bazarr's two letters, sometimes with a region: `nl`, `pb`, `zt`. */
  readonly code: string
  readonly forced: boolean
  readonly hearingImpaired: boolean
}

export interface BazarrSubtitle extends BazarrLanguage {
  /** Where the file lies for Bazarr; null for what is inside the video. */
  readonly path: string | null
}

/** What Bazarr knows of one item. */
export interface BazarrItem {
  readonly subtitles: ReadonlyArray<BazarrSubtitle>
  /** What its own language profile lacks. */
  readonly missing: ReadonlyArray<BazarrLanguage>
}

/** Codes that Bazarr has made up, as everybody else writes them. */
const OWN_CODES: Readonly<Record<string, string>> = {
  pb: "pt-BR",
  zt: "zh-TW",
  ea: "es-MX",
}

/** The language behind Bazarr's code; null for one that nobody else knows. */
export function languageOf(one: Pick<BazarrLanguage, "code">): Language | null {
  return parseLanguage(OWN_CODES[one.code.toLowerCase()] ?? one.code)
}

/** For people and journals: `Dutch`, `Dutch (forced)`. */
export function bazarrName({ forced, hearingImpaired, name }: Omit<BazarrLanguage, "code">): string {
  const flags = [forced ? "forced" : null, hearingImpaired ? "SDH" : null].filter((flag) => flag !== null)
  return flags.length === 0 ? name : `${name} (${flags.join(", ")})`
}

/**
 * Whether a subtitle is there by now: a file in the language, forced or not as it was asked for. Bazarr takes one for
 * the hearing impaired where there is no other, and lists it as such.
 *
 * @example
 * ```ts
 * const dutch = { name: "Dutch", code: "nl", forced: false, hearingImpaired: false }
 * const item = { missing: [], subtitles: [{ ...dutch, path: "/films/a.nl.srt" }] }
 * assert.strictEqual(hasNow(item, dutch)?.path, "/films/a.nl.srt")
 * assert.strictEqual(hasNow(item, { ...dutch, forced: true }), null)
 * ```
 */
export function hasNow(item: Pick<BazarrItem, "subtitles">, wish: BazarrLanguage): BazarrSubtitle | null {
  const wanted = languageOf(wish)
  return (
    item.subtitles.find((one) => {
      const language = languageOf(one)
      const same =
        language !== null && wanted !== null ? sameLanguage(language, wanted) : one.code === wish.code
      return same && one.path !== null && one.forced === wish.forced
    }) ?? null
  )
}
