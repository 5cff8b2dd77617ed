import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { type MediaItem, partsOf } from "../media/media_item.ts"
import { folderOf } from "../media/path_mapping.ts"
import type { PlexForbidden, PlexNotFound, PlexUnreachable, TokenRejected } from "../ports/mod.ts"
import { PlexLibrary } from "../ports/plex_library.ts"
import type { ServerAccess } from "../servers/server.ts"
import { recall, remember } from "./_library_memory.ts"
import { adviseScan, type RefreshStage, scanned } from "./refresh_plan.ts"

/** What became of asking: how many calls were made, or why the stage was left out. */
export interface Asked {
  readonly calls: number
  readonly skipped: string | null
}

const skip = (skipped: string): Asked => ({ calls: 0, skipped })

/** A stage that the server forbids, or does not know, is left out; any other failure is the caller's. */
const leavingOut = (
  call: Effect.Effect<void, PlexUnreachable | TokenRejected | PlexForbidden | PlexNotFound>,
): Effect.Effect<Asked, PlexUnreachable | TokenRejected> =>
  call.pipe(
    Effect.as({ calls: 1, skipped: null }),
    Effect.catchTag(["PlexForbidden", "PlexNotFound"], (error) => Effect.succeed(skip(error.message))),
  )

/**
 * Asks the server for one stage of a refresh. A folder that was scanned a moment ago is waited for, so that what is
 * written to one season shares a scan; a library that was scanned lately is left alone.
 */
export const askStage = Effect.fnUntraced(function* (
  access: ServerAccess,
  item: MediaItem,
  stage: Exclude<RefreshStage, "read">,
  writtenMs: number,
) {
  const library = yield* PlexLibrary
  if (stage === "item_refresh") return yield* leavingOut(library.refreshItem(access, item.ref.ratingKey))
  const file = partsOf(item).find((part) => part.file !== null)?.file ?? null
  const folder = stage === "folder_scan" && file !== null ? folderOf(file) : null
  if (stage === "folder_scan" && folder === null) return skip("the server does not show where the file is")
  const { machineIdentifier: serverId } = access
  const advise = Effect.gen(function* () {
    const memory = yield* recall(serverId, item.sectionId)
    return adviseScan(memory, folder, writtenMs, yield* Clock.currentTimeMillis)
  })
  let advice = yield* advise
  while (typeof advice === "object") {
    if (folder === null) {
      const minutes = Math.ceil(advice.waitMs / 60_000)
      return skip(`the library was scanned lately and may be again in ${minutes} min`)
    }
    yield* Effect.sleep(advice.waitMs)
    advice = yield* advise
  }
  if (advice === "shared") return { calls: 0, skipped: null }
  const nowMs = yield* Clock.currentTimeMillis
  yield* remember(serverId, item.sectionId, (memory) => scanned(memory, folder, nowMs))
  return yield* leavingOut(library.scan(access, item.sectionId, folder))
})
