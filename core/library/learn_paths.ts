import * as Effect from "effect/Effect"
import { plexMappings } from "../media/instances.ts"
import { openInstances } from "../media/open_instances.ts"
import {
  explainPath,
  fileNameOf,
  LEARN_PATHS_MAX,
  type LearnedMapping,
  learnMappings,
  mapPath,
} from "../media/path_mapping.ts"
import { type CatalogAccess, ItemIndex, MediaCatalog, SettingsStore, SubtitleShelf } from "../ports/mod.ts"

/** Series of one Sonarr whose episodes are compared: their folders lie beside those of all the others. */
const SERIES_SAMPLED_MAX = 12
/** Age up to which the lists of Sonarr and Radarr are believed, in milliseconds. */
const LIST_AGE_MS = 300_000

/** A mapping from Plex's paths to ours that the files suggest. */
export interface SuggestedMapping extends LearnedMapping {
  /** A mapping in the settings does the same already. */
  readonly isKnown: boolean
  /** Whether the example's file is there for us. */
  readonly isVisible: boolean
}

/**
 * Suggests mappings from Plex's paths to ours: the index's files are compared with those that Sonarr and Radarr name,
 * whose mappings are taken as right, by the ends of their paths. `unasked` names instances that gave no answer.
 */
export const learnPaths = Effect.fn("learnPaths")(function* () {
  const settings = yield* (yield* SettingsStore).current
  const theirs = yield* (yield* ItemIndex).files(null, LEARN_PATHS_MAX)
  const unasked: Array<string> = []
  const ours: Array<string> = []
  const names = new Set(theirs.flatMap((path) => path.split(/[\\/]+/).slice(0, -1)))
  for (const app of ["sonarr", "radarr"] as const) {
    const { open, closed } = yield* openInstances(app)
    unasked.push(...closed.map(({ id }) => id))
    for (const instance of open) {
      const paths = yield* (app === "radarr" ? filmFiles(instance) : episodeFiles(instance, names)).pipe(
        Effect.catch(() =>
          Effect.as(
            Effect.sync(() => unasked.push(instance.id)),
            [],
          ),
        ),
      )
      ours.push(...paths.map((path) => mapPath(instance.mappings, path)))
    }
  }
  const shelf = yield* SubtitleShelf
  const suggested = yield* Effect.forEach(learnMappings(theirs, ours), (learned) =>
    Effect.map(shelf.obstacle(learned.example.to), (obstacle): SuggestedMapping => {
      const now = explainPath(plexMappings(settings), learned.example.from)
      return {
        ...learned,
        isKnown: now.mapped === learned.example.to,
        isVisible: obstacle?.reason !== "missing" && obstacle?.reason !== "not_readable",
      }
    }),
  )
  return { suggested, unasked, compared: { plex: theirs.length, ours: ours.length } } as const
})

const filmFiles = (instance: CatalogAccess) =>
  MediaCatalog.use((catalog) => catalog.films(instance, { maxAgeMs: LIST_AGE_MS })).pipe(
    Effect.map((films) => films.flatMap(({ file }) => (file === null ? [] : [file.path]))),
  )

/** Files of a few series that Plex has as well, spread over the list. */
const episodeFiles = Effect.fnUntraced(function* (instance: CatalogAccess, names: ReadonlySet<string>) {
  const catalog = yield* MediaCatalog
  const shared = (yield* catalog.series(instance, { maxAgeMs: LIST_AGE_MS })).filter(({ path }) =>
    names.has(fileNameOf(path)),
  )
  const step = Math.max(1, Math.ceil(shared.length / SERIES_SAMPLED_MAX))
  const sample = shared.filter((_, at) => at % step === 0)
  const episodes = yield* Effect.forEach(sample, ({ id }) =>
    catalog.episodes(instance, id, null, { maxAgeMs: LIST_AGE_MS }),
  )
  return episodes.flat().flatMap(({ file }) => (file === null ? [] : [file.path]))
})
