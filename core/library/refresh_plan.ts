import * as Option from "effect/Option"
import * as Schema from "effect/Schema"

/**
 * What makes a server look for a new subtitle beside a video, the cheapest first. Which one does depends on the server's
 * version, the library's agent and the platform, so it is found out and remembered for each library.
 *
 * - `read`: a plain item GET, which by Plex's own document looks at local files before it answers.
 * - `folder_scan`: `…/sections/{id}/refresh?path=` for the video's folder.
 * - `item_refresh`: `PUT …/refresh`, which also fetches metadata from the internet again.
 * - `section_scan`: the whole library; the last resort, shared and rate-limited.
 */
export const REFRESH_STAGES = ["read", "folder_scan", "item_refresh", "section_scan"] as const
export type RefreshStage = (typeof REFRESH_STAGES)[number]

/** How long each stage is given to show the subtitle, in milliseconds. The server answers before its work is done. */
export const STAGE_WINDOW_MS: Readonly<Record<RefreshStage, number>> = {
  read: 400,
  folder_scan: 8_000,
  item_refresh: 12_000,
  section_scan: 30_000,
}
/** First and longest pause between two looks, in milliseconds. */
export const POLL_FIRST_MS = 100
export const POLL_LONGEST_MS = 2_000
/** Shortest time between two scans of a whole library, and of one folder, in milliseconds. */
export const SECTION_SCAN_EVERY_MS = 600_000
export const FOLDER_SCAN_EVERY_MS = 2_000
/** Age after which a remembered stage is doubted and the cheapest is tried first again, in milliseconds. */
export const STAGE_KEPT_MS = 30 * 86_400_000
/** Folders of one library whose last scan is remembered. */
export const FOLDERS_REMEMBERED_MAX = 32

/** What is remembered about one library between refreshes, kept in StateStore under `memoryKey`. */
export const LibraryMemory = Schema.Struct({
  /** The stage after which a subtitle was last listed, and when. */
  stage: Schema.NullOr(Schema.Struct({ name: Schema.Literals(REFRESH_STAGES), atMs: Schema.Finite })),
  /** When a scan of a folder, and of the whole library, was last asked for. */
  folderScans: Schema.Record(Schema.String, Schema.Finite),
  sectionScanAtMs: Schema.NullOr(Schema.Finite),
})
export type LibraryMemory = typeof LibraryMemory.Type

export const NOTHING_REMEMBERED: LibraryMemory = { stage: null, folderScans: {}, sectionScanAtMs: null }

const decode = Schema.decodeUnknownOption(LibraryMemory)

/** What the store holds; anything unreadable is as good as nothing. */
export function readMemory(value: unknown): LibraryMemory {
  return Option.getOrElse(decode(value), () => NOTHING_REMEMBERED)
}

export function memoryKey(serverId: string, sectionId: string): string {
  return `refresh/${serverId}/${sectionId}`
}

/**
 * The stages to go through, in order: from the remembered one on, else from the cheapest. Without permission to change
 * the library only `read` is left, which changes nothing.
 *
 * @example
 * ```ts
 * const memory = { ...NOTHING_REMEMBERED, stage: { name: "item_refresh", atMs: 0 } }
 * assert.deepStrictEqual(planStages(memory, 1_000, true), ["item_refresh", "section_scan"])
 * assert.deepStrictEqual(planStages(memory, STAGE_KEPT_MS, true), [...REFRESH_STAGES])
 * assert.deepStrictEqual(planStages(memory, 1_000, false), ["read"])
 * ```
 */
export function planStages(
  memory: LibraryMemory,
  nowMs: number,
  mayUpdate: boolean,
): ReadonlyArray<RefreshStage> {
  if (!mayUpdate) return ["read"]
  const { stage } = memory
  const first = stage === null || nowMs - stage.atMs >= STAGE_KEPT_MS ? "read" : stage.name
  return REFRESH_STAGES.slice(REFRESH_STAGES.indexOf(first))
}

/** The pauses between the looks of one stage: doubling, and together no longer than its window. */
export function pollPausesMs(stage: RefreshStage): ReadonlyArray<number> {
  const pauses: Array<number> = []
  let left = STAGE_WINDOW_MS[stage]
  for (let pause = POLL_FIRST_MS; left > 0; pause = Math.min(pause * 2, POLL_LONGEST_MS)) {
    pauses.push(Math.min(pause, left))
    left -= pause
  }
  return pauses
}

/** Whether a scan has to be asked for. `shared`: one that was begun after the file was written will find it. */
export type ScanAdvice = "ask" | "shared" | { readonly waitMs: number }

/** Advice about a scan of `folder`, or of the whole library when it is null, for a file written at `writtenMs`. */
export function adviseScan(
  memory: LibraryMemory,
  folder: string | null,
  writtenMs: number,
  nowMs: number,
): ScanAdvice {
  const last = folder === null ? memory.sectionScanAtMs : (memory.folderScans[folder] ?? null)
  if (last === null || last > nowMs) return "ask"
  if (last > writtenMs) return "shared"
  const waitMs = last + (folder === null ? SECTION_SCAN_EVERY_MS : FOLDER_SCAN_EVERY_MS) - nowMs
  return waitMs > 0 ? { waitMs } : "ask"
}

/** The memory after a scan was asked for; the oldest folder goes when there are too many. */
export function scanned(memory: LibraryMemory, folder: string | null, nowMs: number): LibraryMemory {
  if (folder === null) return { ...memory, sectionScanAtMs: nowMs }
  const newest = Object.entries({ ...memory.folderScans, [folder]: nowMs })
    .sort(([, a], [, b]) => b - a)
    .slice(0, FOLDERS_REMEMBERED_MAX)
  return { ...memory, folderScans: Object.fromEntries(newest) }
}

/** The memory after `stage` has shown a subtitle. The time counts from when this stage was first found to work. */
export function learned(memory: LibraryMemory, stage: RefreshStage, nowMs: number): LibraryMemory {
  const same = memory.stage?.name === stage && nowMs - memory.stage.atMs < STAGE_KEPT_MS
  return same ? memory : { ...memory, stage: { name: stage, atMs: nowMs } }
}
