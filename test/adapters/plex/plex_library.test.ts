import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { MockAgent } from "undici"
import { layer } from "../../../adapters/plex/plex_library.ts"
import { partsOf } from "../../../core/media/media_item.ts"
import { PlexLibrary } from "../../../core/ports/plex_library.ts"
import { LibraryStage, plexLibraryContract } from "../../contracts/plex_library.ts"
import { sampleText } from "../../support/samples.ts"
import { Simulated, simulated } from "../../support/simulated.ts"

const client = Effect.succeed({ identifier: "7c1b1f0e-2f43-4a51-9d0b-3f6c2d1e9a10", deviceName: "Test" })
const options = { version: "0.0.0-test", client }
const MACHINE = "c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00"
const TOKEN = Redacted.make("EXAMPLEserverTOKEN-attic")

const live = Layer.unwrap(
  Effect.map(Simulated, (simulator) => {
    const kept = simulator.subtitlesListedBy("1001").find((one) => one.providerTitle !== undefined)
    const stage = Layer.succeed(LibraryStage, {
      access: { uri: simulator.urls.pms[0]!, machineIdentifier: MACHINE, fingerprint: null, token: TOKEN },
      keptSubtitleKey: kept?.key ?? "",
      showKey: "2000",
      addedAt: (ratingKey) => simulator.item(ratingKey).addedAt,
    })
    return Layer.merge(layer(options), stage)
  }),
).pipe(Layer.provide(simulated()))

plexLibraryContract("Plex Media Server", live)

const access = {
  uri: "http://192.168.1.50:32400",
  machineIdentifier: MACHINE,
  fingerprint: null,
  token: TOKEN,
}
const JSON_TYPE = { headers: { "content-type": "application/json" } }
const XML_TYPE = { headers: { "content-type": "text/xml;charset=utf-8" } }

function mocked() {
  const dispatcher = new MockAgent()
  dispatcher.disableNetConnect()
  return { pms: dispatcher.get(access.uri), layer: layer({ ...options, dispatcher }), dispatcher }
}

