import * as Effect from "effect/Effect"
import { displayName, type MediaItem, partsOf } from "../media/media_item.ts"
import { PlexLibrary, StateStore } from "../ports/mod.ts"
import { withServer } from "../servers/access_server.ts"
import type { Profile } from "../subtitles/profile.ts"
import { wishName } from "../subtitles/profile.ts"
import { presentIn, wantedOf } from "../subtitles/wanted.ts"
import { wantedProfile } from "../subtitles/wanted_profile.ts"
import { missingPrefix, readMissingPage } from "./missing_page.ts"

const ITEMS_READ_AT_ONCE = 6

/** An item that a sweep saw lacking something, with what it lacks now; null where it is gone. */
export interface MissingItem {
  readonly ratingKey: string
  readonly title: string
  readonly missing: ReadonlyArray<string> | null
}

/** What of a profile an item lacks, in any of its files, by name. */
export function missingOf(item: MediaItem, profile: Profile): ReadonlyArray<string> {
  const names = partsOf(item).flatMap((part) =>
    wantedOf(profile, presentIn(part, [])).missing.map((wish) => wishName(wish)),
  )
  return [...new Set(names)]
}

/**
 * What a sweep saw missing in a library, a page of it, each item as the server has it now: what was found since shows no
 * more as missing. `total` counts what the sweep saw.
 */
export const listMissing = Effect.fn("listMissing")(function* (
  serverId: string,
  sectionId: string,
  page: { readonly offset: number; readonly limit: number },
) {
  const state = yield* StateStore
  const stored = yield* state.list(missingPrefix(serverId, sectionId))
  const seen = stored.flatMap(({ value }) => readMissingPage(value))
  const items = yield* withServer(serverId, (access) =>
    Effect.gen(function* () {
      const library = yield* PlexLibrary
      const profile = yield* wantedProfile(serverId, sectionId)
      return yield* Effect.forEach(
        seen.slice(page.offset, page.offset + page.limit),
        ({ ratingKey, title }) =>
          library.item(access, ratingKey, { refresh: false }).pipe(
            Effect.map(
              (item): MissingItem => ({
                ratingKey,
                title: displayName(item),
                missing: missingOf(item, profile),
              }),
            ),
            Effect.catchTag("PlexNotFound", () =>
              Effect.succeed<MissingItem>({ ratingKey, title, missing: null }),
            ),
          ),
        { concurrency: ITEMS_READ_AT_ONCE },
      )
    }),
  )
  return { items, total: seen.length }
})
