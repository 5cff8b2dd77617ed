import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/testing/TestClock"
import { layer as memorySecrets } from "../../../adapters/memory/secret_box.ts"
import { layer as memorySettings } from "../../../adapters/memory/settings_store.ts"
import { canonicalQuery, languageBehind, languageCodes } from "../../../adapters/opensubtitles/_query.ts"
import { hostOf, TOKEN_KEPT_MS } from "../../../adapters/opensubtitles/_session.ts"
import { make, PAGES_MAX } from "../../../adapters/opensubtitles/subtitle_source.ts"
import { SettingsStore } from "../../../core/ports/settings_store.ts"
import type { SettingsPatch } from "../../../core/settings/settings.ts"
import type { Language } from "../../../core/subtitles/language.ts"
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
import { episodeQuery, filmQuery, languages } from "../../support/subtitle_queries.ts"

const userAgent = "OnCue v0.0.0"
const HOST = "https://api.opensubtitles.com"
const VIP = "https://vip-api.opensubtitles.com"
const FILES = "https://www.opensubtitles.com"
const KEY = "EXAMPLEopensubtitlesKEY"
const PASSWORD = "example_password"

const settingsOf = (user = "example_user", password = PASSWORD, key = KEY): SettingsPatch => ({
  opensubtitlescom: { username: user, password: Redacted.make(password) },
  oncue: { opensubtitles_api_key: Redacted.make(key) },
})
const ports = (settings: SettingsPatch) => Layer.mergeAll(memorySettings({ settings }), memorySecrets())

subtitleSourceContract(
  "opensubtitles",
  Effect.gen(function* () {
    const simulator = yield* Effect.acquireRelease(
      Effect.promise(() => startSimulator()),
      (one) => Effect.promise(() => one.close()),
    )
    const source = yield* make({ url: simulator.urls.openSubtitles, urlFixed: true, userAgent }).pipe(
      Effect.provide(ports(settingsOf())),
    )
    return {
      source,
      found: filmQuery({}, { languages: languages("en", "fr") }),
      nothing: filmQuery({ ids: { imdb: "tt0000001" } }),
      unsuited: filmQuery({ ids: {}, title: "" }),
      trouble: (what) => makeTrouble(simulator, "openSubtitles", what),
      calls: () => simulator.requests.count({ service: "openSubtitles" }),
      secrets: [KEY, PASSWORD],
    }
  }),
  ["broken", "garbage", "page", "reset", "silent", "slow_down", "refused"],
)

const LOGIN = sampleText("subs/opensubtitles-login.200.json")
const FILM = sampleText("subs/opensubtitles-subtitles-movie.200.json")
const EPISODE = sampleText("subs/opensubtitles-subtitles-episode.200.json")
const EMPTY = sampleText("subs/opensubtitles-subtitles-empty.200.json")
const DOWNLOAD = sampleText("subs/opensubtitles-download.200.json")
const SRT = "1\n00:00:01,000 --> 00:00:02,000\nHi\n"

type Answer = (request: MockedRequest, count: number) => MockedAnswer | null

/** The service as the samples show it; `answer` has the first word. */
const service = (answer: Answer = () => null) =>
  providerMock([HOST, VIP, FILES, "https://evil.test"], (request, count) => {
    const own = answer(request, count)
    if (own !== null) return own
    if (request.path === "/api/v1/login") return json(LOGIN)
    if (request.path === "/api/v1/download") return json(DOWNLOAD)
    if (request.path.startsWith("/download/")) return { status: 200, body: SRT }
    return json(request.path.includes("season_number") ? EPISODE : FILM)
  })

const sourceOf = (mock: ReturnType<typeof service>, settings = settingsOf(), urlFixed = false) =>
  make({ url: `${HOST}/api/v1`, urlFixed, userAgent, dispatcher: mock.dispatcher }).pipe(
    Effect.provide(ports(settings)),
  )
const pathsOf = (mock: ReturnType<typeof service>) => mock.asked.map((one) => `${one.method} ${one.path}`)
const isSearch = (request: MockedRequest) => request.path.startsWith("/api/v1/subtitles")

