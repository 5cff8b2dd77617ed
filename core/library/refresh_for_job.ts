import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { Cause } from "../jobs/job.ts"
import type { JobOutcome } from "../jobs/run_jobs.ts"
import { plexMappings } from "../media/instances.ts"
import { displayName, type ItemRef, type MediaItem, partsOf } from "../media/media_item.ts"
import { mapPath } from "../media/path_mapping.ts"
import { JobQueue, Journal, PlexLibrary, SettingsStore, SubtitleShelf } from "../ports/mod.ts"
import { withServer } from "../servers/access_server.ts"
import { expectBeside } from "./beside_expectation.ts"
import { followMoved, MOVED_NOTE } from "./follow_moved.ts"
import { refreshItem } from "./refresh_item.ts"
import { refreshJob } from "./refresh_job.ts"
import { describeOutcome } from "./refresh_outcome.ts"

/**
 * Makes a server look at an item again, until it lists every subtitle that lies beside the item's files. What somebody
 * asks for through the API is done whatever the options say. An item that is gone is forgotten, and followed to where its
 * server has the same file now.
 */
export const refreshForJob = Effect.fn("refreshForJob")(function* (
  jobId: number,
  ref: ItemRef,
  cause: Cause,
) {
  const library = yield* PlexLibrary
  if (!(yield* (yield* SettingsStore).current).general.use_plex)
    return { _tag: "Done", note: "Plex is switched off in the settings" } as JobOutcome
  const refresh = withServer(ref.serverId, (access) =>
    Effect.gen(function* () {
      const item = yield* library.item(access, ref.ratingKey, { refresh: false })
      const expect = expectBeside(item, yield* filesBeside(item))
      if (expect !== null && expect(item) !== null) {
        const text = "Plex lists every subtitle that lies beside it"
        yield* note(jobId, item, cause, text, { tried: [], calls: 0, reads: 1 })
        return { _tag: "Done", note: text } as JobOutcome
      }
      const asked = cause.source === "api"
      const outcome = yield* refreshItem({ access, ratingKey: ref.ratingKey, item, expect, asked })
      const text = describeOutcome(outcome)
      const { tried, calls, reads, stage, againAtMs } = outcome
      yield* note(jobId, item, cause, text, { tried, calls, reads, stage })
      // Whoever asked meanwhile was told that this job does it, so what came meanwhile is looked for as well.
      const since = outcome.listed === "listed" ? expectBeside(outcome.item, yield* filesBeside(item)) : null
      if (since !== null && since(outcome.item) === null) {
        const nowMs = yield* Clock.currentTimeMillis
        const reason = `${text}; another subtitle has come since`
        return { _tag: "Retry", reason, notBeforeMs: nowMs } as JobOutcome
      }
      if (outcome.listed !== "not_listed") return { _tag: "Done", note: text } as JobOutcome
      const later = againAtMs === null ? {} : { notBeforeMs: againAtMs }
      return { _tag: "Retry", reason: text, ...later } as JobOutcome
    }),
  )
  return yield* refresh.pipe(
    Effect.catchTag("PlexNotFound", (error) =>
      Effect.gen(function* () {
        const moved = yield* followMoved(ref)
        if (moved.length === 0) return failed(error.message)
        yield* JobQueue.use((queue) => queue.offer(moved.map((one) => refreshJob(one, cause))))
        return { _tag: "Done", note: MOVED_NOTE } as JobOutcome
      }),
    ),
    Effect.catch((error) =>
      Effect.succeed<JobOutcome>(
        error._tag === "ServerUnknown" || error._tag === "PlexForbidden"
          ? failed(error.message)
          : { _tag: "Retry", reason: error.message },
      ),
    ),
  )
})

const failed = (reason: string): JobOutcome => ({ _tag: "Failed", reason })

const note = (jobId: number, item: MediaItem, cause: Cause, text: string, detail: object) =>
  Journal.use((journal) =>
    journal.write({
      kind: "refreshed",
      text,
      title: displayName(item),
      jobId,
      ...item.ref,
      detail: { source: cause.source, ...detail },
    }),
  )

/** The names beside each file of an item, as far as its folders can be seen from here. */
const filesBeside = Effect.fnUntraced(function* (item: MediaItem) {
  const shelf = yield* SubtitleShelf
  const mappings = plexMappings(yield* (yield* SettingsStore).current)
  const found = new Map<string, ReadonlyArray<string>>()
  for (const part of partsOf(item)) {
    if (part.file === null) continue
    const files = yield* shelf
      .list(mapPath(mappings, part.file))
      .pipe(Effect.catchTag("ShelfUnavailable", () => Effect.succeed([])))
    found.set(
      part.id,
      files.map(({ name }) => name),
    )
  }
  return found
})
