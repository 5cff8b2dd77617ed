import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { releasesOf } from "../../../adapters/gestdown/_candidates.ts"
import { addic7edName } from "../../../adapters/gestdown/_languages.ts"
import { LANGUAGES_MAX, make } from "../../../adapters/gestdown/subtitle_source.ts"
import { type Language, parseLanguage } from "../../../core/subtitles/language.ts"
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
const URL_GESTDOWN = "https://gestdown.test"

subtitleSourceContract(
  "gestdown",
  Effect.gen(function* () {
    const simulator = yield* Effect.acquireRelease(
      Effect.promise(() => startSimulator()),
      (one) => Effect.promise(() => one.close()),
    )
    return {
      source: yield* make({ url: simulator.urls.gestdown, userAgent }),
      found: episodeQuery({}, { languages: languages("en", "fr") }),
      nothing: episodeQuery({ season: 7 }),
      unsuited: filmQuery(),
      trouble: (what) => makeTrouble(simulator, "gestdown", what),
      calls: () => simulator.requests.count({ service: "gestdown" }),
      secrets: [],
    }
  }),
  ["broken", "garbage", "page", "reset", "silent", "slow_down"],
)

const SHOW = "31437de3-0000-4000-8000-000000000001"
const SHOWS = sampleText("subs/gestdown-shows-by-tvdb.200.json")
const SUBTITLES = sampleJson("subs/gestdown-subtitles.200.json")

/** Gestdown as the samples show it; `answer` has the first word. */
const gestdown = (answer: (request: MockedRequest, count: number) => MockedAnswer | null = () => null) =>
  providerMock([URL_GESTDOWN], (request, count) => {
    const own = answer(request, count)
    if (own !== null) return own
    if (request.path.startsWith("/shows/")) return json(SHOWS)
    if (request.path.startsWith("/subtitles/download/"))
      return { status: 200, body: "1\n00:00:01,000 --> 00:00:02,000\nHi\n" }
    return json(SUBTITLES)
  })

const sourceOf = (mock: ReturnType<typeof gestdown>) =>
  make({ url: `${URL_GESTDOWN}/`, userAgent, dispatcher: mock.dispatcher })

