import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import type { IndexEntry } from "../../core/media/item_index_entry.ts"
import {
  FOUND_MAX,
  GONE_MAX,
  ItemIndex,
  type ItemSearch,
  type StoreUnavailable,
} from "../../core/ports/mod.ts"

const entry = (ratingKey: string, more: Partial<IndexEntry> = {}): IndexEntry => ({
  ref: { serverId: "attic", ratingKey },
  kind: "movie",
  sectionId: "1",
  title: `Film ${ratingKey}`,
  showRatingKey: null,
  season: null,
  episode: null,
  guids: [`tmdb://${ratingKey}`],
  files: [`/data/films/${ratingKey}.mkv`],
  updatedAt: 1_755_000_000,
  ...more,
})

const movies = { serverId: "attic", sectionId: "1", kind: "movie", title: "Movies", uuid: "u-1" } as const

/** What every ItemIndex owes. Each test has an index of its own. */
export function itemIndexContract(name: string, layer: () => Layer.Layer<ItemIndex, StoreUnavailable>): void {
  const test = <E>(title: string, use: (index: ItemIndex["Service"]) => Effect.Effect<void, E>) =>
    it.effect(title, () => ItemIndex.use(use).pipe(Effect.provide(layer())))

  describe(`ItemIndex: ${name}`, () => {
    test("get() gives back what was put, whole", (index) =>
      Effect.gen(function* () {
        const film = entry("7", {
          title: "風の砦",
          guids: ["plex://movie/5d", "imdb://tt1727587"],
          files: ["/data/b.mkv", "/data/a.mkv"],
        })
        const odd = entry("8", { updatedAt: null, files: [], guids: [] })
        yield* index.put([film, odd])
        assert.deepStrictEqual(yield* index.get(film.ref), film)
        assert.deepStrictEqual(yield* index.get(odd.ref), odd)
        assert.strictEqual(yield* index.get({ serverId: "attic", ratingKey: "9" }), null)
        assert.strictEqual(yield* index.get({ serverId: "den", ratingKey: "7" }), null)
      }))

    test("lastKnown() is what an item was before it was removed, until its library is forgotten", (index) =>
      Effect.gen(function* () {
        const film = entry("7")
        const there = entry("7", { ref: { serverId: "den", ratingKey: "7" } })
        yield* index.put([film, there, entry("9", { kind: "show" })])
        assert.deepStrictEqual(yield* index.lastKnown(film.ref), film)
        yield* index.remove([film.ref, there.ref, entry("9").ref])
        assert.strictEqual(yield* index.get(film.ref), null)
        assert.deepStrictEqual(yield* index.lastKnown(film.ref), film)
        assert.strictEqual(yield* index.lastKnown(entry("9").ref), null)
        const again = entry("7", { title: "Again" })
        yield* index.put([again])
        assert.deepStrictEqual(yield* index.lastKnown(film.ref), again)
        yield* index.beginBuild(movies)
        assert.strictEqual(yield* index.endBuild("attic", "1", { builtAtMs: 1, updatedAt: 1 }), 1)
        assert.deepStrictEqual(yield* index.lastKnown(film.ref), again)
        yield* index.forget("attic", "1")
        assert.strictEqual(yield* index.lastKnown(film.ref), null)
        assert.deepStrictEqual(yield* index.lastKnown(there.ref), there)
      }))

    test("lastKnown() keeps the last ones", (index) =>
      Effect.gen(function* () {
        const first = entry("first")
        yield* index.put([first])
        yield* index.remove([first.ref])
        const many = Array.from({ length: GONE_MAX }, (_, at) => entry(`${at}`))
        yield* index.put(many)
        yield* index.remove(many.slice(1).map(({ ref }) => ref))
        assert.deepStrictEqual(yield* index.lastKnown(first.ref), first)
        yield* index.remove([many[0]!.ref])
        assert.strictEqual(yield* index.lastKnown(first.ref), null)
        assert.deepStrictEqual(yield* index.lastKnown(many[1]!.ref), many[1])
      }))

    test("put() replaces an entry with everything that belonged to it", (index) =>
      Effect.gen(function* () {
        yield* index.put([entry("7")])
        yield* index.put([entry("7", { files: ["/new.mkv"], guids: ["tmdb://1"] })])
        assert.deepStrictEqual(yield* index.byFileName("7.mkv"), [])
        assert.deepStrictEqual(yield* index.byGuid("tmdb://7"), [])
        assert.strictEqual((yield* index.byFileName("new.mkv")).length, 1)
      }))

    test("byFileName() finds the copies on every server, whatever the case, form and folder", (index) =>
      Effect.gen(function* () {
        const here = entry("7", { files: ["/data/films/Caf\u00e9.mkv"] })
        const there = entry("7", {
          ref: { serverId: "den", ratingKey: "7" },
          files: ["D:\\Films\\CAFE\u0301.MKV"],
        })
        yield* index.put([here, there, entry("8")])
        const found = yield* index.byFileName("cafe\u0301.mkv")
        assert.deepStrictEqual(found.map((one) => one.ref.serverId).sort(), ["attic", "den"])
      }))

    test("byFileStem() finds files by their name before the last extension, whatever the case and form", (index) =>
      Effect.gen(function* () {
        yield* index.put([
          entry("7", { files: ["/data/films/Caf\u00e9 (2010).mkv", "/data/films/other.mkv"] }),
          entry("8", { files: ["D:\\Films\\CAFE\u0301 (2010).MP4"] }),
          entry("9", { files: ["/data/films/Caf\u00e9 (2010).Part 2.mkv"] }),
          entry("10", { files: ["/data/films/Caf\u00e9 (2010)x.mkv", "/data/films/Caf\u00e9 (2010)"] }),
        ])
        const keys = (stem: string) =>
          Effect.map(index.byFileStem(stem), (found) => found.map((one) => one.ref.ratingKey).sort())
        assert.deepStrictEqual(yield* keys("caf\u00e9 (2010)"), ["7", "8"])
        assert.deepStrictEqual(yield* keys("Cafe\u0301 (2010).part 2"), ["9"])
        assert.deepStrictEqual(yield* keys("Caf"), [])
        assert.deepStrictEqual(yield* keys("%"), [])
      }))

    test("byGuid() finds on all servers or on one", (index) =>
      Effect.gen(function* () {
        yield* index.put([entry("7"), entry("7", { ref: { serverId: "den", ratingKey: "x" } })])
        assert.strictEqual((yield* index.byGuid("tmdb://7")).length, 2)
        assert.deepStrictEqual(
          (yield* index.byGuid("tmdb://7", "den")).map((one) => one.ref.ratingKey),
          ["x"],
        )
      }))

    test("episodes() are those of the show at the place", (index) =>
      Effect.gen(function* () {
        const at = (ratingKey: string, season: number, episode: number) =>
          entry(ratingKey, { kind: "episode", showRatingKey: "2000", season, episode })
        yield* index.put([at("1", 1, 3), at("2", 2, 3), at("3", 0, 3)])
        const show = { serverId: "attic", ratingKey: "2000" }
        assert.deepStrictEqual(
          (yield* index.episodes(show, { season: 0, episode: 3 })).map((one) => one.ref.ratingKey),
          ["3"],
        )
        assert.deepStrictEqual(yield* index.episodes(show, { season: 9, episode: 9 }), [])
      }))

    test("search() finds by words of the title, an episode by its show's too, in order", (index) =>
      Effect.gen(function* () {
        const show = (ratingKey: string, title: string) =>
          entry(ratingKey, { kind: "show", title, sectionId: "2" })
        const part = (ratingKey: string, title: string, showRatingKey: string, episode: number) =>
          entry(ratingKey, { kind: "episode", title, showRatingKey, season: 1, episode, sectionId: "2" })
        yield* index.put([
          entry("1", { title: "The Zephyr" }),
          entry("2", { title: "Amélie & Co." }),
          entry("3", { title: "Zephyr 2", ref: { serverId: "den", ratingKey: "3" } }),
          entry("9", { title: "100% Wolf_s" }),
          show("20", "The Harbor Line"),
          show("30", "Anchor"),
          part("22", "Flood", "20", 2),
          part("21", "Slack Water", "20", 10),
          part("31", "Harbor", "30", 1),
        ])
        const find = (text: string, place: ItemSearch["place"] = null, offset = 0, limit = 10) =>
          Effect.map(index.search({ text, place, offset, limit }), ({ entries, total }) => [
            total,
            entries.map(({ ref }) => ref.ratingKey).join(" "),
          ])
        assert.deepStrictEqual(yield* find("AMELIE and"), [1, "2"])
        assert.deepStrictEqual(yield* find("zeph"), [2, "1 3"])
        assert.deepStrictEqual(yield* find("zeph", { serverId: "den", sectionId: null }), [1, "3"])
        assert.deepStrictEqual(yield* find("harbor"), [3, "31 22 21"])
        assert.deepStrictEqual(yield* find("line slack"), [1, "21"])
        assert.deepStrictEqual(yield* find("line zephyr"), [0, ""])
        assert.deepStrictEqual(yield* find("%"), yield* find(""))
        assert.deepStrictEqual(yield* find("wolf_s"), [1, "9"])
        assert.deepStrictEqual(yield* find("", { serverId: "attic", sectionId: "2" }), [3, "31 22 21"])
        assert.deepStrictEqual(yield* find("", { serverId: "attic", sectionId: "2" }, 1, 1), [3, "22"])
      }))

    test("remove() leaves nothing behind", (index) =>
      Effect.gen(function* () {
        yield* index.put([entry("7"), entry("8")])
        yield* index.remove([entry("7").ref])
        assert.deepStrictEqual(yield* index.byFileName("7.mkv"), [])
        assert.deepStrictEqual(yield* index.files(null, 10), ["/data/films/8.mkv"])
      }))

    test("endBuild() removes what the build has not seen, and only in its library", (index) =>
      Effect.gen(function* () {
        yield* index.beginBuild(movies)
        yield* index.put([entry("7"), entry("8"), entry("9", { sectionId: "2" })])
        yield* index.endBuild("attic", "1", { builtAtMs: 1_000, updatedAt: 5 })
        yield* index.beginBuild(movies)
        assert.strictEqual((yield* index.byFileName("8.mkv")).length, 1)
        yield* index.put([entry("7")])
        assert.strictEqual(yield* index.endBuild("attic", "1", { builtAtMs: 2_000, updatedAt: 6 }), 1)
        assert.deepStrictEqual(yield* index.byFileName("8.mkv"), [])
        assert.strictEqual((yield* index.byFileName("9.mkv")).length, 1)
      }))

    test("sections() tell how far each build is, and keep what the last one knew", (index) =>
      Effect.gen(function* () {
        yield* index.beginBuild(movies)
        yield* index.put([entry("7"), entry("6", { kind: "show" })])
        yield* index.noteProgress("attic", "1", { done: 1, total: 10 })
        const building = { ...movies, items: 1, builtAtMs: null, updatedAt: 0 }
        assert.deepStrictEqual(yield* index.sections, [{ ...building, building: { done: 1, total: 10 } }])
        yield* index.endBuild("attic", "1", { builtAtMs: 1_000, updatedAt: 5 })
        yield* index.noteUpdated("attic", "1", 9)
        yield* index.noteUpdated("attic", "1", 4)
        const built = { ...building, builtAtMs: 1_000, updatedAt: 9 }
        assert.deepStrictEqual(yield* index.sections, [{ ...built, building: null }])
        yield* index.beginBuild({ ...movies, title: "Films" })
        yield* index.abandonBuild("attic", "1")
        assert.deepStrictEqual(yield* index.sections, [{ ...built, title: "Films", building: null }])
      }))

    test("expire() makes the libraries of a server count as never built, and keeps their entries", (index) =>
      Effect.gen(function* () {
        const den = { ...movies, serverId: "den" }
        for (const section of [movies, den]) {
          yield* index.beginBuild(section)
          yield* index.put([entry("7", { ref: { serverId: section.serverId, ratingKey: "7" } })])
          yield* index.endBuild(section.serverId, "1", { builtAtMs: 1_000, updatedAt: 5 })
        }
        const built = Effect.map(index.sections, (all) => all.map((one) => one.builtAtMs))
        yield* index.expire("attic")
        assert.deepStrictEqual(yield* built, [null, 1_000])
        assert.strictEqual((yield* index.byFileName("7.mkv")).length, 2)
        yield* index.expire(null)
        assert.deepStrictEqual(yield* built, [null, null])
      }))

    test("asked answers once for what was asked since, by ask or expire()", (index) =>
      Effect.gen(function* () {
        const isAsked = Effect.map(Effect.timeoutOption(index.asked, 1_000), Option.isSome)
        const looked = Effect.gen(function* () {
          const fiber = yield* Effect.forkChild(isAsked)
          yield* TestClock.adjust(1_000)
          return yield* Fiber.join(fiber)
        })
        assert.isFalse(yield* looked)
        yield* index.ask
        yield* index.ask
        assert.isTrue(yield* looked)
        assert.isFalse(yield* looked)
        yield* index.expire(null)
        assert.isTrue(yield* looked)
      }))

    test("forget() drops a library, or a server", (index) =>
      Effect.gen(function* () {
        yield* index.beginBuild(movies)
        yield* index.put([
          entry("7"),
          entry("8", { sectionId: "2" }),
          entry("9", { ref: { serverId: "den", ratingKey: "9" } }),
        ])
        yield* index.forget("attic", "1")
        assert.deepStrictEqual(yield* index.sections, [])
        assert.deepStrictEqual([...(yield* index.files(null, 10))].sort(), [
          "/data/films/8.mkv",
          "/data/films/9.mkv",
        ])
        yield* index.forget("attic", null)
        assert.deepStrictEqual(yield* index.files(null, 10), ["/data/films/9.mkv"])
        assert.deepStrictEqual(yield* index.files("den", 0), [])
      }))

    test("byFileName() finds by the name of the folder as well, among any number of the same name", (index) =>
      Effect.gen(function* () {
        const many = Array.from({ length: FOUND_MAX + 20 }, (_, at) =>
          entry(String(at), { files: [`/films/Été ${at}/Film.mkv`] }),
        )
        yield* index.put([...many, entry("w", { files: ["D:\\Films\\ÉTÉ 7\\film.MKV"] })])
        const found = yield* index.byFileName("film.mkv", "Été 7".normalize("NFD"))
        assert.deepStrictEqual(found.map(({ ref }) => ref.ratingKey).sort(), ["7", "w"])
        assert.deepStrictEqual(yield* index.byFileName("film.mkv", "films"), [])
      }))

    test("answers are limited", (index) =>
      Effect.gen(function* () {
        const many = Array.from({ length: FOUND_MAX + 1 }, (_, at) =>
          entry(String(at), { files: ["/same.mkv"], guids: ["tmdb://1"] }),
        )
        yield* index.put(many)
        assert.strictEqual((yield* index.byFileName("same.mkv")).length, FOUND_MAX)
        assert.strictEqual((yield* index.byGuid("tmdb://1")).length, FOUND_MAX)
      }))

    const Text = Schema.String.check(Schema.makeFilter((text) => text.isWellFormed() && !text.includes("\0")))

    it.effect.prop("takes any text", [Text, Text, Text], ([title, guid, path]) =>
      ItemIndex.use((index) =>
        Effect.gen(function* () {
          const film = entry("7", { title, guids: [guid], files: [path] })
          yield* index.put([film])
          assert.deepStrictEqual(yield* index.byGuid(guid), [film])
          assert.deepStrictEqual(yield* index.byFileName(path), [film])
        }),
      ).pipe(Effect.provide(layer())),
    )
  })
}
