import * as Effect from "effect/Effect"
import { Journal, SettingsStore } from "../ports/mod.ts"
import { DEFAULT_SETTINGS } from "./settings.ts"

/**
 * Removes everything of Plex from the settings: account, API key, servers, libraries, flags. The identity of this
 * installation and the key that signs other secrets stay. Answers the backup that was made first.
 */
export const clearPlexSettings = Effect.fn("clearPlexSettings")(function* () {
  const store = yield* SettingsStore
  const backup = yield* store.backup("clear plex settings")
  yield* store.update(({ plex }) => ({
    general: { use_plex: false },
    plex: {
      ...DEFAULT_SETTINGS.plex,
      client_identifier: plex.client_identifier,
      encryption_key: plex.encryption_key,
    },
    oncue: { servers: [] },
  }))
  const journal = yield* Journal
  yield* journal.write({
    kind: "settings",
    text: `The Plex settings were cleared; ${backup.id} has what they were`,
  })
  return backup
})