describe("search()", () => {
  it.effect("asks in the service's canonical form, with key and agent, after one login", () =>
    Effect.gen(function* () {
      const mock = service()
      const source = yield* sourceOf(mock)
      yield* source.search(filmQuery({}, { languages: languages("pt-BR", "en", "es-419") }))
      yield* source.search(episodeQuery())
      assert.deepStrictEqual(pathsOf(mock), [
        "POST /api/v1/login",
        "GET /api/v1/subtitles?ai_translated=include&imdb_id=1727587&languages=ea%2Cen%2Cpt-br&machine_translated=include",
        "GET /api/v1/subtitles?ai_translated=include&episode_number=3&languages=en&machine_translated=include&parent_imdb_id=99000100&season_number=1",
      ])
      assert.deepStrictEqual(JSON.parse(mock.asked[0]?.body ?? ""), {
        username: "example_user",
        password: PASSWORD,
      })
      for (const request of mock.asked) {
        assert.strictEqual(request.headers.get("api-key"), KEY)
        assert.strictEqual(request.headers.get("user-agent"), userAgent)
        assert.strictEqual(request.headers.get("accept"), "application/json")
      }
      assert.match(mock.asked[1]?.headers.get("authorization") ?? "", /^Bearer eyJ/)
    }),
  )

  it.effect("reads what the service says of a film", () =>
    Effect.gen(function* () {
      const found = yield* (yield* sourceOf(service())).search(filmQuery())
      assert.deepStrictEqual(found[0], {
        provider: "opensubtitles",
        id: "700001",
        language: "en" as Language,
        forced: false,
        hearingImpaired: false,
        releases: ["Sintel.2010.1080p.BluRay.x264-EXAMPLE"],
        matchedBy: ["hash", "imdb"],
        season: null,
        episode: null,
        seasonPack: false,
        frameRate: 23.976,
        machineTranslated: false,
        trusted: true,
        downloads: 5120,
        uploader: "example_uploader",
        fileName: "Sintel.2010.1080p.BluRay.x264-EXAMPLE",
        handle: "8000001",
      })
      assert.deepStrictEqual(
        [found[1]?.language, found[1]?.hearingImpaired, found[1]?.machineTranslated],
        ["pt-BR", true, true],
      )
    }),
  )

  it.effect("reads what the service says of an episode", () =>
    Effect.gen(function* () {
      const [first] = yield* (yield* sourceOf(service())).search(episodeQuery())
      assert.deepStrictEqual([first?.season, first?.episode, first?.matchedBy], [1, 3, ["imdb"]])
    }),
  )

  it.effect("leaves out rows without a file, with several, in no language, for another film, or odd", () =>
    Effect.gen(function* () {
      const page = sampleJson("subs/opensubtitles-subtitles-movie.200.json")
      const [row] = page.data
      const file = { file_id: 1, cd_number: 1, file_name: "x" }
      const changed = (attributes: object) => ({
        ...row,
        id: "no",
        attributes: { ...row.attributes, ...attributes },
      })
      const rows = [
        null,
        { id: 1 },
        changed({ files: [] }),
        changed({ files: [file, { ...file, cd_number: 2 }] }),
        changed({ files: [{ ...file, cd_number: 2 }] }),
        changed({ language: "xx-unknown" }),
        changed({ moviehash_match: false, feature_details: { imdb_id: 42 } }),
        {
          ...row,
          attributes: {
            ...row.attributes,
            from_trusted: null,
            download_count: "7",
            fps: 0,
            moviehash_match: "1",
          },
        },
      ]
      const mock = service((request) => (isSearch(request) ? json({ ...page, data: rows }) : null))
      const found = yield* (yield* sourceOf(mock)).search(filmQuery())
      assert.strictEqual(found.length, 1)
      assert.deepStrictEqual(
        [found[0]?.trusted, found[0]?.downloads, found[0]?.frameRate, found[0]?.matchedBy],
        [false, 7, null, ["imdb"]],
      )
    }),
  )

  it.effect("calls a subtitle forced unless it is for the hearing impaired", () =>
    Effect.gen(function* () {
      const page = sampleJson("subs/opensubtitles-subtitles-movie.200.json")
      const data = page.data.map((row: any) => ({
        ...row,
        attributes: { ...row.attributes, foreign_parts_only: true },
      }))
      const mock = service((request) => (isSearch(request) ? json({ ...page, data }) : null))
      const found = yield* (yield* sourceOf(mock)).search(filmQuery({}, { forced: "require" }))
      assert.deepStrictEqual(
        found.map((one) => one.forced),
        [true, false],
      )
      assert.include(mock.asked.at(-1)?.path, "foreign_parts_only=only")
    }),
  )

  it.effect("searches by hash first, and without it when that finds nothing", () =>
    Effect.gen(function* () {
      const mock = service((request) => (request.path.includes("moviehash") ? json(EMPTY) : null))
      const hashed = filmQuery({ movieHash: "8e245d9679d31e12" })
      const found = yield* (yield* sourceOf(mock)).search(hashed)
      assert.strictEqual(found.length, 2)
      assert.deepStrictEqual(
        mock.asked.slice(1).map((one) => one.path.includes("moviehash=8e245d9679d31e12")),
        [true, false],
      )
    }),
  )

  it.effect("leaves the hash out where the settings say so", () =>
    Effect.gen(function* () {
      const mock = service()
      const settings = settingsOf()
      const source = yield* sourceOf(mock, {
        ...settings,
        opensubtitlescom: { ...settings.opensubtitlescom, use_hash: false },
      })
      yield* source.search(filmQuery({ movieHash: "8e245d9679d31e12" }))
      assert.notInclude(mock.asked[1]?.path, "moviehash")
    }),
  )

  for (const [what, query, expected] of [
    ["a film by its TMDB id", filmQuery({ ids: { tmdb: "45745" } }), "tmdb_id=45745&type=movie"],
    ["a film by title and year", filmQuery({ ids: {} }), "query=sintel&type=movie&year=2010"],
    [
      "an episode by its own id where the show has none",
      episodeQuery({ showIds: {} }),
      "imdb_id=99000113&languages=en&machine",
    ],
    [
      "an episode by its show's TMDB id",
      episodeQuery({ showIds: { tmdb: "9900100" } }),
      "parent_tmdb_id=9900100",
    ],
    ["a date by its own id", episodeQuery({ season: null, episode: null }), "imdb_id=99000113"],
    [
      "an episode by title",
      episodeQuery({ showIds: {}, ids: {} }),
      "query=the+harbor+line&season_number=1&type=episode",
    ],
    [
      "a file by its hash alone",
      filmQuery({ ids: {}, title: "", movieHash: "8e245d9679d31e12" }),
      "moviehash=",
    ],
    ["ids without zeros", filmQuery({ ids: { imdb: "tt0000042" } }), "imdb_id=42&"],
  ] as const)
    it.effect(`searches ${what}`, () =>
      Effect.gen(function* () {
        const mock = service()
        yield* (yield* sourceOf(mock)).search(query)
        assert.include(mock.asked[1]?.path, expected)
      }),
    )

  it.effect("reads so many pages and no more", () =>
    Effect.gen(function* () {
      const page = sampleJson("subs/opensubtitles-subtitles-movie.200.json")
      const mock = service((request) => (isSearch(request) ? json({ ...page, total_pages: 9 }) : null))
      yield* (yield* sourceOf(mock)).search(filmQuery())
      assert.strictEqual(mock.asked.filter(isSearch).length, PAGES_MAX)
      assert.include(mock.asked.at(-1)?.path, "&page=2")
    }),
  )

  it.effect("follows a redirect with its key on the same host, and to no other host", () =>
    Effect.gen(function* () {
      for (const [location, ok] of [
        ["/api/v1/subtitles?canonical=1", true],
        ["https://evil.test/api/v1/subtitles?x=1", false],
        ["//evil.test/x", false],
      ] as const) {
        const mock = service((request) =>
          isSearch(request) && !request.path.includes("canonical")
            ? { status: 301, headers: { location } }
            : null,
        )
        const result = yield* Effect.result((yield* sourceOf(mock)).search(filmQuery()))
        assert.strictEqual(result._tag, ok ? "Success" : "Failure")
        assert.isTrue(mock.asked.every((one) => one.origin === HOST))
        assert.strictEqual(mock.asked.at(-1)?.headers.get("api-key"), KEY)
      }
    }),
  )

  it.effect("gives up a redirect that goes round in circles", () =>
    Effect.gen(function* () {
      const mock = service((request) =>
        isSearch(request) ? { status: 302, headers: { location: request.path } } : null,
      )
      const error = yield* Effect.flip((yield* sourceOf(mock)).search(filmQuery()))
      assert.strictEqual(error._tag, "ProviderUnavailable")
    }),
  )
})

