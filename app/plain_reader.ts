import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { SubtitleReader, SubtitleUnreadable } from "../core/ports/mod.ts"

const TIME_LINE = /\d\d?:\d\d:\d\d[,.]\d{1,3}\s*-->\s*\d\d?:\d\d:\d\d[,.]\d{1,3}/

/** Reads SRT in UTF-8 or Windows-1252 and refuses everything else. */
export const plainReader = Layer.succeed(SubtitleReader, {
  read: (bytes, wish) =>
    Effect.suspend(() => {
      const isUtf8 = Buffer.from(bytes).toString("utf8").includes("\uFFFD") === false
      const encoding = isUtf8 ? "utf-8" : "windows-1252"
      const text = new TextDecoder(encoding).decode(bytes)
      return TIME_LINE.test(text)
        ? Effect.succeed({ text, format: "srt" as const, encoding, fileName: wish.fileName })
        : Effect.fail(new SubtitleUnreadable({ reason: "unknown_format", detail: "it is no SRT" }))
    }),
})
