import * as Effect from "effect/Effect"
import { SubtitleReader, SubtitleShelf, TextLanguage } from "../ports/mod.ts"
import type { Language } from "./language.ts"
import { parseSidecar } from "./sidecar.ts"
import type { PresentSubtitle } from "./wanted.ts"

/** How much of a file is read to tell its language, in bytes. */
export const SIDECAR_READ_BYTES_MAX = 256 * 1024
/** Files of one video whose content is read; more are taken as of unknown language. */
export const SIDECARS_READ_MAX = 5

/** The language in which a file beside the video is written; null when it cannot be read or told. */
const languageInside = Effect.fnUntraced(
  function* (videoPath: string, name: string) {
    const shelf = yield* SubtitleShelf
    const reader = yield* SubtitleReader
    const language = yield* TextLanguage
    const bytes = yield* shelf.read(videoPath, name, SIDECAR_READ_BYTES_MAX)
    const read = yield* reader.read(bytes, {
      season: null,
      episode: null,
      names: [],
      language: null,
      fileName: name,
    })
    return yield* language.guess(read.text)
  },
  Effect.catch(() => Effect.succeed<Language | null>(null)),
)

/**
 * The subtitles beside a video. Where a name does not say the language, the text does. None when the path is unknown or
 * its folder cannot be read here, which says nothing about what is there.
 */
export const readSidecars = Effect.fn("readSidecars")(function* (videoPath: string | null) {
  if (videoPath === null) return []
  const shelf = yield* SubtitleShelf
  const files = yield* shelf
    .list(videoPath)
    .pipe(Effect.catchTag("ShelfUnavailable", (error) => Effect.as(Effect.logDebug(error.message), [])))
  const found: Array<PresentSubtitle> = []
  let filesRead = 0
  for (const { name } of files) {
    const said = parseSidecar(videoPath, name)
    if (said === null) continue
    const { forced, hearingImpaired } = said
    if (said.language !== null || filesRead >= SIDECARS_READ_MAX) {
      found.push({ language: said.language, forced, hearingImpaired, where: "sidecar", label: name })
      continue
    }
    filesRead += 1
    const language = yield* languageInside(videoPath, name)
    const label = language === null ? name : `${name} (by its text ${language})`
    found.push({ language, forced, hearingImpaired, where: "sidecar", label })
  }
  return found
})
