import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/testing/TestClock"
import { layer as queue } from "../../../adapters/memory/job_queue.ts"
import { offerUpgrades } from "../../../core/placed/offer_upgrades.ts"
import { findSubtitles } from "../../../core/subtitles/find_subtitles.ts"
import { provider, subtitleWorld } from "../../support/subtitle_world.ts"

/** How many looks are offered eight days at once after a subtitle was placed that could be bettered. */
const offered = (oncue: Record<string, unknown>) => {
  const world = subtitleWorld([provider("one", [{}])], {
    settings: {
      general: { use_plex: true },
      plex: { auth_method: "oauth", token: Redacted.make("token") } as never,
      oncue,
    },
  })
  return Effect.gen(function* () {
    yield* findSubtitles(world.request)
    yield* TestClock.adjust("25 hours")
    return yield* offerUpgrades()
  }).pipe(Effect.provide(Layer.merge(world.layer, queue())))
}

describe("offerUpgrades()", () => {
  it.effect("looks again after a day", () => Effect.map(offered({}), (count) => expect(count).toBe(1)))
  it.effect("looks never when upgrades are off", () =>
    Effect.map(offered({ upgrade_days: 0 }), (count) => expect(count).toBe(0)),
  )
  it.effect("looks never while a Bazarr owns the files", () =>
    Effect.map(offered({ mode: "bazarr" }), (count) => expect(count).toBe(0)),
  )
})
