import { type MediaItem, type MediaStream, partsOf } from "../media/media_item.ts"
import { type Language, languageOfStream, sameLanguage } from "../subtitles/language.ts"
import { parseSidecar, type SidecarName } from "../subtitles/sidecar.ts"
import type { Expectation } from "./refresh_outcome.ts"

/** The names of the files beside one part, by the part's id. */
export type FilesBeside = ReadonlyMap<string, ReadonlyArray<string>>

/** Sidecars as a server lists them; what it keeps itself is no file beside the video. */
function sidecarsIn(item: MediaItem, partId: string): ReadonlyArray<MediaStream> {
  const part = partsOf(item).find(({ id }) => id === partId)
  return (part?.streams ?? []).filter(
    ({ type, key, providerTitle }) => type === "subtitle" && key !== null && providerTitle === null,
  )
}

const serves = (stream: MediaStream, wanted: Language) => {
  const language = languageOfStream(stream)
  // A server that does not understand a code in a file's name lists the file without a language.
  return language === null || sameLanguage(language, wanted)
}

function listsAll(sidecars: ReadonlyArray<MediaStream>, names: ReadonlyArray<SidecarName>): boolean {
  if (sidecars.length < names.length) return false
  return names.every(({ language, forced }) => {
    if (language === null) return true
    const alike = names.filter(
      (one) => one.language !== null && one.forced === forced && sameLanguage(one.language, language),
    )
    const listed = sidecars.filter((one) => one.forced === forced && serves(one, language))
    return listed.length >= alike.length
  })
}

/**
 * Expects every subtitle that lies beside the files of an item to be listed, in its language. Null when nothing lies
 * there, so that there is nothing to expect. For a refresh that somebody asks for without saying what is new, and for
 * copies in other libraries, whose lists before the change nobody has seen.
 */
export function expectBeside(item: MediaItem, files: FilesBeside): Expectation | null {
  const wanted = partsOf(item).flatMap((part) => {
    const video = part.file
    if (video === null) return []
    const names = (files.get(part.id) ?? []).flatMap((name) => parseSidecar(video, name) ?? [])
    return names.length === 0 ? [] : [{ partId: part.id, names }]
  })
  if (wanted.length === 0) return null
  return (now) => {
    const listed = wanted.map(({ partId, names }) => ({ names, sidecars: sidecarsIn(now, partId) }))
    const complete = listed.every(({ names, sidecars }) => listsAll(sidecars, names))
    return complete ? (listed[0]?.sidecars.at(-1) ?? null) : null
  }
}