describe("sign-in", () => {
  it.effect("uses the host that the login names, if it is one of the service's own", () =>
    Effect.gen(function* () {
      for (const [named, expected, fixed] of [
        ["vip-api.opensubtitles.com", VIP, false],
        ["vip-api.opensubtitles.com", HOST, true],
        ["evil.test", HOST, false],
        ["api.opensubtitles.com.evil.test", HOST, false],
        ["", HOST, false],
      ] as const) {
        const login = { ...sampleJson("subs/opensubtitles-login.200.json"), base_url: named }
        const mock = service((request) => (request.path === "/api/v1/login" ? json(login) : null))
        yield* (yield* sourceOf(mock, settingsOf(), fixed)).search(filmQuery())
        assert.strictEqual(mock.asked.at(-1)?.origin, expected, named)
      }
    }),
  )

  it.effect("keeps the token for twelve hours", () =>
    Effect.gen(function* () {
      const mock = service()
      const source = yield* sourceOf(mock)
      const logins = () => mock.asked.filter((one) => one.path === "/api/v1/login").length
      yield* source.search(filmQuery())
      yield* TestClock.adjust(TOKEN_KEPT_MS - 1)
      yield* source.search(filmQuery())
      assert.strictEqual(logins(), 1)
      yield* TestClock.adjust(1)
      yield* source.search(filmQuery())
      assert.strictEqual(logins(), 2)
    }),
  )

  it.effect("tries a wrong password once, and again when it was changed", () =>
    Effect.gen(function* () {
      let right = false
      const wrong = json(sampleText("subs/opensubtitles-login.401.json"), 401)
      const mock = service((request) => (request.path === "/api/v1/login" && !right ? wrong : null))
      const layer = ports(settingsOf())
      yield* Effect.gen(function* () {
        const source = yield* make({
          url: `${HOST}/api/v1`,
          urlFixed: false,
          userAgent,
          dispatcher: mock.dispatcher,
        })
        const store = yield* SettingsStore
        const first = yield* Effect.flip(source.search(filmQuery()))
        assert.strictEqual(first._tag, "ProviderRejected")
        assert.include(first.message, "password is wrong")
        yield* TestClock.adjust("3 days")
        assert.strictEqual((yield* Effect.flip(source.search(filmQuery())))._tag, "ProviderRejected")
        assert.strictEqual(mock.asked.length, 1)
        right = true
        yield* store.update(() => ({ opensubtitlescom: { password: Redacted.make("another") } }))
        assert.strictEqual((yield* source.search(filmQuery())).length, 2)
        assert.include(mock.asked[1]?.body, "another")
      }).pipe(Effect.provide(layer))
    }),
  )

  it.effect("searches by the key alone when the login is not possible now", () =>
    Effect.gen(function* () {
      const busy = json('{"message":"Too many requests"}', 429, { "ratelimit-reset": "1" })
      const mock = service((request) => (request.path === "/api/v1/login" ? busy : null))
      assert.strictEqual((yield* (yield* sourceOf(mock)).search(filmQuery())).length, 2)
      assert.strictEqual(mock.asked.at(-1)?.headers.get("authorization"), null)
    }),
  )

  it.effect("needs no user, and then signs in to nothing", () =>
    Effect.gen(function* () {
      const mock = service()
      const source = yield* sourceOf(mock, settingsOf("", ""))
      const [first] = yield* source.search(filmQuery())
      yield* source.fetch(first!)
      assert.isFalse(mock.asked.some((one) => one.path === "/api/v1/login"))
    }),
  )

  it.effect("signs in again once when the token is refused", () =>
    Effect.gen(function* () {
      let searches = 0
      const mock = service((request) =>
        isSearch(request) && ++searches === 1 ? json('{"message":"invalid token"}', 401) : null,
      )
      const fiber = yield* Effect.forkChild((yield* sourceOf(mock)).search(filmQuery()))
      yield* TestClock.adjust("1 second")
      assert.strictEqual((yield* Fiber.join(fiber)).length, 2)
      assert.deepStrictEqual(
        mock.asked.map((one) => one.path.split("?")[0]),
        ["/api/v1/login", "/api/v1/subtitles", "/api/v1/login", "/api/v1/subtitles"],
      )
    }),
  )

  it.effect("is rejected when the new token is refused too", () =>
    Effect.gen(function* () {
      const mock = service((request) => (isSearch(request) ? json('{"message":"invalid token"}', 401) : null))
      const fiber = yield* Effect.forkChild(Effect.flip((yield* sourceOf(mock)).search(filmQuery())))
      yield* TestClock.adjust("1 second")
      assert.strictEqual((yield* Fiber.join(fiber))._tag, "ProviderRejected")
      assert.strictEqual(mock.asked.length, 4)
    }),
  )

  it.effect("shares one login among searches that begin together", () =>
    Effect.gen(function* () {
      const mock = service()
      const source = yield* sourceOf(mock)
      yield* Effect.all([source.search(filmQuery()), source.search(episodeQuery())], { concurrency: 2 })
      assert.strictEqual(mock.asked.filter((one) => one.path === "/api/v1/login").length, 1)
    }),
  )
})

