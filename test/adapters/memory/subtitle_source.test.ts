import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/testing/TestClock"
import { make, memorySource } from "../../../adapters/memory/subtitle_source.ts"
import { ProviderQuota, ProviderUnavailable } from "../../../core/ports/subtitle_source.ts"
import { subtitleSourceContract } from "../../contracts/subtitle_source.ts"
import { candidate, episodeQuery, filmQuery, languages } from "../../support/subtitle_queries.ts"

const stocked = () =>
  memorySource({
    candidates: [candidate({ id: "7", handle: "seven" })],
    deliveries: new Map([["seven", { _tag: "File", bytes: new Uint8Array([49]), fileName: null }]]),
  })

subtitleSourceContract(
  "memory",
  Effect.sync(() => {
    const memory = stocked()
    return {
      source: make(memory),
      found: filmQuery(),
      nothing: filmQuery({}, { languages: languages("fr") }),
      unsuited: null,
      trouble: (what) => {
        memory.failure = (nowMs) =>
          what === "slow_down"
            ? new ProviderQuota({ provider: "Memory", detail: "slow down", untilMs: nowMs + 1_000 })
            : new ProviderUnavailable({ provider: "Memory", detail: what, retryAfterSeconds: null })
      },
      calls: () => memory.calls.length,
      secrets: [],
    }
  }),
  ["broken", "slow_down"],
)

describe("make()", () => {
  it.effect("takes as long as it is told, by the Clock", () =>
    Effect.gen(function* () {
      const memory = stocked()
      memory.delayMs = 500
      const fiber = yield* Effect.forkChild(make(memory).search(filmQuery()))
      yield* TestClock.adjust(499)
      assert.strictEqual(fiber.pollUnsafe(), undefined)
      yield* TestClock.adjust(1)
      assert.strictEqual((yield* Fiber.join(fiber)).length, 1)
    }),
  )

  it.effect("offers a candidate for its own episode only", () =>
    Effect.gen(function* () {
      const memory = memorySource({ candidates: [candidate({ season: 1, episode: 3 })] })
      assert.strictEqual((yield* make(memory).search(episodeQuery())).length, 1)
      assert.strictEqual((yield* make(memory).search(episodeQuery({ episode: 4 }))).length, 0)
    }),
  )
})
