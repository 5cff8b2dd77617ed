import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { Language } from "../subtitles/language.ts"

/** Fewest letters from which a guess is worth anything. */
export const GUESS_LETTERS_MIN = 200
/** Most characters that are looked at; more do not make a guess better. */
export const GUESS_CHARS_MAX = 20_000

/** Guesses in which language a text is written. Region is not told: a text in Portuguese is `pt`. */
export class TextLanguage extends Context.Service<
  TextLanguage,
  {
    /** Null for texts with fewer than `GUESS_LETTERS_MIN` letters and where it cannot be told. Never fails. */
    readonly guess: (text: string) => Effect.Effect<Language | null>
  }
>()("core/ports/TextLanguage") {}
