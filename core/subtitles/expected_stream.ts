import { type MediaItem, type MediaStream, partsOf } from "../media/media_item.ts"
import { isUnregioned, type Language, languageOfStream, sameLanguage } from "./language.ts"

/** What must appear in Plex's list once a subtitle was placed. */
export interface ExpectedStream {
  readonly language: Language
  readonly forced: boolean
  /** The file beside which it lies; null or left out: any of the item's. */
  readonly partId?: string | null
  /** It took the place of another, whose stream Plex may keep for it. */
  readonly inPlace?: boolean
}

const externalSubtitles = (item: MediaItem, partId: string | null) =>
  partsOf(item)
    .filter((part) => partId === null || part.id === partId)
    .flatMap((part) => part.streams.filter((stream) => stream.type === "subtitle" && stream.key !== null))

/**
 * Looks for the subtitle that was just placed: external, in its language, and not among those that `before` listed, so
 * that an older one in the same language is never taken for it. A server that does not know a region lists the language.
 *
 * @example
 * ```ts
 * const item = (streams) => ({ versions: [{ parts: [{ streams }] }] })
 * const old = { id: "1", type: "subtitle", key: "/library/streams/1", languageTag: "en", languageCode: "eng", title: null, displayTitle: null, forced: false }
 * const look = listedSince(item([old]), { language: "en", forced: false })
 * assert.strictEqual(look(item([old])), null)
 * assert.strictEqual(look(item([old, { ...old, id: "2" }]))?.id, "2")
 * ```
 */
export function listedSince(
  before: MediaItem,
  expected: ExpectedStream,
): (item: MediaItem) => MediaStream | null {
  const { inPlace = false, partId = null } = expected
  const known = new Set(inPlace ? [] : externalSubtitles(before, null).map((stream) => stream.id))
  return (item) => {
    const fresh = externalSubtitles(item, partId).filter(
      (stream) => !known.has(stream.id) && stream.forced === expected.forced,
    )
    const inLanguage = (fits: (language: Language) => boolean) =>
      fresh.find((stream) => {
        const language = languageOfStream(stream)
        return language !== null && fits(language)
      })
    return (
      inLanguage((language) => sameLanguage(language, expected.language)) ??
      inLanguage((language) => isUnregioned(language, expected.language)) ??
      null
    )
  }
}

/** Answers a stream once every one of `looks` sees its own, else null. Null as well when there is nothing to look for. */
export function listedAll(
  looks: ReadonlyArray<(item: MediaItem) => MediaStream | null>,
): (item: MediaItem) => MediaStream | null {
  return (item) => {
    const seen = looks.map((look) => look(item))
    return seen.every((stream) => stream !== null) ? (seen.at(-1) ?? null) : null
  }
}
