import type { Cause, NewJob } from "../jobs/job.ts"
import type { ItemRef } from "../media/media_item.ts"

/**
 * Who watches, as one text for all sources: Plex's webhook, its sessions and Tautulli agree on the name, while the id of
 * the owner is 1 for the server and another one for plex.tv.
 */
const viewerKey = ({ viewer }: Cause) => (viewer === null ? "-" : viewer.name.toLowerCase() || viewer.id)

export interface SearchOptions {
  readonly priority: number
  /** The same viewer and item within this many minutes is heard once; 0: always. */
  readonly dedupeMinutes: number
  /** Not before this time, unix milliseconds; left out: now. */
  readonly notBeforeMs?: number
}

/**
 * The job that brings the missing subtitles of one item: one at a time for an item, whoever watches it.
 *
 * @example
 * ```ts
 * const cause = { source: "webhook", event: "media.play", atMs: 0, viewer: { id: "1", name: "Owner" }, player: null, title: null }
 * const job = searchJob({ serverId: "den", ratingKey: "7" }, cause, { priority: 0, dedupeMinutes: 10 })
 * assert.deepStrictEqual(job.sighting, { key: "find/den/7/owner", windowMs: 600_000 })
 * ```
 */
export function searchJob(item: ItemRef, cause: Cause, options: SearchOptions): NewJob {
  const key = `find/${item.serverId}/${item.ratingKey}`
  const windowMs = options.dedupeMinutes * 60_000
  return {
    key,
    work: { _tag: "FindSubtitles", serverId: item.serverId, ratingKey: item.ratingKey, cause },
    priority: options.priority,
    lane: item.serverId,
    notBeforeMs: options.notBeforeMs ?? 0,
    sighting: windowMs === 0 ? null : { key: `${key}/${viewerKey(cause)}`, windowMs },
  }
}
