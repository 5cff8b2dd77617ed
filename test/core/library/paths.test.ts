import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { learnPaths } from "../../../core/library/learn_paths.ts"
import { testPath } from "../../../core/library/test_path.ts"
import { entryOf } from "../../../core/media/item_index_entry.ts"
import { ItemIndex } from "../../../core/ports/mod.ts"
import type { SettingsPatch } from "../../../core/settings/settings.ts"
import { radarr, sonarr } from "../../support/arr_world.ts"
import { libraryWorld } from "../../support/library_world.ts"
import { EPISODE_FILE, episode, film, SINTEL_FILE } from "../../support/plex_items.ts"

const ARR: SettingsPatch = {
  general: {
    use_sonarr: true,
    use_radarr: true,
    path_mappings: [["/tv", "/mnt/tv"]],
    path_mappings_movie: [["/movies", "/mnt/movies"]],
  },
  sonarr: { ip: "sonarr.test", base_url: "/sonarr", apikey: Redacted.make("sonarr-key") },
  radarr: { ip: "radarr.test", apikey: Redacted.make("radarr-key") },
}
const ours = (file: string) => file.replace("/data/media", "/mnt")
const fill = Effect.flatMap(ItemIndex, (index) => index.put([entryOf(film()), entryOf(episode())]))

describe("learnPaths()", () => {
  const world = (settings: SettingsPatch = {}, instances = [sonarr(), radarr()]) => {
    const made = libraryWorld({ settings: { ...ARR, ...settings }, instances })
    made.disk.files.set(ours(SINTEL_FILE), { bytes: new Uint8Array(1), modifiedMs: 0 })
    return made
  }

  it.effect(
    "suggests a mapping for each folder that Plex sees elsewhere, and says whether its files are there",
    () => {
      const { ports } = world()
      return Effect.gen(function* () {
        yield* fill
        const { suggested, unasked } = yield* learnPaths()
        assert.deepStrictEqual(unasked, [])
        assert.deepStrictEqual(
          suggested.map(({ from, to, isKnown, isVisible }) => [from, to, isKnown, isVisible]),
          [["/data/media", "/mnt", false, true]],
        )
        assert.strictEqual(suggested[0]?.support, 2)
      }).pipe(Effect.provide(ports))
    },
  )

  it.effect("knows what the settings say already", () => {
    const { ports } = world({ oncue: { plex_path_mappings: [{ from: "/data/media", to: "/mnt" }] } })
    return Effect.gen(function* () {
      yield* fill
      assert.isTrue((yield* learnPaths()).suggested.every((one) => one.isKnown))
    }).pipe(Effect.provide(ports))
  })

  it.effect("names an instance that gives no answer, and learns from the others", () => {
    const { ports } = world({}, [{ ...sonarr(), fault: "the connection was refused" }, radarr()])
    return Effect.gen(function* () {
      yield* fill
      const { suggested, unasked } = yield* learnPaths()
      assert.deepStrictEqual(unasked, ["sonarr"])
      assert.strictEqual(suggested.length, 1)
    }).pipe(Effect.provide(ports))
  })
})

describe("testPath()", () => {
  it.effect("shows the mapping, whether a subtitle can be written, and whose file it is", () => {
    const path_mappings = [{ from: "/tv", to: "/mnt/tv-uhd" }]
    const own = {
      id: "4k",
      url: "http://sonarr4k.test:8989",
      apikey: Redacted.make("sonarr-key"),
      path_mappings,
    }
    const made = libraryWorld({
      settings: {
        ...ARR,
        oncue: { plex_path_mappings: [{ from: "/data/media", to: "/mnt" }], sonarr: [own] },
      },
    })
    made.disk.files.set(ours(EPISODE_FILE), { bytes: new Uint8Array(1), modifiedMs: 0 })
    return Effect.gen(function* () {
      yield* fill
      const there = yield* testPath(EPISODE_FILE, "plex")
      assert.strictEqual(there.mapped, ours(EPISODE_FILE))
      assert.strictEqual(there.obstacle, null)
      assert.deepStrictEqual(
        there.items.map(({ ref }) => ref.ratingKey),
        ["2013"],
      )
      const fromSonarr = yield* testPath(EPISODE_FILE.replace("/data/media", ""), "sonarr")
      assert.strictEqual(fromSonarr.mapped, ours(EPISODE_FILE))
      assert.strictEqual(fromSonarr.items.length, 1)
      const of4k = yield* testPath("/tv/a.mkv", "sonarr", "4k")
      assert.strictEqual(of4k.mapped, "/mnt/tv-uhd/a.mkv")
      assert.strictEqual((yield* testPath("/tv/a.mkv", "sonarr", "nobody")).mapped, "/mnt/tv/a.mkv")
      const missing = yield* testPath(SINTEL_FILE, "plex")
      assert.strictEqual(missing.obstacle?.reason, "missing")
    }).pipe(Effect.provide(made.ports))
  })
})
