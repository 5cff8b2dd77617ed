import { describe, expect, it } from "vitest"
import { parseSidecar, sidecarsOf } from "./sidecar_name.ts"

const facts = (name: string, base = "Film (2009)") => {
  const parsed = parseSidecar(base, name)
  return parsed && [parsed.language?.tag, parsed.codec, parsed.forced, parsed.hearingImpaired]
}

describe("parseSidecar()", () => {
  it.each([
    ["Film (2009).en.srt", ["en", "srt", false, false]],
    ["Film (2009).de.sdh.forced.srt", ["de", "srt", true, true]],
    ["Film (2009).fre.cc.ass", ["fr", "ass", false, true]],
    ["film (2009).PT-br.vtt", ["pt-BR", "vtt", false, false]],
    ["Film (2009).es-419.srt", ["es", "srt", false, false]],
    ["Film (2009).srt", [undefined, "srt", false, false]],
    ["Film (2009).xx.srt", [undefined, "srt", false, false]],
    ["Film (2009).en.hi.srt", ["hi", "srt", false, false]],
  ])("reads %s", (name, expected) => {
    expect(facts(name)).toEqual(expected)
  })

  it.each([
    "Film.en.srt",
    "Film (2009) en.srt",
    "Film (2009).en.sup",
    "Film (2009).en.srt.tmp",
    "Film (2009).mkv",
  ])("does not take %s", (name) => {
    expect(facts(name)).toBeUndefined()
  })

  it("compares names in either Unicode form", () => {
    expect(facts("Amélie.fr.srt".normalize("NFD"), "Amélie".normalize("NFC"))).toEqual([
      "fr",
      "srt",
      false,
      false,
    ])
  })
})

describe("sidecarsOf()", () => {
  it("gives a name that fits two videos to the longer one", () => {
    const names = ["Film.mkv", "Film.Extended.mkv", "Film.en.srt", "Film.Extended.en.srt"]
    expect(sidecarsOf("/a/Film.mkv", names).map(({ name }) => name)).toEqual(["Film.en.srt"])
    expect(sidecarsOf("/a/Film.Extended.mkv", names).map(({ name }) => name)).toEqual([
      "Film.Extended.en.srt",
    ])
  })
})
