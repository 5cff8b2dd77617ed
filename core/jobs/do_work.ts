import * as Effect from "effect/Effect"
import { bringByBazarr } from "../bridge/bring_by_bazarr.ts"
import { refreshForJob } from "../library/refresh_for_job.ts"
import { refreshNamed } from "../library/refresh_named.ts"
import type { ItemRef } from "../media/media_item.ts"
import { upgradeSubtitles } from "../placed/upgrade_subtitles.ts"
import { JobQueue, SettingsStore } from "../ports/mod.ts"
import { bringSubtitles } from "../subtitles/bring_subtitles.ts"
import { listenToTiming } from "../timing/retime_subtitle.ts"
import type { Job } from "./job.ts"
import type { JobOutcome } from "./run_jobs.ts"
import { spreadSearch } from "./spread_search.ts"

/** Searches that are under way at most, and so looked at. */
const RUNNING_LOOKED_AT = 50

/** Whether the item is being searched by an earlier job already. */
const isBeingSearched = Effect.fnUntraced(
  function* (job: Job, { ratingKey, serverId }: ItemRef) {
    const queue = yield* JobQueue
    const running = yield* queue.list({
      states: ["running"],
      work: ["FindSubtitles"],
      limit: RUNNING_LOOKED_AT,
    })
    return running.some(
      ({ id, work }) =>
        id < job.id && "ratingKey" in work && work.ratingKey === ratingKey && work.serverId === serverId,
    )
  },
  Effect.catchTag("StoreUnavailable", () => Effect.succeed(false)),
)

/** Does one job: the program for each kind of work. What is to be done again later and what is given up is its outcome. */
export const doWork = Effect.fnUntraced(function* (job: Job) {
  const { work } = job
  switch (work._tag) {
    case "FindSubtitles": {
      if (yield* isBeingSearched(job, work))
        return { _tag: "Retry", reason: "It is being searched already" } satisfies JobOutcome as JobOutcome
      const { mode } = (yield* SettingsStore.use((store) => store.current)).oncue
      const bring = mode === "bazarr" ? bringByBazarr : bringSubtitles
      return yield* bring(job.id, { serverId: work.serverId, ratingKey: work.ratingKey }, work.cause)
    }
    case "FindSubtitlesForFile":
    case "FindSubtitlesByIds":
      return yield* spreadSearch(job, work)
    case "UpgradeSubtitles":
      return yield* upgradeSubtitles(job.id, work)
    case "ListenToTiming":
      return yield* listenToTiming(work.placedId).pipe(
        Effect.map(({ timing }): JobOutcome => {
          return { _tag: "Done", note: timing.offer === null ? "it runs in step" : "a fix is offered" }
        }),
        Effect.catch((error) => Effect.succeed<JobOutcome>({ _tag: "Failed", reason: error.message })),
      )
    case "RefreshNamed":
      return yield* refreshNamed(work)
    case "RefreshItem":
      return yield* refreshForJob(job.id, { serverId: work.serverId, ratingKey: work.ratingKey }, work.cause)
  }
})
