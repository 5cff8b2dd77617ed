import * as Effect from "effect/Effect"
import { arrMappings, plexMappings } from "../media/instances.ts"
import type { IndexEntry } from "../media/item_index_entry.ts"
import { explainPath, mapPath, type PathExplanation, samePath } from "../media/path_mapping.ts"
import { SettingsStore, SubtitleShelf } from "../ports/mod.ts"
import { byName } from "./_find_in_index.ts"

/** Whose view a path is. */
export type PathSource = "plex" | "sonarr" | "radarr"

export interface TestedPath extends PathExplanation {
  /** Null: a subtitle can be written beside the file. Else why not, for example that it is not there. */
  readonly obstacle: { readonly reason: string; readonly detail: string } | null
  /** The items whose file it is, as far as the index knows. */
  readonly items: ReadonlyArray<IndexEntry>
}

/** What the mappings, those of one instance where it is named, make of one path, whether the file is there for us, and which items it belongs to. */
export const testPath = Effect.fn("testPath")(function* (
  path: string,
  source: PathSource,
  instance: string | null = null,
) {
  const settings = yield* (yield* SettingsStore).current
  const mappings = source === "plex" ? plexMappings(settings) : arrMappings(settings, source, instance)
  const explained = explainPath(mappings, path)
  const shelf = yield* SubtitleShelf
  const obstacle = yield* shelf.obstacle(explained.mapped)
  const plexToUs = plexMappings(settings)
  const items = (yield* byName(path)).filter(({ files }) =>
    files.some((file) => samePath(mapPath(plexToUs, file), explained.mapped)),
  )
  const tested: TestedPath = {
    ...explained,
    items,
    obstacle: obstacle === null ? null : { reason: obstacle.reason, detail: obstacle.detail },
  }
  return tested
})
