/** A title without what programs write differently, and the year that some put behind it. */
export interface TitleKey {
  readonly key: string
  readonly year: number | null
}

const YEAR_BEHIND = /\s*[([](\d{4})[)\]]\s*$/
const ARTICLE = /^(the|a|an) /

/**
 * Folds case, accents, punctuation, `&` and a leading article. Letters of every script stay.
 *
 * @example
 * ```ts
 * assert.deepStrictEqual(titleKey("The Harbor Line (2024)"), { key: "harbor line", year: 2024 })
 * assert.strictEqual(titleKey("Amélie & Co.").key, titleKey("Amelie and Co").key)
 * assert.strictEqual(titleKey("風の砦").key, "風の砦")
 * ```
 */
export function titleKey(title: string): TitleKey {
  const year = YEAR_BEHIND.exec(title)
  const key = title
    .replace(YEAR_BEHIND, "")
    .normalize("NFKD")
    .replace(/\p{Diacritic}/gu, "")
    .toLowerCase()
    .replace(/&/g, " and ")
    .replace(/['’`]/g, "")
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim()
    .replace(ARTICLE, "")
    .normalize("NFC")
  return { key, year: year === null ? null : Number(year[1]) }
}

/** How sure a match by title is; only these steps exist, so that a rule can be given by name. */
export const TITLE_CONFIDENCE = { sameYear: 0.8, nextYear: 0.6, unknownYear: 0.4 } as const

/**
 * The one entry with this title, and how sure that is. Years may be one apart (premiere and release). Two entries that
 * fit equally well are none: guessing between remakes is how the wrong subtitle gets onto a film.
 */
export function byTitle<A extends { readonly title: string; readonly year: number | null }>(
  entries: ReadonlyArray<A>,
  title: string,
  year: number | null,
): { readonly entry: A; readonly confidence: number } | null {
  const wanted = titleKey(title)
  if (wanted.key === "") return null
  const wantedYear = year ?? wanted.year
  const grade = (entry: A): number => {
    const own = titleKey(entry.title)
    if (own.key !== wanted.key) return 0
    const ownYear = entry.year ?? own.year
    if (wantedYear === null || ownYear === null) return TITLE_CONFIDENCE.unknownYear
    const apart = Math.abs(wantedYear - ownYear)
    if (apart > 1) return 0
    return apart === 0 ? TITLE_CONFIDENCE.sameYear : TITLE_CONFIDENCE.nextYear
  }
  const graded = entries
    .map((entry) => ({ entry, confidence: grade(entry) }))
    .filter(({ confidence }) => confidence > 0)
  const best = Math.max(...graded.map((one) => one.confidence))
  const winners = graded.filter((one) => one.confidence === best)
  return winners.length === 1 ? (winners[0] ?? null) : null
}
