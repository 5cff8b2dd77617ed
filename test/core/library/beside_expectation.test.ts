import { assert, describe, it } from "@effect/vitest"
import { expectBeside } from "../../../core/library/beside_expectation.ts"
import type { MediaStream } from "../../../core/media/media_item.ts"
import { film, part, SINTEL_FILE, subtitle } from "../../support/plex_items.ts"

const base = "Sintel (2010) [Bluray-1080p]"
const item = (...streams: ReadonlyArray<MediaStream>) => film({}, [part(SINTEL_FILE, { streams })])
const stream = (languageTag: string | null, more: Partial<MediaStream> = {}) =>
  subtitle({ id: String(Math.random()), languageTag, languageCode: null, displayTitle: null, ...more })
const expecting = (...names: ReadonlyArray<string>) =>
  expectBeside(item(), new Map([["9001", names.map((name) => `${base}.${name}`)]]))

describe("expectBeside()", () => {
  it("expects nothing where nothing lies", () => {
    assert.strictEqual(expecting(), null)
    assert.strictEqual(expecting("nfo", "idx"), null)
    assert.strictEqual(expectBeside(film({}, [part(null)]), new Map([["9001", ["a.srt"]]])), null)
  })

  it("is met when every file is listed in its language", () => {
    const expect = expecting("en.srt", "de.forced.srt")!
    assert.strictEqual(expect(item(stream("en"))), null)
    assert.strictEqual(expect(item(stream("en"), stream("de"))), null)
    assert.isNotNull(expect(item(stream("en"), stream("de", { forced: true }))))
  })

  it("counts two files of one language", () => {
    const expect = expecting("en.srt", "en.sdh.srt")!
    assert.strictEqual(expect(item(stream("en"))), null)
    assert.isNotNull(expect(item(stream("en"), stream("en", { hearingImpaired: true }))))
  })

  it("takes no stream inside the file and none that the server keeps for a sidecar", () => {
    const expect = expecting("en.srt")!
    assert.strictEqual(expect(item(stream("en", { key: null }))), null)
    assert.strictEqual(expect(item(stream("en", { providerTitle: "OpenSubtitles" }))), null)
  })

  it("is content with a file that the server lists without a language", () => {
    assert.isNotNull(expecting("pt-BR.srt")!(item(stream(null))))
    assert.isNotNull(expecting("srt")!(item(stream(null))))
    assert.strictEqual(expecting("pt-BR.srt")!(item(stream("en"))), null)
  })
})
