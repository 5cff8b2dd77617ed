import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { layer } from "../../../adapters/bazarr/bazarr.ts"
import { Bazarr } from "../../../core/ports/bazarr.ts"
import { bazarrContract } from "../../contracts/bazarr.ts"
import { BAZARR_KEY } from "../../simulator/bazarr/bazarr.ts"
import { fault, startSimulator } from "../../simulator/mod.ts"

const simulated = Effect.acquireRelease(
  Effect.promise(() => startSimulator()),
  (simulator) => Effect.promise(() => simulator.close()),
)
const accessOf = (url: string) => ({ url, apiKey: Redacted.make(BAZARR_KEY) })

bazarrContract(
  "HTTP",
  Effect.map(simulated, (simulator) => {
    const { bazarr, urls, world } = simulator
    bazarr.wanted = ["nl", "th"]
    const series = world.sonarr[0]!.series[0]!
    return {
      layer: layer(),
      access: accessOf(urls.bazarr),
      version: "1.5.3",
      film: { _tag: "Movie", radarrId: world.radarr[0]!.movies.find(({ file }) => file !== undefined)!.id },
      episode: { _tag: "Episode", seriesId: series.id, episodeId: series.episodes[0]!.id },
      unknown: { _tag: "Episode", seriesId: 9, episodeId: 999_999 },
      refuse: () => {
        bazarr.readOnly = true
      },
      slow: (ms) => {
        bazarr.searchMs = ms
      },
    }
  }),
)

describe("Bazarr over HTTP", () => {
  it.live("sends ids in the query and the rest in a form, and the key in its header alone", () =>
    Effect.gen(function* () {
      const simulator = yield* simulated
      const bazarr = yield* Bazarr
      const dutch = { name: "Dutch", code: "nl", forced: false, hearingImpaired: true }
      const target = { _tag: "Episode", seriesId: 5, episodeId: 999_999 } as const
      yield* Effect.ignore(bazarr.search(accessOf(simulator.urls.bazarr), target, dutch, 5_000))
      const asked = simulator.requests.last({ service: "bazarr" })
      assert.deepInclude(asked, {
        method: "PATCH",
        rawQuery: "seriesid=5&episodeid=999999",
        body: "language=nl&forced=False&hi=True",
      })
      assert.strictEqual(asked?.headers["x-api-key"], BAZARR_KEY)
    }).pipe(Effect.scoped, Effect.provide(layer())),
  )

  it.live("tells a wrong URL base and a bad answer from a Bazarr", () =>
    Effect.gen(function* () {
      const simulator = yield* simulated
      const bazarr = yield* Bazarr
      const wrong = accessOf(new URL(simulator.urls.bazarr).origin)
      assert.include(
        (yield* Effect.flip(bazarr.version(wrong))).message,
        "check the address and its URL base",
      )
      for (const [trouble, expected] of [
        [fault.garbage, "no Bazarr"],
        [fault.reset, "the connection"],
        [fault.status(500, '{"message": "Internal Server Error"}'), "Internal Server Error (500)"],
        [fault.status(302, "", { location: "/login" }), "check its URL base"],
      ] as const) {
        const remove = simulator.faults.set({ service: "bazarr" }, trouble)
        assert.include(
          (yield* Effect.flip(bazarr.version(accessOf(simulator.urls.bazarr)))).message,
          expected,
        )
        remove()
      }
    }).pipe(Effect.scoped, Effect.provide(layer())),
  )
})
