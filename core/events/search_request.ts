import type { Cause, NewJob, Work } from "../jobs/job.ts"
import { PRIORITY } from "../jobs/job.ts"
import { PATH_LENGTH_MAX, pathKey } from "../media/path_mapping.ts"
import { FILES_LANE } from "./import_event.ts"
import { searchJob } from "./search_job.ts"

/** What a script asks for, as it wrote it. One way of naming the item is enough. */
export interface SearchRequest {
  /** Machine identifier or name of a selected server; left out: the primary one. */
  readonly server?: string
  readonly ratingKey?: string
  readonly path?: string
  readonly imdb?: string
  readonly tmdb?: string
  readonly tvdb?: string
  readonly season?: number
  readonly episode?: number
  /** For the story; a script may say what it means. */
  readonly title?: string
}

/** An item, however it was named. */
export type SearchTarget =
  | { readonly _tag: "Item"; readonly ratingKey: string }
  | { readonly _tag: "File"; readonly path: string }
  | (Pick<Extract<Work, { _tag: "FindSubtitlesByIds" }>, "kind" | "ids" | "season" | "episode"> & {
      readonly _tag: "Ids"
    })

const digits = (text: string | undefined) =>
  text === undefined ? null : /^\s*(\d{1,10})\s*$/.exec(text)?.[1]

function imdbOf(text: string | undefined): string | null | undefined {
  return text === undefined ? null : /^\s*(tt\d{5,12})\s*$/i.exec(text)?.[1]?.toLowerCase()
}

/**
 * What is meant, or why it cannot be told. A rating key wins over a path, and a path over ids.
 *
 * @example
 * ```ts
 * assert.strictEqual(targetOf({ tvdb: "121361", season: 1, episode: 3 }).kind, "episode")
 * assert.strictEqual(targetOf({ imdb: "1727587" }), "imdb is no IMDb id like tt1727587")
 * ```
 */
export function targetOf(request: SearchRequest): SearchTarget | string {
  const ratingKey = request.ratingKey?.trim() ?? ""
  if (ratingKey !== "") {
    return /^[\w-]{1,64}$/.test(ratingKey)
      ? { _tag: "Item", ratingKey }
      : "ratingKey is no rating key of Plex"
  }
  const path = request.path ?? ""
  if (path !== "") {
    const isAbsolute = /^(\/|[a-z]:[\\/]|\\\\)/i.test(path)
    return isAbsolute && path.length <= PATH_LENGTH_MAX && !path.includes("\0")
      ? { _tag: "File", path }
      : "path is no absolute path"
  }
  const imdb = imdbOf(request.imdb)
  const tmdb = digits(request.tmdb)
  const tvdb = digits(request.tvdb)
  if (imdb === undefined) return "imdb is no IMDb id like tt1727587"
  if (tmdb === undefined) return "tmdb is no number"
  if (tvdb === undefined) return "tvdb is no number"
  if (imdb === null && tmdb === null && tvdb === null)
    return "Name the item by ratingKey, by path, or by one of imdb, tmdb and tvdb"
  const { episode, season } = request
  if ((season === undefined) !== (episode === undefined))
    return "An episode is named by its show's id with season and episode, both"
  return {
    _tag: "Ids",
    kind: season === undefined ? "movie" : "episode",
    ids: {
      ...(imdb === null ? {} : { imdb }),
      ...(tmdb === null ? {} : { tmdb }),
      ...(tvdb === null ? {} : { tvdb }),
    },
    season: season ?? null,
    episode: episode ?? null,
  }
}

/** The job for a target. Whoever asks wants it done now, so that it is never taken for something heard before. */
export function requestJob(target: SearchTarget, serverId: string, cause: Cause): NewJob {
  const priority = PRIORITY.asked
  switch (target._tag) {
    case "Item":
      return searchJob({ serverId, ratingKey: target.ratingKey }, cause, { priority, dedupeMinutes: 0 })
    case "File": {
      const work = { _tag: "FindSubtitlesForFile", path: target.path, cause } as const
      const key = `file/api//${pathKey(target.path)}`
      return { key, work, priority, lane: FILES_LANE, notBeforeMs: 0, sighting: null }
    }
    case "Ids": {
      const { ids, kind, season, episode } = target
      const key = `ids/${kind}/${ids.imdb ?? ""}/${ids.tmdb ?? ""}/${ids.tvdb ?? ""}/${season ?? ""}/${episode ?? ""}`
      const work = { _tag: "FindSubtitlesByIds", kind, ids, season, episode, cause } as const
      return { key, work, priority, lane: FILES_LANE, notBeforeMs: 0, sighting: null }
    }
  }
}
