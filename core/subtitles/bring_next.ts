import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { offerSearches } from "../events/offer_searches.ts"
import { searchJob } from "../events/search_job.ts"
import { type Cause, PRIORITY } from "../jobs/job.ts"
import { EPISODES_READ_MAX, nextEpisodes } from "../library/next_episodes.ts"
import { displayName, type MediaItem } from "../media/media_item.ts"
import { PlexLibrary, SettingsStore } from "../ports/mod.ts"
import type { ServerAccess } from "../servers/server.ts"

/** The next episode is not asked for again within this time, in milliseconds, however often the one before is begun. */
export const NEXT_WINDOW_MS = 6 * 60 * 60_000
const PAGE = 500

const episodesOf = Effect.fnUntraced(function* (access: ServerAccess, showRatingKey: string) {
  const library = yield* PlexLibrary
  const all: Array<MediaItem> = []
  while (all.length < EPISODES_READ_MAX) {
    const { items, total } = yield* library.episodes(access, showRatingKey, {
      offset: all.length,
      limit: PAGE,
    })
    all.push(...items)
    if (items.length < PAGE || (total !== null && all.length >= total)) break
  }
  return all
})

/**
 * After an episode that somebody watches: puts the search for those that follow it into the queue, behind whatever
 * somebody waits for, so that they have their subtitles before they begin. Answers how many are new there.
 */
export const bringNext = Effect.fn("bringNext")(function* (
  access: ServerAccess,
  item: MediaItem,
  cause: Cause,
) {
  const { next_episodes } = (yield* (yield* SettingsStore).current).oncue
  if (next_episodes === 0 || cause.viewer === null || cause.source === "next" || item.show === null) return 0
  const all = yield* episodesOf(access, item.show.ratingKey)
  const atMs = yield* Clock.currentTimeMillis
  const jobs = nextEpisodes(item, all, next_episodes).map(({ ref, ...episode }) => {
    const why: Cause = { ...cause, source: "next", atMs, player: null, title: displayName(episode) }
    const job = searchJob(ref, why, { priority: PRIORITY.next, dedupeMinutes: 0 })
    return {
      ...job,
      // Its own sighting: that of a playback would be taken for one, and the playback itself then not be heard.
      sighting: { key: `next/${ref.serverId}/${ref.ratingKey}`, windowMs: NEXT_WINDOW_MS },
    }
  })
  if (jobs.length === 0) return 0
  const offered = yield* offerSearches(jobs)
  return offered.filter((one) => one.outcome === "added").length
})
