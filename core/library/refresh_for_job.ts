import * as Effect from "effect/Effect"
import type { Cause } from "../jobs/job.ts"
import type { JobOutcome } from "../jobs/run_jobs.ts"
import { displayName, type ItemRef } from "../media/media_item.ts"
import { Journal } from "../ports/mod.ts"
import { withServer } from "../servers/access_server.ts"
import { refreshItem } from "./refresh_item.ts"
import { describeOutcome } from "./refresh_outcome.ts"

/** Makes a server look at an item again because somebody asked for it. */
export const refreshForJob = Effect.fn("refreshForJob")(function* (
  jobId: number,
  ref: ItemRef,
  cause: Cause,
) {
  const journal = yield* Journal
  const refresh = withServer(ref.serverId, (access) =>
    refreshItem({ access, ratingKey: ref.ratingKey, expect: null, asked: true }),
  )
  return yield* refresh.pipe(
    Effect.flatMap((outcome) => {
      const text = describeOutcome(outcome)
      const title = displayName(outcome.item)
      const entry = {
        kind: "refreshed",
        text,
        title,
        jobId,
        ...ref,
        detail: { cause, tried: outcome.tried },
      } as const
      return Effect.as(journal.write(entry), { _tag: "Done", note: text } as JobOutcome)
    }),
    Effect.catch((error) =>
      Effect.succeed<JobOutcome>(
        error._tag === "PlexNotFound" || error._tag === "ServerUnknown"
          ? { _tag: "Failed", reason: error.message }
          : { _tag: "Retry", reason: error.message },
      ),
    ),
  )
})
