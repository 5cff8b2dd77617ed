import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { type MemoryInstance, layer as memoryCatalog } from "../../../adapters/memory/media_catalog.ts"
import { layer as memoryBox } from "../../../adapters/memory/secret_box.ts"
import { identify } from "../../../core/media/identify.ts"
import type { MediaItem } from "../../../core/media/media_item.ts"
import type { PathMapping } from "../../../core/media/path_mapping.ts"
import {
  PlexLibrary,
  PlexUnreachable,
  SettingsStore,
  ShelfUnavailable,
  type ShowItem,
  SubtitleShelf,
} from "../../../core/ports/mod.ts"
import type { ServerAccess } from "../../../core/servers/server.ts"
import { applyPatch, DEFAULT_SETTINGS, type SettingsPatch } from "../../../core/settings/settings.ts"
import { radarr, SINTEL, sonarr } from "../../support/arr_world.ts"
import { EPISODE_FILE, episode, film, part, SERVER_ID, SHOW, SINTEL_FILE } from "../../support/plex_items.ts"

const access: ServerAccess = {
  uri: "http://plex.test:32400",
  machineIdentifier: SERVER_ID,
  fingerprint: null,
  token: Redacted.make("server-token"),
}

const key = (text: string) => Redacted.make(text)

const SETTINGS: SettingsPatch = {
  general: {
    use_sonarr: true,
    use_radarr: true,
    path_mappings: [["/tv", "/mnt/tv"]],
    path_mappings_movie: [["/movies", "/mnt/movies"]],
  },
  sonarr: { ip: "sonarr.test", base_url: "/sonarr", apikey: key("sonarr-key") },
  radarr: { ip: "radarr.test", apikey: key("radarr-key") },
  oncue: { plex_path_mappings: [{ from: "/data/media", to: "/mnt" }] },
}

interface Given {
  readonly settings?: SettingsPatch
  readonly instances?: ReadonlyArray<MemoryInstance>
  /** The ids of the show; undefined: the server does not answer. */
  readonly show?: Partial<ShowItem>
  readonly onDisk?: boolean
}

function identifying(item: MediaItem, given: Given = {}) {
  let showCalls = 0
  const settings = applyPatch(applyPatch(DEFAULT_SETTINGS, SETTINGS), given.settings ?? {})
  const layer = Layer.mergeAll(
    Layer.mock(SettingsStore)({ current: Effect.succeed(settings) }),
    memoryBox(),
    memoryCatalog(given.instances ?? [sonarr(), radarr()]),
    Layer.mock(PlexLibrary)({
      show: () =>
        Effect.suspend(() => {
          showCalls += 1
          return given.show === undefined
            ? Effect.fail(
                new PlexUnreachable({
                  where: "plex.test",
                  fault: "timeout",
                  status: null,
                  retryAfterSeconds: null,
                  detail: "no answer",
                }),
              )
            : Effect.succeed({ ...SHOW, guids: [], year: 2024, sectionId: "2", ...given.show })
        }),
    }),
    Layer.mock(SubtitleShelf)({
      movieHash: (path) =>
        given.onDisk === true
          ? Effect.succeed({ hash: "8e245d9679d31e12", bytes: 588_000_000 })
          : Effect.fail(new ShelfUnavailable({ path, reason: "missing", detail: "no such file" })),
    }),
  )
  return Effect.map(identify(item, access).pipe(Effect.provide(layer)), (identity) => ({
    ...identity,
    showCalls,
  }))
}

const OFF: SettingsPatch = { general: { use_sonarr: false, use_radarr: false } }

