import * as Effect from "effect/Effect"
import { StateStore, SubtitleLedger } from "../ports/mod.ts"
import { missingPrefix, readMissingPage } from "./missing_page.ts"
import { listSweeps } from "./run_sweeps.ts"
import type { CountedSweep, Sweep } from "./sweep.ts"

/** The items that lacked something of which a subtitle was placed since; what is recorded of each is what counts. */
const foundOf = Effect.fnUntraced(function* ({ missing, sectionId, serverId, startedAtMs }: Sweep) {
  if (missing === 0) return 0
  const ledger = yield* SubtitleLedger
  const placed = new Set(yield* ledger.itemsSince(serverId, startedAtMs))
  if (placed.size === 0) return 0
  const state = yield* StateStore
  const pages = yield* state.list(missingPrefix(serverId, sectionId))
  const lacked = new Set(
    pages.flatMap(({ value }) => readMissingPage(value).map(({ ratingKey }) => ratingKey)),
  )
  return [...lacked].filter((ratingKey) => placed.has(ratingKey)).length
})

/** Every sweep that is kept, with what it has brought. */
export const countSweeps = Effect.fn("countSweeps")(function* () {
  return yield* Effect.forEach(yield* listSweeps(), (sweep) =>
    Effect.map(foundOf(sweep), (found): CountedSweep => ({ ...sweep, found })),
  )
})
