import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import type {
  CatalogEpisode,
  CatalogFilm,
  CatalogInstance,
  CatalogSeries,
  CatalogStatus,
} from "../media/catalog.ts"

/** Sonarr or Radarr did not answer usefully: silent, refused, 5xx, the web page instead of the API (a wrong url base). */
export class CatalogUnreachable extends Schema.TaggedError<CatalogUnreachable>()("CatalogUnreachable", {
  instance: Schema.String,
  detail: Schema.String,
}) {
  override get message(): string {
    return `Cannot reach ${this.instance}: ${this.detail}`
  }
}

/** 401 or 403: the API key is wrong. */
export class CatalogKeyRejected extends Schema.TaggedError<CatalogKeyRejected>()("CatalogKeyRejected", {
  instance: Schema.String,
}) {
  override get message(): string {
    return `${this.instance} refuses the API key: copy it again from its Settings, General`
  }
}

export interface CatalogAccess extends CatalogInstance {
  readonly apiKey: Redacted.Redacted
}

/**
 * How old an answer may be, in milliseconds. Left out or 0: the application is asked now. Otherwise an implementation may
 * answer what it read within that time, a failure included, and callers that ask for the same share one call.
 */
export interface Freshness {
  readonly maxAgeMs?: number
}

type Failure = CatalogUnreachable | CatalogKeyRejected

/** Sonarr and Radarr. Lists are whole: the API has no search by file or IMDb id. Never retries. */
export class MediaCatalog extends Context.Service<
  MediaCatalog,
  {
    readonly status: (access: CatalogAccess) => Effect.Effect<CatalogStatus, Failure>
    /** Root folders as the instance sees them. */
    readonly rootFolders: (access: CatalogAccess) => Effect.Effect<ReadonlyArray<string>, Failure>
    readonly films: (
      access: CatalogAccess,
      freshness?: Freshness,
    ) => Effect.Effect<ReadonlyArray<CatalogFilm>, Failure>
    /** The films with this TMDB id: none or one. */
    readonly filmByTmdbId: (
      access: CatalogAccess,
      tmdbId: number,
      freshness?: Freshness,
    ) => Effect.Effect<CatalogFilm | null, Failure>
    readonly series: (
      access: CatalogAccess,
      freshness?: Freshness,
    ) => Effect.Effect<ReadonlyArray<CatalogSeries>, Failure>
    readonly seriesByTvdbId: (
      access: CatalogAccess,
      tvdbId: number,
      freshness?: Freshness,
    ) => Effect.Effect<CatalogSeries | null, Failure>
    /** The episodes of a series with their files; one season when it is given. */
    readonly episodes: (
      access: CatalogAccess,
      seriesId: number,
      season: number | null,
      freshness?: Freshness,
    ) => Effect.Effect<ReadonlyArray<CatalogEpisode>, Failure>
  }
>()("core/ports/MediaCatalog") {}
