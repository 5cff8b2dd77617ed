import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type { CatalogFilm, CatalogSeries } from "../../core/media/catalog.ts"
import { type CatalogAccess, MediaCatalog } from "../../core/ports/media_catalog.ts"
import { type ClientOptions, makeClient } from "./_client.ts"
import { decodeEpisode, decodeFilm, decodeRootFolder, decodeSeries, decodeStatus } from "./_decode.ts"
import { makeKept } from "./_kept.ts"

/** Whole lists that are kept; one an instance. */
const LISTS_KEPT_MAX = 32
/** Answers about one film, series or season that are kept. */
const ENTRIES_KEPT_MAX = 256

interface About {
  readonly access: CatalogAccess
  readonly id: number
}

/** Sonarr and Radarr over HTTP, API v3. */
export const layer = (options: ClientOptions = {}): Layer.Layer<MediaCatalog> =>
  Layer.effect(
    MediaCatalog,
    Effect.gen(function* () {
      const client = makeClient(options)
      const films = yield* makeKept(LISTS_KEPT_MAX, (access: CatalogAccess) =>
        client.list(access, "movie", { excludeLocalCovers: true }, decodeFilm, "all"),
      )
      const series = yield* makeKept(LISTS_KEPT_MAX, (access: CatalogAccess) =>
        client.list(access, "series", { includeSeasonImages: false }, decodeSeries, "all"),
      )
      const film = yield* makeKept(ENTRIES_KEPT_MAX, ({ access, id }: About) =>
        Effect.map(
          client.list(access, "movie", { tmdbId: id, excludeLocalCovers: true }, decodeFilm),
          (found): CatalogFilm | null => found.find((one) => one.tmdbId === id) ?? null,
        ),
      )
      const oneSeries = yield* makeKept(ENTRIES_KEPT_MAX, ({ access, id }: About) =>
        Effect.map(
          client.list(access, "series", { tvdbId: id }, decodeSeries),
          (found): CatalogSeries | null => found.find((one) => one.tvdbId === id) ?? null,
        ),
      )
      const episodes = yield* makeKept(
        ENTRIES_KEPT_MAX,
        ({ access, id, season }: About & { readonly season: number | null }) =>
          client.list(
            access,
            "episode",
            {
              seriesId: id,
              includeEpisodeFile: true,
              ...(season === null ? {} : { seasonNumber: season }),
            },
            decodeEpisode,
            "all",
          ),
      )
      return MediaCatalog.of({
        status: (access) =>
          client.value(access, "system/status", (value) =>
            Option.map(decodeStatus(value), ({ appName, version, instanceName }) => ({
              appName,
              version,
              instanceName: instanceName ?? appName,
            })),
          ),
        rootFolders: (access) => client.list(access, "rootfolder", {}, decodeRootFolder),
        films: (access, freshness) => films(plain(access), freshness?.maxAgeMs ?? 0),
        filmByTmdbId: (access, id, freshness) =>
          film({ access: plain(access), id }, freshness?.maxAgeMs ?? 0),
        series: (access, freshness) => series(plain(access), freshness?.maxAgeMs ?? 0),
        seriesByTvdbId: (access, id, freshness) =>
          oneSeries({ access: plain(access), id }, freshness?.maxAgeMs ?? 0),
        episodes: (access, id, season, freshness) =>
          episodes({ access: plain(access), id, season }, freshness?.maxAgeMs ?? 0),
      })
    }),
  )

/** The fields that make two accesses the same, whatever else an object carries. */
function plain({ id, app, url, apiKey }: CatalogAccess): CatalogAccess {
  return { id, app, url, apiKey }
}
