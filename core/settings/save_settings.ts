import * as Effect from "effect/Effect"
import { changesOf } from "../migration/changes.ts"
import { Journal, SettingsStore } from "../ports/mod.ts"
import { wakeChanged } from "../providers/ask_provider.ts"
import { changeSettings, type SentSetting } from "./change_settings.ts"
import { namedKeys } from "./report_changes.ts"
import { changedKeys, patchOf } from "./settings.ts"

/** Keys that change along with others and say nothing to anybody. */
const SILENT = new Set(["plex.encryption_key", "plex.apikey_encrypted"])

/** Who changed a setting: somebody at the page, a program that has the API key, or an edit of the file. */
export type ChangedBy = "page" | "key" | "hand"

/** Changes settings as `changeSettings` does, and tells the journal which, from what to what; of secrets only that. */
export const saveSettings = Effect.fn("saveSettings")(function* (
  sent: ReadonlyArray<SentSetting>,
  by: ChangedBy = "key",
) {
  const store = yield* SettingsStore
  const before = yield* store.current
  const after = yield* changeSettings(sent)
  const keys = changedKeys(before, after).filter((key) => !SILENT.has(key))
  if (keys.length === 0) return after
  yield* wakeChanged(keys)
  const journal = yield* Journal
  yield* journal.write({
    kind: "settings",
    text: `Settings were changed: ${namedKeys(keys)}`,
    detail: { keys, by, changes: changesOf(before, patchOf(after, keys)) },
  })
  return after
})
