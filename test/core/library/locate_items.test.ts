import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import type { MemoryInstance } from "../../../adapters/memory/media_catalog.ts"
import { keepIndex } from "../../../core/library/keep_index.ts"
import { locateByFile, locateByIds } from "../../../core/library/locate_items.ts"
import { requestRefresh } from "../../../core/library/request_refresh.ts"
import type { MediaItem } from "../../../core/media/media_item.ts"
import type { SettingsPatch } from "../../../core/settings/settings.ts"
import { radarr, sonarr } from "../../support/arr_world.ts"
import { libraryWorld, passing, section } from "../../support/library_world.ts"
import { EPISODE_FILE, episode, film, part, SERVER_ID, SINTEL_FILE } from "../../support/plex_items.ts"

const key = (text: string) => Redacted.make(text)

const ARR: SettingsPatch = {
  general: { use_plex: true, use_sonarr: true, use_radarr: true, path_mappings: [["/tv", "/mnt/tv"]] },
  sonarr: { ip: "sonarr.test", base_url: "/sonarr", apikey: key("sonarr-key") },
  radarr: { ip: "radarr.test", apikey: key("radarr-key") },
}
const PLEX = [{ from: "/data/media", to: "/mnt" }]

/** As HAMA files it: by AniDB's id alone, and counted through. */
const HAMA = episode({
  guid: "com.plexapp.agents.hama://anidb-99001/1/3?lang=en",
  guids: [],
  show: {
    ratingKey: "2000",
    title: "The Harbor Line",
    guid: "com.plexapp.agents.hama://anidb-99001?lang=en",
  },
})
const FILE_4K = EPISODE_FILE.replace("/media/tv/", "/media/tv-uhd/").replace("1080p", "2160p")
const HAMA_4K: MediaItem = {
  ...HAMA,
  ref: { serverId: SERVER_ID, ratingKey: "2413" },
  versions: episode({}, [part(FILE_4K)]).versions,
}
/** A Sonarr of 4K that sees its folder where the first one sees another. */
const sonarr4k = (): MemoryInstance => ({
  ...sonarr(),
  url: "http://sonarr4k.test:8989",
  episodes: sonarr().episodes.map((one) => ({
    ...one,
    file: one.file && { ...one.file, path: one.file.path.replace("1080p", "2160p") },
  })),
})
const instance4k = (to = "/mnt/tv-uhd"): NonNullable<SettingsPatch["oncue"]> => ({
  plex_path_mappings: PLEX,
  sonarr: [
    {
      id: "4k",
      url: "http://sonarr4k.test:8989",
      apikey: key("sonarr-key"),
      path_mappings: [{ from: "/tv", to }],
    },
  ],
})
const UNKNOWN_FILM = film({ guid: "com.plexapp.agents.none://b1946ac9?lang=xn", guids: [] })

/** A server whose one film and episodes are in the index, with whoever can be asked about them. */
const world = (
  items: ReadonlyArray<MediaItem>,
  instances: ReadonlyArray<MemoryInstance>,
  settings: SettingsPatch = {},
) => {
  const made = libraryWorld({
    settings: { ...ARR, oncue: { plex_path_mappings: PLEX }, ...settings },
    instances,
  })
  made.attic.sections = [section("1", "movie"), section("2", "show")]
  made.add(made.attic, ...items)
  const run = <A, E, R>(program: Effect.Effect<A, E, R>) =>
    Effect.gen(function* () {
      yield* Effect.forkChild(keepIndex())
      yield* passing(Effect.sleep(60_000))
      return yield* passing(program)
    }).pipe(Effect.provide(made.ports))
  return { ...made, run }
}
const keys = (found: { readonly items: ReadonlyArray<{ readonly ratingKey: string }> }) =>
  found.items.map(({ ratingKey }) => ratingKey).sort()
const byTvdb = { tvdb: "990001", season: 1, episode: 3 }
const wanted = (ids: { readonly tvdb?: string; readonly imdb?: string; readonly tmdb?: string }) =>
  ({ kind: "episode", ids, season: 1, episode: 3 }) as const