describe("identify() of a film", () => {
  it.effect("matches the file through both path mappings, and learns the scene name", () =>
    Effect.gen(function* () {
      const identity = yield* identifying(film(), { onDisk: true })
      assert.strictEqual(identity.how, "path")
      assert.strictEqual(identity.confidence, 1)
      assert.deepStrictEqual(identity.warnings, [])
      assert.strictEqual(identity.showCalls, 0)
      const { release } = identity
      assert.strictEqual(release.path, "/mnt/movies/Sintel (2010)/Sintel (2010) [Bluray-1080p].mkv")
      assert.deepStrictEqual(release.names, [
        "Sintel.2010.1080p.BluRay.x264-EXAMPLE",
        "Sintel (2010) [Bluray-1080p]",
      ])
      assert.deepStrictEqual(release.ids, { imdb: "tt1727587", tmdb: "45745", tvdb: "9900745" })
      assert.strictEqual(release.movieHash, "8e245d9679d31e12")
      assert.strictEqual(release.bytes, 588_000_000)
    }),
  )

  it.effect("costs one small call when the film with the TMDB id has the file", () =>
    Effect.gen(function* () {
      const instance = radarr()
      yield* identifying(film(), { instances: [instance] })
      assert.deepStrictEqual(instance.calls, ["film 45745"])
    }),
  )

  it.effect("believes the file more than a wrong match in Plex", () =>
    Effect.gen(function* () {
      const wrong = film({ title: "Other", guids: ["tmdb://10378", "imdb://tt1254207"] })
      const identity = yield* identifying(wrong)
      assert.strictEqual(identity.how, "path")
      assert.strictEqual(identity.release.title, "Sintel")
    }),
  )

  it.effect("needs no Radarr", () =>
    Effect.gen(function* () {
      const instance = radarr()
      const identity = yield* identifying(film(), { settings: OFF, instances: [instance] })
      assert.deepStrictEqual(instance.calls, [])
      assert.strictEqual(identity.match, null)
      assert.strictEqual(identity.how, "guid")
      assert.deepStrictEqual(identity.unasked, [])
      assert.strictEqual(identity.release.ids.imdb, "tt1727587")
    }),
  )

  it.effect("says which instance gave no answer, and goes on without it", () =>
    Effect.gen(function* () {
      const down = { ...radarr(), fault: "the connection was refused" }
      const identity = yield* identifying(film(), { instances: [down] })
      assert.deepStrictEqual(identity.unasked, ["radarr"])
      assert.include(
        identity.warnings[0],
        "Cannot reach Radarr (radarr.test:7878): the connection was refused",
      )
      assert.strictEqual(identity.how, "guid")
      assert.strictEqual(down.calls.length, 1)
    }),
  )

  it.effect("says when a key is missing or refused", () =>
    Effect.gen(function* () {
      const without = yield* identifying(film(), { settings: { radarr: { apikey: key("") } } })
      assert.deepStrictEqual(without.unasked, ["radarr"])
      assert.include(without.warnings[0], "no API key")
      const refused = yield* identifying(film(), { settings: { radarr: { apikey: key("wrong") } } })
      assert.include(refused.warnings[0], "refuses the API key")
    }),
  )

  it.effect("takes each version from the instance that has its file", () =>
    Effect.gen(function* () {
      const file4k = "/data/media/movies4k/Sintel (2010)/Sintel (2010) [2160p].mkv"
      const radarr4k: MemoryInstance = {
        ...radarr(),
        url: "http://radarr4k.test:7878",
        films: [
          {
            ...SINTEL,
            id: 70,
            file: {
              ...SINTEL.file!,
              path: "/movies4k/Sintel (2010)/Sintel (2010) [2160p].mkv",
              sceneName: "Sintel.2010.2160p-UHD",
            },
          },
        ],
      }
      const item = film({}, [part(SINTEL_FILE, { id: "1" }), part(file4k, { id: "2" })])
      const identity = yield* identifying(item, {
        instances: [radarr(), radarr4k],
        settings: {
          general: {
            path_mappings_movie: [
              ["/movies", "/mnt/movies"],
              ["/movies4k", "/mnt/movies4k"],
            ],
          },
          oncue: {
            radarr: [{ id: "radarr4k", url: radarr4k.url, apikey: key("radarr-key"), path_mappings: [] }],
          },
        },
      })
      assert.deepStrictEqual(
        identity.files.map((one) => [one.match?.instance.id, one.release.names[0]]),
        [
          ["radarr", "Sintel.2010.1080p.BluRay.x264-EXAMPLE"],
          ["radarr4k", "Sintel.2010.2160p-UHD"],
        ],
      )
    }),
  )

  it.effect(
    "recognises the file without a mapping by its name and size, and says that a mapping is missing",
    () =>
      Effect.gen(function* () {
        const item = film({}, [
          part("D:\\Films\\Sintel (2010)\\Sintel (2010) [Bluray-1080p].mkv", { bytes: 588_000_000 }),
        ])
        const identity = yield* identifying(item)
        assert.strictEqual(identity.how, "file")
        assert.include(identity.warnings.join(), "no path mapping says so")
      }),
  )

  it.effect("falls to the IMDb id when the file is not in Radarr, and then to title and year", () =>
    Effect.gen(function* () {
      const elsewhere = [part("/data/media/movies/else.mkv")]
      const byImdb = yield* identifying(film({ guids: ["imdb://tt1727587"] }, elsewhere))
      assert.strictEqual(byImdb.how, "imdb")
      const byTitle = yield* identifying(film({ guid: "local://1", guids: [] }, elsewhere))
      assert.strictEqual(byTitle.how, "title")
      assert.isBelow(byTitle.confidence, 0.9)
      const otherYear = yield* identifying(film({ guid: "local://1", guids: [], year: 1999 }, elsewhere))
      assert.strictEqual(otherYear.how, "none")
    }),
  )

  it.effect("does not take ids from a title without a year", () =>
    Effect.gen(function* () {
      const item = film({ guid: "local://1", guids: [], year: null }, [part("/data/media/movies/else.mkv")])
      const identity = yield* identifying(item)
      assert.strictEqual(identity.confidence, 0.4)
      assert.deepStrictEqual(identity.release.ids, {})
    }),
  )
})

