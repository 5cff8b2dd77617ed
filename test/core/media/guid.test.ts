import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import {
  cleanId,
  formatGuid,
  GUID_LENGTH_MAX,
  type Guid,
  levelOf,
  numberingOf,
  parseGuid,
} from "../../../core/media/guid.ts"

type Row = readonly [text: string, canonical: string, tag: Guid["_tag"], level: string | null]

const EPISODES: ReadonlyArray<Row> = [
  ["plex://episode/5f0e0000000000000000e013", "plex://episode/5f0e0000000000000000e013", "Plex", "episode"],
  ["plex://season/5f0e0000000000000000e013", "plex://season/5f0e0000000000000000e013", "Plex", "season"],
  ["tvdb://9910103", "tvdb://9910103", "External", "episode"],
  ["imdb://tt99000113", "imdb://tt99000113", "External", "episode"],
  [
    "com.plexapp.agents.thetvdb://990001/1/3?lang=en",
    "com.plexapp.agents.thetvdb://990001/1/3",
    "External",
    "show",
  ],
  [
    "com.plexapp.agents.thetvdb://990001/1?lang=en",
    "com.plexapp.agents.thetvdb://990001/1",
    "External",
    "show",
  ],
  ["com.plexapp.agents.thetvdb://990001?lang=en", "com.plexapp.agents.thetvdb://990001", "External", "show"],
  [
    "com.plexapp.agents.thetvdb://71256/2026/2026-03-08?lang=en",
    "com.plexapp.agents.thetvdb://71256/2026/2026-03-08",
    "External",
    "show",
  ],
  [
    "com.plexapp.agents.thetvdb://990001/0/2?lang=en",
    "com.plexapp.agents.thetvdb://990001/0/2",
    "External",
    "show",
  ],
  [
    "com.plexapp.agents.thetvdbdvdorder://990001/1/3?lang=de",
    "com.plexapp.agents.thetvdbdvdorder://990001/1/3",
    "External",
    "show",
  ],
  [
    "com.plexapp.agents.themoviedb://1399/1/3?lang=en",
    "com.plexapp.agents.themoviedb://1399/1/3",
    "External",
    "show",
  ],
  ["com.plexapp.agents.tvmaze://82/1/1?lang=en", "com.plexapp.agents.tvmaze://82/1/1", "External", "show"],
  [
    "com.plexapp.agents.xbmcnfotv://990001/1/3?lang=xn",
    "com.plexapp.agents.xbmcnfotv://990001/1/3",
    "External",
    "show",
  ],
  [
    "com.plexapp.agents.hama://anidb-99001/1/5?lang=en",
    "com.plexapp.agents.hama://anidb-99001/1/5",
    "External",
    "show",
  ],
  [
    "com.plexapp.agents.hama://anidb2-99001/2/5",
    "com.plexapp.agents.hama://anidb2-99001/2/5",
    "External",
    "show",
  ],
  [
    "com.plexapp.agents.hama://tvdb4-990002/3/41?lang=en",
    "com.plexapp.agents.hama://tvdb4-990002/3/41",
    "External",
    "show",
  ],
  [
    "com.plexapp.agents.hama://tvdb-193811-s2/2/5",
    "com.plexapp.agents.hama://tvdb-193811/2/5",
    "External",
    "show",
  ],
  ["com.plexapp.agents.hama://tsdb-1399/1/1", "com.plexapp.agents.hama://tsdb-1399/1/1", "External", "show"],
  [
    "com.plexapp.agents.hama://imdb-tt0944947/1/1",
    "com.plexapp.agents.hama://imdb-tt0944947/1/1",
    "External",
    "show",
  ],
  [
    "net.fribbtastic.coding.plex.myanimelist://5114/1/7?lang=en",
    "net.fribbtastic.coding.plex.myanimelist://5114/1/7",
    "External",
    "show",
  ],
  [
    "tv.plex.agents.nfo.series://show/tvdb_990001",
    "tv.plex.agents.nfo.series://show/tvdb_990001",
    "External",
    "show",
  ],
  [
    "tv.plex.agents.nfo.series://episode/tvdb_7",
    "tv.plex.agents.nfo.series://episode/tvdb_7",
    "External",
    "episode",
  ],
  ["local://7002", "local://7002", "Local", null],
]

