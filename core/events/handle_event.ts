import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { type Cause, PRIORITY, type TriggerSource } from "../jobs/job.ts"
import { Journal, SettingsStore, TriggerMonitor } from "../ports/mod.ts"
import { type Decision, decide, decideItem } from "./decision.ts"
import { isPlayback, type PlexEvent, titleOf } from "./event.ts"
import { offerSearches } from "./offer_searches.ts"
import { searchJob } from "./search_job.ts"

/** What became of an event; `Queued` means that it is durable. */
export type Handled =
  | { readonly _tag: "Queued"; readonly jobId: number | null; readonly outcome: "added" | "merged" | "seen" }
  | Exclude<Decision, { _tag: "Search" }>

const noteIgnored = (event: PlexEvent, reason: string, source: TriggerSource) =>
  Journal.use((journal) =>
    journal.write({
      kind: "ignored",
      text: `Ignored ${event.event}: ${reason}`,
      serverId: event.server?.uuid ?? null,
      ratingKey: event.metadata?.ratingKey ?? null,
      title: titleOf(event),
      detail: { source, viewer: event.account?.title ?? null, player: event.player?.title ?? null },
    }),
  )

/**
 * Takes in one event: decides, and puts the search into the queue. Nothing slow happens here, so that Plex never waits;
 * when it answers `Queued`, the event survives a power cut. Which events count is a setting for Plex's webhook alone:
 * who tells by another way was set up to tell exactly that. Fails with QueueFull or StoreUnavailable, and then the
 * sender must be told that nothing was taken.
 */
export const handleEvent = Effect.fnUntraced(function* (event: PlexEvent, source: TriggerSource) {
  const store = yield* SettingsStore
  const monitor = yield* TriggerMonitor
  const settings = yield* store.current
  const atMs = yield* Clock.currentTimeMillis
  yield* monitor.heard({ source, event: event.event, serverId: event.server?.uuid || null, atMs })
  const decision = source === "webhook" ? decide(event, settings) : decideItem(event, settings)
  if (decision._tag !== "Search") {
    if (decision._tag === "Ignore" && !decision.quiet) yield* noteIgnored(event, decision.reason, source)
    return decision as Handled
  }
  const watched = isPlayback(event)
  const cause: Cause = {
    source,
    event: event.event,
    atMs,
    viewer: watched && event.account !== null ? { id: event.account.id, name: event.account.title } : null,
    player: watched ? (event.player?.title ?? null) : null,
    title: titleOf(event),
  }
  const { serverId, ratingKey } = decision
  const job = searchJob({ serverId, ratingKey }, cause, {
    priority: watched ? PRIORITY.watching : PRIORITY.imported,
    dedupeMinutes: settings.oncue.dedupe_minutes,
  })
  const [offered] = yield* offerSearches([job])
  return { _tag: "Queued", jobId: offered?.jobId ?? null, outcome: offered?.outcome ?? "added" } as Handled
})