describe("requestRefresh() by an id that no server knows", () => {
  it.effect("takes the episode whose file Sonarr names", () =>
    Effect.gen(function* () {
      const hd = sonarr()
      assert.deepStrictEqual(keys(yield* world([HAMA], [hd]).run(requestRefresh(byTvdb))), ["2013"])
      assert.deepStrictEqual(hd.calls, ["series 990001", "episodes 12 1"])
    }),
  )

  it.effect("takes the film whose file Radarr names, by either of its ids", () =>
    Effect.gen(function* () {
      const { run } = world([UNKNOWN_FILM], [radarr()])
      assert.deepStrictEqual(keys(yield* run(requestRefresh({ imdb: "tt1727587" }))), ["1001"])
      assert.deepStrictEqual(keys(yield* run(requestRefresh({ tmdb: "45745" }))), ["1001"])
    }),
  )

  it.effect("takes the show by another id that Sonarr has of it, where no file is the same", () => {
    const elsewhere = part("/else/where.mkv")
    const legacy = episode({ guids: [], guid: "com.plexapp.agents.themoviedb://9900100/1/3?lang=en" }, [
      elsewhere,
    ])
    const made = world([legacy], [sonarr()])
    made.attic.shows.set("2000", {
      ratingKey: "2000",
      title: "The Harbor Line",
      guid: "com.plexapp.agents.themoviedb://9900100?lang=en",
      guids: [],
      year: 2024,
      sectionId: "2",
    })
    return Effect.gen(function* () {
      assert.deepStrictEqual(keys(yield* made.run(requestRefresh(byTvdb))), ["2013"])
    })
  })

  it.effect("takes every copy, each by the mapping of the instance that names it", () => {
    const { run } = world([HAMA, HAMA_4K], [sonarr(), sonarr4k()], { oncue: instance4k() })
    return Effect.gen(function* () {
      assert.deepStrictEqual(keys(yield* run(requestRefresh(byTvdb))), ["2013", "2413"])
    })
  })

  it.effect("says 404 when everybody was asked, and what Sonarr says about it", () =>
    Effect.gen(function* () {
      const fail = (items: ReadonlyArray<MediaItem>, request: Parameters<typeof requestRefresh>[0]) =>
        Effect.map(
          Effect.flip(world(items, [sonarr(), radarr()]).run(requestRefresh(request))),
          (error) => `${error._tag} ${error.message}`,
        )
      const unknown = yield* fail([HAMA], { ...byTvdb, tvdb: "5" })
      assert.match(unknown, /^NothingToRefresh .*\(Sonarr does not know it either\)/)
      assert.match(yield* fail([HAMA], { ...byTvdb, episode: 4 }), /Sonarr has no file of it/)
      assert.match(
        yield* fail([], byTvdb),
        /Sonarr has it as "\/tv\/The Harbor Line\/.*no selected server has/,
      )
      assert.match(yield* fail([], { imdb: "tt0000001" }), /Radarr does not know it either/)
    }),
  )

  it.effect("says 404 without Sonarr, and that it could have told", () => {
    const { run } = world([HAMA], [], { general: { use_plex: true } })
    return Effect.gen(function* () {
      const error = yield* Effect.flip(run(requestRefresh(byTvdb)))
      assert.match(error.message, /Sonarr could have told which file it is, and is not in use/)
    })
  })

  it.effect("never says 404 when a Sonarr gives no answer or has no key: a job asks again", () =>
    Effect.gen(function* () {
      const down = { ...sonarr(), fault: "the connection was refused" }
      const silent = yield* world([HAMA], [down]).run(requestRefresh(byTvdb))
      assert.deepStrictEqual(silent.items, [])
      assert.match(
        silent.later?.reason ?? "",
        /Cannot reach Sonarr \(sonarr\.test:8989\): the connection was refused/,
      )
      const keyless = yield* world([HAMA], [sonarr()], {
        sonarr: { ip: "sonarr.test", base_url: "/sonarr" },
      }).run(requestRefresh(byTvdb))
      assert.strictEqual(keyless.later?.reason, "Sonarr has no API key")
    }),
  )

  it.effect("takes what one instance names though another gives no answer", () => {
    const down = { ...sonarr4k(), fault: "the connection was refused" }
    const { run } = world([HAMA], [sonarr(), down], { oncue: instance4k() })
    return Effect.gen(function* () {
      assert.deepStrictEqual(keys(yield* run(requestRefresh(byTvdb))), ["2013"])
    })
  })
})

