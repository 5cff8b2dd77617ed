import * as Effect from "effect/Effect"
import type { ItemRef } from "../media/media_item.ts"
import { ItemIndex, PlexServer } from "../ports/mod.ts"
import { withServer } from "../servers/access_server.ts"

/**
 * The poster of an item, at most `widthPx` wide. An episode has only a still of itself; what people know it by is the
 * poster of its show, which is answered as far as the index knows the show. Fails as `PlexServer.poster` does, and with
 * ServerUnknown for a server that is not in use.
 */
export const readPoster = Effect.fn("readPoster")(function* (item: ItemRef, widthPx: number) {
  const server = yield* PlexServer
  const known = yield* ItemIndex.use((index) => index.get(item)).pipe(
    // Without the index there is the still.
    Effect.catchTag("StoreUnavailable", () => Effect.succeed(null)),
  )
  const shown = { ...item, ratingKey: known?.showRatingKey ?? item.ratingKey }
  return yield* withServer(item.serverId, (access) => server.poster(access, shown, widthPx))
})
