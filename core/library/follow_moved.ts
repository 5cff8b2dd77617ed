import * as Effect from "effect/Effect"
import type { ItemRef } from "../media/media_item.ts"
import { ItemIndex } from "../ports/mod.ts"
import { catchUpServer } from "./catch_up_index.ts"
import { copiesInIndex } from "./refresh_copies.ts"

/** What becomes of a job for an item that has moved. */
export const MOVED_NOTE = "Plex has the file under another rating key now; that is done instead"

/**
 * Where an item is now that its server no longer has under its rating key: a library that was made anew, or an item that
 * was removed and found again, has other keys for the same files. The old entry is forgotten. Empty when no item of that
 * server has one of its files, or when the index never knew it. Never fails: what cannot be read is in the log.
 */
export const followMoved = Effect.fn("followMoved")(
  function* (ref: ItemRef) {
    const index = yield* ItemIndex
    const entry = yield* index.get(ref)
    if (entry === null) return [] as ReadonlyArray<ItemRef>
    // It may be gone because it was found again a moment ago, so that no earlier look will do.
    yield* catchUpServer(ref.serverId, 0)
    yield* index.remove([ref])
    const found = yield* copiesInIndex(ref, entry.files)
    return found.filter(({ serverId }) => serverId === ref.serverId)
  },
  Effect.catchTag("StoreUnavailable", (error) =>
    Effect.as(Effect.logWarning(error.message), [] as ReadonlyArray<ItemRef>),
  ),
)