describe("statuses", () => {
  const failing = (answer: MockedAnswer) =>
    Effect.gen(function* () {
      const mock = service((request) => (isSearch(request) ? answer : null))
      return yield* Effect.flip((yield* sourceOf(mock)).search(filmQuery()))
    })

  it.effect("406 is a quota until the time that the service says", () =>
    Effect.gen(function* () {
      const now = Date.UTC(2025, 7, 13, 0, 0, 0)
      yield* TestClock.setTime(now)
      const mock = service((request) =>
        request.path === "/api/v1/download"
          ? json(sampleText("subs/opensubtitles-download-quota.406.json"), 406)
          : null,
      )
      const source = yield* sourceOf(mock)
      const [first] = yield* source.search(filmQuery())
      const error = yield* Effect.flip(source.fetch(first!))
      assert.strictEqual(error._tag === "ProviderQuota" && error.untilMs, Date.UTC(2025, 7, 13, 23, 57, 45))
      assert.include(error.message, "20 subtitles")
    }),
  )

  it.effect("406 without a time, or with one that is over, is a quota for some hours", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(Date.UTC(2026, 0, 1))
      for (const body of ["{}", '{"reset_time_utc":"2025-01-01T00:00:00Z"}', "not JSON"]) {
        const error = yield* failing(json(body, 406))
        assert.strictEqual(error._tag === "ProviderQuota" && error.untilMs, Date.UTC(2026, 0, 1, 6))
      }
    }),
  )

  it.effect("429 rests as long as its headers say", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(1_000_000)
      for (const [headers, untilMs] of [
        [{ "ratelimit-reset": "7" }, 1_007_000],
        [{ "retry-after": "30", "ratelimit-reset": "7" }, 1_030_000],
        [{}, 1_060_000],
      ] as const) {
        const error = yield* failing(json('{"message":"Too many requests"}', 429, headers))
        assert.strictEqual(error._tag === "ProviderQuota" && error.untilMs, untilMs)
      }
    }),
  )

  for (const [status, tag, text] of [
    [403, "ProviderRejected", "API key"],
    [502, "ProviderUnavailable", "502"],
    [500, "ProviderUnavailable", "500"],
    [400, "ProviderUnavailable", "400"],
  ] as const)
    it.effect(`${status} is ${tag}`, () =>
      Effect.gen(function* () {
        const error = yield* failing(json('{"message":"nothing to say"}', status))
        assert.strictEqual(error._tag, tag)
        assert.include(error.message, text)
      }),
    )

  it.effect("502 is over soon", () =>
    Effect.gen(function* () {
      const error = yield* failing({ status: 502 })
      assert.strictEqual(error._tag === "ProviderUnavailable" && error.retryAfterSeconds, 15)
    }),
  )

  it.effect("no message repeats a secret that the service repeats", () =>
    Effect.gen(function* () {
      const error = yield* failing(json(JSON.stringify({ message: `Bad key ${KEY} for ${PASSWORD}` }), 403))
      assert.notInclude(error.message, KEY)
      assert.notInclude(error.message, PASSWORD)
      assert.include(error.message, "Bad key")
    }),
  )
})

