import * as Effect from "effect/Effect"
import type { Cause } from "../jobs/job.ts"
import { displayName, type MediaItem } from "../media/media_item.ts"
import { type FoundSubtitle, foundNotification } from "../notify/notification.ts"
import { tell } from "../notify/tell.ts"
import { SubtitleSources } from "../ports/mod.ts"
import type { WishResult } from "./find_subtitles.ts"
import { wishName } from "./profile.ts"

/**
 * Tells whom the settings name of what was found for an item. What a sweep finds is told by its end alone: nobody wants
 * a thousand messages.
 */
export const notifyFound = Effect.fn("notifyFound")(function* (
  item: MediaItem,
  results: ReadonlyArray<WishResult>,
  jobId: number,
  cause: Cause,
) {
  if (cause.source === "sweep") return
  const sources = yield* SubtitleSources
  const found = results.flatMap((one): ReadonlyArray<FoundSubtitle> => {
    if (one._tag !== "Found") return []
    const { candidate, score } = one.scored
    return [
      {
        language: wishName(one.wish),
        provider: sources.find(({ id }) => id === candidate.provider)?.name ?? candidate.provider,
        score,
        release: candidate.releases[0] ?? candidate.fileName,
      },
    ]
  })
  if (found.length === 0) return
  const title = displayName(item)
  yield* tell(foundNotification(item.ref, title, found), { jobId, title, ...item.ref })
})
