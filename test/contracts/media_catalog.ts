import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { MediaCatalog } from "../../core/ports/media_catalog.ts"
import { radarr, radarrAccess, sonarr, sonarrAccess } from "../support/arr_world.ts"

/** What every MediaCatalog owes, over the Sonarr and Radarr of the samples. */
export function mediaCatalogContract(name: string, layer: () => Layer.Layer<MediaCatalog>): void {
  const calling = <A, E>(use: (catalog: MediaCatalog["Service"]) => Effect.Effect<A, E>) =>
    MediaCatalog.use(use).pipe(Effect.provide(layer()))

  describe(`MediaCatalog: ${name}`, () => {
    it.effect("status() says which application answers", () =>
      Effect.gen(function* () {
        assert.deepStrictEqual(yield* calling((one) => one.status(sonarrAccess)), sonarr().status)
        assert.deepStrictEqual(yield* calling((one) => one.status(radarrAccess)), radarr().status)
      }),
    )

    it.effect("rootFolders() are as the application sees them", () =>
      Effect.gen(function* () {
        assert.deepStrictEqual(yield* calling((one) => one.rootFolders(sonarrAccess)), ["/tv/", "/anime/"])
      }),
    )

    it.effect("films() has those with and without a file", () =>
      Effect.gen(function* () {
        assert.deepStrictEqual(yield* calling((one) => one.films(radarrAccess)), radarr().films)
      }),
    )

    it.effect("filmByTmdbId() answers the film, or null", () =>
      Effect.gen(function* () {
        const [sintel] = radarr().films
        assert.deepStrictEqual(yield* calling((one) => one.filmByTmdbId(radarrAccess, 45_745)), sintel)
        assert.strictEqual(yield* calling((one) => one.filmByTmdbId(radarrAccess, 1)), null)
      }),
    )

    it.effect("series() and seriesByTvdbId()", () =>
      Effect.gen(function* () {
        const all = sonarr().series
        assert.deepStrictEqual(yield* calling((one) => one.series(sonarrAccess)), all)
        assert.deepStrictEqual(yield* calling((one) => one.seriesByTvdbId(sonarrAccess, 990_001)), all[0])
        assert.strictEqual(yield* calling((one) => one.seriesByTvdbId(sonarrAccess, 1)), null)
      }),
    )

    it.effect("episodes() are those of the series, or of one season, with their files", () =>
      Effect.gen(function* () {
        const all = sonarr().episodes
        assert.deepStrictEqual(yield* calling((one) => one.episodes(sonarrAccess, 12, null)), all)
        assert.deepStrictEqual(yield* calling((one) => one.episodes(sonarrAccess, 12, 1)), all)
        assert.deepStrictEqual(yield* calling((one) => one.episodes(sonarrAccess, 12, 2)), [])
        assert.deepStrictEqual(yield* calling((one) => one.episodes(sonarrAccess, 999, null)), [])
      }),
    )

    it.effect("a wrong key is CatalogKeyRejected, and is in no message", () =>
      Effect.gen(function* () {
        const apiKey = Redacted.make("a-wrong-key")
        const error = yield* Effect.flip(calling((one) => one.films({ ...radarrAccess, apiKey })))
        assert.strictEqual(error._tag, "CatalogKeyRejected")
        assert.isFalse(JSON.stringify(error).includes("a-wrong-key") || error.message.includes("a-wrong-key"))
      }),
    )

    it.effect("an address where nobody answers is CatalogUnreachable, with the instance's name", () =>
      Effect.gen(function* () {
        const access = { ...radarrAccess, id: "radarr4k", url: "http://nobody.test:1" }
        const error = yield* Effect.flip(calling((one) => one.films(access)))
        assert.strictEqual(error._tag, "CatalogUnreachable")
        assert.include(error.message, "radarr4k")
      }),
    )
  })
}
