import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { SUBTITLE_BYTES_MAX, SubtitleReader, SubtitleUnreadable } from "../../core/ports/subtitle_reader.ts"
import { subtitleText } from "../../core/subtitles/subtitle_text.ts"

const no = (reason: SubtitleUnreadable["reason"], detail: string) =>
  Effect.fail(new SubtitleUnreadable({ reason, detail }))

/** A reader for subtitles in UTF-8 that are in no archive. */
export const layer: Layer.Layer<SubtitleReader> = Layer.succeed(SubtitleReader, {
  read: (bytes, wish) => {
    if (bytes.length === 0) return no("empty", "the file is empty")
    if (bytes.length > SUBTITLE_BYTES_MAX) return no("too_large", "the file is too large")
    const text = new TextDecoder().decode(bytes)
    if (text.startsWith("PK\u0003\u0004")) return no("archive", "archives are not opened")
    if (text.includes("\u0000")) return no("binary", "the file is no text")
    const { fileName, frameRate = null } = wish
    return Effect.fromResult(subtitleText(text, { encoding: "utf-8", fileName, frameRate }))
  },
})