/** A Sonarr of 4K beside the usual one: the same series, and other files. */
const sonarr4k = (): MemoryInstance => ({
  ...sonarr(),
  url: "http://sonarr4k.test:8989",
  series: sonarr().series.map((one) => ({ ...one, path: one.path.replace("/tv/", "/tv4k/") })),
  episodes: sonarr().episodes.map((one) => ({
    ...one,
    id: one.id + 1_000,
    file: one.file && {
      ...one.file,
      id: one.file.id + 1_000,
      path: one.file.path.replace("/tv/", "/tv4k/").replace("WEBDL-1080p", "WEBDL-2160p"),
      bytes: 9_000_000_000,
      sceneName: "The.Harbor.Line.S01E03.2160p.WEB-DL-UHD",
    },
  })),
})
const FILE_4K = EPISODE_FILE.replace("/tv/", "/tv4k/").replace("WEBDL-1080p", "WEBDL-2160p")
const both = (
  mappings: ReadonlyArray<readonly [string, string]>,
  own: ReadonlyArray<PathMapping> = [],
): Given => ({
  instances: [sonarr(), sonarr4k()],
  settings: {
    general: { path_mappings: mappings },
    oncue: {
      sonarr: [{ id: "sonarr4k", url: sonarr4k().url, apikey: key("sonarr-key"), path_mappings: own }],
    },
  },
})

describe("identify() of an episode that two Sonarrs have", () => {
  const mapped = both([
    ["/tv", "/mnt/tv"],
    ["/tv4k", "/mnt/tv4k"],
  ])
  const items = [
    ["the HD one", episode(), "sonarr"],
    ["the one of 4K", episode({}, [part(FILE_4K, { bytes: 9_000_000_000 })]), "sonarr4k"],
  ] as const
  for (const [name, item, instance] of items) {
    it.effect(`takes ${name} by its mapped path`, () =>
      Effect.gen(function* () {
        const identity = yield* identifying(item, mapped)
        assert.deepStrictEqual([identity.match?.instance.id, identity.how], [instance, "path"])
      }),
    )
    it.effect(`takes ${name} by its name and size where no mapping fits`, () =>
      Effect.gen(function* () {
        const unseen = episode({}, [
          part(item.versions[0]!.parts[0]!.file!.replace("/data/media", "/share"), {
            bytes: instance === "sonarr" ? 1_200_000_000 : 9_000_000_000,
          }),
        ])
        const identity = yield* identifying(unseen, { ...both([]), show: { guids: ["tvdb://990001"] } })
        assert.deepStrictEqual([identity.match?.instance.id, identity.how], [instance, "file"])
        assert.strictEqual(identity.showCalls, 1)
      }),
    )
  }

  it.effect("takes both for an item that has both versions", () =>
    Effect.gen(function* () {
      const item = episode({}, [part(EPISODE_FILE, { id: "1" }), part(FILE_4K, { id: "2" })])
      const identity = yield* identifying(item, mapped)
      assert.deepStrictEqual(
        identity.files.map((one) => [one.match?.instance.id, one.release.names[0]]),
        [
          ["sonarr", "The.Harbor.Line.S01E03.1080p.WEB-DL.AAC2.0.H.264-EXAMPLE"],
          ["sonarr4k", "The.Harbor.Line.S01E03.2160p.WEB-DL-UHD"],
        ],
      )
    }),
  )

  it.effect("takes each by the mappings of its own where both see one folder name", () =>
    Effect.gen(function* () {
      const same: MemoryInstance = {
        ...sonarr4k(),
        series: sonarr().series,
        episodes: sonarr4k().episodes.map((one) => ({
          ...one,
          file: one.file && { ...one.file, path: one.file.path.replace("/tv4k/", "/tv/") },
        })),
      }
      const item = episode({}, [part(EPISODE_FILE, { id: "1" }), part(FILE_4K, { id: "2" })])
      const given = both([["/tv", "/mnt/tv"]], [{ from: "/tv", to: "/mnt/tv4k" }])
      const identity = yield* identifying(item, { ...given, instances: [sonarr(), same] })
      assert.deepStrictEqual(
        identity.files.map((one) => [one.match?.instance.id, one.match?.by]),
        [
          ["sonarr", "path"],
          ["sonarr4k", "path"],
        ],
      )
    }),
  )

  it.effect("takes both where only one of them has a path that is mapped", () =>
    Effect.gen(function* () {
      const unmapped = part(FILE_4K.replace("/data/media", "/share"), { id: "2", bytes: 9_000_000_000 })
      const item = episode({}, [part(EPISODE_FILE, { id: "1" }), unmapped])
      const identity = yield* identifying(item, both([["/tv", "/mnt/tv"]]))
      assert.deepStrictEqual(
        identity.files.map((one) => [one.match?.instance.id, one.match?.by, one.release.names[0]]),
        [
          ["sonarr", "path", "The.Harbor.Line.S01E03.1080p.WEB-DL.AAC2.0.H.264-EXAMPLE"],
          ["sonarr4k", "file", "The.Harbor.Line.S01E03.2160p.WEB-DL-UHD"],
        ],
      )
      assert.deepStrictEqual([identity.match?.instance.id, identity.showCalls], ["sonarr", 0])
    }),
  )

  it.effect("goes on with the second where the first is silent", () =>
    Effect.gen(function* () {
      const given = both([])
      const [first, second] = given.instances!
      const item = episode({}, [part("/elsewhere/a.mkv")])
      const identity = yield* identifying(item, {
        ...given,
        instances: [{ ...first!, apiKey: "another" }, second!],
        show: { guids: ["tvdb://990001"] },
      })
      assert.deepStrictEqual([identity.match?.instance.id, identity.how], ["sonarr4k", "tvdb"])
      assert.include(identity.unasked, "sonarr")
    }),
  )
})

