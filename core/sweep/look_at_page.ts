import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { searchJob } from "../events/search_job.ts"
import { type Cause, PRIORITY } from "../jobs/job.ts"
import { displayName, type MediaItem } from "../media/media_item.ts"
import { JobQueue, PlexLibrary, StateStore } from "../ports/mod.ts"
import { withServer } from "../servers/access_server.ts"
import type { ServerAccess } from "../servers/server.ts"
import { wantedProfile } from "../subtitles/wanted_profile.ts"
import { missingOf } from "./list_missing.ts"
import { missingKey } from "./missing_page.ts"
import { isLastPage, SWEEP_PAGE, type Sweep, type SweptPage } from "./sweep.ts"
import { SWEEP_DAY_KEY, sweepDay } from "./sweep_allowance.ts"

/** Items whose streams are read at the same time. */
const ITEMS_READ_AT_ONCE = 4

/** What of its library's profile an item lacks, in any of its files; an item that is gone lacks nothing. */
const lacking = Effect.fnUntraced(function* (access: ServerAccess, found: MediaItem) {
  const library = yield* PlexLibrary
  const item = yield* library
    .item(access, found.ref.ratingKey, { refresh: false })
    .pipe(Effect.catchTag("PlexNotFound", () => Effect.succeed(null)))
  if (item === null) return []
  const profile = yield* wantedProfile(item.ref.serverId, item.sectionId)
  return missingOf(item, profile)
})

/** As many items of a page as may be searched for today, with the ones between that lack nothing. */
function within<A extends { readonly missing: ReadonlyArray<string> }>(page: ReadonlyArray<A>, left: number) {
  let searches = 0
  const end = page.findIndex(({ missing }) => missing.length > 0 && ++searches > left)
  return end === -1 ? page : page.slice(0, end)
}

const jobOf = (item: MediaItem, atMs: number) => {
  const cause: Cause = {
    source: "sweep",
    event: "sweep",
    atMs,
    viewer: null,
    player: null,
    title: displayName(item),
  }
  // Without a sighting: an item that is searched again a moment later, after a kill, is only read.
  return searchJob(item.ref, cause, { priority: PRIORITY.swept, dedupeMinutes: 0 })
}

/**
 * Looks at the next page of a sweep: reads every item, keeps what is missing, and puts the searches into the queue, at
 * most `left`. What is stored is the same when it is done again, so a sweep may be cut short anywhere.
 */
export const lookAtPage = (sweep: Sweep, left: number) =>
  withServer(sweep.serverId, (access) =>
    Effect.gen(function* () {
      const library = yield* PlexLibrary
      const queue = yield* JobQueue
      const state = yield* StateStore
      const nowMs = yield* Clock.currentTimeMillis
      const { looked, sectionId, serverId } = sweep
      const page = yield* library.page(
        access,
        { id: sectionId, kind: sweep.kind },
        { offset: looked, limit: SWEEP_PAGE, updatedAfter: null },
      )
      const read: Array<{ readonly item: MediaItem; readonly missing: ReadonlyArray<string> }> = []
      // No further than there are searches to begin: what is not taken now is read again later.
      while (read.length < page.items.length && within(read, left).length === read.length) {
        const some = page.items.slice(read.length, read.length + ITEMS_READ_AT_ONCE)
        const answers = yield* Effect.forEach(some, (item) => lacking(access, item), {
          concurrency: ITEMS_READ_AT_ONCE,
        })
        for (const [index, item] of some.entries()) read.push({ item, missing: answers[index] ?? [] })
      }
      const taken = within(read, left)
      const missing = taken.filter((one) => one.missing.length > 0)
      if (missing.length > 0) {
        yield* state.put(
          missingKey(serverId, sectionId, looked),
          missing.map(({ item, missing }) => ({
            ratingKey: item.ref.ratingKey,
            title: displayName(item),
            missing,
          })),
        )
        yield* queue.offer(missing.map(({ item }) => jobOf(item, nowMs)))
        const today = sweepDay(yield* state.get(SWEEP_DAY_KEY), nowMs)
        yield* state.put(SWEEP_DAY_KEY, { ...today, begun: today.begun + missing.length })
      }
      return {
        items: taken.length,
        missing: missing.map((one) => one.missing),
        total: page.total,
        isLast: taken.length === page.items.length && isLastPage(looked, page.items.length, page.total),
      } satisfies SweptPage as SweptPage
    }),
  )
