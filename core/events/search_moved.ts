import * as Effect from "effect/Effect"
import { type Cause, PRIORITY } from "../jobs/job.ts"
import type { JobOutcome } from "../jobs/run_jobs.ts"
import { followMoved, MOVED_NOTE } from "../library/follow_moved.ts"
import type { ItemRef } from "../media/media_item.ts"
import { offerSearches } from "./offer_searches.ts"
import { searchJob } from "./search_job.ts"

/** Puts the search for an item that its server no longer has where it is now; null when it is nowhere. */
export const searchMoved = Effect.fnUntraced(function* (ref: ItemRef, cause: Cause) {
  const moved = yield* followMoved(ref)
  if (moved.length === 0) return null
  const urgency = { priority: PRIORITY.asked, dedupeMinutes: 0 }
  yield* offerSearches(moved.map((one) => searchJob(one, cause, urgency)))
  return { _tag: "Done", note: MOVED_NOTE } satisfies JobOutcome as JobOutcome
})
