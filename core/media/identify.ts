import * as Effect from "effect/Effect"
import { PlexLibrary } from "../ports/plex_library.ts"
import { SettingsStore } from "../ports/settings_store.ts"
import { SubtitleShelf } from "../ports/subtitle_shelf.ts"
import type { ServerAccess } from "../servers/server.ts"
import type { CatalogView } from "./_catalog_view.ts"
import {
  GUID_CONFIDENCE,
  type IdentifiedFile,
  type Identity,
  isTrusted,
  releaseOf,
  remarks,
  TITLE_ONLY_CONFIDENCE,
} from "./identity.ts"
import { plexMappings } from "./instances.ts"
import { idsOf } from "./known_ids.ts"
import { matchEpisode } from "./match_episode.ts"
import { matchFilm } from "./match_film.ts"
import type { MediaItem } from "./media_item.ts"
import { openInstances } from "./open_instances.ts"
import { mapPath } from "./path_mapping.ts"

/** Files of one item that are looked at; a version with more parts than this is a disc image cut to pieces. */
export const FILES_MAX = 16

/**
 * Who a Plex item is: by file path, then by ids, then by title, in every Sonarr or Radarr that is switched on. Never
 * fails: what could not be asked is named in `unasked` and `warnings`, and Plex's own ids stand without the others.
 * Costs no call to the server for a film and at most one (the show) for an episode.
 */
export const identify = Effect.fn("identify")(function* (item: MediaItem, access: ServerAccess) {
  const settings = yield* (yield* SettingsStore).current
  const library = yield* PlexLibrary
  const app = item.kind === "movie" ? "radarr" : "sonarr"
  const { open, closed } = yield* openInstances(app)
  const warnings: Array<string> = closed.map(({ reason }) => reason)
  const view: CatalogView = {
    instances: open,
    ours: (path) => mapPath(plexMappings(settings), path),
    silent: new Map(),
  }
  const ids = idsOf(item)
  const readShow = yield* Effect.cached(
    item.show === null
      ? Effect.succeed(null)
      : library.show(access, item.show.ratingKey).pipe(
          Effect.catch((error) => {
            warnings.push(`The ids of the show are unknown: ${error.message}`)
            return Effect.succeed(null)
          }),
        ),
  )
  const { match, found } =
    item.kind === "movie" ? yield* matchFilm(item, ids, view) : yield* matchEpisode(item, ids, view, readShow)
  const isShowKnown = (match !== null && isTrusted(match)) || Object.keys(ids.show).length > 0
  const show = item.kind === "movie" || isShowKnown ? null : yield* readShow

  const parts = item.versions.flatMap((version) => version.parts.map((part) => ({ version, part })))
  const useHash = settings.opensubtitlescom.use_hash
  const files: ReadonlyArray<IdentifiedFile> = yield* Effect.forEach(
    parts.slice(0, FILES_MAX),
    Effect.fnUntraced(function* ({ version, part }) {
      const path = part.file === null ? null : view.ours(part.file)
      const own = found.get(part.id)
      const file = own?.file ?? null
      const onDisk = path === null || !useHash ? null : yield* hashOf(path)
      const known = { item, ids, show, version, part, match: own?.match ?? match, file, path, onDisk }
      return {
        partId: part.id,
        versionId: version.id,
        resolution: version.resolution,
        plexPath: part.file,
        path,
        match: known.match,
        catalogFile: file,
        release: releaseOf(known),
      }
    }),
  )
  const bare = { item, ids, show, match, version: null, part: null, file: null, path: null, onDisk: null }
  const release = files[0]?.release ?? releaseOf(bare)
  const hasId = [release.ids, release.showIds].some((one) => Object.keys(one).length > 0)
  const identity: Identity = {
    item,
    release,
    files,
    match,
    how: match?.by ?? (hasId ? "guid" : "none"),
    confidence: match?.confidence ?? (hasId ? GUID_CONFIDENCE : TITLE_ONLY_CONFIDENCE),
    unasked: [...closed.map(({ id }) => id), ...view.silent.keys()],
    warnings: [...warnings, ...view.silent.values(), ...remarks(item, files)],
  }
  return identity
})

/** Null when the file cannot be read from here, which placing the subtitle will say in words. */
const hashOf = Effect.fnUntraced(function* (path: string) {
  const shelf = yield* SubtitleShelf
  return yield* shelf.movieHash(path).pipe(Effect.catchTag("ShelfUnavailable", () => Effect.succeed(null)))
})