const FILMS: ReadonlyArray<Row> = [
  ["plex://movie/5d776b59ad5437001f79c6f8", "plex://movie/5d776b59ad5437001f79c6f8", "Plex", "film"],
  ["PLEX://Movie/5D776B59AD5437001F79C6F8", "plex://movie/5d776b59ad5437001f79c6f8", "Plex", "film"],
  ["tmdb://45745", "tmdb://45745", "External", "film"],
  ["imdb://TT1727587", "imdb://tt1727587", "External", "film"],
  ["com.plexapp.agents.imdb://tt1727587?lang=en", "com.plexapp.agents.imdb://tt1727587", "External", "film"],
  ["com.plexapp.agents.IMDB://tt1727587", "com.plexapp.agents.imdb://tt1727587", "External", "film"],
  [
    "com.plexapp.agents.imdb%3A%2F%2Ftt1727587%3Flang%3Den",
    "com.plexapp.agents.imdb://tt1727587",
    "External",
    "film",
  ],
  [
    "com.plexapp.agents.themoviedb://45745?lang=en",
    "com.plexapp.agents.themoviedb://45745",
    "External",
    "film",
  ],
  [
    "com.plexapp.agents.xbmcnfo://tt1727587?lang=xn",
    "com.plexapp.agents.xbmcnfo://tt1727587",
    "External",
    "film",
  ],
  ["com.plexapp.agents.xbmcnfo://45745?lang=xn", "com.plexapp.agents.xbmcnfo://45745", "External", "film"],
  [
    "com.plexapp.agents.hama://anidb-99001?lang=en",
    "com.plexapp.agents.hama://anidb-99001",
    "External",
    "film",
  ],
  [
    "tv.plex.agents.nfo.movie://movie/tmdb_45745",
    "tv.plex.agents.nfo.movie://movie/tmdb_45745",
    "External",
    "film",
  ],
  ["tv.plex.agents.custom.anime://movie/abc-1", "tv.plex.agents.custom.anime://movie/abc-1", "Custom", null],
  ["com.plexapp.agents.none://7001?lang=xn", "com.plexapp.agents.none://7001", "Local", null],
  ["tv.plex.agents.none://7001", "tv.plex.agents.none://7001", "Local", null],
  ["prerolls://1", "prerolls://1", "Foreign", null],
  ["tv.plex.xmltv://movie/Evening%20News", "tv.plex.xmltv://movie/Evening%20News", "Foreign", null],
  ["plex://track/5d07ce000000000000000003", "plex://track/5d07ce000000000000000003", "Foreign", null],
  [
    "mbid://00000000-0000-4000-8000-000000000003",
    "mbid://00000000-0000-4000-8000-000000000003",
    "Foreign",
    null,
  ],
  [
    "iva://api.internetvideoarchive.com/2.0/DataService/VideoAssets(999001)?lang=en&bitrates=80,212",
    "iva://api.internetvideoarchive.com/2.0/DataService/VideoAssets(999001)",
    "Foreign",
    null,
  ],
]

const JUNK = [
  "",
  "://",
  "tt1727587",
  "imdb://",
  "imdb://1727587",
  "imdb://tt0000000",
  "imdb://../../evil?x=",
  "imdb://..%2F..%2Fevil",
  "tmdb://0",
  "tmdb://-1",
  "tvdb://12/../..",
  "tvdb://1/2/3/4",
  "tvdb://1/x/3",
  "com.plexapp.agents.hama://anidb",
  "com.plexapp.agents.hama://kitsu-1/1/1",
  "com.plexapp.agents.hama://tvdb-12abc/1/1",
  "tv.plex.agents.nfo.movie://movie/45745",
  "%E0%A4%A",
  "a b://1",
  `tmdb://${"1".repeat(GUID_LENGTH_MAX)}`,
]

