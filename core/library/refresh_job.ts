import { type Cause, type NewJob, PRIORITY } from "../jobs/job.ts"
import type { ItemRef } from "../media/media_item.ts"

/**
 * The job that makes a server look at one item again. Asking twice before it is begun is asking once.
 *
 * @example
 * ```ts
 * const cause = { source: "api", event: "refresh", atMs: 0, viewer: null, player: null, title: null }
 * const job = refreshJob({ serverId: "den", ratingKey: "7" }, cause)
 * assert.deepStrictEqual([job.key, job.lane, job.priority], ["refresh/den/7", "den", PRIORITY_OF_REFRESH.api])
 * ```
 */
export function refreshJob(item: ItemRef, cause: Cause): NewJob {
  return {
    key: `refresh/${item.serverId}/${item.ratingKey}`,
    work: { _tag: "RefreshItem", serverId: item.serverId, ratingKey: item.ratingKey, cause },
    priority: cause.source === "api" ? PRIORITY_OF_REFRESH.api : PRIORITY_OF_REFRESH.copy,
    lane: item.serverId,
    notBeforeMs: 0,
    sighting: null,
  }
}

/** Somebody who asks goes before copies that nobody is looking at. */
export const PRIORITY_OF_REFRESH = { api: PRIORITY.asked, copy: PRIORITY.imported } as const
