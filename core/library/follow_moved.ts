import * as Effect from "effect/Effect"
import { parseGuid } from "../media/guid.ts"
import type { IndexEntry } from "../media/item_index_entry.ts"
import type { ItemRef } from "../media/media_item.ts"
import { ItemIndex } from "../ports/mod.ts"
import { catchUpServer } from "./catch_up_index.ts"
import { copiesInIndex } from "./refresh_copies.ts"

/** What becomes of a job for an item that has moved. */
export const MOVED_NOTE = "Plex has it under another rating key now; that is done instead"

/** A guid that says which film or episode it is, wherever it lies; a local one says only where it lay. */
const isPublic = (guid: string) => ["Plex", "External"].includes(parseGuid(guid)._tag)

/** The same film or episode with other files: an upgrade has taken the place of the file, and Plex has made a new item. */
const byGuids = Effect.fnUntraced(function* ({ guids, kind, ref, sectionId }: IndexEntry) {
  const index = yield* ItemIndex
  const named = yield* Effect.forEach(guids.filter(isPublic), (guid) => index.byGuid(guid, ref.serverId))
  const others = named.flat().filter((one) => one.kind === kind && one.ref.ratingKey !== ref.ratingKey)
  // One of another library is another copy of it, and only what is left where there is none in its own.
  const own = others.filter((one) => one.sectionId === sectionId)
  const found = own.length > 0 ? own : others
  return [...new Map(found.map((one) => [one.ref.ratingKey, one.ref])).values()]
})

/**
 * Where an item is now that its server no longer has under its rating key: a library that was made anew, or an item that
 * was removed and found again, has other keys for the same files, or for the same film or episode where its file was
 * replaced. The old entry is forgotten. Empty when that server has nothing of it, or when the index never knew it. Never
 * fails: what cannot be read is in the log.
 */
export const followMoved = Effect.fn("followMoved")(
  function* (ref: ItemRef) {
    const index = yield* ItemIndex
    const entry = yield* index.lastKnown(ref)
    if (entry === null) return [] as ReadonlyArray<ItemRef>
    // It may be gone because it was found again a moment ago, so that no earlier look will do.
    yield* catchUpServer(ref.serverId, 0)
    yield* index.remove([ref])
    const found = (yield* copiesInIndex(ref, entry.files)).filter(({ serverId }) => serverId === ref.serverId)
    return found.length > 0 ? found : yield* byGuids(entry)
  },
  Effect.catchTag("StoreUnavailable", (error) =>
    Effect.as(Effect.logWarning(error.message), [] as ReadonlyArray<ItemRef>),
  ),
)
