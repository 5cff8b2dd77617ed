import { describe, expect, it } from "@effect/vitest"
import type { Language } from "../../../core/subtitles/language.ts"
import type { Profile, Wish } from "../../../core/subtitles/profile.ts"
import { type PresentSubtitle, presentIn, satisfies, wantedOf } from "../../../core/subtitles/wanted.ts"
import { part, subtitle } from "../../support/plex_items.ts"

const wish = (language: string, more: Partial<Wish> = {}): Wish => ({
  language: language as Language,
  forced: "avoid",
  hearingImpaired: "avoid",
  unlessAudio: false,
  ...more,
})
const profile = (wishes: ReadonlyArray<Wish>, cutoff: string | null = null): Profile => ({
  name: "test",
  wishes,
  cutoff: cutoff as Language | null,
  warnings: [],
})
const there = (language: string | null, more: Partial<PresentSubtitle> = {}): PresentSubtitle => ({
  language: language as Language | null,
  forced: false,
  hearingImpaired: false,
  where: "embedded",
  label: `${language}`,
  ...more,
})
const missing = (wishes: ReadonlyArray<Wish>, subtitles: ReadonlyArray<PresentSubtitle>, cutoff?: string) =>
  wantedOf(profile(wishes, cutoff), { subtitles, audio: [] }).missing.map((one) => one.language)

describe("satisfies()", () => {
  const forced = { forced: true }
  const sdh = { hearingImpaired: true }
  const table: ReadonlyArray<readonly [string, Partial<PresentSubtitle>, Partial<Wish>, boolean]> = [
    ["a full one is what a plain wish asks", {}, {}, true],
    ["a forced one is not enough", forced, {}, false],
    ["one for the hearing impaired is enough", sdh, {}, true],
    ["a forced one is what is required", forced, { forced: "require" }, true],
    ["a full one is not the forced one that is required", {}, { forced: "require" }, false],
    ["either will do when forced is preferred", forced, { forced: "prefer" }, true],
    ["a full one will do when forced is preferred", {}, { forced: "prefer" }, true],
    ["a plain one is not the SDH one that is required", {}, { hearingImpaired: "require" }, false],
    ["SDH is what is required", sdh, { hearingImpaired: "require" }, true],
    ["a plain one will do when SDH is preferred", {}, { hearingImpaired: "prefer" }, true],
  ]
  it.each(table)("%s", (_, present, wanted, expected) => {
    expect(satisfies(there("en", present), wish("en", wanted))).toBe(expected)
  })

  it("tells Brazil from Portugal, and never takes an unknown language for a known one", () => {
    expect(satisfies(there("pt"), wish("pt-BR"))).toBe(false)
    expect(satisfies(there("pt-BR"), wish("pt-BR"))).toBe(true)
    expect(satisfies(there("en-GB"), wish("en"))).toBe(true)
    expect(satisfies(there(null), wish("en"))).toBe(false)
  })
})

describe("wantedOf()", () => {
  it("misses what is not there, in the profile's order", () => {
    expect(missing([wish("en"), wish("de"), wish("fr")], [there("de")])).toEqual(["en", "fr"])
  })

  it("wants nothing after the cutoff once that is there", () => {
    const wishes = [wish("en"), wish("de"), wish("fr")]
    expect(missing(wishes, [there("de")], "de")).toEqual(["en"])
    expect(missing(wishes, [there("en")], "en")).toEqual([])
    expect(missing(wishes, [], "de")).toEqual(["en", "de", "fr"])
  })

  it("says why the rest is not needed", () => {
    const spoken = {
      subtitles: [there("en", { label: "English (embedded srt)" })],
      audio: ["ja" as Language],
    }
    const wanted = wantedOf(
      profile([wish("en"), wish("ja", { unlessAudio: true }), wish("fr")], "ja"),
      spoken,
    )
    expect(wanted.missing).toEqual([])
    expect(wanted.settled.map((one) => one.reason)).toEqual([
      "there is English (embedded srt)",
      "the audio is Japanese",
      "Japanese is there, which is enough",
    ])
  })

  it("minds the audio only where the profile says so", () => {
    const spoken = { subtitles: [], audio: ["en" as Language] }
    expect(wantedOf(profile([wish("en")]), spoken).missing.length).toBe(1)
    expect(wantedOf(profile([wish("en", { unlessAudio: true })]), spoken).missing.length).toBe(0)
  })

  it("accounts for every wish exactly once", () => {
    const wishes = [wish("en"), wish("en", { forced: "require" }), wish("de"), wish("fr")]
    const wanted = wantedOf(profile(wishes, "de"), { subtitles: [there("de")], audio: [] })
    expect([...wanted.missing, ...wanted.settled.map((one) => one.wish)].length).toBe(wishes.length)
  })
})

describe("presentIn()", () => {
  it("tells embedded, Plex's own and sidecar streams apart, and reads flags from titles", () => {
    const streams = [
      subtitle({ key: null, languageTag: null, languageCode: "por", title: "Brazilian (Forced)" }),
      subtitle({
        providerTitle: "OpenSubtitles",
        languageTag: "fr",
        languageCode: "fra",
        displayTitle: null,
      }),
      subtitle({ displayTitle: "English SDH (SRT External)" }),
    ]
    expect(presentIn(part(null, { streams }), []).subtitles).toEqual([
      there("pt-BR", { forced: true, label: "Portuguese (Brazil), forced (embedded srt)" }),
      there("fr", { where: "plex", label: "French (plex srt)" }),
      there("en", { where: "sidecar", hearingImpaired: true, label: "English, SDH (sidecar srt)" }),
    ])
  })

  it("hears what is spoken, but not commentaries", () => {
    const audio = (code: string, title: string | null) =>
      subtitle({ type: "audio", languageTag: null, languageCode: code, title, displayTitle: null, key: null })
    const streams = [audio("jpn", null), audio("eng", "Director's commentary")]
    expect(presentIn(part(null, { streams }), []).audio).toEqual(["ja"])
    expect(presentIn(null, [there("en")]).subtitles.length).toBe(1)
  })
})
