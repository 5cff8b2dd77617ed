import * as Effect from "effect/Effect"
import type { Cause } from "../jobs/job.ts"
import type { MediaItem } from "../media/media_item.ts"
import type { ServerAccess } from "../servers/server.ts"
import { selectForViewer } from "../viewer/select_for_viewer.ts"
import { bringNext } from "./bring_next.ts"
import type { ExpectedStream } from "./expected_stream.ts"
import type { WishResult } from "./find_subtitles.ts"
import { notifyFound } from "./notify_found.ts"

/** What an item's search came to, once Plex was made to look. */
export interface AfterFind {
  readonly access: ServerAccess
  /** As it was read before the search. */
  readonly item: MediaItem
  /** What lies there now and did not show before, the most wanted first. */
  readonly brought: ReadonlyArray<ExpectedStream>
  readonly results: ReadonlyArray<WishResult>
  readonly jobId: number
  readonly cause: Cause
}

/**
 * What follows a search: the subtitle is switched on for who watches, the next episodes are searched too, and who wants to
 * know is told. Nothing of it fails the job, whose subtitle is there.
 */
export const afterFind = Effect.fn("afterFind")(function* (found: AfterFind) {
  const { access, cause, item, jobId, results } = found
  yield* selectForViewer(found)
  yield* bringNext(access, item, cause).pipe(
    Effect.catch((error) =>
      Effect.as(Effect.logWarning(`The next episodes are not searched. ${error.message}`), 0),
    ),
  )
  yield* notifyFound(item, results, jobId, cause)
})