describe("locateByIds()", () => {
  it.effect("asks Sonarr only for what no server knows by its ids", () => {
    const hd = sonarr()
    const made = world([episode()], [hd])
    made.attic.shows.set("2000", {
      ratingKey: "2000",
      title: "The Harbor Line",
      guid: "plex://show/5f0e00000000000000005001",
      guids: ["tvdb://990001"],
      year: 2024,
      sectionId: "2",
    })
    return Effect.gen(function* () {
      assert.deepStrictEqual(keys(yield* made.run(locateByIds(wanted({ tvdb: "990001" })))), ["2013"])
      assert.deepStrictEqual(hd.calls, [])
    })
  })
})

describe("locateByFile() of a path that an instance sees", () => {
  const settings = { oncue: instance4k() }
  const theirs = "/tv/The Harbor Line/Season 01/Same.mkv"
  const at = (ratingKey: string, file: string): MediaItem => ({
    ...HAMA,
    ref: { serverId: SERVER_ID, ratingKey },
    versions: episode({}, [part(file)]).versions,
  })
  const items = [
    at("1", theirs.replace("/tv", "/data/media/tv")),
    at("2", theirs.replace("/tv", "/data/media/tv-uhd")),
  ]

  it.effect("goes by the mapping of the one that has sent it", () =>
    Effect.gen(function* () {
      const { run } = world(items, [], settings)
      const of = (instance: string | null) =>
        run(locateByFile(theirs, undefined, instance === null ? null : { app: "sonarr", instance }))
      assert.deepStrictEqual(keys(yield* of("4k")), ["2"])
      assert.deepStrictEqual(keys(yield* of("sonarr")), ["1"])
      assert.deepStrictEqual(keys(yield* of(null)), ["1", "2"])
      assert.deepStrictEqual(keys(yield* of("a name that nobody has")), ["1", "2"])
    }),
  )
})

describe("locateByFile() of a subtitle", () => {
  const folder = "/data/media/movies/Sintel (2010)"
  const second = film({ ref: { serverId: SERVER_ID, ratingKey: "1002" } }, [
    part(`${folder}/Sintel (2010) [Bluray-1080p].Part 2.mkv`),
  ])
  const other = film({ ref: { serverId: SERVER_ID, ratingKey: "1003" } }, [
    part(SINTEL_FILE.replace("/movies/", "/films/")),
  ])
  const cases: ReadonlyArray<readonly [string, ReadonlyArray<string>]> = [
    [`${folder}/Sintel (2010) [Bluray-1080p].en.forced.srt`, ["1001"]],
    [`${folder}/Sintel (2010) [Bluray-1080p].pt-BR.sdh.ass`, ["1001"]],
    [`${folder}/Sintel (2010) [Bluray-1080p].srt`, ["1001"]],
    [`/mnt/movies/Sintel (2010)/SINTEL (2010) [Bluray-1080p].de.srt`, ["1001"]],
    [`${folder}/Sintel (2010) [Bluray-1080p].Part 2.en.srt`, ["1002"]],
    [`${folder}/Subs/Sintel (2010) [Bluray-1080p].en.srt`, ["1001"]],
    [`${folder}/Sintel (2010) [Bluray-1080p].someone else.srt`, []],
    [`${folder}/Sintel (2011).en.srt`, []],
    [`${folder}/poster.jpg`, []],
  ]
  for (const [path, expected] of cases) {
    it.effect(`finds ${expected.join(" and ") || "nothing"} for ${path.split("/").at(-1)}`, () =>
      Effect.gen(function* () {
        const { run } = world([film(), second, other], [])
        assert.deepStrictEqual(keys(yield* run(locateByFile(path))), expected)
      }),
    )
  }
})
