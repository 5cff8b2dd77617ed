import { assert, describe, it } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { partsOf } from "../../core/media/media_item.ts"
import { PlexLibrary } from "../../core/ports/plex_library.ts"
import type { ServerAccess } from "../../core/servers/server.ts"

/** What a test of PlexLibrary must know about the other side, and see of it. */
export class LibraryStage extends Context.Service<
  LibraryStage,
  {
    readonly access: ServerAccess
    /** Film "1001" in library "1" is Sintel, with a subtitle that the server keeps itself. */
    readonly keptSubtitleKey: string
    /** Show with episodes 1 and 2 of season 1, in library "2". */
    readonly showKey: string
    readonly addedAt: (ratingKey: string) => number | null
  }
>()("test/LibraryStage") {}

/** What every PlexLibrary owes. Each test gets its own server. */
export function plexLibraryContract(name: string, layer: Layer.Layer<PlexLibrary | LibraryStage>): void {
  const start = Effect.gen(function* () {
    const stage = yield* LibraryStage
    return { library: yield* PlexLibrary, stage, access: stage.access }
  })
  const all = { offset: 0, limit: 100 }

  describe(`PlexLibrary: ${name}`, () => {
    it.effect("item() has guids, files and streams", () =>
      Effect.gen(function* () {
        const { library, stage, access } = yield* start
        const item = yield* library.item(access, "1001", { refresh: false })
        assert.strictEqual(item.ref.serverId, access.machineIdentifier)
        assert.strictEqual(item.kind, "movie")
        assert.strictEqual(item.title, "Sintel")
        assert.include(item.guids, "imdb://tt1727587")
        assert.strictEqual(item.sectionId, "1")
        const streams = partsOf(item).flatMap((part) => part.streams)
        assert.isTrue(streams.some((one) => one.key === stage.keptSubtitleKey && one.type === "subtitle"))
      }).pipe(Effect.provide(layer)),
    )

    it.effect("show() and episodes() read a show in order, page by page", () =>
      Effect.gen(function* () {
        const { library, stage, access } = yield* start
        const show = yield* library.show(access, stage.showKey)
        assert.isNotEmpty(show.guids)
        assert.strictEqual(show.sectionId, "2")
        const whole = yield* library.episodes(access, stage.showKey, all)
        const numbers = whole.items.map(({ season, episode }) => `${season}x${episode}`)
        assert.includeMembers(numbers, ["1x1", "1x2"])
        assert.isBelow(numbers.indexOf("1x1"), numbers.indexOf("1x2"))
        assert.isTrue(whole.items.every((item) => item.show?.ratingKey === stage.showKey))
        const second = yield* library.episodes(access, stage.showKey, { offset: 1, limit: 1 })
        assert.deepStrictEqual(second.items, whole.items.slice(1, 2))
        assert.strictEqual(second.total, whole.total)
      }).pipe(Effect.provide(layer)),
    )

    it.effect("page() reads films with guids and files, and only what changed when asked", () =>
      Effect.gen(function* () {
        const { library, access } = yield* start
        const films = { id: "1", kind: "movie" } as const
        const page = yield* library.page(access, films, { ...all, updatedAfter: null })
        const sintel = page.items.find(({ ref }) => ref.ratingKey === "1001")
        assert.include(sintel?.guids ?? [], "imdb://tt1727587")
        assert.isNotNull(partsOf(sintel!)[0]?.file ?? null)
        assert.isAtLeast(page.total ?? 0, page.items.length)
        const later = Math.max(...page.items.map((item) => item.updatedAt ?? 0))
        const changed = yield* library.page(access, films, { ...all, updatedAfter: later })
        assert.deepStrictEqual(changed.items, [])
        const named = { ...all, updatedAfter: null, guid: sintel!.guid }
        const same = yield* library.page(access, films, named)
        assert.deepStrictEqual([...new Set(same.items.map(({ guid }) => guid))], [sintel!.guid])
        assert.include(
          same.items.map(({ ref }) => ref.ratingKey),
          "1001",
        )
      }).pipe(Effect.provide(layer)),
    )

    it.effect("shows() reads the shows of a library", () =>
      Effect.gen(function* () {
        const { library, stage, access } = yield* start
        const { shows } = yield* library.shows(access, "2", all)
        assert.include(
          shows.map(({ ratingKey }) => ratingKey),
          stage.showKey,
        )
      }).pipe(Effect.provide(layer)),
    )

    it.effect("setAddedAt() changes exactly the items that were named", () =>
      Effect.gen(function* () {
        const { library, stage, access } = yield* start
        const others = (yield* library.page(
          access,
          { id: "1", kind: "movie" },
          { ...all, updatedAfter: null },
        )).items
          .map(({ ref }) => ref.ratingKey)
          .filter((key) => key !== "1001")
        const before = others.map(stage.addedAt)
        const edit = {
          sectionId: "1",
          kind: "movie",
          ratingKeys: ["1001"],
          addedAtSeconds: 1_700_000_000,
        } as const
        yield* library.setAddedAt(access, edit)
        assert.strictEqual(stage.addedAt("1001"), 1_700_000_000)
        assert.deepStrictEqual(others.map(stage.addedAt), before)
      }).pipe(Effect.provide(layer)),
    )

    it.effect("scans and refreshes are accepted", () =>
      Effect.gen(function* () {
        const { library, access } = yield* start
        const file = partsOf(yield* library.item(access, "1001", { refresh: true }))[0]?.file ?? ""
        yield* library.refreshItem(access, "1001")
        yield* library.scan(access, "1", file.slice(0, file.lastIndexOf("/")))
        yield* library.scan(access, "1", null)
      }).pipe(Effect.provide(layer)),
    )

    it.effect("searchSubtitles() finds what downloadSubtitle() can be asked for", () =>
      Effect.gen(function* () {
        const { library, access } = yield* start
        const query = { language: "en", hearingImpaired: 0, forced: 0 } as const
        const [first] = yield* library.searchSubtitles(access, "1001", query)
        assert(first !== undefined)
        assert.strictEqual(first.languageTag, "en")
        yield* library.downloadSubtitle(access, "1001", first)
        const unknown = library.downloadSubtitle(access, "1001", {
          ...first,
          key: "/library/streams/search/none",
        })
        assert.strictEqual((yield* Effect.flip(unknown))._tag, "PlexRefused")
      }).pipe(Effect.provide(layer)),
    )

    it.effect("uploadSubtitle() takes a file, and refuses an empty one", () =>
      Effect.gen(function* () {
        const { library, access } = yield* start
        const subtitle = {
          title: "Sintel.en.srt",
          format: "srt",
          language: "en",
          forced: false,
          hearingImpaired: true,
          mediaId: null,
          bytes: new TextEncoder().encode("1\n00:00:01,000 --> 00:00:02,000\nGrüße\n"),
        }
        yield* library.uploadSubtitle(access, "1001", subtitle)
        const empty = library.uploadSubtitle(access, "1001", { ...subtitle, bytes: new Uint8Array() })
        assert.strictEqual((yield* Effect.flip(empty))._tag, "PlexRefused")
      }).pipe(Effect.provide(layer)),
    )

    it.effect("deleteSubtitle() removes one stream, which is then gone", () =>
      Effect.gen(function* () {
        const { library, stage, access } = yield* start
        yield* library.deleteSubtitle(access, stage.keptSubtitleKey)
        const item = yield* library.item(access, "1001", { refresh: false })
        const keys = partsOf(item).flatMap((part) => part.streams.map(({ key }) => key))
        assert.notInclude(keys, stage.keptSubtitleKey)
        const again = yield* Effect.flip(library.deleteSubtitle(access, stage.keptSubtitleKey))
        assert.strictEqual(again._tag, "PlexNotFound")
      }).pipe(Effect.provide(layer)),
    )

    it.effect("what does not exist is PlexNotFound, and a wrong token is rejected", () =>
      Effect.gen(function* () {
        const { library, access } = yield* start
        const wrong = { ...access, token: Redacted.make("not-a-token") }
        const failing = (call: Effect.Effect<unknown, { readonly _tag: string }>) =>
          Effect.map(Effect.flip(call), ({ _tag }) => _tag)
        assert.strictEqual(yield* failing(library.item(access, "99999", { refresh: false })), "PlexNotFound")
        assert.strictEqual(yield* failing(library.refreshItem(access, "99999")), "PlexNotFound")
        assert.strictEqual(yield* failing(library.scan(access, "99", null)), "PlexNotFound")
        assert.strictEqual(yield* failing(library.show(access, "99999")), "PlexNotFound")
        assert.strictEqual(yield* failing(library.item(wrong, "1001", { refresh: false })), "TokenRejected")
        assert.strictEqual(yield* failing(library.refreshItem(wrong, "1001")), "TokenRejected")
      }).pipe(Effect.provide(layer)),
    )
  })
}
