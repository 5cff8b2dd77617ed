import * as Effect from "effect/Effect"
import { FILES_LANE } from "../events/import_event.ts"
import { type Cause, type NewJob, PRIORITY, type Work } from "../jobs/job.ts"
import type { JobOutcome } from "../jobs/run_jobs.ts"
import { pathKey } from "../media/path_mapping.ts"
import { JobQueue, SettingsStore } from "../ports/mod.ts"
import { locateByFile, locateByIds } from "./locate_items.ts"
import { refreshJob } from "./refresh_job.ts"

type RefreshNamed = Extract<Work, { _tag: "RefreshNamed" }>
/** A film or episode by one of its files, or by its ids. */
export type Named = RefreshNamed["target"]

/** First pause before it is looked for again, in milliseconds. */
const FIRST_PAUSE_MS = 5_000

/** The items of something that is named; `everyMs` is the shortest time between two looks at a server for it. */
export const locateNamed = (target: Named, everyMs?: number) =>
  target._tag === "File" ? locateByFile(target.path, everyMs) : locateByIds(target, everyMs)

const keyOf = (target: Named): string => {
  if (target._tag === "File") return `refresh/file/${pathKey(target.path)}`
  const { episode, ids, kind, season } = target
  const all = [kind, ids.imdb, ids.tmdb, ids.tvdb, season, episode]
  return `refresh/ids/${all.map((one) => one ?? "").join("/")}`
}

/** The job that refreshes what is named as soon as a server is known to have it. */
export function namedJob(target: Named, cause: Cause): NewJob {
  return {
    key: keyOf(target),
    work: { _tag: "RefreshNamed", target, cause },
    priority: PRIORITY.asked,
    lane: FILES_LANE,
    notBeforeMs: cause.atMs + FIRST_PAUSE_MS,
    sighting: null,
  }
}

/** Puts a refresh of every item that is meant into the queue, or is tried again while no server is known to have it. */
export const refreshNamed = Effect.fn("refreshNamed")(
  function* ({ cause, target }: RefreshNamed) {
    const { general } = yield* (yield* SettingsStore).current
    if (!general.use_plex) return done("Plex is switched off in the settings")
    const { doubt, hint, items } = yield* locateNamed(target)
    const why = doubt ?? hint
    if (items.length === 0) return retry(`No selected server has it yet${why === null ? "" : `: ${why}`}`)
    yield* JobQueue.use((queue) => queue.offer(items.map((ref) => refreshJob(ref, cause))))
    return done(`${items.length === 1 ? "one item" : `${items.length} items`} to refresh`)
  },
  Effect.catch((error) => Effect.succeed(retry(error.message))),
)

const done = (note: string): JobOutcome => ({ _tag: "Done", note })
const retry = (reason: string): JobOutcome => ({ _tag: "Retry", reason })
