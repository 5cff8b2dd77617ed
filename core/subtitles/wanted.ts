import type { MediaPart, MediaStream } from "../media/media_item.ts"
import { isUnregioned, type Language, languageName, languageOfStream, sameLanguage } from "./language.ts"
import { type Profile, type Wish, wishName } from "./profile.ts"

/** A subtitle that an item has already. `label` is what people see in the journal. */
export interface PresentSubtitle {
  readonly language: Language | null
  readonly forced: boolean
  readonly hearingImpaired: boolean
  readonly where: "embedded" | "plex" | "sidecar"
  readonly label: string
}

/** What an item has: its subtitles, and the languages in which it is spoken. */
export interface Present {
  readonly subtitles: ReadonlyArray<PresentSubtitle>
  readonly audio: ReadonlyArray<Language>
}

/** What is missing, in order of preference, and why the rest of the profile is not needed. */
export interface Wanted {
  readonly missing: ReadonlyArray<Wish>
  readonly settled: ReadonlyArray<{ readonly wish: Wish; readonly reason: string }>
}

const flagText = (forced: boolean, hearingImpaired: boolean) =>
  `${forced ? ", forced" : ""}${hearingImpaired ? ", SDH" : ""}`

function presentStream(stream: MediaStream): PresentSubtitle {
  const language = languageOfStream(stream)
  const title = `${stream.title ?? ""} ${stream.displayTitle ?? ""}`
  const forced = stream.forced || /\bforced\b/i.test(title)
  const hearingImpaired = stream.hearingImpaired || /\bSDH\b|\bCC\b|hearing impaired/i.test(title)
  const where = stream.key === null ? "embedded" : stream.providerTitle === null ? "sidecar" : "plex"
  const name = language === null ? "unknown language" : languageName(language)
  return {
    language,
    forced,
    hearingImpaired,
    where,
    label: `${name}${flagText(forced, hearingImpaired)} (${where} ${stream.codec})`,
  }
}

/**
 * What one file of an item has, by Plex's account and by the files that lie beside it. A sidecar that both know is
 * harmless twice. Commentary tracks are no spoken language of the film.
 */
export function presentIn(part: MediaPart | null, sidecars: ReadonlyArray<PresentSubtitle>): Present {
  const streams = part?.streams ?? []
  const spoken = streams.filter(
    (stream) =>
      stream.type === "audio" && !/comment/i.test(`${stream.title ?? ""} ${stream.displayTitle ?? ""}`),
  )
  return {
    subtitles: [...streams.filter((stream) => stream.type === "subtitle").map(presentStream), ...sidecars],
    audio: spoken.map(languageOfStream).filter((language) => language !== null),
  }
}

/**
 * A part without the sidecars that are listed and gone: of the kind that OnCue has taken away (`taken`), with none of
 * that kind on the disk. A server lists a file until it has looked again. What it keeps itself for us (`kept`) is no file.
 */
export function withoutGone(
  part: MediaPart | null,
  taken: ReadonlyArray<{ readonly language: Language; readonly forced: boolean }>,
  sidecars: ReadonlyArray<PresentSubtitle>,
  kept: ReadonlyArray<{ readonly plexKey: string | null; readonly plexTitle: string | null }>,
): MediaPart | null {
  if (part === null || taken.length === 0) return part
  const isKept = ({ key, title }: MediaStream) =>
    kept.some(({ plexKey, plexTitle }) => key === plexKey || (title !== null && title === plexTitle))
  const isGone = (stream: MediaStream) => {
    if (stream.type !== "subtitle" || stream.key === null || stream.providerTitle !== null) return false
    if (isKept(stream)) return false
    const { forced, language } = presentStream(stream)
    const isKind = (one: { readonly language: Language | null; readonly forced: boolean }) =>
      one.language !== null &&
      language !== null &&
      sameLanguage(one.language, language) &&
      one.forced === forced
    return taken.some(isKind) && !sidecars.some((one) => one.language === null || isKind(one))
  }
  return { ...part, streams: part.streams.filter((stream) => !isGone(stream)) }
}

/**
 * The sidecars that the server does not list: either it has not looked since they were written, or it does not
 * understand their names.
 */
export function unlistedOf(
  sidecars: ReadonlyArray<PresentSubtitle>,
  part: MediaPart | null,
): ReadonlyArray<PresentSubtitle> {
  const listed = (part?.streams ?? [])
    .filter((stream) => stream.type === "subtitle" && stream.key !== null)
    .map(presentStream)
  return sidecars.filter(({ forced, language }) => {
    if (language === null) return false
    return !listed.some((one) => {
      if (one.language === null || one.forced !== forced) return false
      if (sameLanguage(one.language, language)) return true
      // The server may not know the region; then the stream is this file's, unless another file is in that language.
      const listedAs = one.language
      const isAnothers = sidecars.some((other) => other.language === listedAs && other.forced === forced)
      return isUnregioned(listedAs, language) && !isAnothers
    })
  })
}

/**
 * Whether a subtitle that is there does what a wish asks. A forced one never stands in for a full one, since it is
 * silent most of the time; one for the hearing impaired does unless the wish is for nothing else, as in Bazarr.
 */
export function satisfies(
  subtitle: Pick<PresentSubtitle, "language" | "forced" | "hearingImpaired">,
  wish: Pick<Wish, "language" | "forced" | "hearingImpaired">,
): boolean {
  if (subtitle.language === null || !sameLanguage(subtitle.language, wish.language)) return false
  if (wish.forced === "require" ? !subtitle.forced : wish.forced === "avoid" && subtitle.forced) return false
  return wish.hearingImpaired !== "require" || subtitle.hearingImpaired
}

/**
 * Compares a profile with what is there.
 *
 * @example
 * ```ts
 * const wish = { forced: "avoid", hearingImpaired: "avoid", unlessAudio: false }
 * const wishes = [{ ...wish, language: "en" }, { ...wish, language: "fr", unlessAudio: true }]
 * const profile = { name: "a", wishes, cutoff: null, warnings: [] }
 * const wanted = wantedOf(profile, { subtitles: [], audio: ["fr"] })
 * assert.deepStrictEqual(wanted.missing.map((one) => one.language), ["en"])
 * assert.strictEqual(wanted.settled[0].reason, "the audio is French")
 * ```
 */
export function wantedOf(profile: Profile, present: Present): Wanted {
  const missing: Array<Wish> = []
  const settled: Array<{ readonly wish: Wish; readonly reason: string }> = []
  let reached: string | null = null
  for (const wish of profile.wishes) {
    const there = present.subtitles.find((subtitle) => satisfies(subtitle, wish))
    const spoken = wish.unlessAudio && present.audio.some((language) => sameLanguage(language, wish.language))
    if (there !== undefined) settled.push({ wish, reason: `there is ${there.label}` })
    else if (reached !== null) settled.push({ wish, reason: `${reached} is there, which is enough` })
    else if (spoken) settled.push({ wish, reason: `the audio is ${languageName(wish.language)}` })
    else missing.push(wish)
    if ((there !== undefined || spoken) && reached === null && isCutoff(profile, wish))
      reached = wishName(wish)
  }
  return { missing, settled }
}

/** Whether the wishes after this one are not needed once it is fulfilled. */
export function isCutoff(profile: Profile, wish: Wish): boolean {
  return profile.cutoff !== null && sameLanguage(profile.cutoff, wish.language)
}
