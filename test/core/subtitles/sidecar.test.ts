import { describe, expect, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { Language } from "../../../core/subtitles/language.ts"
import { baseName, formatSidecar, parseSidecar } from "../../../core/subtitles/sidecar.ts"

const VIDEO = "/data/films/Avatar (2009)/Avatar (2009).mkv"

/** Name after the video's base name → language, flags, extension. */
const READ: ReadonlyArray<readonly [string, string | null]> = [
  [".srt", "? srt"],
  [".en.srt", "en srt"],
  [".eng.srt", "en srt"],
  [".EN.SRT", "en srt"],
  [".English.srt", "en srt"],
  [".pt-BR.srt", "pt-BR srt"],
  [".pob.srt", "pt-BR srt"],
  [".pt-br.forced.srt", "pt-BR forced srt"],
  [".es-419.vtt", "es-419 vtt"],
  [".zh-TW.ass", "zh-Hant ass"],
  [".zh.ssa", "zh ssa"],
  [".de.sdh.srt", "de sdh srt"],
  [".de.cc.srt", "de sdh srt"],
  [".de.hi.srt", "de sdh srt"],
  [".hi.srt", "hi srt"],
  [".hi.hi.srt", "hi sdh srt"],
  [".hi.sdh.srt", "hi sdh srt"],
  [".hi.forced.srt", "hi forced srt"],
  [".de.sdh.forced.srt", "de forced sdh srt"],
  [".de.forced.sdh.srt", "de forced sdh srt"],
  [".de.forced-sdh.srt", "de forced sdh srt"],
  [".forced.de.srt", "de forced srt"],
  [".sdh.en.srt", "en sdh srt"],
  [".forced.srt", "? forced srt"],
  [".en.foreign.srt", "en forced srt"],
  [".en.default.srt", "en srt"],
  [".en.2.srt", "en srt"],
  [".fre.smi", "fr smi"],
  [".en.sub", "en sub"],
  [".und.srt", "? srt"],
  [".Part 2.srt", null],
  [".commentary.srt", null],
  [".en.sup", null],
  [".en.txt", null],
  [".mkv", null],
  [" 2.en.srt", null],
  ["", null],
]

describe("parseSidecar()", () => {
  it.each(READ)("reads Avatar (2009)%s as %s", (rest, expected) => {
    const name = parseSidecar(VIDEO, `Avatar (2009)${rest}`)
    const said =
      name === null
        ? null
        : [name.language ?? "?", name.forced && "forced", name.hearingImpaired && "sdh", name.extension]
            .filter((one) => one !== false)
            .join(" ")
    expect(said).toBe(expected)
  })

  it("compares names after composing them, and regardless of case", () => {
    const composed = "Amélie (2001)"
    expect(
      parseSidecar(`/films/${composed.normalize("NFC")}.mkv`, `${composed.normalize("NFD")}.fr.srt`),
    ).toMatchObject({
      language: "fr",
    })
    expect(parseSidecar("/films/AVATAR.MKV", "avatar.en.srt")).toMatchObject({ language: "en" })
  })

  it("reads Windows paths and names with dots", () => {
    expect(parseSidecar("D:\\Films\\Mr. Robot.S01E01.mkv", "Mr. Robot.S01E01.en.srt")).toMatchObject({
      language: "en",
    })
    expect(baseName("D:\\Films\\Mr. Robot.S01E01.mkv")).toBe("Mr. Robot.S01E01")
  })
})

describe("formatSidecar()", () => {
  const format = (
    language: string,
    options: { readonly forced?: boolean; readonly sdh?: boolean; readonly extension?: string } = {},
    marker: "sdh" | "cc" | "hi" = "sdh",
  ) =>
    formatSidecar(
      VIDEO,
      {
        language: language as Language,
        forced: options.forced ?? false,
        hearingImpaired: options.sdh ?? false,
        extension: options.extension ?? "srt",
      },
      marker,
    )

  it("writes Plex's names", () => {
    expect(format("en")).toBe("Avatar (2009).en.srt")
    expect(format("pt-BR", { forced: true })).toBe("Avatar (2009).pt-BR.forced.srt")
    expect(format("en", { sdh: true })).toBe("Avatar (2009).en.sdh.srt")
    expect(format("de", { sdh: true, forced: true })).toBe("Avatar (2009).de.sdh.forced.srt")
    expect(format("zh-Hant", { extension: "ass" })).toBe("Avatar (2009).zh-TW.ass")
    expect(format("zh-Hans")).toBe("Avatar (2009).zh-CN.srt")
    expect(format("en", { sdh: true }, "cc")).toBe("Avatar (2009).en.cc.srt")
  })

  it("keeps the bytes of the video's own name", () => {
    const decomposed = "Amélie".normalize("NFD")
    const name = formatSidecar(
      `/films/${decomposed}.mkv`,
      { language: "fr" as Language, forced: false, hearingImpaired: false, extension: "srt" },
      "sdh",
    )
    expect(name).toBe(`${decomposed}.fr.srt`)
  })

  it.prop(
    "is read back by parseSidecar()",
    {
      language: Schema.Literals(["en", "pt-BR", "es-419", "zh-Hans", "zh-Hant", "sr-Latn", "hi", "nb"]),
      forced: Schema.Boolean,
      hearingImpaired: Schema.Boolean,
      marker: Schema.Literals(["sdh", "cc", "hi"]),
      extension: Schema.Literals(["srt", "ass", "vtt"]),
    },
    ({ extension, forced, hearingImpaired, language, marker }) => {
      const subtitle = { language: language as Language, forced, hearingImpaired, extension }
      const back = parseSidecar(VIDEO, formatSidecar(VIDEO, subtitle, marker))
      expect(back).toEqual(subtitle)
      return Schema.is(Language)(language)
    },
  )
})
