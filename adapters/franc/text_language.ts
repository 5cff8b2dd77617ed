import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { GUESS_CHARS_MAX, GUESS_LETTERS_MIN, TextLanguage } from "../../core/ports/text_language.ts"
import { type Language, parseLanguage } from "../../core/subtitles/language.ts"

/** The languages in which subtitles exist in numbers; rare relatives (Scots, Venetian) would only win by chance. */
const ONLY =
  `afr als arb azj bel ben bos bul cat ces cmn dan deu ell eng epo est eus fin fra gle glg heb hin hrv hun
  hye ibo ind isl ita jav jpn kan kat kaz khm kor lav lit mal mar mkd mya nld nno nob pan pes pol por ron rus sin slk
  slv spa srp swe swh tam tel tgl tha tur ukr urd uzn vie zlm`
    .trim()
    .split(/\s+/)

/** Letters that a language does not have, for relatives that triples alone confuse in a short text. */
const FOREIGN: Readonly<Record<string, RegExp>> = {
  bul: /[ыэёіїє]/gi,
  rus: /[іїєґў]/gi,
  ukr: /[ыэёў]/gi,
  mkd: /[ыэёйъ]/gi,
  srp: /[ыэёйъщ]/gi,
}
const FOREIGN_LETTERS_MAX = 2

/** Malay's code in franc is that of the spoken language. */
const codeOf = (code: string) => (code === "zlm" ? "ms" : code)

/** Characters that only the one way of writing Chinese has, among the commonest of both. */
const SIMPLIFIED = /[们这说来国会时为对过还没样么个后发经现]/g
const TRADITIONAL = /[們這說來國會時為對過還沒樣麼個後發經現]/g

function written(language: Language | null, text: string): Language | null {
  if (language !== "zh") return language
  const simplified = text.match(SIMPLIFIED)?.length ?? 0
  const traditional = text.match(TRADITIONAL)?.length ?? 0
  return (simplified >= traditional ? "zh-Hans" : "zh-Hant") as Language
}

/**
 * franc's comparison of letter triples with those of 187 languages. It is loaded when the first text comes, since most
 * installations never have a subtitle whose name does not say its language.
 */
export const layer: Layer.Layer<TextLanguage> = Layer.succeed(TextLanguage, {
  guess: (text) => {
    const start = text.slice(0, GUESS_CHARS_MAX)
    if ((start.match(/\p{Letter}/gu)?.length ?? 0) < GUESS_LETTERS_MIN) return Effect.succeed(null)
    return Effect.map(
      Effect.promise(() => import("franc")),
      ({ francAll }) => {
        const [best] = francAll(start, { only: ONLY }).find(([code]) => {
          const foreign = FOREIGN[code]
          return foreign === undefined || (start.match(foreign)?.length ?? 0) <= FOREIGN_LETTERS_MAX
        }) ?? ["und"]
        return written(parseLanguage(codeOf(best)), start)
      },
    )
  },
})
