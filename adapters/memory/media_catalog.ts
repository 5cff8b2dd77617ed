import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import {
  type CatalogEpisode,
  type CatalogFilm,
  type CatalogSeries,
  type CatalogStatus,
  instancePlace,
} from "../../core/media/catalog.ts"
import {
  type CatalogAccess,
  CatalogKeyRejected,
  CatalogUnreachable,
  MediaCatalog,
} from "../../core/ports/media_catalog.ts"

/** One Sonarr or Radarr that lives in memory. Tests change it while it is in use. */
export interface MemoryInstance {
  readonly url: string
  readonly apiKey: string
  readonly status: CatalogStatus
  rootFolders: ReadonlyArray<string>
  films: ReadonlyArray<CatalogFilm>
  series: ReadonlyArray<CatalogSeries>
  episodes: ReadonlyArray<CatalogEpisode>
  /** Set: every call fails with this sentence. */
  fault: string | null
  /** Every call that was made, for example `films` or `episodes 12 1`. */
  readonly calls: Array<string>
}

/** Asks the instances that it was given, by address, and always now. */
export const layer = (instances: ReadonlyArray<MemoryInstance>): Layer.Layer<MediaCatalog> => {
  const ask = <A>(access: CatalogAccess, call: string, answer: (instance: MemoryInstance) => A) =>
    Effect.suspend((): Effect.Effect<A, CatalogUnreachable | CatalogKeyRejected> => {
      const instance = instances.find((one) => one.url === access.url)
      const unreachable = (detail: string) =>
        Effect.fail(new CatalogUnreachable({ instance: instancePlace(access), detail }))
      if (instance === undefined) return unreachable("the connection was refused")
      instance.calls.push(call)
      if (instance.fault !== null) return unreachable(instance.fault)
      if (Redacted.value(access.apiKey) !== instance.apiKey)
        return Effect.fail(new CatalogKeyRejected({ instance: instancePlace(access) }))
      return Effect.succeed(answer(instance))
    })
  return Layer.succeed(MediaCatalog, {
    status: (access) => ask(access, "status", ({ status }) => status),
    rootFolders: (access) => ask(access, "rootFolders", ({ rootFolders }) => rootFolders),
    films: (access) => ask(access, "films", ({ films }) => films),
    filmByTmdbId: (access, id) =>
      ask(access, `film ${id}`, ({ films }) => films.find((one) => one.tmdbId === id) ?? null),
    series: (access) => ask(access, "series", ({ series }) => series),
    seriesByTvdbId: (access, id) =>
      ask(access, `series ${id}`, ({ series }) => series.find((one) => one.tvdbId === id) ?? null),
    episodes: (access, id, season) =>
      ask(access, `episodes ${id} ${season ?? "all"}`, ({ episodes }) =>
        episodes.filter((one) => one.seriesId === id && (season === null || one.season === season)),
      ),
  })
}