describe("fetch()", () => {
  const fetching = (answer: Answer) =>
    Effect.gen(function* () {
      const mock = service(answer)
      const source = yield* sourceOf(mock)
      const [first] = yield* source.search(filmQuery())
      return { mock, result: yield* Effect.result(source.fetch(first!)) }
    })

  it.effect("asks for a link with the key and the token, and takes the file with neither", () =>
    Effect.gen(function* () {
      const { mock, result } = yield* fetching(() => null)
      const [asked, file] = mock.asked.slice(-2)
      assert.deepStrictEqual(JSON.parse(asked?.body ?? ""), { file_id: 8_000_001 })
      assert.match(asked?.headers.get("authorization") ?? "", /^Bearer /)
      assert.strictEqual(file?.origin, FILES)
      assert.strictEqual(file?.headers.get("api-key"), null)
      assert.strictEqual(file?.headers.get("authorization"), null)
      assert.deepStrictEqual(result._tag === "Success" && result.success, {
        _tag: "File",
        bytes: Buffer.from(SRT),
        fileName: "Sintel.2010.1080p.BluRay.x264-EXAMPLE.srt",
      })
    }),
  )

  it.effect("asks for a new link once when the first has expired", () =>
    Effect.gen(function* () {
      let files = 0
      const { result } = yield* Effect.gen(function* () {
        const mock = service((request) =>
          request.path.startsWith("/download/") && ++files === 1 ? { status: 410 } : null,
        )
        const source = yield* sourceOf(mock)
        const [first] = yield* source.search(filmQuery())
        const fiber = yield* Effect.forkChild(Effect.result(source.fetch(first!)))
        yield* TestClock.adjust("1 second")
        return { result: yield* Fiber.join(fiber) }
      })
      assert.strictEqual(result._tag, "Success")
      assert.strictEqual(files, 2)
    }),
  )

  for (const [what, link] of [
    ["to this network", "http://192.168.1.1/x.srt"],
    ["to this machine", "https://localhost/x.srt"],
    ["to the cloud's own data", "http://169.254.169.254/latest/meta-data"],
    ["nowhere", "not an address"],
    ["into files", "file:///etc/passwd"],
  ] as const)
    it.effect(`does not follow a link ${what}`, () =>
      Effect.gen(function* () {
        const { mock, result } = yield* fetching((request) =>
          request.path === "/api/v1/download" ? json({ link, file_name: "x.srt" }) : null,
        )
        assert.strictEqual(result._tag === "Failure" && result.failure._tag, "CandidateUnusable")
        assert.strictEqual(mock.asked.at(-1)?.path, "/api/v1/download")
      }),
    )

  for (const [what, answer] of [
    ["a file that is gone", { status: 404 }],
    ["a web page", { status: 200, body: "<html>", headers: { "content-type": "text/html" } }],
    ["an empty file", { status: 200, body: "" }],
  ] as const)
    it.effect(`cannot use ${what}`, () =>
      Effect.gen(function* () {
        const { result } = yield* fetching((request) =>
          request.path.startsWith("/download/") ? answer : null,
        )
        assert.strictEqual(result._tag === "Failure" && result.failure._tag, "CandidateUnusable")
      }),
    )

  it.effect("cannot use a file that the service does not know any more", () =>
    Effect.gen(function* () {
      const { result } = yield* fetching((request) =>
        request.path === "/api/v1/download" ? json('{"message":"Invalid file_id"}', 400) : null,
      )
      assert.strictEqual(result._tag === "Failure" && result.failure._tag, "CandidateUnusable")
    }),
  )
})

