import * as Effect from "effect/Effect"
import type { Cause } from "../jobs/job.ts"
import { plexMappings } from "../media/instances.ts"
import { type ItemRef, type MediaItem, partsOf } from "../media/media_item.ts"
import { mapPath, samePath } from "../media/path_mapping.ts"
import { JobQueue, SettingsStore } from "../ports/mod.ts"
import { serverIds } from "../servers/server_ids.ts"
import { byName } from "./_find_in_index.ts"
import { refreshJob } from "./refresh_job.ts"

const idOf = (ref: ItemRef) => `${ref.serverId}\n${ref.ratingKey}`

/**
 * The other items that hold a file of this one: in another library of the same server, or on another server in use. The
 * index knows them, so that this costs no call.
 */
export const copiesOf = Effect.fn("copiesOf")(function* (item: MediaItem) {
  const files = partsOf(item).flatMap(({ file }) => (file === null ? [] : [file]))
  return yield* copiesInIndex(item.ref, files)
})

/** The same for an item of which only its files are known, as its server sees them. */
export const copiesInIndex = Effect.fnUntraced(function* (own: ItemRef, files: ReadonlyArray<string>) {
  const settings = yield* (yield* SettingsStore).current
  const mappings = plexMappings(settings)
  const servers = yield* serverIds()
  const found = new Map<string, ItemRef>()
  for (const file of files) {
    const ours = mapPath(mappings, file)
    for (const entry of yield* byName(file)) {
      const holds = entry.files.some((one) => samePath(mapPath(mappings, one), ours))
      if (holds && servers.includes(entry.ref.serverId)) found.set(idOf(entry.ref), entry.ref)
    }
  }
  found.delete(idOf(own))
  return [...found.values()]
})

/**
 * Puts a refresh of every copy of an item into the queue, each verified by itself, and answers how many those are. Not
 * waited for: the one who watches is served by the item itself.
 */
export const refreshCopies = Effect.fn("refreshCopies")(function* (item: MediaItem, cause: Cause) {
  const copies = yield* copiesOf(item)
  if (copies.length === 0) return 0
  const queue = yield* JobQueue
  yield* queue.offer(copies.map((ref) => refreshJob(ref, cause)))
  return copies.length
})
