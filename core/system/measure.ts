import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Metric from "effect/Metric"
import { JournalKind } from "../jobs/journal_entry.ts"
import { JobQueue, SubtitleSources, TriggerMonitor } from "../ports/mod.ts"
import { providerState } from "../providers/ask_provider.ts"
import { checkReady } from "./check_ready.ts"

const gauge = (name: string, description: string) => Metric.gauge(`oncue_${name}`, { description })

const READY = gauge("ready", "1 when events can be taken and kept")
const JOBS = gauge("jobs", "Jobs by state")
const COMMIT = gauge(
  "store_commit_seconds",
  "What a commit that survives a power cut costs, measured at start",
)
const DURABLE = gauge("store_durable", "1 when what is queued survives a restart")
const STREAMS = gauge("event_streams_connected", "Event streams of Plex servers that are open")
const HEARD = gauge("heard_timestamp_seconds", "When each source was heard last, in unix seconds")
const RESTING = gauge("provider_resting", "1 while a provider is not asked because it refused or failed")

const ENTRIES = Metric.counter("oncue_journal_entries_total", {
  description: "Entries of the journal by kind since the start: heard, searched, wrote, listed, failed …",
  incremental: true,
})

/** One for each kind, made once: an event of a burst has no time to make its own. */
const ENTRIES_OF = new Map(
  JournalKind.literals.map((kind) => [kind, Metric.withAttributes(ENTRIES, { kind })] as const),
)

/** Counts an entry of the journal. */
export const countEntry = (kind: JournalKind) => Metric.update(ENTRIES_OF.get(kind) ?? ENTRIES, 1)

const set = (metric: typeof JOBS, value: number, attributes: Record<string, string> = {}) =>
  Metric.update(Metric.withAttributes(metric, attributes), value)

/** Brings every gauge up to date; what cannot be read now keeps its last value, and `oncue_ready` is 0 then. */
export const measure = Effect.fn("measure")(function* () {
  const queue = yield* JobQueue
  const monitor = yield* TriggerMonitor
  const nowMs = yield* Clock.currentTimeMillis
  const { ready } = yield* checkReady()
  yield* set(READY, ready ? 1 : 0)
  const counts = yield* Effect.option(queue.counts)
  if (counts._tag === "Some") {
    for (const [state, count] of Object.entries(counts.value)) yield* set(JOBS, count, { state })
  }
  const { commitMs, durable } = yield* queue.condition
  yield* set(DURABLE, durable ? 1 : 0)
  if (commitMs !== null) yield* set(COMMIT, commitMs / 1_000)
  const streams = yield* monitor.streams
  yield* set(STREAMS, streams.filter(({ state }) => state._tag === "Connected").length)
  for (const { atMs, source } of yield* monitor.lastHeard) yield* set(HEARD, atMs / 1_000, { source })
  for (const { id } of yield* SubtitleSources) {
    const { restingUntilMs } = yield* providerState(id)
    yield* set(RESTING, restingUntilMs > nowMs ? 1 : 0, { provider: id })
  }
})
