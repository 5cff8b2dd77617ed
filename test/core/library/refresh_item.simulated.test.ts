import { writeFileSync } from "node:fs"
import { parse } from "node:path"
import { describe, expect, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { layer as memorySettings } from "../../../adapters/memory/settings_store.ts"
import { layer as memoryState } from "../../../adapters/memory/state_store.ts"
import { layer as plexLibrary } from "../../../adapters/plex/plex_library.ts"
import { refreshItem } from "../../../core/library/refresh_item.ts"
import type { RefreshStage } from "../../../core/library/refresh_plan.ts"
import { PlexLibrary } from "../../../core/ports/mod.ts"
import { listedSince } from "../../../core/subtitles/expected_stream.ts"
import { parseLanguage } from "../../../core/subtitles/language.ts"
import type { SidecarStage, Simulator } from "../../simulator/mod.ts"
import { fastClock } from "../../support/fast_clock.ts"
import { Simulated, simulated } from "../../support/simulated.ts"

/** One item of each kind of library: agents of today, the old ones, HAMA, and personal media. */
const ITEMS = [
  ["a film", "1003"],
  ["a film of an old agent", "4001"],
  ["a film without an agent", "7001"],
  ["an episode", "2013"],
  ["an episode of an old agent", "5013"],
  ["an episode of HAMA", "6011"],
] as const

const STAGES: ReadonlyArray<readonly [RefreshStage, SidecarStage]> = [
  ["read", "read"],
  ["folder_scan", "scan"],
  ["item_refresh", "refresh"],
  ["section_scan", "section"],
]

/** Virtual seconds go by faster; the simulated server needs its milliseconds all the same. */
const TIMES = 8

const access = (simulator: Simulator) => ({
  uri: simulator.urls.pms[0]!,
  machineIdentifier: simulator.world.servers[0]!.machineIdentifier,
  fingerprint: null,
  token: Redacted.make("EXAMPLEserverTOKEN-attic"),
})

const client = Effect.succeed({ identifier: "client-of-the-tests", deviceName: "test" })
const ports = Layer.mergeAll(
  plexLibrary({ version: "0", client }),
  memoryState,
  memorySettings({ settings: { plex: { update_movie_library: true, update_series_library: true } } }),
)

/** Puts a Danish subtitle beside the file of an item, and has the server list it. */
const bring = Effect.fnUntraced(function* (simulator: Simulator, ratingKey: string) {
  const library = yield* PlexLibrary
  const to = access(simulator)
  const item = yield* library.item(to, ratingKey, { refresh: false })
  const video = parse(simulator.pathOf(ratingKey))
  writeFileSync(`${video.dir}/${video.name}.da.srt`, "1\n00:00:01,000 --> 00:00:02,000\nHej\n")
  const expect = listedSince(item, { language: parseLanguage("da")!, forced: false, partId: null })
  return yield* refreshItem({ access: to, ratingKey, item, expect })
})

describe("refreshItem() at a simulated server", () => {
  for (const [stage, listsAfter] of STAGES)
    it.live(`makes every kind of library list a sidecar where only "${stage}" does`, () =>
      Effect.gen(function* () {
        const simulator = yield* Simulated
        simulator.world.servers[0]!.listsSidecarAfter = listsAfter
        yield* Effect.forEach(
          ITEMS,
          ([name, ratingKey]) =>
            Effect.gen(function* () {
              const outcome = yield* bring(simulator, ratingKey)
              expect(outcome, name).toMatchObject({ listed: "listed", stage, stream: { languageTag: "da" } })
              const listed = simulator.subtitlesListedBy(ratingKey)
              expect(listed.filter(({ languageTag }) => languageTag === "da")).toHaveLength(1)
            }),
          { concurrency: "unbounded" },
        )
        // What worked is remembered, so that the next one begins with it.
        const again = yield* bring(simulator, "2012")
        if (stage === "section_scan") {
          expect(again.listed).toBe("not_listed")
          expect(again.skipped.at(-1)).toMatch(/scanned lately/)
          expect(again.againAtMs).toBeGreaterThan(0)
        } else expect(again).toMatchObject({ listed: "listed", stage, tried: [stage], againAtMs: null })
      }).pipe(
        Effect.provide(ports),
        Effect.provide(simulated()),
        Effect.provideService(Clock.Clock, fastClock(TIMES)),
      ),
    )

  it.live("ends in bounded time at a server that never lists it, and asks each thing once", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulated
      simulator.world.servers[0]!.listsSidecarAfter = "never"
      const outcome = yield* bring(simulator, "5013")
      expect(outcome).toMatchObject({ listed: "not_listed", stage: null, calls: 3 })
      expect(outcome.tried).toEqual(["read", "folder_scan", "item_refresh", "section_scan"])
      // The stages wait for less than a minute; the fast clock multiplies what a busy machine adds.
      expect(outcome.elapsedMs).toBeLessThan(180_000)
    }).pipe(
      Effect.provide(ports),
      Effect.provide(simulated()),
      Effect.provideService(Clock.Clock, fastClock(TIMES)),
    ),
  )
})
