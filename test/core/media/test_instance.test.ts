import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import type { MemoryInstance } from "../../../adapters/memory/media_catalog.ts"
import { testInstance } from "../../../core/media/test_instance.ts"
import { changeSettings } from "../../../core/settings/change_settings.ts"
import { libraryWorld } from "../../support/library_world.ts"

const KEY = "0123456789abcdef0123456789abcdef"
const URL = "http://radarr:7878"

const radarr = (): MemoryInstance => ({
  url: URL,
  apiKey: KEY,
  status: { appName: "Radarr", version: "6.1.0", instanceName: "Radarr" },
  rootFolders: ["/movies"],
  films: [],
  series: [],
  episodes: [],
  fault: null,
  calls: [],
})
const wish = (apiKey: string | null, more: { readonly app?: "sonarr"; readonly url?: string } = {}) =>
  testInstance({
    app: "radarr",
    url: URL,
    apiKey: apiKey === null ? null : Redacted.make(apiKey),
    ...more,
  })

describe("testInstance()", () => {
  it.effect("tells the version, and of each folder where it is here and why it cannot be used", () => {
    const { ports } = libraryWorld({
      instances: [radarr()],
      settings: { general: { path_mappings_movie: [["/movies", "/data/films"]] } },
    })
    return Effect.gen(function* () {
      const result = yield* wish(KEY)
      assert(typeof result !== "string" && result._tag === "Tested")
      assert.deepInclude(result.tested, { appName: "Radarr", version: "6.1.0", count: 0 })
      const [folder] = result.tested.folders
      assert.deepInclude(folder, { theirs: "/movies", ours: "/data/films" })
      assert.isNotNull(folder?.obstacle)
    }).pipe(Effect.provide(ports))
  })

  it.effect("goes by the mappings in the fields, else by those of the instance at the address", () => {
    const { ports } = libraryWorld({
      instances: [radarr()],
      settings: { general: { path_mappings_movie: [["/movies", "/data/films"]] } },
    })
    const ours = (mappings: ReadonlyArray<{ readonly from: string; readonly to: string }>) =>
      Effect.map(
        testInstance({ app: "radarr", url: URL, apiKey: Redacted.make(KEY), mappings }),
        (result) => {
          assert(typeof result !== "string" && result._tag === "Tested")
          return result.tested.folders[0]?.ours
        },
      )
    return Effect.gen(function* () {
      const own = { path_mappings: [["/movies", "/data/4k"]] }
      yield* changeSettings([
        { section: "oncue", key: "radarr", value: [{ id: "radarr-4k", url: URL, apikey: KEY, ...own }] },
      ])
      assert.strictEqual(yield* ours([]), "/data/4k")
      assert.strictEqual(yield* ours([{ from: "/movies", to: "/data/new" }]), "/data/new")
      yield* changeSettings([
        { section: "oncue", key: "radarr", value: [{ id: "radarr-4k", url: URL, apikey: KEY }] },
      ])
      assert.strictEqual(yield* ours([]), "/data/films")
    }).pipe(Effect.provide(ports))
  })

  it.effect("uses the stored key of the address, and says when there is none", () => {
    const { ports } = libraryWorld({ instances: [radarr()] })
    return Effect.gen(function* () {
      assert.strictEqual(yield* wish(null), "no_key")
      yield* changeSettings([
        { section: "oncue", key: "radarr", value: [{ id: "radarr-4k", url: `${URL}/`, apikey: KEY }] },
      ])
      const result = yield* wish(null)
      assert(typeof result !== "string")
      assert.strictEqual(result._tag, "Tested")
    }).pipe(Effect.provide(ports))
  })

  it.effect(
    "an address that is none, another application, and a wrong key are three different things",
    () => {
      const { ports } = libraryWorld({ instances: [radarr()] })
      return Effect.gen(function* () {
        assert.strictEqual(yield* wish(KEY, { url: "radarr" }), "no_address")
        assert.deepStrictEqual(yield* wish(KEY, { app: "sonarr" }), { _tag: "Other", appName: "Radarr" })
        const refused = yield* Effect.flip(wish("wrong"))
        assert.strictEqual(refused._tag, "CatalogKeyRejected")
      }).pipe(Effect.provide(ports))
    },
  )
})
