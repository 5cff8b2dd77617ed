import * as Effect from "effect/Effect"
import { displayName, partsOf } from "../media/media_item.ts"
import { JobQueue, PlexLibrary } from "../ports/mod.ts"
import { withServer } from "../servers/access_server.ts"
import { presentIn } from "../subtitles/wanted.ts"
import { wantedProfile } from "../subtitles/wanted_profile.ts"
import { type SubtitleState, searchOf, subtitleState } from "../system/playing.ts"

/** An item of a library with its subtitles as the server has them now. */
export interface BrowsedItem {
  readonly ratingKey: string
  readonly title: string
  readonly subtitles: SubtitleState | null
}

/** Most items of a page; each is read by itself for its streams. */
export const BROWSE_PAGE_MAX = 60
const ITEMS_READ_AT_ONCE = 6
const JOBS_LOOKED_AT = 200

/** One page of a library, each item with what of its profile is there and what is missing. */
export const browseLibrary = (
  serverId: string,
  section: { readonly id: string; readonly kind: "movie" | "episode" },
  page: { readonly offset: number; readonly limit: number },
) =>
  withServer(serverId, (access) =>
    Effect.gen(function* () {
      const library = yield* PlexLibrary
      const queue = yield* JobQueue
      const jobs = yield* queue.list({ states: ["waiting", "running"], limit: JOBS_LOOKED_AT })
      const profile = yield* wantedProfile(serverId, section.id)
      const found = yield* library.page(access, section, { ...page, updatedAfter: null })
      const items = yield* Effect.forEach(
        found.items,
        (one) =>
          library.item(access, one.ref.ratingKey, { refresh: false }).pipe(
            Effect.map((item): BrowsedItem => {
              const present = presentIn(partsOf(item)[0] ?? null, [])
              return {
                ratingKey: item.ref.ratingKey,
                title: displayName(item),
                subtitles: subtitleState(profile, present, searchOf(jobs, item.ref)),
              }
            }),
            // Gone between the page and the item: it is listed by what the page said of it.
            Effect.catchTag("PlexNotFound", () =>
              Effect.succeed<BrowsedItem>({
                ratingKey: one.ref.ratingKey,
                title: displayName(one),
                subtitles: null,
              }),
            ),
          ),
        { concurrency: ITEMS_READ_AT_ONCE },
      )
      return { items, total: found.total }
    }),
  )
