import { assert, describe, it } from "vitest"
import { chooseFiles, placeInName } from "../../../core/subtitles/pack.ts"
import { wish } from "../../contracts/subtitle_reader.ts"

describe("placeInName()", () => {
  for (const [name, season, episodes] of [
    ["The.Harbor.Line.S01E03.1080p.WEB-DL.srt", 1, [3]],
    ["the harbor line s1e3.srt", 1, [3]],
    ["Show - S02 E11 - Title.srt", 2, [11]],
    ["Show.S01E01E02.720p.srt", 1, [1, 2]],
    ["Show.S01E01-E03.720p.srt", 1, [1, 2, 3]],
    ["Show.S01E01-03.srt", 1, [1, 2, 3]],
    ["Show.S01E05.720p.x264.srt", 1, [5]],
    ["Show.S01E05-720p.srt", 1, [5]],
    ["Show 1x07 Title.srt", 1, [7]],
    ["Show.10x21-22.srt", 10, [21, 22]],
    ["Show.1080x720.srt", null, []],
    ["Show Season 3 Episode 4.srt", 3, [4]],
    ["Show.Ep.12.srt", null, [12]],
    ["Show Folge 9.srt", null, [9]],
    ["[Example] Kaze no Toride - 04 (1080p).ass", null, [4]],
    ["[Example] Kaze no Toride - 04v2 [ABCD1234].ass", null, [4]],
    ["[Example][Kaze no Toride][07][BIG5].ass", null, [7]],
    ["Kaze no Toride 第12話.srt", null, [12]],
    ["05 - Slack Water.srt", null, [5]],
    ["12.srt", null, [12]],
    ["Season 2/05.srt", 2, [5]],
    ["S03/e02.srt", 3, [2]],
    ["The Season/The Harbor Line - S01E02.srt", 1, [2]],
    ["Sintel.2010.1080p.BluRay.x264-EXAMPLE.srt", null, []],
    ["1080p.srt", null, []],
    ["720p Sintel.srt", null, []],
    ["Big Buck Bunny (2008).srt", null, []],
  ] as const)
    it(`reads "${name}"`, () => {
      assert.deepStrictEqual(placeInName(name), { season, episodes: [...episodes] })
    })

  it("is quick with any name", () => {
    const nasty = ["s1e", "1-".repeat(5_000), "e1".repeat(5_000), " - ".repeat(5_000), "[".repeat(10_000)]
    for (const name of nasty) assert.isArray(placeInName(`${name}.srt`).episodes)
  })
})

describe("chooseFiles()", () => {
  const episode = (number: number) => wish({ season: 1, episode: number, fileName: null })
  const film = (given = {}) =>
    wish({ fileName: null, names: ["Sintel.2010.1080p.BluRay.x264-EXAMPLE"], ...given })

  it("takes the only subtitle of a film, whatever its name", () => {
    assert.deepStrictEqual(chooseFiles(["readme.nfo", "x.srt"], film()), ["x.srt"])
  })

  it("takes the only subtitle for an episode unless it names another one", () => {
    assert.deepStrictEqual(chooseFiles(["subtitle.srt"], episode(3)), ["subtitle.srt"])
    assert.deepStrictEqual(chooseFiles(["Show.S01E04.srt"], episode(3)), [])
    assert.deepStrictEqual(chooseFiles(["Show.S02E03.srt"], episode(3)), [])
    assert.deepStrictEqual(chooseFiles(["Show - 03.srt"], episode(3)), ["Show - 03.srt"])
  })

  it("takes none of several files that do not say what they are for", () => {
    assert.deepStrictEqual(chooseFiles(["a.srt", "b.srt"], episode(3)), [])
  })

  it("takes a file that covers several episodes", () => {
    assert.deepStrictEqual(chooseFiles(["S01E01E02.srt", "S01E03E04.srt"], episode(4)), ["S01E03E04.srt"])
  })

  it("takes the name that is most like the video's, the better format, and no forced one before another", () => {
    const names = [
      "Sintel.2010.720p.WEB-OTHER.srt",
      "Sintel.2010.1080p.BluRay.x264-EXAMPLE.ass",
      "Sintel.2010.1080p.BluRay.x264-EXAMPLE.srt",
      "Sintel.2010.1080p.BluRay.x264-EXAMPLE.forced.srt",
    ] as const
    assert.deepStrictEqual(chooseFiles(names, film()), [names[2], names[1], names[0], names[3]])
  })

  it("takes the wanted language where the names say which is which", () => {
    const names = ["2_English.srt", "3_French.srt", "Sintel.de.srt", "Sintel.pt-BR.srt"]
    assert.deepStrictEqual(chooseFiles(names, film({ language: "fr" })), ["3_French.srt"])
    assert.deepStrictEqual(chooseFiles(names, film({ language: "pt-BR" })), ["Sintel.pt-BR.srt"])
  })

  it("leaves out halves for two discs, and what macOS adds", () => {
    const names = ["__MACOSX/._a.srt", "a CD1.srt", "a CD2.srt", "._a.srt"]
    assert.deepStrictEqual(chooseFiles(names, film()), [])
    assert.deepStrictEqual(chooseFiles([...names, "a.srt"], film()), ["a.srt"])
  })

  it("takes the file that the provider named", () => {
    const names = ["one.srt", "two.srt"]
    assert.deepStrictEqual(chooseFiles(names, film({ fileName: "two.srt" }))[0], "two.srt")
  })
})
