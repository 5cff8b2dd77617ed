import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { layer as memoryQueue } from "../../adapters/memory/job_queue.ts"
import { layer as memoryJournal } from "../../adapters/memory/journal.ts"
import { layer as memorySettings } from "../../adapters/memory/settings_store.ts"
import type { Heard } from "../../core/events/heard.ts"
import { JobQueue, Journal, TriggerMonitor } from "../../core/ports/mod.ts"
import { applyPatch, DEFAULT_SETTINGS, type SettingsPatch } from "../../core/settings/settings.ts"

/** What the programs need that take in triggers: signed in, with the server `den` selected, and a queue with room. */
export function triggerWorld(patch: SettingsPatch = {}, waitingMax = 1_000) {
  const heard: Array<Heard> = []
  const selected = { general: { use_plex: true }, plex: { server_machine_id: "den", server_name: "Den" } }
  const layer = Layer.mergeAll(
    memorySettings({ settings: applyPatch(applyPatch(DEFAULT_SETTINGS, selected), patch) }),
    Layer.mock(TriggerMonitor)({ heard: (one) => Effect.sync(() => void heard.push(one)) }),
    memoryJournal,
    memoryQueue({ waitingMax }),
  )
  return { heard, layer }
}

/** The jobs there are, oldest first. */
export const jobs = JobQueue.use((queue) =>
  Effect.map(queue.list({ limit: 500 }), (list) => [...list].reverse()),
)

/** What the journal tells, oldest first. */
export const story = Journal.use((journal) =>
  Effect.map(journal.read({ limit: 500 }), (entries) =>
    [...entries].reverse().map(({ kind, text }) => [kind, text] as const),
  ),
)