describe("unsuited()", () => {
  for (const [what, settings, expected] of [
    ["without a key", settingsOf("example_user", PASSWORD, ""), "no API key"],
    ["with a user and no password", settingsOf("example_user", ""), "no password"],
    [
      "with a secret that cannot be read",
      settingsOf("example_user", `${Buffer.from("{}").toString("base64url")}.${"A".repeat(27)}`),
      "Cannot read the stored OpenSubtitles password",
    ],
  ] as const)
    it.effect(`says so ${what}`, () =>
      Effect.gen(function* () {
        const mock = service()
        const source = yield* sourceOf(mock, settings)
        assert.include(yield* source.unsuited(filmQuery()), expected)
        assert.strictEqual((yield* Effect.flip(source.search(filmQuery())))._tag, "ProviderRejected")
        assert.strictEqual(mock.asked.length, 0)
      }),
    )
})

describe("hostOf()", () => {
  for (const [named, expected] of [
    ["api.opensubtitles.com", "https://api.opensubtitles.com/api/v1"],
    ["vip-api.opensubtitles.com", "https://vip-api.opensubtitles.com/api/v1"],
    ["https://www.opensubtitles.com", "https://www.opensubtitles.com/api/v1"],
    ["http://api.opensubtitles.com/", "https://api.opensubtitles.com/api/v1"],
    ["opensubtitles.com", "https://opensubtitles.com/api/v1"],
    ["evilopensubtitles.com", null],
    ["opensubtitles.com.evil.test", null],
    ["api.opensubtitles.com@evil.test", null],
    ["evil.test/api.opensubtitles.com", null],
    ["api.opensubtitles.com:8080", null],
    ["", null],
    [null, null],
  ] as const)
    it(`makes ${expected} of ${named}`, () => assert.strictEqual(hostOf(named), expected))
})

