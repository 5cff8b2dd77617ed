import * as Effect from "effect/Effect"
import { StateStore } from "../ports/state_store.ts"
import { type LibraryMemory, memoryKey, NOTHING_REMEMBERED, readMemory } from "./refresh_plan.ts"

/** What is remembered of a library now. A store that cannot be read costs a detour and fails nothing. */
export const recall = Effect.fnUntraced(function* (serverId: string, sectionId: string) {
  const store = yield* StateStore
  return yield* store.get(memoryKey(serverId, sectionId)).pipe(
    Effect.map(readMemory),
    Effect.catchTag("StoreUnavailable", () => Effect.succeed(NOTHING_REMEMBERED)),
  )
})

/** Changes what is remembered; writes only a change. */
export const remember = Effect.fnUntraced(function* (
  serverId: string,
  sectionId: string,
  change: (memory: LibraryMemory) => LibraryMemory,
) {
  const store = yield* StateStore
  const before = yield* recall(serverId, sectionId)
  const after = change(before)
  if (after === before) return
  yield* store
    .put(memoryKey(serverId, sectionId), after)
    .pipe(
      Effect.catchTag("StoreUnavailable", (error) =>
        Effect.logWarning(`Cannot remember how library ${sectionId} is refreshed: ${error.message}`),
      ),
    )
})
