import { describe, expect, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import {
  baseOf,
  ENGLISH,
  LANGUAGE_TEXT_CHARS_MAX,
  Language,
  languageName,
  languageOfStream,
  parseLanguage,
  sameLanguage,
} from "../../../core/subtitles/language.ts"

const isLanguage = Schema.is(Language)

/** Every form a language arrives in, by what it stands for. */
const FORMS: Readonly<Record<string, ReadonlyArray<string>>> = {
  en: ["en", "EN", "eng", "English", " english ", "ENGLISH"],
  "en-GB": ["en-GB", "en_gb"],
  fr: ["fr", "fre", "fra", "French"],
  de: ["de", "ger", "deu", "German"],
  nl: ["nl", "dut", "nld", "Dutch"],
  el: ["el", "gre", "ell", "Greek"],
  cs: ["cs", "cze", "ces", "Czech"],
  sk: ["sk", "slo", "slk"],
  ro: ["ro", "rum", "ron", "mo", "Romanian", "Moldavian"],
  fa: ["fa", "per", "fas", "Farsi", "Persian", "Farsi/Persian"],
  is: ["is", "ice", "isl"],
  mk: ["mk", "mac", "mkd"],
  sq: ["sq", "alb", "sqi"],
  hy: ["hy", "arm", "hye"],
  eu: ["eu", "baq", "eus"],
  my: ["my", "bur", "mya"],
  ka: ["ka", "geo", "kat"],
  cy: ["cy", "wel", "cym"],
  he: ["he", "heb", "iw"],
  id: ["id", "ind", "in"],
  fil: ["fil", "tl", "tgl", "Tagalog", "Filipino"],
  sr: ["sr", "srp", "scc", "sr-Cyrl", "Serbian (Cyrillic)"],
  "sr-Latn": ["sr-Latn", "sh", "Serbian (Latin)"],
  hr: ["hr", "hrv", "scr", "Croatian"],
  nb: ["nb", "nob", "Norwegian Bokmål", "Bokmal"],
  no: ["no", "nor", "Norwegian"],
  pt: ["pt", "por", "PT", "Portuguese"],
  "pt-BR": [
    "pt-BR",
    "pt_br",
    "pob",
    "pb",
    "BR_PT",
    "Portuguese (Brazilian)",
    "Portuguese (Brazil)",
    "Brazilian",
  ],
  "pt-PT": ["pt-PT", "Portuguese (Portugal)"],
  es: ["es", "spa", "Spanish"],
  "es-419": ["es-419", "ea", "spl", "Spanish (Latin American)", "Spanish (Latin America)", "Spanish (LA)"],
  "es-ES": ["es-ES", "Spanish (Spain)", "Spanish (EU)", "Castilian"],
  "es-MX": ["es-MX", "Spanish (Mexico)"],
  zh: ["zh", "chi", "zho", "Chinese", "ZH"],
  "zh-Hans": ["zh-CN", "zh-Hans", "zh-Hans-CN", "zh-SG", "chs", "zhs", "Chinese (Simplified)"],
  "zh-Hant": ["zh-TW", "zh-Hant", "zh-HK", "zht", "zt", "ZH_BG", "cht", "Chinese (Traditional)"],
  yue: ["yue", "Cantonese"],
  "fr-CA": ["fr-CA", "French (Canadian)", "French (Canada)"],
}

describe("parseLanguage()", () => {
  for (const [language, forms] of Object.entries(FORMS)) {
    it(`reads ${forms.join(", ")} as ${language}`, () => {
      expect(forms.map(parseLanguage)).toEqual(forms.map(() => language))
    })
  }

  it("knows no language in codes for none, several or unknown ones", () => {
    const texts = ["", "und", "mul", "mis", "zxx", "qaa", "xx", "xyz", "forced", "1080p", "-", "en-", "💥"]
    expect(texts.map(parseLanguage)).toEqual(texts.map(() => null))
  })

  it("looks at no more than so much text", () => {
    expect(parseLanguage(`${"e".repeat(LANGUAGE_TEXT_CHARS_MAX)}n`)).toBe(null)
  })

  it.prop("answers a canonical tag or null, whatever the text", [Schema.String], ([text]) => {
    const found = parseLanguage(text)
    return found === null || (isLanguage(found) && parseLanguage(found) === found)
  })

  it("reads its own answers", () => {
    for (const language of Object.keys(FORMS)) expect(parseLanguage(language)).toBe(language)
  })
})

describe("sameLanguage()", () => {
  const same: ReadonlyArray<readonly [string, string]> = [
    ["en", "en-GB"],
    ["en-US", "en-GB"],
    ["fr", "fr-CA"],
    ["pt", "pt-PT"],
    ["es", "es-ES"],
    ["es-419", "es-MX"],
    ["zh", "zh-Hans"],
    ["no", "nb"],
  ]
  const different: ReadonlyArray<readonly [string, string]> = [
    ["en", "fr"],
    ["pt", "pt-BR"],
    ["pt-PT", "pt-BR"],
    ["es", "es-419"],
    ["es-ES", "es-MX"],
    ["zh", "zh-Hant"],
    ["zh-Hans", "zh-Hant"],
    ["zh", "yue"],
    ["sr", "sr-Latn"],
    ["nb", "nn"],
  ]
  it.each(same)("takes %s and %s for one", (a, b) => {
    expect([sameLanguage(a as Language, b as Language), sameLanguage(b as Language, a as Language)]).toEqual([
      true,
      true,
    ])
  })
  it.each(different)("keeps %s and %s apart", (a, b) => {
    expect([sameLanguage(a as Language, b as Language), sameLanguage(b as Language, a as Language)]).toEqual([
      false,
      false,
    ])
  })
})

describe("languageOfStream()", () => {
  const stream = (
    languageTag: string | null,
    languageCode: string | null,
    title: string | null = null,
    displayTitle: string | null = null,
  ) => languageOfStream({ languageTag, languageCode, title, displayTitle })

  it("prefers the tag, then the code in either form", () => {
    expect(stream("pt-BR", "por")).toBe("pt-BR")
    expect(stream(null, "fre")).toBe("fr")
    expect(stream(null, "fra")).toBe("fr")
    expect(stream("und", "ger")).toBe("de")
  })

  it("takes the variant from the title when the code cannot say it", () => {
    expect(stream("pt", "por", "Brazilian")).toBe("pt-BR")
    expect(stream(null, "spa", "Latin American")).toBe("es-419")
    expect(stream(null, "spa", "Castellano")).toBe("es")
    expect(stream("zh", "chi", "Traditional")).toBe("zh-Hant")
    expect(stream(null, "chi", "简体")).toBe("zh-Hans")
    expect(stream("en", "eng", "Brazilian commentary")).toBe("en")
  })

  it("takes the language from the title when there is no code", () => {
    expect(stream(null, null, "English (SDH)")).toBe("en")
    expect(stream(null, null, null, "French (SRT External)")).toBe("fr")
    expect(stream(null, null, "Director's notes")).toBe(null)
  })
})

describe("languageName()", () => {
  it("is what people call it", () => {
    expect(
      ["en", "pt-BR", "zh-Hant", "es-419", "sr-Latn"].map((one) => languageName(one as Language)),
    ).toEqual([
      "English",
      "Portuguese (Brazil)",
      "Chinese (Traditional)",
      "Spanish (Latin America)",
      "Serbian (Latin)",
    ])
    expect(baseOf("nb" as Language)).toBe("no")
    expect(baseOf(ENGLISH)).toBe("en")
  })
})
