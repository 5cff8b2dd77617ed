import * as Effect from "effect/Effect"
import { ACCOUNT_LANGUAGE_KEY } from "../auth/token.ts"
import { SettingsStore, StateStore } from "../ports/mod.ts"
import { parseLanguage } from "./language.ts"
import { profileFor } from "./profile.ts"

/** The profile that counts for a library, the account's own language included where the settings have none. */
export const wantedProfile = Effect.fnUntraced(function* (serverId: string, sectionId: string) {
  const state = yield* StateStore
  const settings = yield* SettingsStore.use((store) => store.current)
  const stored = yield* state.get(ACCOUNT_LANGUAGE_KEY)
  const defaults = typeof stored === "string" && parseLanguage(stored) !== null ? [stored] : []
  return profileFor(settings.oncue.languages, { serverId, sectionId }, defaults)
})