describe("search()", () => {
  it.effect("asks for the show once, and for each language by its name on Addic7ed", () =>
    Effect.gen(function* () {
      const mock = gestdown()
      const source = yield* sourceOf(mock)
      const query = episodeQuery({}, { languages: languages("en", "pt-BR") })
      yield* source.search(query)
      yield* source.search(query)
      assert.deepStrictEqual(
        mock.asked.map((one) => one.path),
        [
          "/shows/external/tvdb/990001",
          `/subtitles/get/${SHOW}/1/3/English`,
          `/subtitles/get/${SHOW}/1/3/Portuguese%20(Brazilian)`,
          `/subtitles/get/${SHOW}/1/3/English`,
          `/subtitles/get/${SHOW}/1/3/Portuguese%20(Brazilian)`,
        ],
      )
      assert.strictEqual(mock.asked[0]?.headers.get("user-agent"), userAgent)
    }),
  )

  it.effect("leaves out what is not finished and what is in another language", () =>
    Effect.gen(function* () {
      const source = yield* sourceOf(gestdown())
      const found = yield* source.search(episodeQuery({}, { languages: languages("en", "fr") }))
      assert.deepStrictEqual(found, [
        {
          provider: "gestdown",
          id: "019474c9-0000-7000-8000-00000000aaaa",
          language: "en" as Language,
          forced: false,
          hearingImpaired: false,
          releases: ["The.Harbor.Line.S01E03-EXAMPLE"],
          matchedBy: ["tvdb"],
          season: 1,
          episode: 3,
          seasonPack: false,
          frameRate: null,
          machineTranslated: false,
          trusted: false,
          downloads: null,
          uploader: null,
          fileName: null,
          handle: "/subtitles/download/019474c9-0000-7000-8000-00000000aaaa",
        },
      ])
    }),
  )

  it.effect("leaves out a row that it does not understand and keeps the others", () =>
    Effect.gen(function* () {
      const [row] = SUBTITLES.matchingSubtitles
      const rows = [null, { subtitleId: 5 }, { ...row, subtitleId: "x", downloadUri: "//evil.test/x" }, row]
      const mock = gestdown((request) =>
        request.path.startsWith("/subtitles/get/") ? json({ matchingSubtitles: rows }) : null,
      )
      const found = yield* (yield* sourceOf(mock)).search(episodeQuery())
      assert.deepStrictEqual(
        found.map((one) => one.id),
        [row.subtitleId],
      )
    }),
  )

  it.effect("asks by title where the TVDB id is not known, and says so", () =>
    Effect.gen(function* () {
      const mock = gestdown()
      const [found] = yield* (yield* sourceOf(mock)).search(episodeQuery({ showIds: {} }))
      assert.deepStrictEqual(
        mock.asked.map((one) => one.path),
        ["/subtitles/find/English/The%20Harbor%20Line/1/3"],
      )
      assert.deepStrictEqual(found?.matchedBy, ["title"])
    }),
  )

  it.effect("finds nothing for a show that Gestdown has not, and remembers it for an hour", () =>
    Effect.gen(function* () {
      const mock = gestdown((request) => (request.path.startsWith("/shows/") ? { status: 404 } : null))
      const source = yield* sourceOf(mock)
      assert.deepStrictEqual(yield* source.search(episodeQuery()), [])
      yield* TestClock.adjust("59 minutes")
      yield* source.search(episodeQuery())
      assert.strictEqual(mock.asked.length, 1)
      yield* TestClock.adjust("2 minutes")
      yield* source.search(episodeQuery())
      assert.strictEqual(mock.asked.length, 2)
    }),
  )

  it.effect("asks for so many languages and no more", () =>
    Effect.gen(function* () {
      const mock = gestdown()
      const many = languages("en", "fr", "de", "es", "it", "nl", "sv", "da")
      yield* (yield* sourceOf(mock)).search(episodeQuery({}, { languages: many }))
      assert.strictEqual(mock.asked.length, 1 + LANGUAGES_MAX)
    }),
  )

  it.effect("leaves a show alone for 30 seconds while Gestdown refreshes it", () =>
    Effect.gen(function* () {
      let locked = true
      const mock = gestdown((request) =>
        locked && request.path.startsWith("/subtitles/get/") ? { status: 423 } : null,
      )
      const source = yield* sourceOf(mock)
      const error = yield* Effect.flip(source.search(episodeQuery()))
      assert.strictEqual(error._tag === "ProviderUnavailable" && error.retryAfterSeconds, 30)
      const asked = mock.asked.length
      yield* TestClock.adjust("29 seconds")
      const still = yield* Effect.flip(source.search(episodeQuery()))
      assert.strictEqual(still._tag === "ProviderUnavailable" && still.retryAfterSeconds, 1)
      assert.strictEqual(mock.asked.length, asked)
      locked = false
      yield* TestClock.adjust("1 second")
      assert.strictEqual((yield* source.search(episodeQuery())).length, 1)
    }),
  )

  it.effect("leaves a show that is refreshed for ever alone for longer after the third time", () =>
    Effect.gen(function* () {
      const mock = gestdown((request) =>
        request.path.startsWith("/subtitles/get/") ? { status: 423 } : null,
      )
      const source = yield* sourceOf(mock)
      const waits: Array<number | null> = []
      for (let time = 0; time < 3; time++) {
        const error = yield* Effect.flip(source.search(episodeQuery()))
        waits.push(error._tag === "ProviderUnavailable" ? error.retryAfterSeconds : null)
        yield* TestClock.adjust("30 seconds")
      }
      assert.deepStrictEqual(waits, [30, 30, 600])
    }),
  )

  it.effect("understands 429", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(1_000_000)
      const mock = gestdown(() => ({ status: 429, headers: { "retry-after": "120" } }))
      const error = yield* Effect.flip((yield* sourceOf(mock)).search(episodeQuery()))
      assert.strictEqual(error._tag === "ProviderQuota" && error.untilMs, 1_120_000)
    }),
  )
})

