import type { Stats } from "node:fs"
import { opendir, stat } from "node:fs/promises"
import { basename, dirname, extname, isAbsolute, join } from "node:path"
import { ShelfUnavailable } from "../../core/ports/subtitle_shelf.ts"
import { codeOf } from "./_fault.ts"

/** Most entries of a folder that are looked at. */
export const FOLDER_ENTRIES_MAX = 100_000
/** Most parts of a path that are looked up one by one. */
const PATH_PARTS_MAX = 64

/** A video and its folder, by the names that they have on disk. */
export interface Place {
  readonly folder: string
  /** The video's name without its extension. */
  readonly base: string
  readonly video: string
  readonly stats: Stats
}

const composed = (name: string) => name.normalize("NFC")

/** Names that are the same to a reader: macOS and some network shares store letters and their accents apart. */
export const sameName = (a: string, b: string): boolean => composed(a) === composed(b)

/** The names of the files (and links to files) in a folder. */
export async function namesIn(folder: string): Promise<ReadonlyArray<string>> {
  const names: Array<string> = []
  for await (const entry of await opendir(folder)) {
    if (names.length >= FOLDER_ENTRIES_MAX) {
      throw new ShelfUnavailable({
        path: folder,
        reason: "other",
        detail: `the folder has more than ${FOLDER_ENTRIES_MAX} entries`,
      })
    }
    names.push(entry.name)
  }
  return names
}

const isMissing = (error: unknown) => codeOf(error) === "ENOENT"

/** The path as it is on disk, where only its Unicode form differs. Null when there is none. */
async function onDisk(path: string, depth = 0): Promise<string | null> {
  const found = await stat(path).then(
    () => true,
    (error: unknown) => {
      if (isMissing(error)) return false
      throw error
    },
  )
  if (found) return path
  const parent = dirname(path)
  // Without anything but ASCII there is only one form.
  if (parent === path || depth >= PATH_PARTS_MAX || /^[\x20-\x7e]*$/.test(path)) return null
  const folder = await onDisk(parent, depth + 1)
  if (folder === null) return null
  const names = await namesIn(folder).catch(() => [])
  const name = names.find((one) => sameName(one, basename(path)))
  return name === undefined ? null : join(folder, name)
}

/** Finds the video. A folder without the video is as good as none: the disk may not be mounted. */
export async function placeOf(videoPath: string): Promise<Place> {
  if (!isAbsolute(videoPath) || videoPath.includes("\0")) {
    throw new ShelfUnavailable({ path: videoPath, reason: "missing", detail: "it is no absolute path here" })
  }
  const path = await onDisk(videoPath)
  if (path === null) {
    const folder = await onDisk(dirname(videoPath))
    throw new ShelfUnavailable({
      path: folder === null ? dirname(videoPath) : videoPath,
      reason: "missing",
      detail:
        folder === null
          ? "the folder is not there, or its disk is not mounted here"
          : "the video is not there, or its disk is not mounted here",
    })
  }
  const stats = await stat(path)
  return { folder: dirname(path), base: basename(path, extname(path)), video: path, stats }
}

/** The folder as it is on disk, also where only the Unicode form of its name differs. */
export async function folderOn(path: string): Promise<string> {
  const folder = isAbsolute(path) && !path.includes("\0") ? await onDisk(path) : null
  if (folder !== null && (await stat(folder)).isDirectory()) return folder
  const detail = "the folder is not there, or its disk is not mounted here"
  throw new ShelfUnavailable({ path, reason: "missing", detail })
}

/** A name that stays in its folder, or an error. */
export function plainName(folder: string, name: string): string {
  const stays = basename(name) === name && name !== "." && name !== ".." && !name.includes("\0")
  if (stays && name !== "") return name
  throw new ShelfUnavailable({ path: folder, reason: "other", detail: "a file's name may hold no folder" })
}

/**
 * Where `name` goes: over the file that has this name in any Unicode form, else with the video's own spelling of the
 * base name they share.
 */
export async function targetIn(
  place: Place,
  name: string,
): Promise<{ readonly path: string; readonly exists: boolean; readonly names: ReadonlyArray<string> }> {
  plainName(place.folder, name)
  const names = await namesIn(place.folder)
  const existing = names.find((one) => one === name) ?? names.find((one) => sameName(one, name))
  if (existing !== undefined) return { path: join(place.folder, existing), exists: true, names }
  const base = composed(place.base)
  const whole = composed(name)
  const spelled = whole.startsWith(`${base}.`) ? `${place.base}${whole.slice(base.length)}` : name
  return { path: join(place.folder, spelled), exists: false, names }
}