describe("PlexLibrary on recorded answers", () => {
  const READ = "/library/metadata/1001?includeGuids=1&skipRefresh=1"

  it.effect("item() reads JSON: external is what has a key and no index", () =>
    Effect.gen(function* () {
      const { pms, layer: library } = mocked()
      pms.intercept({ path: READ }).reply(200, sampleText("pms/metadata-1001-movie.200.json"), JSON_TYPE)
      const item = yield* PlexLibrary.use((plex) => plex.item(access, "1001", { refresh: false })).pipe(
        Effect.provide(library),
      )
      assert.strictEqual(item.versions[0]?.frameRate, 24)
      const [part] = partsOf(item)
      assert.strictEqual(part?.bytes, 588_000_000)
      const external = part?.streams
        .filter(({ key }) => key !== null)
        .map((one) => [one.languageTag, one.codec])
      assert.deepStrictEqual(external, [
        ["en", "srt"],
        ["de", "srt"],
        ["pt-BR", "srt"],
        ["es", "srt"],
      ])
      assert.deepStrictEqual(
        part?.streams.filter(({ forced, hearingImpaired }) => forced || hearingImpaired).map(({ id }) => id),
        ["90005", "90006"],
      )
      assert.strictEqual(part?.streams.at(-1)?.providerTitle, "OpenSubtitles")
    }),
  )

  it.effect("item() reads the same film from XML, whatever was asked for", () =>
    Effect.gen(function* () {
      const { pms, layer: library } = mocked()
      pms.intercept({ path: READ }).reply(200, sampleText("pms/metadata-1001-movie.200.xml"), XML_TYPE)
      const item = yield* PlexLibrary.use((plex) => plex.item(access, "1001", { refresh: false })).pipe(
        Effect.provide(library),
      )
      assert.strictEqual(item.title, "Sintel")
      assert.strictEqual(item.sectionId, "1")
      assert.deepStrictEqual(item.guids, ["imdb://tt1727587", "tmdb://45745", "tvdb://9900745"])
      assert.deepStrictEqual(
        partsOf(item)[0]?.streams.map(({ type, key, hearingImpaired, selected }) => [
          type,
          key,
          hearingImpaired,
          selected,
        ]),
        [
          ["video", null, false, false],
          ["audio", null, false, true],
          ["subtitle", "/library/streams/90005", true, false],
        ],
      )
    }),
  )

  it.effect("item() with refresh leaves the server to look for files first", () =>
    Effect.gen(function* () {
      const { pms, layer: library, dispatcher } = mocked()
      pms
        .intercept({ path: "/library/metadata/1001?includeGuids=1" })
        .reply(200, sampleText("pms/metadata-1001-movie.200.json"), JSON_TYPE)
      yield* PlexLibrary.use((plex) => plex.item(access, "1001", { refresh: true })).pipe(
        Effect.provide(library),
      )
      dispatcher.assertNoPendingInterceptors()
    }),
  )

  it.effect("item() of a show is PlexNotFound, since a show is neither film nor episode", () =>
    Effect.gen(function* () {
      const { pms, layer: library } = mocked()
      pms
        .intercept({ path: "/library/metadata/2000?includeGuids=1&skipRefresh=1" })
        .reply(200, sampleText("pms/metadata-2000-show.200.json"), JSON_TYPE)
      const error = yield* PlexLibrary.use((plex) => plex.item(access, "2000", { refresh: false })).pipe(
        Effect.flip,
        Effect.provide(library),
      )
      assert.strictEqual(error._tag, "PlexNotFound")
      assert.strictEqual(error.message, "http://192.168.1.50:32400 has no film or episode 2000")
    }),
  )

  it.effect("a server that ignores paging is cut to the page, and what came is the total", () =>
    Effect.gen(function* () {
      const { pms, layer: library } = mocked()
      const whole = JSON.parse(sampleText("pms/metadata-2000-allLeaves.200.json"))
      delete whole.MediaContainer.offset
      delete whole.MediaContainer.totalSize
      pms
        .intercept({ path: (path) => path.startsWith("/library/metadata/2000/allLeaves?") })
        .reply(200, whole, JSON_TYPE)
        .times(2)
      const [first, last] = yield* Effect.gen(function* () {
        const plex = yield* PlexLibrary
        return [
          yield* plex.episodes(access, "2000", { offset: 0, limit: 3 }),
          yield* plex.episodes(access, "2000", { offset: 3, limit: 3 }),
        ] as const
      }).pipe(Effect.provide(library))
      assert.strictEqual(first.items.length, 3)
      assert.strictEqual(last.items.length, 1)
      assert.strictEqual(first.total, 4)
    }),
  )

  it.effect("scan() falls back to POST where GET is not the way", () =>
    Effect.gen(function* () {
      const { pms, layer: library, dispatcher } = mocked()
      const path = "/library/sections/1/refresh?path=%2Fdata%2Fmedia%2Fmovies%2FGr%C3%BC%C3%9Fe+%26+Co"
      pms.intercept({ path }).reply(405, "")
      pms.intercept({ path, method: "POST" }).reply(200, "")
      yield* PlexLibrary.use((plex) => plex.scan(access, "1", "/data/media/movies/Grüße & Co")).pipe(
        Effect.provide(library),
      )
      dispatcher.assertNoPendingInterceptors()
    }),
  )

  it.effect("setAddedAt() always names its items, in unix seconds, and locks the field", () =>
    Effect.gen(function* () {
      const { pms, layer: library, dispatcher } = mocked()
      const path = "/library/sections/2/all?type=4&id=2011%2C2012&addedAt.value=1700000000&addedAt.locked=1"
      pms.intercept({ path, method: "PUT" }).reply(200, "")
      const edit = {
        sectionId: "2",
        kind: "episode",
        ratingKeys: ["2011", "2012"],
        addedAtSeconds: 1_700_000_000,
      } as const
      yield* PlexLibrary.use((plex) => plex.setAddedAt(access, edit)).pipe(Effect.provide(library))
      pms.intercept({ path: path.replace(/1$/, "0"), method: "PUT" }).reply(200, "")
      const unlocked = { ...edit, lock: false }
      yield* PlexLibrary.use((plex) => plex.setAddedAt(access, unlocked)).pipe(Effect.provide(library))
      dispatcher.assertNoPendingInterceptors()
    }),
  )

  it.effect("deleteSubtitle() calls nothing for a key that is no stream", () =>
    Effect.gen(function* () {
      const { layer: library } = mocked()
      for (const key of [
        "/library/metadata/1001",
        "/library/streams/../metadata/1001",
        "",
        "/library/streams/",
      ]) {
        const error = yield* PlexLibrary.use((plex) => plex.deleteSubtitle(access, key)).pipe(
          Effect.flip,
          Effect.provide(library),
        )
        assert.strictEqual(error._tag, "PlexRefused")
      }
    }),
  )

  it.effect("ids that come from outside cannot leave their place in the path", () =>
    Effect.gen(function* () {
      const { pms, layer: library, dispatcher } = mocked()
      pms
        .intercept({ path: "/library/metadata/..%2F..%2F%3A%2Fprefs%3Fx%3D1?includeGuids=1&skipRefresh=1" })
        .reply(404, "")
      const asked = PlexLibrary.use((plex) => plex.item(access, "../../:/prefs?x=1", { refresh: false }))
      assert.strictEqual((yield* Effect.flip(asked).pipe(Effect.provide(library)))._tag, "PlexNotFound")
      dispatcher.assertNoPendingInterceptors()
    }),
  )
})