const Digits = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 9_999_999_999 }))
const Place = Schema.Union([
  Schema.Struct({ season: Schema.Null, episode: Schema.Null, airDate: Schema.Null }),
  Schema.Struct({
    season: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 99_999 })),
    episode: Schema.NullOr(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 99_999 }))),
    airDate: Schema.Null,
  }),
  Schema.Struct({
    season: Schema.Int.check(Schema.isBetween({ minimum: 1900, maximum: 2100 })),
    episode: Schema.Null,
    airDate: Schema.Literals(["2026-03-08", "1999-12-31"]),
  }),
])
const Shape = Schema.Literals([
  ["imdb", "imdb", null, null],
  ["tmdb", "tmdb", null, null],
  ["tvdb", "tvdb", null, null],
  ["com.plexapp.agents.thetvdb", "tvdb", null, null],
  ["com.plexapp.agents.themoviedb", "tmdb", null, null],
  ["com.plexapp.agents.xbmcnfo", "imdb", null, null],
  ["com.plexapp.agents.tvmaze", "tvmaze", null, null],
  ["com.plexapp.agents.myanimelist", "mal", null, null],
  ["com.plexapp.agents.hama", "anidb", "anidb2", null],
  ["com.plexapp.agents.hama", "tvdb", "tvdb4", null],
  ["com.plexapp.agents.hama", "tmdb", "tsdb", null],
  ["com.plexapp.agents.hama", "imdb", "imdb", null],
  ["tv.plex.agents.nfo.movie", "tmdb", null, "movie"],
  ["tv.plex.agents.nfo.series", "imdb", null, "show"],
] as never)

describe("parseGuid()", () => {
  for (const [rows, kind] of [
    [EPISODES, "episode"],
    [FILMS, "movie"],
  ] as const) {
    for (const [text, canonical, tag, level] of rows) {
      it(`reads ${text.slice(0, 90)} of a ${kind}`, () => {
        const guid = parseGuid(text)
        assert.strictEqual(guid._tag, tag)
        assert.strictEqual(formatGuid(guid), canonical)
        assert.strictEqual(levelOf(guid, kind), level)
      })
    }
  }

  for (const text of JUNK) {
    it(`calls ${JSON.stringify(text.slice(0, 60))} junk`, () => {
      assert.strictEqual(parseGuid(text)._tag, "Junk")
    })
  }

  it.prop("inverts formatGuid()", [Shape, Digits, Place], ([shape, digits, place]) => {
    const [agent, source, mode, kind] = shape as unknown as [string, "tvdb", string | null, string | null]
    const id = (source as string) === "imdb" ? `tt${String(digits).padStart(7, "0")}` : String(digits)
    const guid: Guid = { _tag: "External", agent, source, id, mode, kind, ...place }
    assert.deepStrictEqual(parseGuid(formatGuid(guid)), guid)
  })

  it.prop(
    "is total, and formatting what it read changes nothing",
    [Schema.String, Shape],
    ([text, shape]) => {
      for (const input of [text, `${(shape as unknown as [string])[0]}://${text}`]) {
        const once = formatGuid(parseGuid(input))
        assert.deepStrictEqual(formatGuid(parseGuid(once)), once)
      }
    },
  )
})

describe("numberingOf()", () => {
  for (const [text, numbering] of [
    ["com.plexapp.agents.thetvdb://1/1/1", "tvdb"],
    ["com.plexapp.agents.thetvdbdvdorder://1/1/1", "dvd"],
    ["com.plexapp.agents.themoviedb://1/1/1", "tmdb"],
    ["com.plexapp.agents.hama://tvdb-1/1/1", "tvdb"],
    ["com.plexapp.agents.hama://tvdb2-1/1/1", "tvdb"],
    ["com.plexapp.agents.hama://tvdb3-1/1/1", "absolute"],
    ["com.plexapp.agents.hama://tvdb4-1/1/1", "absolute"],
    ["com.plexapp.agents.hama://anidb-1/1/1", "other"],
    ["com.plexapp.agents.hama://anidb2-1/1/1", "tvdb"],
    ["com.plexapp.agents.hama://tsdb-1/1/1", "tmdb"],
  ] as const) {
    it(`is ${numbering} for ${text}`, () => {
      const guid = parseGuid(text)
      assert(guid._tag === "External")
      assert.strictEqual(numberingOf(guid), numbering)
    })
  }
})

describe("cleanId()", () => {
  it("keeps tt, drops leading zeros of numbers and refuses zero", () => {
    assert.strictEqual(cleanId("imdb", " TT0944947 "), "tt0944947")
    assert.strictEqual(cleanId("tvdb", "0012"), "12")
    assert.strictEqual(cleanId("tmdb", "0"), null)
    assert.strictEqual(cleanId("imdb", "0944947"), null)
  })
})
