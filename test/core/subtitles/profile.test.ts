import { describe, expect, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { LanguageProfile } from "../../../core/settings/records.ts"
import { profileFor, WISHES_MAX, wishName } from "../../../core/subtitles/profile.ts"

const LIBRARY = { serverId: "a1", sectionId: "2" }
const profile = (given: unknown) => Schema.decodeUnknownSync(LanguageProfile)(given)
const languagesOf = (records: ReadonlyArray<LanguageProfile>, defaults: ReadonlyArray<string> = []) =>
  profileFor(records, LIBRARY, defaults).wishes.map((wish) => wish.language)

describe("profileFor()", () => {
  const general = profile({ name: "all", languages: [{ language: "ger" }, { language: "pob" }] })
  const anime = profile({ name: "anime", languages: [{ language: "English" }], libraries: ["a1/2"] })

  it("takes the profile that names the library before the one for everybody", () => {
    expect(languagesOf([general, anime])).toEqual(["en"])
    expect(profileFor([general, anime], { serverId: "a1", sectionId: "3" }, []).name).toBe("all")
    expect(profileFor([general, anime], { serverId: "b2", sectionId: "2" }, []).name).toBe("all")
  })

  it("reads every form of a language, in order", () => {
    expect(languagesOf([general])).toEqual(["de", "pt-BR"])
  })

  it("falls back to the account's language, then to English", () => {
    expect(languagesOf([], ["fr"])).toEqual(["fr"])
    expect(languagesOf([], ["und", ""])).toEqual(["en"])
    expect(languagesOf([])).toEqual(["en"])
    expect(languagesOf([profile({ name: "x", languages: [], libraries: ["a1/9"] })], ["fr"])).toEqual(["fr"])
  })

  it("wants nothing where a profile says so", () => {
    expect(languagesOf([profile({ name: "none", languages: [] })], ["fr"])).toEqual([])
  })

  it("warns of what it does not understand and uses the rest", () => {
    const read = profileFor(
      [profile({ name: "odd", languages: [{ language: "klingonese" }, { language: "fr" }], cutoff: "de" })],
      LIBRARY,
      [],
    )
    expect(read.wishes.map((wish) => wish.language)).toEqual(["fr"])
    expect(read.warnings).toEqual([
      'The profile "odd" names an unknown language "klingonese"',
      'The cutoff "de" of the profile "odd" is not one of its languages',
    ])
  })

  it("keeps at most so many wishes", () => {
    const many = profile({
      name: "many",
      languages: Array.from({ length: WISHES_MAX + 1 }, () => ({ language: "en" })),
    })
    const read = profileFor([many], LIBRARY, [])
    expect(read.wishes.length).toBe(WISHES_MAX)
    expect(read.warnings.length).toBe(1)
  })
})

describe("wishName()", () => {
  it("says what is required", () => {
    const [wish] = profileFor(
      [
        profile({
          name: "x",
          languages: [{ language: "pt-BR", forced: "require", hearing_impaired: "require" }],
        }),
      ],
      LIBRARY,
      [],
    ).wishes
    expect(wish === undefined ? null : wishName(wish)).toBe("Portuguese (Brazil) (forced, SDH)")
  })
})
