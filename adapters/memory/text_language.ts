import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { GUESS_LETTERS_MIN, TextLanguage } from "../../core/ports/text_language.ts"
import type { Language } from "../../core/subtitles/language.ts"

const WORDS: ReadonlyArray<readonly [string, RegExp]> = [
  ["en", /\b(the|and|you|is|not)\b/gi],
  ["de", /\b(der|die|und|nicht|ist)\b/gi],
  ["fr", /\b(le|les|et|vous|est|pas)\b/gi],
  ["ru", /\p{Script=Cyrillic}+/gu],
  ["ja", /[\p{Script=Hiragana}\p{Script=Katakana}]/gu],
]

/** Counts a few common words of five languages. */
export const layer: Layer.Layer<TextLanguage> = Layer.succeed(TextLanguage, {
  guess: (text) => {
    if ((text.match(/\p{Letter}/gu)?.length ?? 0) < GUESS_LETTERS_MIN) return Effect.succeed(null)
    const counts = WORDS.map(([language, words]) => ({ language, count: text.match(words)?.length ?? 0 }))
    const best = counts.reduce((a, b) => (b.count > a.count ? b : a))
    return Effect.succeed(best.count === 0 ? null : (best.language as Language))
  },
})
