import type { TriggerSource } from "../jobs/job.ts"
import { episodeName } from "../media/media_item.ts"
import { fileNameOf, PATH_LENGTH_MAX } from "../media/path_mapping.ts"
import { EVENT_TEXT_MAX, numberOf } from "./event.ts"

/** The applications that import files. */
export type ImportApp = Extract<TriggerSource, "sonarr" | "radarr">

/** One file that was imported, as Sonarr or Radarr names it. */
export interface ImportedFile {
  /** As the sender sees it. */
  readonly path: string
  /** The sender's number for this very file: an upgrade has another one, also under the same path. */
  readonly fileId: string | null
  /** For people. */
  readonly title: string | null
}

/** A webhook of Sonarr or Radarr, read leniently. Only an import tells of files; everything else is named and left. */
export type ImportEvent =
  | {
      readonly _tag: "Imported"
      readonly event: string
      readonly instance: string | null
      readonly files: ReadonlyArray<ImportedFile>
    }
  | { readonly _tag: "Other"; readonly event: string; readonly instance: string | null }

/** Files of one import that are taken: more than the longest season, fewer than a body of a megabyte can name. */
export const IMPORT_FILES_MAX = 2_000

/** Files have a lane of their own in the queue, since it is not known yet on which servers they are. */
export const FILES_LANE = "files"

type Json = Record<string, unknown>

const mapping = (value: unknown): Json | null =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : null

const list = (value: unknown): ReadonlyArray<Json> =>
  (Array.isArray(value) ? value : [value]).map(mapping).filter((one) => one !== null)

function textOf(value: unknown, limit: number): string | null {
  const text = typeof value === "number" && Number.isFinite(value) ? String(value) : value
  return typeof text === "string" && text !== "" && text.length <= limit ? text : null
}

/** The file's own path, or the folder's with the path inside it. */
function pathOf(file: Json, folder: string | null): string | null {
  const path = textOf(file.path, PATH_LENGTH_MAX)
  if (path !== null) return path
  const inside = textOf(file.relativePath, PATH_LENGTH_MAX)
  if (inside === null || folder === null) return null
  const separator = folder.includes("\\") && !folder.includes("/") ? "\\" : "/"
  return `${folder.replace(/[\\/]+$/, "")}${separator}${inside}`
}

function episodeTitle(body: Json, series: string | null, file: Json, onlyOne: boolean): string | null {
  const episodes = list(body.episodes)
  const first = episodes[0]
  if (!onlyOne || first === undefined) {
    const name = textOf(file.relativePath, PATH_LENGTH_MAX) ?? textOf(file.path, PATH_LENGTH_MAX)
    return name === null ? series : fileNameOf(name.replaceAll("\\", "/").replace(/^(?!\/)/, "/"))
  }
  const season = numberOf(first.seasonNumber)
  const numbers = episodes.flatMap((one) => numberOf(one.episodeNumber) ?? [])
  const titles = episodes.flatMap((one) => textOf(one.title, EVENT_TEXT_MAX) ?? [])
  const place = season === null || numbers.length === 0 ? null : { season, episodes: numbers }
  return episodeName(series ?? "?", place, titles.join(" / "))
}

function readFiles(body: Json, app: ImportApp): ReadonlyArray<ImportedFile> {
  const parent = mapping(app === "sonarr" ? body.series : body.movie)
  const folder = textOf(parent?.path ?? parent?.folderPath, PATH_LENGTH_MAX)
  const name = textOf(parent?.title, EVENT_TEXT_MAX)
  // Sonarr tells of each file (`episodeFile`), and of a whole download once more when it is complete (`episodeFiles`).
  const keys = app === "sonarr" ? ["episodeFile", "episodeFiles"] : ["movieFile", "movieFiles"]
  const files = keys.flatMap((key) => list(body[key]))
  const year = textOf(parent?.year, 4)
  return files.slice(0, IMPORT_FILES_MAX).flatMap((file) => {
    const path = pathOf(file, folder)
    if (path === null) return []
    const title =
      app === "sonarr"
        ? episodeTitle(body, name, file, files.length === 1)
        : name === null || year === null
          ? name
          : `${name} (${year})`
    return { path, fileId: textOf(file.id, EVENT_TEXT_MAX), title: title?.slice(0, EVENT_TEXT_MAX) ?? null }
  })
}

/**
 * What Sonarr or Radarr tells in parsed JSON, or the reason why it is nothing of theirs.
 *
 * @example
 * ```ts
 * const told = readImport({ eventType: "Download", movieFile: { path: "/movies/a.mkv", id: 7 } }, "radarr")
 * assert.deepStrictEqual(told.files, [{ path: "/movies/a.mkv", fileId: "7", title: null }])
 * assert.strictEqual(readImport({ eventType: "Test" }, "sonarr")._tag, "Other")
 * assert.match(readImport({}, "sonarr"), /eventType/)
 * ```
 */
export function readImport(json: unknown, app: ImportApp): ImportEvent | string {
  const body = mapping(json)
  if (body === null) return "The body is not a JSON object"
  const event = textOf(body.eventType, EVENT_TEXT_MAX)
  if (event === null) return "eventType Missing required parameter in the JSON body"
  const instance = textOf(body.instanceName, EVENT_TEXT_MAX)
  if (event.toLowerCase() !== "download") return { _tag: "Other", event, instance }
  return { _tag: "Imported", event, instance, files: readFiles(body, app) }
}
