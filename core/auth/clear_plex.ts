import * as Effect from "effect/Effect"
import { Journal, SettingsStore } from "../ports/mod.ts"
import { DEFAULT_SETTINGS } from "../settings/settings.ts"
import { logOut } from "./log_out.ts"

/**
 * Removes everything of Plex from the configuration: account, key, servers, libraries and flags, as after a fresh
 * installation, with a backup of the file before. For who wants to begin anew. Answers the backup's id.
 */
export const clearPlex = Effect.fn("clearPlex")(function* () {
  const store = yield* SettingsStore
  const backup = yield* store.backup("clear-plex")
  yield* logOut()
  yield* store.update(() => ({
    general: { use_plex: false },
    plex: DEFAULT_SETTINGS.plex,
    oncue: { servers: [] },
  }))
  const text = `Removed everything of Plex from the settings; the backup is ${backup.id}`
  yield* Journal.use((journal) => journal.write({ kind: "settings", text }))
  return backup.id
})
