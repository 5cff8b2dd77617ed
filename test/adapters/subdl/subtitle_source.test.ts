import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/testing/TestClock"
import { layer as fileReader } from "../../../adapters/files/subtitle_reader.ts"
import { layer as memorySecrets } from "../../../adapters/memory/secret_box.ts"
import { layer as memorySettings } from "../../../adapters/memory/settings_store.ts"
import { pathOf } from "../../../adapters/subdl/_candidates.ts"
import { languageBehind, languageCodes } from "../../../adapters/subdl/_query.ts"
import { make, QUOTA_REST_MS } from "../../../adapters/subdl/subtitle_source.ts"
import { SubtitleReader } from "../../../core/ports/subtitle_reader.ts"
import type { Language } from "../../../core/subtitles/language.ts"
import { wish } from "../../contracts/subtitle_reader.ts"
import { subtitleSourceContract } from "../../contracts/subtitle_source.ts"
import { startSimulator } from "../../simulator/mod.ts"
import {
  json,
  type MockedAnswer,
  type MockedRequest,
  makeTrouble,
  providerMock,
} from "../../support/provider_mock.ts"
import { sampleJson, sampleText } from "../../support/samples.ts"
import { candidate, episodeQuery, filmQuery, languages } from "../../support/subtitle_queries.ts"

const userAgent = "OnCue v0.0.0"
const API = "https://api.subdl.com"
const FILES = "https://dl.subdl.com"
const KEY = "EXAMPLEsubdlKEY"

const ports = (key = KEY) =>
  Layer.mergeAll(memorySettings({ settings: { subdl: { api_key: Redacted.make(key) } } }), memorySecrets())

const simulated = Effect.gen(function* () {
  const simulator = yield* Effect.acquireRelease(
    Effect.promise(() => startSimulator()),
    (one) => Effect.promise(() => one.close()),
  )
  const { subdl } = simulator.urls
  const source = yield* make({ url: subdl, downloadsUrl: new URL(subdl).origin, userAgent }).pipe(
    Effect.provide(ports()),
  )
  return { simulator, source }
})

subtitleSourceContract(
  "subdl",
  Effect.map(simulated, ({ simulator, source }) => ({
    source,
    found: filmQuery({}, { languages: languages("en", "de") }),
    nothing: filmQuery({ ids: { imdb: "tt0000001" } }),
    unsuited: episodeQuery({ season: null }),
    trouble: (what) => makeTrouble(simulator, "subdl", what),
    calls: () => simulator.requests.count({ service: "subdl" }),
    secrets: [KEY],
  })),
  ["broken", "garbage", "page", "reset", "silent", "slow_down", "refused"],
)

const FOUND = sampleJson("subs/subdl-search.200.json")
const [ROW] = FOUND.subtitles

const service = (answer: (request: MockedRequest) => MockedAnswer | null = () => null) =>
  providerMock([API, FILES, "https://evil.test"], (request) => {
    const own = answer(request)
    if (own !== null) return own
    return request.origin === FILES ? { status: 200, body: "PK\u0003\u0004" } : json(FOUND)
  })
const sourceOf = (mock: ReturnType<typeof service>, key = KEY) =>
  make({ url: `${API}/api/v1`, downloadsUrl: FILES, userAgent, dispatcher: mock.dispatcher }).pipe(
    Effect.provide(ports(key)),
  )
const searching = (answer: MockedAnswer, query = filmQuery()) =>
  Effect.gen(function* () {
    return yield* (yield* sourceOf(service(() => answer))).search(query)
  })
const withRows = (...rows: ReadonlyArray<unknown>) => json({ ...FOUND, subtitles: rows })

