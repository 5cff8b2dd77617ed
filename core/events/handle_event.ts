import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { type Cause, type NewJob, PRIORITY, type TriggerSource } from "../jobs/job.ts"
import { JobQueue, Journal, SettingsStore } from "../ports/mod.ts"
import { type Decision, decide } from "./decision.ts"
import type { PlexEvent } from "./event.ts"

/** What became of an event; `Queued` means that it is durable. */
export type Handled =
  | { readonly _tag: "Queued"; readonly jobId: number | null; readonly outcome: "added" | "merged" | "seen" }
  | Exclude<Decision, { _tag: "Search" }>

/** The film, or the show and the episode's title. */
function titleOf(event: PlexEvent): string | null {
  const metadata = event.metadata
  if (metadata === null) return null
  return metadata.grandparentTitle === null
    ? metadata.title
    : `${metadata.grandparentTitle}: ${metadata.title}`
}

/** The job that brings the missing subtitles of one item: one at a time for an item, whoever watches it. */
export function searchJob(
  item: { readonly serverId: string; readonly ratingKey: string },
  cause: Cause,
  options: { readonly priority: number; readonly dedupeMinutes: number },
): NewJob {
  const key = `find/${item.serverId}/${item.ratingKey}`
  const windowMs = options.dedupeMinutes * 60_000
  return {
    key,
    work: { _tag: "FindSubtitles", ...item, cause },
    priority: options.priority,
    lane: item.serverId,
    notBeforeMs: 0,
    sighting: windowMs === 0 ? null : { key: `${key}/${cause.viewer?.id ?? "-"}`, windowMs },
  }
}

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
 * when it answers `Queued`, the event survives a power cut. Fails with QueueFull or StoreUnavailable, and then the
 * sender must be told that nothing was taken.
 */
export const handleEvent = Effect.fnUntraced(function* (event: PlexEvent, source: TriggerSource) {
  const store = yield* SettingsStore
  const settings = yield* store.current
  const decision = decide(event, settings)
  if (decision._tag !== "Search") {
    if (decision._tag === "Ignore" && !decision.quiet) yield* noteIgnored(event, decision.reason, source)
    return decision as Handled
  }
  const queue = yield* JobQueue
  const cause: Cause = {
    source,
    event: event.event,
    atMs: yield* Clock.currentTimeMillis,
    viewer: event.account === null ? null : { id: event.account.id, name: event.account.title },
    player: event.player?.title ?? null,
    title: titleOf(event),
  }
  const job = searchJob({ serverId: decision.serverId, ratingKey: decision.ratingKey }, cause, {
    priority: event.event.startsWith("library.") ? PRIORITY.imported : PRIORITY.watching,
    dedupeMinutes: settings.oncue.dedupe_minutes,
  })
  const [offered] = yield* queue.offer([job])
  return { _tag: "Queued", jobId: offered?.jobId ?? null, outcome: offered?.outcome ?? "added" } as Handled
})
