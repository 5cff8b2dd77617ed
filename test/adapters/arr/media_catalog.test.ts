import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import { MockAgent } from "undici"
import { FAILURE_AGE_MS } from "../../../adapters/arr/_kept.ts"
import { layer } from "../../../adapters/arr/media_catalog.ts"
import { MediaCatalog } from "../../../core/ports/media_catalog.ts"
import { mediaCatalogContract } from "../../contracts/media_catalog.ts"
import { arrMock } from "../../support/arr_mock.ts"
import { radarr, radarrAccess } from "../../support/arr_world.ts"
import { sampleText } from "../../support/samples.ts"

mediaCatalogContract("arr", () => layer({ dispatcher: arrMock() }))

const FILMS = sampleText("arr/radarr-movie.200.json")
const JSON_TYPE = { "content-type": "application/json" }

/** A Radarr that answers everything in one way; `calls` counts. */
function always(status: number, body: string, headers: Record<string, string> = JSON_TYPE) {
  const agent = new MockAgent()
  agent.disableNetConnect()
  let calls = 0
  agent
    .get(radarrAccess.url)
    .intercept({ method: "GET", path: () => true })
    .reply(() => {
      calls += 1
      return { statusCode: status, data: body, responseOptions: { headers } }
    })
    .persist()
  return { dispatcher: agent, calls: () => calls }
}

const filmsOf = (options: Parameters<typeof layer>[0]) =>
  MediaCatalog.use((one) => one.films(radarrAccess)).pipe(Effect.provide(layer(options)))

describe("layer()", () => {
  for (const [what, status, body, headers, detail] of [
    ["the web page of a wrong url base", 200, "<!doctype html>", { "content-type": "text/html" }, "URL base"],
    ["a redirect to the login", 302, "", { location: "/login?returnUrl=%2F" }, "another address (302)"],
    ["a page that is not there", 404, "<html>", { "content-type": "text/html" }, "404"],
    ["a reverse proxy without its server", 502, "<html>", { "content-type": "text/html" }, "502"],
    ["no content type", 200, FILMS, {}, "no content type"],
    ["a stack trace", 500, '{"message":"x","description":"at Radarr.Api"}', JSON_TYPE, "answered 500"],
    ["an object instead of a list", 200, '{"page":1}', JSON_TYPE, "not the list"],
    ["a list that stops half way", 200, FILMS.slice(0, -20), JSON_TYPE, "ended before its end"],
    ["broken JSON", 200, "[{nonsense}]", JSON_TYPE, "no valid JSON"],
  ] as const) {
    it.effect(`calls ${what} unreachable and says why`, () =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(filmsOf(always(status, body, headers)))
        assert.strictEqual(error._tag, "CatalogUnreachable")
        assert.include(error.message, detail)
        assert.notInclude(error.message, "returnUrl")
        assert.notInclude(error.message, "Radarr.Api")
      }),
    )
  }

  for (const status of [401, 403])
    it.effect(`calls ${status} a rejected key`, () =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(filmsOf(always(status, "", {})))
        assert.strictEqual(error._tag, "CatalogKeyRejected")
      }),
    )

  it.effect("leaves out an element that it does not understand and keeps the others", () =>
    Effect.gen(function* () {
      const rows = [...JSON.parse(FILMS), { id: "x" }, null, 5]
      assert.deepStrictEqual(yield* filmsOf(always(200, JSON.stringify(rows))), radarr().films)
    }),
  )

  it.effect("has no episodes for a series that is gone", () =>
    Effect.gen(function* () {
      const { dispatcher } = always(404, '{"message":"NotFound","description":"at Sonarr"}')
      const episodes = yield* MediaCatalog.use((one) => one.episodes(radarrAccess, 1, null)).pipe(
        Effect.provide(layer({ dispatcher })),
      )
      assert.deepStrictEqual(episodes, [])
    }),
  )

  it.effect("gives up after its time-out and aborts the request", () =>
    Effect.gen(function* () {
      const agent = new MockAgent()
      agent.disableNetConnect()
      agent
        .get(radarrAccess.url)
        .intercept({ method: "GET", path: () => true })
        .reply(200, FILMS, { headers: JSON_TYPE })
        .delay(3_600_000)
      const fiber = yield* Effect.forkChild(Effect.flip(filmsOf({ dispatcher: agent, listTimeoutMs: 5_000 })))
      yield* TestClock.adjust("5 seconds")
      const error = yield* Fiber.join(fiber)
      assert.include(error.message, "no answer within 5 s")
    }),
  )

  it.effect("asks again when the answer that it has is older than the caller accepts", () =>
    Effect.gen(function* () {
      const radarrServer = always(200, FILMS)
      const catalog = yield* MediaCatalog.pipe(Effect.provide(layer(radarrServer)))
      yield* catalog.films(radarrAccess, { maxAgeMs: 60_000 })
      yield* TestClock.adjust(59_999)
      yield* catalog.films(radarrAccess, { maxAgeMs: 60_000 })
      assert.strictEqual(radarrServer.calls(), 1)
      yield* TestClock.adjust(1)
      yield* catalog.films(radarrAccess, { maxAgeMs: 60_000 })
      assert.strictEqual(radarrServer.calls(), 2)
      yield* catalog.films(radarrAccess)
      assert.strictEqual(radarrServer.calls(), 3)
    }),
  )

  it.effect("shares one call among callers who ask at the same time", () =>
    Effect.gen(function* () {
      const radarrServer = always(200, FILMS)
      const catalog = yield* MediaCatalog.pipe(Effect.provide(layer(radarrServer)))
      const one = catalog.films(radarrAccess, { maxAgeMs: 1_000 })
      yield* Effect.all([one, one, one], { concurrency: "unbounded" })
      assert.strictEqual(radarrServer.calls(), 1)
    }),
  )

  it.effect("lets a failure answer for a short time only", () =>
    Effect.gen(function* () {
      const radarrServer = always(503, "", {})
      const catalog = yield* MediaCatalog.pipe(Effect.provide(layer(radarrServer)))
      const ask = Effect.flip(catalog.films(radarrAccess, { maxAgeMs: 300_000 }))
      yield* ask
      yield* TestClock.adjust(FAILURE_AGE_MS - 1)
      yield* ask
      assert.strictEqual(radarrServer.calls(), 1)
      yield* TestClock.adjust(1)
      yield* ask
      assert.strictEqual(radarrServer.calls(), 2)
    }),
  )
})

describe("films()", () => {
  const Title = Schema.String.check(Schema.makeFilter((text) => text.isWellFormed()))

  it.effect.prop(
    "reads any title, however the answer is cut into pieces",
    [Schema.Array(Title)],
    ([titles]) =>
      Effect.gen(function* () {
        const rows = titles.map((title, index) => ({ id: index + 1, title, path: `/movies/[{"\\${index}` }))
        const films = yield* filmsOf(always(200, JSON.stringify(rows, null, titles.length % 3)))
        assert.deepStrictEqual(
          films.map(({ title, path }) => ({ title, path })),
          rows.map(({ title, path }) => ({ title, path })),
        )
      }),
  )
})