describe("search()", () => {
  for (const [what, query, expected] of [
    ["a film by its IMDb id", filmQuery(), { imdb_id: "tt1727587", type: "movie", languages: "EN" }],
    ["a film by its TMDB id", filmQuery({ ids: { tmdb: "45745" } }), { tmdb_id: "45745", type: "movie" }],
    ["a film by title and year", filmQuery({ ids: {} }), { film_name: "Sintel", year: "2010" }],
    [
      "an episode by its show",
      episodeQuery({}, { languages: languages("pt-BR", "nl") }),
      { imdb_id: "tt99000100", type: "tv", season_number: "1", episode_number: "3", languages: "BR_PT,NL" },
    ],
    ["an episode by title", episodeQuery({ showIds: {} }), { film_name: "The Harbor Line", type: "tv" }],
  ] as const)
    it.effect(`asks for ${what}`, () =>
      Effect.gen(function* () {
        const mock = service()
        yield* (yield* sourceOf(mock)).search(query)
        const asked = new URL(mock.asked[0]?.path ?? "", API)
        assert.strictEqual(asked.pathname, "/api/v1/subtitles")
        const given = Object.fromEntries(asked.searchParams)
        assert.deepInclude(given, { ...expected, api_key: KEY, subs_per_page: "30" })
      }),
    )

  it.effect("reads what SubDL says of a film", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* searching(json(FOUND)), [
        {
          provider: "subdl",
          id: "3197651-3213944",
          language: "en" as Language,
          forced: false,
          hearingImpaired: false,
          releases: ["Sintel.2010.1080p.BluRay.x264-EXAMPLE"],
          matchedBy: ["imdb"],
          season: null,
          episode: null,
          seasonPack: false,
          frameRate: null,
          machineTranslated: false,
          trusted: false,
          downloads: null,
          uploader: "example_author",
          fileName: "Sintel.2010.1080p.BluRay.x264-EXAMPLE.zip",
          handle: "/subtitle/3197651-3213944.zip",
        },
      ])
    }),
  )

  it.effect("keeps the key that SubDL puts into its paths out of everything", () =>
    Effect.gen(function* () {
      const url = `/subtitle/1-2.zip?api_key=${KEY}`
      const found = yield* searching(withRows({ ...ROW, url }))
      assert.strictEqual(found[0]?.handle, "/subtitle/1-2.zip")
      assert.notInclude(JSON.stringify(found), KEY)
    }),
  )

  it.effect("leaves out rows in two languages, in none, with an odd path, or odd", () =>
    Effect.gen(function* () {
      const rows = [
        null,
        {},
        { ...ROW, language: "EN_DE" },
        { ...ROW, language: null },
        { ...ROW, url: "https://evil.test/x.zip" },
        { ...ROW, url: "//evil.test/x.zip" },
        { ...ROW, url: "/subtitle/../../x.zip" },
        { ...ROW, language: "ZH_BG" },
      ]
      const found = yield* searching(withRows(...rows))
      assert.deepStrictEqual(
        found.map((one) => one.language),
        ["zh-Hant"],
      )
    }),
  )

  it.effect(
    "tells forced subtitles and those for the hearing impaired by words where the fields say nothing",
    () =>
      Effect.gen(function* () {
        const rows = [
          { ...ROW, url: "/subtitle/1.zip", comment: "Foreign parts only" },
          { ...ROW, url: "/subtitle/2.zip", release_name: "Sintel.2010.FORCED.BluRay" },
          { ...ROW, url: "/subtitle/3.zip", hi: true },
          { ...ROW, url: "/subtitle/4.zip", hi: 1 },
          { ...ROW, url: "/subtitle/5.zip", comment: "with SDH" },
          { ...ROW, url: "/subtitle/6.zip", comment: "hi, enjoy it" },
        ]
        const found = yield* searching(withRows(...rows))
        assert.deepStrictEqual(
          found.map((one) => [one.forced, one.hearingImpaired]),
          [
            [true, false],
            [true, false],
            [false, true],
            [false, true],
            [false, true],
            [false, false],
          ],
        )
      }),
  )

  for (const [what, fields, season, episode, pack] of [
    ["one episode", { season: 1, episode: 3, episode_from: 3, episode_end: 3 }, 1, 3, false],
    ["one episode in texts", { season: "1", episode: "3" }, 1, 3, false],
    [
      "an episode by its range alone",
      { season: 1, episode: null, episode_from: 4, episode_end: 4 },
      1,
      4,
      false,
    ],
    ["a whole season by its flag", { season: 1, episode: 0, full_season: true }, 1, null, true],
    [
      "a whole season by its range",
      { season: 1, episode: null, episode_from: 1, episode_end: 8 },
      1,
      null,
      true,
    ],
    [
      "a part of a season without it",
      { season: 1, episode: null, episode_from: 4, episode_end: 8 },
      1,
      4,
      false,
    ],
    ["nothing", { season: 0, episode: 0, episode_from: 0, episode_end: 0 }, null, null, false],
    ["nothing but a start", { season: 1, episode: "", episode_from: "", episode_end: null }, 1, null, false],
  ] as const)
    it.effect(`reads the place of a row that names ${what}`, () =>
      Effect.gen(function* () {
        const results = [{ imdb_id: "tt99000100", tmdb_id: 9_900_100 }]
        const answer = json({ ...FOUND, results, subtitles: [{ ...ROW, ...fields }] })
        const [found] = yield* searching(answer, episodeQuery())
        assert.deepStrictEqual([found?.season, found?.episode, found?.seasonPack], [season, episode, pack])
      }),
    )

  it.effect("takes nothing of another film", () =>
    Effect.gen(function* () {
      const results = [{ imdb_id: "tt0000042", tmdb_id: 42 }]
      assert.deepStrictEqual(yield* searching(json({ ...FOUND, results })), [])
    }),
  )

  for (const body of [
    sampleText("subs/subdl-not-found.200.json"),
    '{"success":false,"error":"can\'t find subtitle"}',
    '{"status":false,"message":"No subtitles found"}',
    '{"status":true,"results":[],"subtitles":[]}',
  ])
    it.effect(`finds nothing in ${body.replaceAll(/\s+/g, " ")}`, () =>
      Effect.gen(function* () {
        assert.deepStrictEqual(yield* searching(json(body)), [])
      }),
    )

  for (const [tag, body] of [
    ["ProviderRejected", '{"status":false,"error":"Invalid api key"}'],
    ["ProviderQuota", '{"status":false,"error":"Daily limit reached"}'],
    ["ProviderUnavailable", '{"status":false,"error":"something went wrong"}'],
    ["ProviderUnavailable", '{"status":false}'],
    ["ProviderUnavailable", '{"status":true}'],
    ["ProviderUnavailable", "[]"],
  ] as const)
    it.effect(`takes ${body} for ${tag}`, () =>
      Effect.gen(function* () {
        assert.strictEqual((yield* Effect.flip(searching(json(body))))._tag, tag)
      }),
    )

  it.effect("shows the key in no message, also when SubDL repeats it", () =>
    Effect.gen(function* () {
      for (const [status, body] of [
        [403, { error: `Key ${KEY} is blocked` }],
        [200, { status: false, error: `Invalid API key ${KEY}` }],
        [500, { error: `/api/v1/subtitles?api_key=${KEY} failed` }],
      ] as const) {
        const error = yield* Effect.flip(searching(json(JSON.stringify(body), status)))
        assert.notInclude(`${error.message} ${JSON.stringify(error)}`, KEY)
      }
    }),
  )

  it.effect("follows no redirect to another host, which would get the key", () =>
    Effect.gen(function* () {
      const location = `https://evil.test/?api_key=${KEY}`
      const mock = service(() => ({ status: 302, headers: { location } }))
      const error = yield* Effect.flip((yield* sourceOf(mock)).search(filmQuery()))
      assert.strictEqual(error._tag, "ProviderUnavailable")
      assert.strictEqual(mock.asked.length, 1)
    }),
  )
})

