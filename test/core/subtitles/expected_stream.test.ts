import { describe, expect, it } from "@effect/vitest"
import { listedAll, listedSince } from "../../../core/subtitles/expected_stream.ts"
import type { Language } from "../../../core/subtitles/language.ts"
import { film, part, subtitle } from "../../support/plex_items.ts"

const stream = (id: string, languageTag: string, more: Parameters<typeof subtitle>[0] = {}) =>
  subtitle({ id, languageTag, languageCode: null, displayTitle: null, ...more })
const item = (...parts: ReadonlyArray<ReadonlyArray<ReturnType<typeof subtitle>>>) =>
  film(
    {},
    parts.map((streams, index) => part(`/films/${index}.mkv`, { id: `part-${index}`, streams })),
  )
const want = (language: string, more = {}) => ({ language: language as Language, forced: false, ...more })

describe("listedSince()", () => {
  it("sees a new stream of the file that is meant, and no other's", () => {
    const look = listedSince(item([], []), want("en", { partId: "part-1" }))
    expect(look(item([stream("1", "en")], []))).toBeNull()
    expect(look(item([stream("1", "en")], [stream("2", "en")]))?.id).toBe("2")
  })

  it("takes the stream of the one whose place it took for its own", () => {
    const before = item([stream("1", "en")])
    expect(listedSince(before, want("en"))(before)).toBeNull()
    expect(listedSince(before, want("en", { inPlace: true }))(before)?.id).toBe("1")
  })

  it("sees a region that the server does not know under its language, and its own first", () => {
    const look = listedSince(item([]), want("es-419"))
    expect(look(item([stream("1", "es")]))?.id).toBe("1")
    expect(look(item([stream("1", "es"), stream("2", "es-MX")]))?.id).toBe("2")
    expect(look(item([stream("1", "pt")]))).toBeNull()
    expect(listedSince(item([]), want("es"))(item([stream("1", "es-419")]))).toBeNull()
  })
})

describe("listedAll()", () => {
  it("is content when every one is seen", () => {
    const before = item([])
    const look = listedAll([listedSince(before, want("en")), listedSince(before, want("fr"))])
    expect(look(item([stream("1", "en")]))).toBeNull()
    expect(look(item([stream("1", "en"), stream("2", "fr")]))?.id).toBe("2")
    expect(listedAll([])(before)).toBeNull()
  })
})
