import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import { TextLanguage } from "../../core/ports/text_language.ts"

const TEXTS: Readonly<Record<string, string>> = {
  en: "The tide is out and the boats are lying on the mud. You know that it is not my fault, and the others know it too. Where were you last night? I was waiting for the harbour master to come back, but he never did.",
  de: "Die Ebbe ist da und die Boote liegen im Schlamm. Du weißt, dass es nicht meine Schuld ist, und die anderen wissen es auch.",
  fr: "La marée est basse et les bateaux sont couchés dans la vase. Vous savez que ce n'est pas ma faute, et les autres le savent.",
  ru: "Сейчас отлив, и лодки лежат в иле. Ты знаешь, что я в этом не виноват, и все остальные это тоже знают. Где вы были вчера вечером? Я ждал, когда вернётся начальник порта, но он так и не пришёл.",
  ja: "潮が引いて、船は泥の上に横たわっている。私のせいではないことをあなたは知っているし、ほかの人たちも知っている。",
}

/** What every guesser of languages does. */
export function textLanguageContract(name: string, layer: Layer.Layer<TextLanguage>) {
  const guess = (text: string) =>
    Effect.provide(
      TextLanguage.use((port) => port.guess(text)),
      layer,
    )

  describe(`${name} as TextLanguage`, () => {
    for (const [language, text] of Object.entries(TEXTS)) {
      it.effect(`guess() recognises ${language}`, () =>
        Effect.map(guess(`${text}\n`.repeat(10)), (found) => expect(found).toBe(language)),
      )
    }
    it.effect("guess() says nothing about a few words, or no words", () =>
      Effect.gen(function* () {
        for (const text of ["", "the", "12 34 56 78 ".repeat(200), "♪ - ♪ ".repeat(200)])
          expect(yield* guess(text)).toBe(null)
      }),
    )
    it.effect("guess() takes any amount of text", () =>
      Effect.map(guess((TEXTS.en ?? "").repeat(5_000)), (found) => expect(found).toBe("en")),
    )
  })
}
