import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { StateStore } from "../ports/state_store.ts"
import {
  adviseScan,
  type LibraryMemory,
  memoryKey,
  NOTHING_REMEMBERED,
  readMemory,
  type ScanAdvice,
  scanned,
} from "./refresh_plan.ts"

/** What is remembered of a library now. A store that cannot be read costs a detour and fails nothing. */
export const recall = Effect.fnUntraced(function* (serverId: string, sectionId: string) {
  const store = yield* StateStore
  return yield* store.get(memoryKey(serverId, sectionId)).pipe(
    Effect.map(readMemory),
    Effect.catchTag("StoreUnavailable", () => Effect.succeed(NOTHING_REMEMBERED)),
  )
})

/** Changes what is remembered, in one step; writes only a change. A store that cannot be written is in the log. */
export const remember = Effect.fnUntraced(function* (
  serverId: string,
  sectionId: string,
  change: (memory: LibraryMemory) => LibraryMemory,
) {
  const store = yield* StateStore
  const changed = store.update(memoryKey(serverId, sectionId), (value) => {
    const before = readMemory(value)
    const after = change(before)
    return after === before ? value : after
  })
  yield* Effect.catchTag(changed, "StoreUnavailable", (error) =>
    Effect.logWarning(`Cannot remember how library ${sectionId} is refreshed: ${error.message}`),
  )
})

/**
 * Whether a scan has to be asked for, and takes it on when it has: of several jobs that write to one folder at the same
 * instant one asks, and the others share its scan.
 */
export const claimScan = Effect.fnUntraced(function* (
  serverId: string,
  sectionId: string,
  scan: { readonly folder: string | null; readonly writtenMs: number },
) {
  const nowMs = yield* Clock.currentTimeMillis
  let advice: ScanAdvice = "ask"
  yield* remember(serverId, sectionId, (memory) => {
    advice = adviseScan(memory, scan.folder, scan.writtenMs, nowMs)
    return advice === "ask" ? scanned(memory, scan.folder, nowMs) : memory
  })
  return advice as ScanAdvice
})
