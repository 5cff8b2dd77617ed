import * as Effect from "effect/Effect"
import { MediaCatalog } from "../ports/mod.ts"
import { ask, askAll, type CatalogView, MISS_AGE_MS } from "./_catalog_view.ts"
import { type CatalogFile, type CatalogFilm, type CatalogSeries, instanceName } from "./catalog.ts"
import { byIds } from "./catalog_match.ts"
import { catalogIds } from "./identity.ts"
import { type OpenInstance, openInstances } from "./open_instances.ts"
import { mapPath } from "./path_mapping.ts"

/** Age up to which an answer is believed that does not have what is looked for, in milliseconds: it may just have come. */
const LOOK_AGAIN_AGE_MS = 5_000

/** A film, or an episode of a show, by the ids that Sonarr or Radarr may have. */
export interface IdsToLookUp {
  readonly kind: "movie" | "episode"
  /** Ids of the film, or of the show. */
  readonly ids: { readonly imdb?: string; readonly tmdb?: string; readonly tvdb?: string }
  readonly season: number | null
  readonly episode: number | null
}

/** What Sonarr or Radarr says about it. */
export interface LookedUp {
  /** Its files as the instance sees them and as they are here. */
  readonly files: ReadonlyArray<{ readonly path: string; readonly ours: string }>
  /** Every id by which an instance knows the film or the show. */
  readonly ids: ReadonlyArray<{ readonly imdb?: string; readonly tmdb?: string; readonly tvdb?: string }>
  /** Why there may be more, in words: somebody who could know gave no answer. Null: all were asked. */
  readonly doubt: string | null
  /** What came of it, for somebody whose item was found nowhere. */
  readonly hint: string | null
}

const APPS = { movie: "radarr", episode: "sonarr" } as const
const NAMES = { movie: "Radarr", episode: "Sonarr" } as const

/** What one instance knows: of an entry without a file it is worth telling. */
interface Known {
  readonly instance: OpenInstance
  readonly entry: CatalogFilm | CatalogSeries
  readonly files: ReadonlyArray<CatalogFile>
}

/** The films or series of an instance among which it is: the one with the id that can be asked for, else the whole list. */
const candidatesOf = Effect.fnUntraced(function* (
  wanted: IdsToLookUp,
  instance: OpenInstance,
  maxAgeMs: number,
) {
  const catalog = yield* MediaCatalog
  const { tmdb, tvdb } = wanted.ids
  const alone = wanted.kind === "movie" ? tmdb : tvdb
  if (alone !== undefined) {
    const call = wanted.kind === "movie" ? catalog.filmByTmdbId : catalog.seriesByTvdbId
    const one: CatalogFilm | CatalogSeries | null = yield* call(instance, Number(alone), { maxAgeMs })
    if (one !== null || Object.keys(wanted.ids).length === 1) return one === null ? [] : [one]
  }
  const list: ReadonlyArray<CatalogFilm | CatalogSeries> =
    wanted.kind === "movie"
      ? yield* catalog.films(instance, { maxAgeMs })
      : yield* catalog.series(instance, { maxAgeMs })
  return list
})

const filesOf = Effect.fnUntraced(function* (
  wanted: IdsToLookUp,
  view: CatalogView,
  instance: OpenInstance,
  entry: CatalogFilm | CatalogSeries,
  maxAgeMs: number,
) {
  if ("file" in entry) return entry.file === null ? [] : [entry.file]
  const { season, episode } = wanted
  if (season === null || episode === null) return []
  const catalog = yield* MediaCatalog
  const episodes = yield* ask(view, instance, catalog.episodes(instance, entry.id, season, { maxAgeMs }))
  return (episodes ?? []).flatMap((one) =>
    one.season === season && one.episode === episode && one.file !== null ? [one.file] : [],
  )
})

/**
 * Asks every Sonarr, or Radarr for a film, which file something is that somebody knows by ids, and by which other ids it
 * goes. Never fails: who gave no answer is the doubt.
 */
export const lookUpIds = Effect.fn("lookUpIds")(function* (wanted: IdsToLookUp) {
  const app = APPS[wanted.kind]
  const { imdb, tmdb } = wanted.ids
  const { open, closed } = yield* openInstances(app)
  const nothing = (doubt: string | null, hint: string | null): LookedUp => ({
    files: [],
    ids: [],
    doubt,
    hint,
  })
  // Radarr has no TVDB ids.
  if (wanted.kind === "movie" && imdb === undefined && tmdb === undefined) return nothing(null, null)
  if (open.length === 0 && closed.length === 0) {
    return nothing(null, `${NAMES[wanted.kind]} could have told which file it is, and is not in use`)
  }
  const catalog = yield* MediaCatalog
  let silent: ReadonlyMap<string, string> = new Map()
  let known: ReadonlyArray<Known> = []
  for (const maxAgeMs of [MISS_AGE_MS, LOOK_AGAIN_AGE_MS]) {
    // Who gave no answer a while ago may give one now.
    const view: CatalogView = { instances: open, ours: (path) => path, silent: new Map() }
    silent = view.silent
    const lists = yield* askAll(view, (instance) =>
      candidatesOf(wanted, instance, maxAgeMs).pipe(Effect.provideService(MediaCatalog, catalog)),
    )
    known = yield* Effect.forEach(
      lists.flatMap(({ instance, answer }) => {
        const hit = byIds(answer, wanted.ids)
        return hit === null ? [] : [{ instance, entry: hit.entry }]
      }),
      ({ instance, entry }) =>
        Effect.map(filesOf(wanted, view, instance, entry, maxAgeMs), (files) => ({ instance, entry, files })),
    )
    if (known.some(({ files }) => files.length > 0)) break
  }
  const files = known.flatMap(({ instance, files }) =>
    files.map(({ path }) => ({ path, ours: mapPath(instance.mappings, path) })),
  )
  return {
    files,
    ids: known.map(({ entry }) => catalogIds(entry)),
    doubt: closed[0]?.reason ?? [...silent.values()][0] ?? null,
    hint: hintOf(wanted, known, files),
  } satisfies LookedUp as LookedUp
})

function hintOf({ kind }: IdsToLookUp, known: ReadonlyArray<Known>, files: LookedUp["files"]): string {
  const [file] = files
  const [first] = known
  const name = first === undefined ? NAMES[kind] : instanceName(first.instance)
  if (file !== undefined) return `${name} has it as "${file.path}", a file that no selected server has`
  return first === undefined ? `${name} does not know it either` : `${name} has no file of it`
}
