import { assert, describe, it } from "vitest"
import { removeAdvertisements, removeHearingImpaired } from "../../../core/subtitles/clean.ts"

/** An SRT file with these cues; `|` parts lines. */
const srt = (...cues: ReadonlyArray<string>) =>
  cues
    .map(
      (cue, index) =>
        `${index + 1}\r\n00:00:0${index},000 --> 00:00:0${index},900\r\n${cue.replaceAll("|", "\r\n")}\r\n`,
    )
    .join("\r\n")
/** The texts of an SRT file's cues. */
const textsOf = (text: string) =>
  text
    .trim()
    .split(/\r?\n\r?\n/)
    .filter((block) => block.includes("-->"))
    .map((block) => block.split(/\r?\n/).slice(2).join("|"))

const FILLING = ["one", "two", "three", "four"]

describe("removeAdvertisements()", () => {
  for (const ad of [
    "Subtitles downloaded from www.OpenSubtitles.org",
    "Advertise your product or brand here|contact www.OpenSubtitles.org today",
    "Support us and become VIP member|to remove all ads from www.OpenSubtitles.org",
    "- Synced and corrected by VitoSilans -|-- www.Addic7ed.com --",
    "Sync by n17t01|www.addic7ed.com",
    '<font color="#ffff00">Provided by explosiveskull</font>|https://twitter.com/kaboomskull',
    "Subtitles by DramaFever",
    "Ripped by mstoll",
    "Legendas: Equipe Exemplo",
    "Sous-titres : Example Team",
    "Untertitel von: SubCentral.de",
    "Napisy: Example",
    "Watch any video online with Open-SUBTITLES|Free Browser extension: osdb.link/ext",
    "Please rate this subtitle at www.osdb.link/12345|Help other users to choose the best subtitles",
  ])
    it(`removes "${ad}"`, () => {
      const cleaned = removeAdvertisements(srt(ad, ...FILLING), "srt")
      assert.deepStrictEqual(textsOf(cleaned), FILLING)
      assert.match(cleaned, /^1\r\n00:00:01,000/)
    })

  for (const line of [
    "The translation was made in a hurry.",
    "I downloaded it from the internet.",
    "Sync your watches.",
    "He corrected the old man.",
    "We created this by hand, you and I, one summer.",
    "Titles, by and large, are vanity.",
    "You can find it on example.com.",
  ])
    it(`keeps "${line}" in the middle`, () => {
      const text = srt(...FILLING, line, ...FILLING)
      assert.strictEqual(removeAdvertisements(text, "srt"), text)
    })

  it("takes an address alone for an advertisement at the edges only", () => {
    const cleaned = removeAdvertisements(
      srt("www.example.org", ...FILLING, "www.example.org", ...FILLING),
      "srt",
    )
    assert.deepStrictEqual(textsOf(cleaned), [...FILLING, "www.example.org", ...FILLING])
  })

  it("counts the cues that are left anew, and leaves a clean file byte by byte", () => {
    const cleaned = removeAdvertisements(srt("a", "Subtitles by X", "b"), "srt")
    assert.deepStrictEqual(cleaned.match(/^\d+$/gm), ["1", "2"])
    const clean = "5\n00:00:01,000 --> 00:00:02,000\na\n\n9\n00:00:03,000 --> 00:00:04,000\nb\n"
    assert.strictEqual(removeAdvertisements(clean, "srt"), clean)
  })

  it("removes lines of dialogue in ASS and leaves everything else", () => {
    const head = "[Script Info]\nTitle: opensubtitles\n\n[Events]\n"
    const line = (text: string) => `Dialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,${text}\n`
    const text = `${head}${line("Hello, you\\Nthere")}${line("Sync by someone")}`
    assert.strictEqual(removeAdvertisements(text, "ass"), `${head}${line("Hello, you\\Nthere")}`)
  })

  it("keeps notes and styles of VTT", () => {
    const head = "WEBVTT\n\nSTYLE\n::cue { color: red }\n\nNOTE Subtitles by X\n\n"
    const text = `${head}00:01.000 --> 00:02.000\nSubtitles by X\n\n00:03.000 --> 00:04.000\nHello\n`
    assert.strictEqual(removeAdvertisements(text, "vtt"), `${head}00:03.000 --> 00:04.000\nHello\n`)
  })

  it("leaves a format alone that it does not know", () => {
    assert.strictEqual(removeAdvertisements("<SAMI>opensubtitles", "smi"), "<SAMI>opensubtitles")
  })
})

describe("removeHearingImpaired()", () => {
  for (const [before, after] of [
    ["[WAVES BREAKING]", null],
    ["(door creaks)", null],
    ["[door|creaks]", null],
    ["♪ ♪♪", null],
    ["（ドアの音）", null],
    ["[laughs] Come in.", "Come in."],
    ["MAN: Come in.", "Come in."],
    ["DR. O'NEIL: Come in.|- Why?", "Come in.|- Why?"],
    ["- JOHN: Hello.|- [GASPS]", "- Hello."],
    ["- (sighs) No.|- MARY 2: Yes.", "- No.|- Yes."],
    ["<i>NARRATOR: Long ago…</i>", "<i>NARRATOR: Long ago…</i>"],
    ["♪ Row, row, row your boat ♪", "♪ Row, row, row your boat ♪"],
    ["At 10:30.", "At 10:30."],
    ["Note: he lied.", "Note: he lied."],
    ["A: the first letter", "A: the first letter"],
    ["I said no", "I said no"],
    ["HELP!", "HELP!"],
    ["{\\an8}Up here", "{\\an8}Up here"],
    ["{\\pos(10,20)}Up (laughs) here", "{\\pos(10,20)}Up here"],
    ["[one [two] (three)] four", "four"],
  ] as const)
    it(`makes ${JSON.stringify(after)} of ${JSON.stringify(before)}`, () => {
      const cleaned = textsOf(removeHearingImpaired(srt("first", before, "last"), "srt"))
      assert.deepStrictEqual(cleaned, after === null ? ["first", "last"] : ["first", after, "last"])
    })

  it("is quick with any brackets", () => {
    for (const nasty of [
      "(".repeat(200_000),
      "(".repeat(100_000) + ")".repeat(100_000),
      "[(".repeat(100_000),
    ]) {
      assert.isString(removeHearingImpaired(srt(`x${nasty}`), "srt"))
      assert.isString(removeAdvertisements(srt(`sub by ${nasty}`), "srt"))
    }
  })

  it("works on dialogue of ASS, and keeps its codes", () => {
    const line = (text: string) => `Dialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,${text}\r\n`
    const text = `[Events]\r\n${line("{\\an8}[SIGHS] Oh, well\\NMAN: Yes")}${line("[GASPS]")}`
    assert.strictEqual(removeHearingImpaired(text, "ass"), `[Events]\r\n${line("{\\an8} Oh, well\\NYes")}`)
  })
})
