import * as Effect from "effect/Effect"
import { arrMappings, type CatalogApp, everyArrMapping, plexMappings } from "../media/instances.ts"
import type { IndexEntry } from "../media/item_index_entry.ts"
import { besideOf, fileNameOf, folderNameKey, folderOf, mapPath, samePath } from "../media/path_mapping.ts"
import { FOUND_MAX, ItemIndex, SettingsStore } from "../ports/mod.ts"
import { serverIds } from "../servers/server_ids.ts"
import { parseSidecar, videoStems } from "../subtitles/sidecar.ts"

/** Who names a file: one of several instances, where it is known which. */
export interface FileSender {
  readonly app: CatalogApp
  readonly instance: string
}

/** Folders that hold nothing but the subtitles of the videos beside the folder. */
const SUBTITLE_FOLDER = /^sub(?:s|titles?)?$/

/** Entries with a file of this name; where that are more than one answer holds, those in a folder of this name too. */
export const byName = Effect.fnUntraced(function* (path: string) {
  const index = yield* ItemIndex
  const name = fileNameOf(path)
  const found = yield* index.byFileName(name)
  const folder = folderOf(path)
  if (found.length < FOUND_MAX || folder === null) return found
  return [...found, ...(yield* index.byFileName(name, fileNameOf(folder)))]
})

/**
 * The entries of the servers in use that hold a file, which is called by one of `ours` here; else those that agree on the
 * names of the file and its folder.
 */
export const holdersOf = Effect.fnUntraced(function* (path: string, ours: ReadonlyArray<string>) {
  const settings = yield* (yield* SettingsStore).current
  const servers = yield* serverIds()
  const entries = (yield* byName(path)).filter(({ ref }) => servers.includes(ref.serverId))
  const plexToUs = plexMappings(settings)
  const exact = entries.filter(({ files }) =>
    files.some((file) => ours.some((one) => samePath(one, file) || samePath(one, mapPath(plexToUs, file)))),
  )
  if (exact.length > 0) return exact
  // The folder's own name is what two programs that see a file at different places still agree on.
  const folder = folderNameKey(path)
  return entries.filter(({ files }) => files.some((file) => folder !== "" && folderNameKey(file) === folder))
})

/** What a path may be here: as it is, and as each mapping of whoever may have sent it has it. */
const waysOf = Effect.fnUntraced(function* (sender: FileSender | null) {
  const settings = yield* (yield* SettingsStore).current
  const isKnown =
    sender !== null &&
    (sender.instance === sender.app || settings.oncue[sender.app].some(({ id }) => id === sender.instance))
  const mappings = isKnown
    ? [arrMappings(settings, sender.app, sender.instance)]
    : (["sonarr", "radarr"] as const).flatMap((app) => everyArrMapping(settings, app))
  return (one: string) => [one, ...mappings.map((each) => mapPath(each, one))]
})

/** The entries with a file that somebody names by the path that they see: the video's, or that of a subtitle of it. */
export const entriesOfFile = Effect.fnUntraced(function* (path: string, sender: FileSender | null) {
  const ways = yield* waysOf(sender)
  const found = yield* holdersOf(path, ways(path))
  if (found.length > 0) return found
  const index = yield* ItemIndex
  const name = fileNameOf(path)
  const folder = folderOf(path)
  const isApart = folder !== null && SUBTITLE_FOLDER.test(folderNameKey(path))
  // The longest name first: "Name.Part 2.en.srt" is for "Name.Part 2.mkv" where there is one.
  for (const stem of videoStems(name)) {
    const files = (yield* index.byFileStem(stem)).flatMap((entry) => entry.files)
    const videos = new Set(files.map(fileNameOf).filter((file) => parseSidecar(file, name) !== null))
    const holders: Array<IndexEntry> = []
    for (const video of videos) {
      const places = [besideOf(path, video), ...(isApart ? [besideOf(folder, video)] : [])]
      for (const place of places) holders.push(...(yield* holdersOf(place, ways(place))))
    }
    if (holders.length > 0) return holders
  }
  return []
})
