import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { layer } from "../../../adapters/franc/text_language.ts"
import { TextLanguage } from "../../../core/ports/text_language.ts"
import { textLanguageContract } from "../../contracts/text_language.ts"

textLanguageContract("franc", layer)

const guess = (text: string) =>
  Effect.provide(
    TextLanguage.use((port) => port.guess(text.repeat(20))),
    layer,
  )

describe("franc", () => {
  it.effect("tells the two ways of writing Chinese apart", () =>
    Effect.gen(function* () {
      expect(yield* guess("我们来的时候，他还没说过这个国家的事。后来发现会这样。")).toBe("zh-Hans")
      expect(yield* guess("我們來的時候，他還沒說過這個國家的事。後來發現會這樣。")).toBe("zh-Hant")
    }),
  )

  it.effect("knows small languages", () =>
    Effect.gen(function* () {
      expect(
        yield* guess(
          "Laskuvesi on alimmillaan ja veneet makaavat mudassa. Tiedät, ettei se ole minun syytäni. ",
        ),
      ).toBe("fi")
      expect(
        yield* guess("Przypływ się skończył, a łodzie leżą w błocie. Wiesz, że to nie jest moja wina. "),
      ).toBe("pl")
    }),
  )
})
