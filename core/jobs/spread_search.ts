import * as Effect from "effect/Effect"
import { offerSearches } from "../events/offer_searches.ts"
import { searchJob } from "../events/search_job.ts"
import { type Located, locateByFile, locateByIds } from "../library/locate_items.ts"
import { fileNameOf } from "../media/path_mapping.ts"
import { Journal } from "../ports/mod.ts"
import { type Job, PRIORITY, type Work } from "./job.ts"
import type { JobOutcome } from "./run_jobs.ts"

type Spread = Extract<Work, { _tag: "FindSubtitlesForFile" | "FindSubtitlesByIds" }>

const nameOf = (work: Spread) =>
  work._tag === "FindSubtitlesForFile"
    ? fileNameOf(work.path)
    : (work.cause.title ?? Object.values(work.ids).join(", "))

const priorityOf = (work: Spread) => (work.cause.source === "api" ? PRIORITY.asked : PRIORITY.imported)

const spread = Effect.fnUntraced(function* (job: Job, work: Spread, { items, doubt, hint }: Located) {
  const journal = yield* Journal
  const place = { jobId: job.id, title: work.cause.title }
  if (items.length === 0) {
    // Plex finds new files by itself, but not at once: what was imported a moment ago is in the index soon.
    const why = doubt ?? hint
    const reason = `No selected server has ${nameOf(work)} yet${why === null ? "" : `: ${why}`}`
    return { _tag: "Retry", reason } as JobOutcome
  }
  const copies = items.length === 1 ? "one item" : `${items.length} items`
  yield* journal.write({
    ...place,
    kind: "identified",
    text: `${nameOf(work)} is ${copies} in Plex`,
    detail: { items },
  })
  yield* offerSearches(
    items.map((item) => searchJob(item, work.cause, { priority: priorityOf(work), dedupeMinutes: 0 })),
  )
  return { _tag: "Done", note: `${copies} to search for` } as JobOutcome
})

/**
 * Turns what Sonarr, Radarr or a script names by a file or by ids into a search for each item of Plex that it is, in
 * every library and server. Tried again while no server has it.
 */
export const spreadSearch = Effect.fn("spreadSearch")(function* (job: Job, work: Spread) {
  const located =
    work._tag === "FindSubtitlesForFile"
      ? locateByFile(work.path, undefined, work.sender ?? null)
      : locateByIds(work)
  return yield* Effect.flatMap(located, (found) => spread(job, work, found)).pipe(
    Effect.catch((error) => Effect.succeed({ _tag: "Retry", reason: error.message } as JobOutcome)),
  )
})
