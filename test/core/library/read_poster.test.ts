import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { readPoster } from "../../../core/library/read_poster.ts"
import { entryOf } from "../../../core/media/item_index_entry.ts"
import { ItemIndex, PlexServer, StoreUnavailable } from "../../../core/ports/mod.ts"
import { libraryWorld, passing } from "../../support/library_world.ts"
import { episode, film, SERVER_ID, SHOW } from "../../support/plex_items.ts"

const asked: Array<string> = []
/** The server of the world, which notes whose picture it is asked for. */
const noting = Layer.effect(
  PlexServer,
  Effect.map(PlexServer, (server) =>
    PlexServer.of({
      ...server,
      poster: (_access, item, widthPx) =>
        Effect.sync(() => {
          asked.push(`${item.ratingKey} ${widthPx}`)
          return { contentType: "image/png", bytes: new Uint8Array([1]) }
        }),
    }),
  ),
)

describe("readPoster", () => {
  const ports = () => Layer.provideMerge(noting, libraryWorld().ports)

  it.effect("a film has its own; an episode that is indexed has its show's", () =>
    Effect.gen(function* () {
      asked.length = 0
      const index = yield* ItemIndex
      yield* passing(readPoster(film().ref, 300))
      yield* passing(readPoster(episode().ref, 120))
      yield* index.put([entryOf(film()), entryOf(episode())])
      yield* passing(readPoster(film().ref, 300))
      yield* passing(readPoster(episode().ref, 120))
      expect(asked).toEqual([
        "1001 300",
        `${episode().ref.ratingKey} 120`,
        "1001 300",
        `${SHOW.ratingKey} 120`,
      ])
    }).pipe(Effect.provide(ports())),
  )

  it.effect("a broken index keeps nobody from the picture", () =>
    Effect.gen(function* () {
      asked.length = 0
      const broken = Layer.mock(ItemIndex, {
        get: () => Effect.fail(new StoreUnavailable({ store: "item index", reason: "the disk is full" })),
      })
      yield* passing(readPoster({ serverId: SERVER_ID, ratingKey: "2013" }, 300)).pipe(Effect.provide(broken))
      expect(asked).toEqual(["2013 300"])
    }).pipe(Effect.provide(ports())),
  )
})
