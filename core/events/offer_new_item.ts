import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { type Cause, PRIORITY } from "../jobs/job.ts"
import type { Section } from "../library/section.ts"
import { type ServerNotification, SettingsStore, TriggerMonitor } from "../ports/mod.ts"
import { choosesByTitle, isChosenLibrary, isWantedType } from "./decision.ts"
import { kindOfTimeline, NEW_ITEM_SETTLE_MS, NEW_ITEM_WAIT_MS } from "./new_items.ts"
import { offerSearches } from "./offer_searches.ts"
import { searchJob } from "./search_job.ts"

/**
 * Queues the search for an item that was added to a library: after a while when it was just created, soon when it is
 * done. The job is durable from the first moment, so that neither a restart nor a missing "done" loses it. What cannot be
 * stored is logged: there is nobody to tell.
 */
export const offerNewItem = Effect.fnUntraced(function* <E extends { readonly message: string }>(
  server: { readonly id: string; readonly name: string },
  sections: Effect.Effect<ReadonlyArray<Section>, E>,
  change: ServerNotification & { readonly _tag: "Timeline" },
  step: "created" | "ready",
) {
  const settings = yield* (yield* SettingsStore).current
  const kind = kindOfTimeline(change.type)
  if (kind === null || !settings.general.use_plex || !isWantedType(settings, kind)) return
  // An entry names its library by id alone; only where titles have a say is the title asked for.
  const listed = choosesByTitle(settings, server.id)
    ? yield* sections.pipe(Effect.catch((error) => Effect.as(Effect.logWarning(error.message), [])))
    : []
  const title = listed.find(({ id }) => id === change.sectionId)?.title ?? null
  if (!isChosenLibrary(settings, server.id, { id: change.sectionId, title })) return
  const atMs = yield* Clock.currentTimeMillis
  yield* (yield* TriggerMonitor).heard({ source: "stream", event: "library.new", serverId: server.id, atMs })
  const cause: Cause = {
    source: "stream",
    event: "library.new",
    atMs,
    viewer: null,
    player: null,
    title: change.title || null,
  }
  const job = searchJob({ serverId: server.id, ratingKey: change.itemId }, cause, {
    priority: PRIORITY.imported,
    dedupeMinutes: 0,
    notBeforeMs: atMs + (step === "created" ? NEW_ITEM_WAIT_MS : NEW_ITEM_SETTLE_MS),
  })
  yield* offerSearches([job]).pipe(Effect.catch((error) => Effect.logWarning(error.message)))
})
