import { type MediaItem, type MediaStream, partsOf } from "../media/media_item.ts"
import { languageOfStream, sameLanguage } from "../subtitles/language.ts"
import type { PlacedSubtitle } from "./placed.ts"

type Known = Pick<PlacedSubtitle, "file" | "forced" | "language" | "partId" | "plexKey" | "plexTitle">

const isLike = (stream: MediaStream, { forced, language }: Known) => {
  const spoken = languageOfStream(stream)
  return stream.forced === forced && spoken !== null && sameLanguage(spoken, language)
}

/**
 * The stream that Plex lists for a subtitle of ours: by its own name for what it keeps, which changes when it looks at the
 * film anew, and then by the title that we gave it; for a file by language beside its video, the one that is switched on
 * first. Null when it lists none.
 *
 * @example
 * ```ts
 * const stream = { id: "7", type: "subtitle", key: "/library/streams/7", languageTag: "de", languageCode: "ger", title: "German (OnCue, subdl)", displayTitle: null, forced: false, selected: false, providerTitle: null }
 * const item = { versions: [{ parts: [{ id: "1", streams: [stream] }] }] }
 * const ours = { file: null, forced: false, language: "de", partId: "1", plexKey: "/library/streams/5", plexTitle: "German (OnCue, subdl)" }
 * assert.strictEqual(streamOfPlaced(item, ours)?.id, "7")
 * assert.isNull(streamOfPlaced(item, { ...ours, plexTitle: "OpenSubtitles" }))
 * ```
 */
export function streamOfPlaced(item: MediaItem, record: Known): MediaStream | null {
  const externalOf = (partId: string | null) =>
    partsOf(item)
      .filter((part) => partId === null || part.id === partId)
      .flatMap(({ streams }) => streams.filter(({ key, type }) => type === "subtitle" && key !== null))
  if (record.file !== null) {
    const beside = externalOf(record.partId).filter(
      (stream) => stream.providerTitle === null && isLike(stream, record),
    )
    return beside.find((stream) => stream.selected) ?? beside[0] ?? null
  }
  const external = externalOf(null).filter((stream) => isLike(stream, record))
  const titled = external.filter(({ title }) => title !== null && title === record.plexTitle)
  // Of several with the same title nobody knows which one it is.
  return external.find(({ key }) => key === record.plexKey) ?? (titled.length === 1 ? titled[0]! : null)
}
