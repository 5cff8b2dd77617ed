import * as Effect from "effect/Effect"
import { Journal, SettingsStore } from "../ports/mod.ts"
import { wakeChanged } from "../providers/ask_provider.ts"
import { changeSettings, type SentSetting } from "./change_settings.ts"
import { namedKeys } from "./report_changes.ts"
import { changedKeys } from "./settings.ts"

/** Keys that change along with others and say nothing to anybody. */
const SILENT = new Set(["plex.encryption_key", "plex.apikey_encrypted"])

/** Changes settings as `changeSettings` does, and tells the journal which; never to what, since some are secrets. */
export const saveSettings = Effect.fn("saveSettings")(function* (sent: ReadonlyArray<SentSetting>) {
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
    detail: { keys },
  })
  return after
})