describe("canonicalQuery()", () => {
  it("is sorted, in lower case and with + for blanks", () => {
    assert.strictEqual(
      canonicalQuery({ type: "Movie", languages: "en,pt-BR", query: "The A" }),
      "languages=en%2Cpt-br&query=the+a&type=movie",
    )
  })
})

describe("languageCodes()", () => {
  for (const [tag, codes] of [
    ["en", ["en"]],
    ["en-GB", ["en"]],
    ["pt", ["pt-pt"]],
    ["pt-BR", ["pt-br"]],
    ["es", ["es"]],
    ["es-419", ["ea"]],
    ["es-MX", ["ea"]],
    ["zh", ["zh-cn", "zh-tw"]],
    ["zh-Hans", ["zh-cn"]],
    ["zh-Hant", ["zh-tw"]],
    ["el", ["el"]],
    ["nb", ["no"]],
    ["fil", ["tl"]],
    ["yue", ["zh-ca"]],
  ] as const)
    it(`asks for ${tag} by ${codes.join(" and ")}`, () => {
      assert.deepStrictEqual(languageCodes(tag as Language), codes)
    })
})

describe("languageBehind()", () => {
  for (const [code, tag] of [
    ["en", "en"],
    ["pt-BR", "pt-BR"],
    ["pt-PT", "pt-PT"],
    ["zh-CN", "zh-Hans"],
    ["zh-TW", "zh-Hant"],
    ["zh-ca", "yue"],
    ["ea", "es-419"],
    ["sp", "es-ES"],
    ["ze", "zh-Hans"],
    ["", null],
  ] as const)
    it(`takes ${code} for ${tag}`, () => assert.strictEqual<string | null>(languageBehind(code), tag))
})
