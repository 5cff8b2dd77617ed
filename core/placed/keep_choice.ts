import * as Effect from "effect/Effect"
import { type MediaItem, type MediaStream, partsOf } from "../media/media_item.ts"
import { PlexLibrary, PlexServer, SettingsStore } from "../ports/mod.ts"
import type { ServerAccess } from "../servers/server.ts"
import type { PlacedSubtitle } from "./placed.ts"
import { tellOf } from "./placed_story.ts"

export interface ChoiceRequest {
  readonly access: ServerAccess
  /** The one that was there and how it was listed, by which it is seen whether it was switched on. */
  readonly before: MediaStream | null
  /** The one that is there now, and how it is found in the item. */
  readonly record: PlacedSubtitle
  readonly find: (item: MediaItem) => MediaStream | null
  readonly jobId: number | null
}

/**
 * Switches on what took the place of a subtitle that was switched on, where Plex has not done so by itself: for the
 * account of our token, the only one whose choice we see. What was chosen meanwhile is left alone. Nothing here fails.
 */
export const keepChoice = Effect.fn("keepChoice")(
  function* ({ access, before, find, jobId, record }: ChoiceRequest) {
    const { oncue } = yield* SettingsStore.use((store) => store.current)
    if (!oncue.select_subtitles || before === null || !before.selected) return
    const library = yield* PlexLibrary
    const item = yield* library.item(access, record.ratingKey, { refresh: false })
    const now = find(item)
    const part = partsOf(item).find(({ streams }) => streams.some(({ id }) => id === now?.id))
    if (now === null || part === undefined || now.selected) return
    const chosen = part.streams.find(({ selected, type }) => type === "subtitle" && selected)
    if (chosen !== undefined && chosen.id !== before.id) return
    const server = yield* PlexServer
    yield* server.selectSubtitle(access, part.id, now.id)
    const name = now.displayTitle ?? now.title ?? "the subtitle"
    yield* tellOf(record, "selected", `Switched on "${name}", as the one before it was`, {}, jobId)
  },
  Effect.catch((error) => Effect.logWarning(`The choice of a subtitle could not be kept. ${error.message}`)),
)
