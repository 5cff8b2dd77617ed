import * as Effect from "effect/Effect"
import { MediaCatalog } from "../ports/media_catalog.ts"
import type { ShowItem } from "../ports/plex_library.ts"
import {
  ask,
  askAll,
  type CatalogView,
  HIT_AGE_MS,
  MISS_AGE_MS,
  type PartMatch,
  plainInstance,
} from "./_catalog_view.ts"
import type { CatalogEpisode, CatalogSeries } from "./catalog.ts"
import {
  atPath,
  byIds,
  type EpisodeMatch,
  episodesOf,
  isOutdated,
  looksLikeFile,
  MATCH_CONFIDENCE,
  seriesAround,
} from "./catalog_match.ts"
import { type KnownIds, ownIds } from "./known_ids.ts"
import { type MediaItem, type MediaPart, partsOf } from "./media_item.ts"
import type { ExternalIds } from "./release.ts"
import { byTitle } from "./title.ts"

type Instance = CatalogView["instances"][number]

/**
 * Finds an episode's files in Sonarr: by the series folder that the file lies in, then by the show's ids, then by the
 * show's title. `readShow` costs a call to the server and is made only when the first two do not settle it.
 */
export const matchEpisode = Effect.fn("matchEpisode")(function* (
  item: MediaItem,
  ids: KnownIds,
  view: CatalogView,
  readShow: Effect.Effect<ShowItem | null>,
) {
  const found = new Map<string, PartMatch>()
  const parts = partsOf(item).filter((part) => part.file !== null)
  for (const maxAgeMs of [HIT_AGE_MS, MISS_AGE_MS]) {
    yield* settleByFolder(item, parts, view, found, maxAgeMs)
    const unsure = parts.some((part) => {
      const file = found.get(part.id)?.file ?? null
      return file === null || isOutdated(part, file)
    })
    if (!unsure) break
  }
  const first = [...found.values()][0]?.match as EpisodeMatch | undefined
  const rest = parts.filter((part) => !found.has(part.id))
  if (first !== undefined && (rest.length === 0 || view.instances.length < 2)) return { match: first, found }
  // Another version may come from another Sonarr, whose paths nobody has mapped; the series is known by now.
  const tvdb = first?.series.tvdbId ?? null
  const known = tvdb === null ? ids : { ...ids, show: { ...ids.show, tvdb: String(tvdb) } }
  const shows = yield* matchByShow(item, known, view, readShow)
  for (const part of rest) {
    for (const { match, candidates } of shows) {
      const same = candidates.filter(({ file }) => file !== null && looksLikeFile(part, file))
      if (same.length === 0) continue
      const one: EpisodeMatch = { ...match, episodes: same, by: "file", confidence: MATCH_CONFIDENCE.file }
      found.set(part.id, { match: one, file: same[0]?.file ?? null })
      break
    }
  }
  const byFile = [...found.values()][0]?.match as EpisodeMatch | undefined
  return { match: first ?? byFile ?? shows[0]?.match ?? null, found }
})

const settleByFolder = Effect.fnUntraced(function* (
  item: MediaItem,
  parts: ReadonlyArray<MediaPart>,
  view: CatalogView,
  found: Map<string, PartMatch>,
  maxAgeMs: number,
) {
  const catalog = yield* MediaCatalog
  const lists = yield* askAll(view, (instance) => catalog.series(instance, { maxAgeMs }))
  for (const part of parts) {
    const path = view.ours(part.file ?? "")
    for (const { instance, answer } of lists) {
      const series = seriesAround(answer, path, instance.mappings)
      if (series === null) continue
      const at = (episodes: ReadonlyArray<CatalogEpisode>) => atPath(episodes, path, instance.mappings)
      const season = yield* episodesIn(view, instance, series, item.season, maxAgeMs)
      const inSeason = at(season)
      const episodes =
        inSeason.length > 0 || item.season === null
          ? inSeason
          : at(yield* episodesIn(view, instance, series, null, maxAgeMs))
      const file = episodes[0]?.file
      if (file === undefined || file === null) continue
      const match: EpisodeMatch = {
        _tag: "Episode",
        instance: plainInstance(instance),
        series,
        episodes,
        by: "path",
        confidence: MATCH_CONFIDENCE.path,
      }
      found.set(part.id, { match, file })
      break
    }
  }
})

/** The same age is not enough for episodes: a series list stays right when an episode is imported. */
const episodesIn = Effect.fnUntraced(function* (
  view: CatalogView,
  instance: Instance,
  series: CatalogSeries,
  season: number | null,
  maxAgeMs: number,
) {
  const catalog = yield* MediaCatalog
  const age = maxAgeMs === HIT_AGE_MS ? MISS_AGE_MS : 0
  return (yield* ask(view, instance, catalog.episodes(instance, series.id, season, { maxAgeMs: age }))) ?? []
})

/** The show in every instance that has it: one of 4K and one of HD hold different files of the same episodes. */
const matchByShow = Effect.fnUntraced(function* (
  item: MediaItem,
  ids: KnownIds,
  view: CatalogView,
  readShow: Effect.Effect<ShowItem | null>,
) {
  const catalog = yield* MediaCatalog
  const lists = yield* askAll(view, (instance) => catalog.series(instance, { maxAgeMs: MISS_AGE_MS }))
  if (lists.every(({ answer }) => answer.length === 0)) return []
  const byKnownIds = (known: ExternalIds) =>
    lists.flatMap(({ instance, answer }): ReadonlyArray<Hit> => {
      const hit = byIds(answer, known)
      return hit === null
        ? []
        : [{ instance, series: hit.entry, by: hit.by, confidence: MATCH_CONFIDENCE[hit.by] }]
    })
  let hits: ReadonlyArray<Hit> = byKnownIds(ids.show)
  if (hits.length === 0) {
    const show = yield* readShow
    if (show !== null) hits = byKnownIds(ownIds(show.guid, show.guids))
    if (hits.length === 0) hits = titleHits(lists, show?.title ?? item.show?.title ?? "", show?.year ?? null)
  }
  return yield* Effect.forEach(hits, (hit) =>
    Effect.map(episodesIn(view, hit.instance, hit.series, null, HIT_AGE_MS), (episodes) => {
      const match: EpisodeMatch = {
        _tag: "Episode",
        instance: plainInstance(hit.instance),
        series: hit.series,
        episodes: episodesOf(episodes, item, ids),
        by: hit.by,
        confidence: hit.confidence,
      }
      return { match, candidates: episodes }
    }),
  )
})

interface Hit {
  readonly instance: Instance
  readonly series: CatalogSeries
  readonly by: EpisodeMatch["by"]
  readonly confidence: number
}

function titleHits(
  lists: ReadonlyArray<{ readonly instance: Instance; readonly answer: ReadonlyArray<CatalogSeries> }>,
  title: string,
  year: number | null,
): ReadonlyArray<Hit> {
  return lists.flatMap(({ instance, answer }) => {
    const hit = byTitle(answer, title, year)
    return hit === null
      ? []
      : [{ instance, series: hit.entry, by: "title" as const, confidence: hit.confidence }]
  })
}