describe("identify() of an edition", () => {
  it.effect("knows the cut from Plex, else from Radarr's file", () =>
    Effect.gen(function* () {
      const named = yield* identifying(film({ editionTitle: "Director's Cut" }))
      assert.strictEqual(named.release.edition, "Director's Cut")
      const instance = radarr()
      instance.films = [{ ...SINTEL, file: { ...SINTEL.file!, edition: "Extended" } }]
      assert.strictEqual((yield* identifying(film(), { instances: [instance] })).release.edition, "Extended")
    }),
  )
})

describe("identify() of an episode", () => {
  it.effect("matches the file and needs no call to the server for the show", () =>
    Effect.gen(function* () {
      const instance = sonarr()
      const identity = yield* identifying(episode(), { instances: [instance] })
      assert.strictEqual(identity.how, "path")
      assert.strictEqual(identity.showCalls, 0)
      assert.deepStrictEqual(instance.calls, ["series", "episodes 12 1"])
      const { release } = identity
      assert.strictEqual(release.title, "The Harbor Line")
      assert.deepStrictEqual(
        [release.season, release.episode, release.absoluteEpisode, release.airDate],
        [1, 3, 3, "2024-03-17"],
      )
      assert.deepStrictEqual(release.showIds, { imdb: "tt99000100", tmdb: "9900100", tvdb: "990001" })
      assert.strictEqual(release.ids.tvdb, "9910103")
      assert.strictEqual(release.names[0], "The.Harbor.Line.S01E03.1080p.WEB-DL.AAC2.0.H.264-EXAMPLE")
    }),
  )

  it.effect("takes Sonarr's numbers where Plex counts differently, and says so", () =>
    Effect.gen(function* () {
      const identity = yield* identifying(episode({ season: 2, episode: 1 }))
      assert.deepStrictEqual([identity.release.season, identity.release.episode], [1, 3])
      assert.include(identity.warnings.join(), "Plex counts it as 2x1, Sonarr as 1x3")
    }),
  )

  it.effect("knows every episode of a file that holds several", () =>
    Effect.gen(function* () {
      const instance = sonarr()
      const [, second, third] = instance.episodes
      instance.episodes = [
        { ...second!, file: third!.file },
        { ...third!, file: third!.file },
      ]
      const identity = yield* identifying(episode(), { instances: [instance] })
      assert(identity.match?._tag === "Episode")
      assert.deepStrictEqual(
        identity.match.episodes.map((one) => one.episode),
        [2, 3],
      )
      assert.strictEqual(identity.release.episode, 3)
    }),
  )

  it.effect("finds a file that was imported after the list was read", () =>
    Effect.gen(function* () {
      const instance = sonarr()
      const before = instance.episodes
      instance.episodes = before.map((one) => ({ ...one, file: null }))
      const missed = yield* identifying(episode(), { instances: [instance], show: {} })
      assert.notStrictEqual(missed.how, "path")
      instance.episodes = before
      const found = yield* identifying(episode(), { instances: [instance] })
      assert.strictEqual(found.how, "path")
    }),
  )

  it.effect("asks the server for the show's ids once when the file tells nothing", () =>
    Effect.gen(function* () {
      const item = episode({}, [part("/elsewhere/a.mkv")])
      const identity = yield* identifying(item, { show: { guids: ["tvdb://990001"] } })
      assert.strictEqual(identity.showCalls, 1)
      assert.strictEqual(identity.how, "tvdb")
      assert(identity.match?._tag === "Episode")
      assert.strictEqual(identity.match.episodes[0]?.id, 3003)
    }),
  )

  it.effect("uses an old agent's series id without asking the server", () =>
    Effect.gen(function* () {
      const item = episode(
        { guid: "com.plexapp.agents.thetvdb://990001/1/2?lang=en", guids: [], season: 9, episode: 9 },
        [part("/elsewhere/a.mkv")],
      )
      const identity = yield* identifying(item)
      assert.strictEqual(identity.showCalls, 0)
      assert.strictEqual(identity.how, "tvdb")
      assert.deepStrictEqual([identity.release.season, identity.release.episode], [1, 2])
    }),
  )

  it.effect("turns HAMA's absolute number into Sonarr's season and episode", () =>
    Effect.gen(function* () {
      const instance = sonarr()
      instance.episodes = [
        { ...instance.episodes[0]!, seriesId: 13, season: 3, episode: 5, absoluteEpisode: 41, file: null },
      ]
      const item = episode(
        { guid: "com.plexapp.agents.hama://tvdb4-990002/3/41?lang=en", guids: [], season: 3, episode: 41 },
        [part("/elsewhere/a.mkv")],
      )
      const identity = yield* identifying(item, { instances: [instance] })
      assert.deepStrictEqual([identity.release.season, identity.release.episode], [3, 5])
      const alone = yield* identifying(item, { settings: OFF })
      assert.deepStrictEqual(
        [alone.release.season, alone.release.episode, alone.release.absoluteEpisode],
        [null, null, 41],
      )
    }),
  )

  it.effect("finds an episode that is filed by date", () =>
    Effect.gen(function* () {
      const item = episode({ guid: "local://1", guids: [], season: 2024, episode: null }, [
        part("/elsewhere/a.mkv"),
      ])
      const identity = yield* identifying(item, { show: { guids: ["tvdb://990001"] } })
      assert(identity.match?._tag === "Episode")
      assert.deepStrictEqual(
        identity.match.episodes.map((one) => one.id),
        [3003],
      )
    }),
  )

  it.effect("has the show's ids without Sonarr, from the server", () =>
    Effect.gen(function* () {
      const identity = yield* identifying(episode(), {
        settings: OFF,
        show: { guids: ["tvdb://990001", "imdb://tt99000100"] },
      })
      assert.strictEqual(identity.showCalls, 1)
      assert.strictEqual(identity.how, "guid")
      assert.deepStrictEqual(identity.release.showIds, { tvdb: "990001", imdb: "tt99000100" })
      assert.deepStrictEqual([identity.release.season, identity.release.episode], [1, 3])
    }),
  )

  it.effect("goes on with what it has when the server does not answer for the show", () =>
    Effect.gen(function* () {
      const identity = yield* identifying(episode(), { settings: OFF })
      assert.include(identity.warnings.join(), "The ids of the show are unknown")
      assert.strictEqual(identity.release.ids.tvdb, "9910103")
    }),
  )

  it.effect("prefers the special with the same number over nothing", () =>
    Effect.gen(function* () {
      const instance = sonarr()
      instance.episodes = [{ ...instance.episodes[0]!, season: 0, episode: 2, tvdbId: null, file: null }]
      const item = episode({ guids: [], season: 0, episode: 2 }, [part(null)])
      const identity = yield* identifying(item, {
        instances: [instance],
        show: { guids: ["tvdb://990001"] },
      })
      assert.deepStrictEqual([identity.release.season, identity.release.episode], [0, 2])
      assert.strictEqual(identity.release.path, null)
    }),
  )

  it.effect("keeps the path of the file on our disk when nothing knows the file", () =>
    Effect.gen(function* () {
      const identity = yield* identifying(episode(), { settings: OFF, show: {} })
      assert.strictEqual(identity.files[0]?.plexPath, EPISODE_FILE)
      assert.strictEqual(identity.files[0]?.path, EPISODE_FILE.replace("/data/media", "/mnt"))
    }),
  )
})