describe("fetch()", () => {
  const fetching = (answer: MockedAnswer | null) =>
    Effect.gen(function* () {
      const mock = service((request) => (request.origin === FILES ? answer : null))
      const source = yield* sourceOf(mock)
      const [first] = yield* source.search(filmQuery())
      return { mock, result: yield* Effect.result(source.fetch(first!)) }
    })

  it.effect("takes the archive from the host of downloads, without the key", () =>
    Effect.gen(function* () {
      const { mock, result } = yield* fetching(null)
      assert.strictEqual(result._tag, "Success")
      assert.deepStrictEqual(
        [mock.asked[1]?.origin, mock.asked[1]?.path],
        [FILES, "/subtitle/3197651-3213944.zip"],
      )
    }),
  )

  it.effect("knows the text of a quota that comes as a 500", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(5_000)
      const { result } = yield* fetching({ status: 500, body: "Download limit exceeded" })
      const error = result._tag === "Failure" ? result.failure : null
      assert.strictEqual(error?._tag === "ProviderQuota" && error.untilMs, 5_000 + QUOTA_REST_MS)
    }),
  )

  for (const [tag, answer] of [
    ["CandidateUnusable", { status: 404, body: "Not found" }],
    ["CandidateUnusable", { status: 200, body: "<html>busy</html>" }],
    ["CandidateUnusable", { status: 200, body: "" }],
    ["ProviderRejected", { status: 403 }],
    ["ProviderQuota", { status: 429 }],
    ["ProviderUnavailable", { status: 500, body: "oops" }],
    ["ProviderUnavailable", { status: 503 }],
  ] as const)
    it.effect(`takes ${answer.status} "${"body" in answer ? answer.body : ""}" for ${tag}`, () =>
      Effect.gen(function* () {
        const { result } = yield* fetching(answer)
        assert.strictEqual(result._tag === "Failure" && result.failure._tag, tag)
      }),
    )

  it.effect("gives an archive in which the reader finds the episode", () =>
    Effect.gen(function* () {
      const { source } = yield* simulated
      const query = episodeQuery({}, { languages: languages("nl") })
      const [pack] = yield* source.search(query)
      assert.deepStrictEqual([pack?.seasonPack, pack?.season, pack?.episode], [true, 1, null])
      const delivery = yield* source.fetch(pack!)
      const text = yield* SubtitleReader.use((reader) =>
        reader.read(
          delivery.bytes,
          wish({ season: 1, episode: 3, language: "nl", fileName: delivery.fileName }),
        ),
      ).pipe(Effect.provide(fileReader))
      assert.include(text.text, "Slack Water")
      assert.include(text.fileName, "S01E03")
    }),
  )

  it.effect("takes no path that it did not give", () =>
    Effect.gen(function* () {
      const mock = service()
      const source = yield* sourceOf(mock)
      for (const handle of [
        "/subtitle/../x.zip",
        "/other/x.zip",
        "//evil.test/subtitle/x",
        "/subtitle/1.zip?x=1",
      ]) {
        assert.strictEqual(
          (yield* Effect.flip(source.fetch(candidate({ handle }))))._tag,
          "CandidateUnusable",
        )
      }
      assert.strictEqual(mock.asked.length, 0)
    }),
  )
})