describe("unsuited()", () => {
  for (const [what, query] of [
    ["a film", filmQuery()],
    ["an episode without a number", episodeQuery({ episode: null })],
    ["a show without id and title", episodeQuery({ showIds: {}, title: " " })],
    ["foreign parts only", episodeQuery({}, { forced: "require" })],
  ] as const)
    it.effect(`refuses ${what}`, () =>
      Effect.gen(function* () {
        const mock = gestdown()
        const source = yield* sourceOf(mock)
        assert.isString(yield* source.unsuited(query))
        assert.deepStrictEqual(yield* source.search(query), [])
        assert.strictEqual(mock.asked.length, 0)
      }),
    )
})

describe("fetch()", () => {
  const fetching = (answer: MockedAnswer) =>
    Effect.gen(function* () {
      const mock = gestdown((request) => (request.path.startsWith("/subtitles/download/") ? answer : null))
      const source = yield* sourceOf(mock)
      const [first] = yield* source.search(episodeQuery())
      return yield* source.fetch(first!)
    })

  it.effect("answers the bytes as they are, with the name of the file", () =>
    Effect.gen(function* () {
      const delivery = yield* fetching({
        status: 200,
        body: Buffer.from("la mar\xe9e", "latin1"),
        headers: { "content-disposition": 'attachment; filename="../a \\"b\\".srt"' },
      })
      assert.deepStrictEqual(delivery, {
        _tag: "File",
        bytes: Buffer.from("la mar\xe9e", "latin1"),
        fileName: 'a "b".srt',
      })
    }),
  )

  for (const [what, answer] of [
    ["a page", { status: 200, body: " <!DOCTYPE html><html>", headers: {} }],
    ["a page by its type", { status: 200, body: "x", headers: { "content-type": "text/html" } }],
    ["nothing", { status: 200, body: "" }],
    ["what is gone", { status: 404 }],
    ["more than is allowed", { status: 200, headers: { "content-length": "999999999" }, body: "x" }],
    ["a whole film", { status: 200, body: Buffer.alloc(10 * 1024 * 1024 + 1, 65) }],
  ] as const)
    it.effect(`refuses ${what}`, () =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(fetching(answer))
        assert.strictEqual(error._tag, "CandidateUnusable")
      }),
    )
})

describe("addic7edName()", () => {
  for (const [tag, name] of [
    ["en", "English"],
    ["fr", "French"],
    ["fr-CA", "French (Canadian)"],
    ["de", "German"],
    ["es", "Spanish"],
    ["es-ES", "Spanish (Spain)"],
    ["es-419", "Spanish (Latin America)"],
    ["es-MX", "Spanish (Latin America)"],
    ["pt", "Portuguese"],
    ["pt-PT", "Portuguese"],
    ["pt-BR", "Portuguese (Brazilian)"],
    ["zh-Hans", "Chinese (Simplified)"],
    ["zh-Hant", "Chinese (Traditional)"],
    ["nl", "Dutch"],
    ["el", "Greek"],
    ["sr", "Serbian (Cyrillic)"],
    ["sr-Latn", "Serbian (Latin)"],
    ["ca", "Català"],
    ["nb", "Norwegian"],
    ["en-GB", "English"],
  ] as const)
    it(`calls ${tag} ${name}`, () => {
      assert.strictEqual(addic7edName(parseLanguage(tag)!), name)
    })
})

describe("releasesOf()", () => {
  for (const [version, expected] of [
    ["DIMENSION", ["The.Show.S02E05-DIMENSION"]],
    ["LOL, SYS", ["The.Show.S02E05-LOL", "The.Show.S02E05-SYS"]],
    ["WEBRip.TBS+ION10", ["The.Show.S02E05.WEBRip.TBS", "The.Show.S02E05-ION10"]],
    ["Bluray-CtrlHD", ["The.Show.S02E05.Bluray-CtrlHD"]],
    ["AMZN WEB-DL NTb", ["The.Show.S02E05.AMZN.WEB-DL.NTb"]],
    ["WEB", ["The.Show.S02E05.WEB"]],
    ["", []],
  ] as const)
    it(`reads the version "${version}"`, () => {
      assert.deepStrictEqual(releasesOf("The Show", 2, 5, version, null), expected)
    })

  it("has the whole name first where Gestdown knows it", () => {
    assert.deepStrictEqual(releasesOf("The Show", 2, 5, "LOL", "The.Show.S02E05.HDTV.x264-LOL"), [
      "The.Show.S02E05.HDTV.x264-LOL",
      "The.Show.S02E05-LOL",
    ])
  })
})
