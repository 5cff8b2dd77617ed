import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { browseLibrary, isIndexWhole, searchLibraries } from "../../../core/library/browse.ts"
import { noteLibraries } from "../../../core/library/find_unread.ts"
import { entryOf } from "../../../core/media/item_index_entry.ts"
import type { MediaItem } from "../../../core/media/media_item.ts"
import { ItemIndex } from "../../../core/ports/mod.ts"
import { libraryWorld, OTHER_SERVER_ID, passing, section } from "../../support/library_world.ts"
import { film, part, SERVER_ID, subtitle } from "../../support/plex_items.ts"

const MOVIES = { id: "1", kind: "movie" } as const
const everything = { text: "", missingOnly: false, offset: 0, limit: 60 } as const

/** Films `a0`, `a1` … of which every third has its English subtitle already. */
function films(count: number, serverId = SERVER_ID): ReadonlyArray<MediaItem> {
  return Array.from({ length: count }, (_, at) =>
    film(
      {
        ref: { serverId, ratingKey: String(1_000 + at) },
        title: `Film ${String.fromCharCode(97 + Math.floor(at / 26))}${String.fromCharCode(97 + (at % 26))}`,
        year: null,
      },
      [part(`/films/${at}.mkv`, { id: String(at), streams: at % 3 === 0 ? [subtitle()] : [] })],
    ),
  )
}

function world(count: number) {
  const made = libraryWorld()
  made.attic.sections = [section("1", "movie")]
  made.add(made.attic, ...films(count))
  const indexed = Effect.gen(function* () {
    const index = yield* ItemIndex
    const about = { serverId: SERVER_ID, sectionId: "1", kind: "movie", title: "Movies", uuid: "u" } as const
    yield* index.beginBuild(about)
    yield* index.put(films(count).map(entryOf))
    yield* index.endBuild(SERVER_ID, "1", { builtAtMs: 1, updatedAt: 1 })
  })
  return { ...made, indexed }
}
const titles = ({ items }: { readonly items: ReadonlyArray<{ readonly title: string }> }) =>
  items.map((one) => one.title)

describe("browseLibrary()", () => {
  it.effect("reads from the server until the index has the library, and then in the order of titles", () => {
    const { indexed, ports } = world(3)
    return Effect.gen(function* () {
      const before = yield* passing(browseLibrary(SERVER_ID, MOVIES, everything))
      assert.deepStrictEqual([titles(before).length, before.next], [3, null])
      yield* indexed
      const page = yield* passing(browseLibrary(SERVER_ID, MOVIES, { ...everything, limit: 2 }))
      assert.deepStrictEqual([titles(page), page.total, page.next], [["Film aa", "Film ab"], 3, 2])
      assert.deepStrictEqual(page.items[0]?.subtitles, { settled: ["English"], missing: [], job: null })
      assert.deepStrictEqual(page.items[1]?.subtitles?.missing, ["English"])
      const last = yield* passing(browseLibrary(SERVER_ID, MOVIES, { ...everything, limit: 2, offset: 2 }))
      assert.deepStrictEqual([titles(last), last.next], [["Film ac"], null])
    }).pipe(Effect.provide(ports))
  })

  it.effect("judges an item by every version and part that it has", () => {
    const made = libraryWorld()
    made.attic.sections = [section("1", "movie")]
    const done = part("/films/a.mkv", { id: "1", streams: [subtitle()] })
    const lacking = part("/films/a.4k.mkv", { id: "2" })
    made.add(
      made.attic,
      film({ ref: { serverId: SERVER_ID, ratingKey: "1" } }, [done, lacking]),
      film({ ref: { serverId: SERVER_ID, ratingKey: "2" } }, [done, { ...done, id: "2" }]),
    )
    return Effect.gen(function* () {
      const page = yield* passing(browseLibrary(SERVER_ID, MOVIES, everything))
      assert.deepStrictEqual(
        page.items.map(({ subtitles }) => [subtitles?.settled, subtitles?.missing]),
        [
          [[], ["English"]],
          [["English"], []],
        ],
      )
    }).pipe(Effect.provide(made.ports))
  })

  it.effect("of only what is missing, pages leave nothing out and show nothing twice", () => {
    const { indexed, ports } = world(40)
    return Effect.gen(function* () {
      yield* indexed
      const seen: Array<string> = []
      let offset: number | null = 0
      while (offset !== null) {
        const query = { text: "", missingOnly: true, offset, limit: 7 }
        const page: {
          readonly items: ReadonlyArray<{ readonly title: string }>
          readonly next: number | null
        } = yield* passing(browseLibrary(SERVER_ID, MOVIES, query))
        assert.isAtMost(page.items.length, 7)
        seen.push(...titles(page))
        offset = page.next
      }
      assert.deepStrictEqual(
        seen,
        films(40).flatMap((one, at) => (at % 3 === 0 ? [] : [one.title])),
      )
    }).pipe(Effect.provide(ports))
  })

  it.effect("finds words, and an item that is gone since stays listed without subtitles", () => {
    const { attic, indexed, ports } = world(3)
    return Effect.gen(function* () {
      yield* indexed
      attic.items.delete("1001")
      const page = yield* passing(browseLibrary(SERVER_ID, MOVIES, { ...everything, text: "AB film" }))
      assert.deepStrictEqual(
        page.items.map((one) => [one.title, one.library, one.subtitles]),
        [["Film ab", "Movies", null]],
      )
    }).pipe(Effect.provide(ports))
  })

  it.effect("a server that does not answer is a failure and no empty list", () => {
    const { attic, indexed, ports } = world(3)
    return Effect.gen(function* () {
      yield* indexed
      attic.addresses.clear()
      const error = yield* Effect.flip(passing(browseLibrary(SERVER_ID, MOVIES, everything)))
      assert.strictEqual(error._tag, "PlexUnreachable")
    }).pipe(Effect.provide(ports))
  })
})

describe("searchLibraries()", () => {
  it.effect("finds on every server, and one that is away keeps nothing from the others", () => {
    const { add, attic, den, indexed, ports } = world(2)
    add(den, ...films(1, OTHER_SERVER_ID))
    return Effect.gen(function* () {
      const index = yield* ItemIndex
      assert.strictEqual(yield* isIndexWhole, false)
      yield* indexed
      yield* noteLibraries(SERVER_ID, 1)
      // The other server may have something too, until it is known that it has no libraries.
      assert.strictEqual(yield* isIndexWhole, false)
      yield* noteLibraries(OTHER_SERVER_ID, 0)
      assert.strictEqual(yield* isIndexWhole, true)
      yield* index.put(films(1, OTHER_SERVER_ID).map(entryOf))
      const query = { ...everything, text: "film" }
      const found = yield* passing(searchLibraries(query))
      assert.deepStrictEqual(
        found.items.map((one) => [one.serverId === SERVER_ID, one.title, one.subtitles === null]),
        [
          [true, "Film aa", false],
          [false, "Film aa", false],
          [true, "Film ab", false],
        ],
      )
      attic.addresses.clear()
      const rest = yield* passing(searchLibraries(query))
      assert.deepStrictEqual(
        rest.items.map((one) => one.subtitles === null),
        [true, false, true],
      )
      yield* index.expire(null)
      assert.strictEqual(yield* isIndexWhole, false)
    }).pipe(Effect.provide(ports))
  })
})