describe("unsuited()", () => {
  it.effect("says so without a key, and with one that cannot be read", () =>
    Effect.gen(function* () {
      const unreadable = `${Buffer.from("{}").toString("base64url")}.${"A".repeat(27)}`
      for (const [key, expected] of [
        ["", "no API key is set"],
        [unreadable, "Cannot read the stored SubDL API key"],
      ] as const) {
        const source = yield* sourceOf(service(), key)
        assert.include(yield* source.unsuited(filmQuery()), expected)
        assert.strictEqual((yield* Effect.flip(source.search(filmQuery())))._tag, "ProviderRejected")
      }
    }),
  )
})

describe("pathOf()", () => {
  for (const [url, expected] of [
    ["/subtitle/3197651-3213944.zip", "/subtitle/3197651-3213944.zip"],
    ["/subtitle/1-2.zip?api_key=secret", "/subtitle/1-2.zip"],
    ["/subtitle/1-2.zip#x", "/subtitle/1-2.zip"],
    ["/subtitle/a/b.zip", "/subtitle/a/b.zip"],
    ["/subtitle/../b.zip", null],
    ["subtitle/1.zip", null],
    ["/subtitle/1 2.zip", null],
    ["/subtitle/%2e%2e/x", null],
  ] as const)
    it(`makes ${expected} of ${url}`, () => assert.strictEqual(pathOf(url), expected))
})

describe("languageCodes()", () => {
  for (const [tag, codes] of [
    ["en", ["EN"]],
    ["en-GB", ["EN"]],
    ["pt", ["PT"]],
    ["pt-PT", ["PT"]],
    ["pt-BR", ["BR_PT"]],
    ["es", ["ES"]],
    ["es-419", ["ES"]],
    ["zh", ["ZH", "ZH_BG"]],
    ["zh-Hans", ["ZH"]],
    ["zh-Hant", ["ZH_BG"]],
    ["el", ["EL"]],
    ["nb", ["NO"]],
    ["fil", ["TL"]],
    ["yue", []],
  ] as const)
    it(`asks for ${tag} by ${codes.join(" and ") || "nothing"}`, () => {
      assert.deepStrictEqual(languageCodes(tag as Language), codes)
    })
})

describe("languageBehind()", () => {
  for (const [code, tag] of [
    ["EN", "en"],
    ["en", "en"],
    ["BR_PT", "pt-BR"],
    ["ZH_BG", "zh-Hant"],
    ["ZH", "zh-Hans"],
    ["TL", "fil"],
    ["FA", "fa"],
    ["EN_DE", null],
    ["", null],
    ["XX", null],
  ] as const)
    it(`takes ${code} for ${tag}`, () => assert.strictEqual<string | null>(languageBehind(code), tag))
})
