import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { type MediaItem, partsOf } from "../media/media_item.ts"
import { folderOf } from "../media/path_mapping.ts"
import type { PlexForbidden, PlexNotFound, PlexUnreachable, TokenRejected } from "../ports/mod.ts"
import { PlexLibrary } from "../ports/plex_library.ts"
import type { ServerAccess } from "../servers/server.ts"
import { claimScan } from "./_library_memory.ts"
import type { RefreshStage } from "./refresh_plan.ts"

/** What became of asking: how many calls were made, or why the stage was left out. */
export interface Asked {
  readonly calls: number
  readonly skipped: string | null
  /** When it may be asked, where it came too soon; unix milliseconds. */
  readonly againAtMs: number | null
}

/** Folders of one item that are scanned; the versions of most items share one. */
const FOLDERS_SCANNED_MAX = 8

const made = (calls: number): Asked => ({ calls, skipped: null, againAtMs: null })
const skip = (skipped: string, againAtMs: number | null = null): Asked => ({ calls: 0, skipped, againAtMs })

/** A stage that the server forbids, or does not know, is left out; any other failure is the caller's. */
const leavingOut = (
  call: Effect.Effect<void, PlexUnreachable | TokenRejected | PlexForbidden | PlexNotFound>,
): Effect.Effect<Asked, PlexUnreachable | TokenRejected> =>
  call.pipe(
    Effect.as(made(1)),
    Effect.catchTag(["PlexForbidden", "PlexNotFound"], (error) => Effect.succeed(skip(error.message))),
  )

/**
 * Asks the server for one stage of a refresh; the folder stage for every folder that holds a file of the item. A folder
 * that was scanned a moment ago is waited for, so that what is written to one season shares a scan; a library that was
 * scanned lately is left alone.
 */
export const askStage = Effect.fnUntraced(function* (
  access: ServerAccess,
  item: MediaItem,
  stage: Exclude<RefreshStage, "read">,
  writtenMs: number,
) {
  const library = yield* PlexLibrary
  if (stage === "item_refresh") return yield* leavingOut(library.refreshItem(access, item.ref.ratingKey))
  if (stage === "section_scan") return yield* scan(access, item, null, writtenMs)
  const folders = new Set(
    partsOf(item).flatMap(({ file }) => {
      const folder = file === null ? null : folderOf(file)
      return folder === null ? [] : [folder]
    }),
  )
  if (folders.size === 0) return skip("the server does not show where the file is")
  const asked = yield* Effect.forEach([...folders].slice(0, FOLDERS_SCANNED_MAX), (folder) =>
    scan(access, item, folder, writtenMs),
  )
  const calls = asked.reduce((sum, one) => sum + one.calls, 0)
  const isLeftOut = asked.every((one) => one.skipped !== null)
  return isLeftOut ? skip(asked[0]?.skipped ?? "") : made(calls)
})

/** Scans one folder, or the library when it is null, unless that was done lately. */
const scan = Effect.fnUntraced(function* (
  access: ServerAccess,
  item: MediaItem,
  folder: string | null,
  writtenMs: number,
) {
  const library = yield* PlexLibrary
  const { machineIdentifier: serverId } = access
  const claim = claimScan(serverId, item.sectionId, { folder, writtenMs })
  let advice = yield* claim
  while (typeof advice === "object") {
    if (folder === null) {
      const minutes = Math.ceil(advice.waitMs / 60_000)
      const againAtMs = (yield* Clock.currentTimeMillis) + advice.waitMs
      return skip(`the library was scanned lately and may be again in ${minutes} min`, againAtMs)
    }
    yield* Effect.sleep(advice.waitMs)
    advice = yield* claim
  }
  if (advice === "shared") return made(0)
  return yield* leavingOut(library.scan(access, item.sectionId, folder))
})
