import * as Effect from "effect/Effect"
import { MediaCatalog } from "../ports/media_catalog.ts"
import {
  askAll,
  type CatalogView,
  HIT_AGE_MS,
  MISS_AGE_MS,
  type PartMatch,
  plainInstance,
} from "./_catalog_view.ts"
import type { CatalogFilm } from "./catalog.ts"
import { atPath, byIds, type FilmMatch, isOutdated, likeFile, MATCH_CONFIDENCE } from "./catalog_match.ts"
import type { KnownIds } from "./known_ids.ts"
import { type MediaItem, type MediaPart, partsOf } from "./media_item.ts"
import { byTitle } from "./title.ts"

type Lists = ReadonlyArray<{
  readonly instance: CatalogView["instances"][number]
  readonly answer: ReadonlyArray<CatalogFilm>
}>

/**
 * Finds a film's files in Radarr: the film with its TMDB id is asked for first, which is one small call, and believed
 * when its file is Plex's file; otherwise every film's file is compared. Ids and the title count only when no file does.
 */
export const matchFilm = Effect.fn("matchFilm")(function* (
  item: MediaItem,
  ids: KnownIds,
  view: CatalogView,
) {
  const catalog = yield* MediaCatalog
  const found = new Map<string, PartMatch>()
  const parts = partsOf(item)
  const unsure = () =>
    parts.some((part) => {
      const file = found.get(part.id)?.file ?? null
      return part.file !== null && (file === null || isOutdated(part, file))
    })

  const tmdbId = ids.own.tmdb
  let candidates: Lists = []
  if (tmdbId !== undefined) {
    for (const maxAgeMs of [MISS_AGE_MS, 0]) {
      candidates = yield* askAll(view, (instance) =>
        Effect.map(catalog.filmByTmdbId(instance, Number(tmdbId), { maxAgeMs }), (film) =>
          film === null ? [] : [film],
        ),
      )
      settleByFile(parts, candidates, view, found)
      if (found.size === 0 || !unsure()) break
    }
  }
  let lists: Lists = []
  if (parts.some((part) => part.file !== null && !found.has(part.id)) || found.size === 0) {
    for (const maxAgeMs of [HIT_AGE_MS, MISS_AGE_MS]) {
      lists = yield* askAll(view, (instance) => catalog.films(instance, { maxAgeMs }))
      settleByFile(parts, lists, view, found)
      if (found.size > 0 && !unsure()) break
    }
  }
  const first = [...found.values()][0]?.match
  const match = first ?? byIdsOrTitle(item, ids, [...candidates, ...lists])
  return { match, found }
})

function settleByFile(
  parts: ReadonlyArray<MediaPart>,
  lists: Lists,
  view: CatalogView,
  found: Map<string, PartMatch>,
): void {
  for (const part of parts) {
    if (part.file === null) continue
    const path = view.ours(part.file)
    for (const { instance, answer } of lists) {
      const atSamePath = atPath(answer, path, instance.mappings)[0]
      const film = atSamePath ?? likeFile(answer, part)
      if (film === undefined || (found.has(part.id) && atSamePath === undefined)) continue
      const by = atSamePath === undefined ? "file" : "path"
      found.set(part.id, { match: filmMatch(instance, film, by, MATCH_CONFIDENCE[by]), file: film.file })
      if (by === "path") break
    }
  }
}

function byIdsOrTitle(item: MediaItem, ids: KnownIds, lists: Lists): FilmMatch | null {
  for (const { instance, answer } of lists) {
    const hit = byIds(answer, ids.own)
    if (hit !== null) return filmMatch(instance, hit.entry, hit.by, MATCH_CONFIDENCE[hit.by])
  }
  for (const { instance, answer } of lists) {
    const hit = byTitle(answer, item.title, item.year)
    if (hit !== null) return filmMatch(instance, hit.entry, "title", hit.confidence)
  }
  return null
}

function filmMatch(
  instance: CatalogView["instances"][number],
  film: CatalogFilm,
  by: FilmMatch["by"],
  confidence: number,
): FilmMatch {
  return { _tag: "Film", instance: plainInstance(instance), film, by, confidence }
}
