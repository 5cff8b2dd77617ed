import { type MediaItem, type MediaStream, partsOf } from "../media/media_item.ts"
import { type Language, languageOfStream, sameLanguage } from "./language.ts"

/** What must appear in Plex's list once a subtitle was placed. */
export interface ExpectedStream {
  readonly language: Language
  readonly forced: boolean
}

const externalSubtitles = (item: MediaItem) =>
  partsOf(item).flatMap((part) =>
    part.streams.filter((stream) => stream.type === "subtitle" && stream.key !== null),
  )

/**
 * Looks for the subtitle that was just placed: external, in its language, and not among those that `before` listed, so
 * that an older one in the same language is never taken for it.
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
  const known = new Set(externalSubtitles(before).map((stream) => stream.id))
  return (item) =>
    externalSubtitles(item).find((stream) => {
      const language = languageOfStream(stream)
      const fits =
        language !== null && sameLanguage(language, expected.language) && stream.forced === expected.forced
      return fits && !known.has(stream.id)
    }) ?? null
}
