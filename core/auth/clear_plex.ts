import * as Effect from "effect/Effect"
import { clearPlexSettings } from "../settings/clear_plex_settings.ts"
import { forgetAccount } from "./log_out.ts"
import { cancelSignIns } from "./sign_in.ts"

/**
 * Removes everything of Plex from the settings (see `clearPlexSettings`) and what was remembered beside them, and ends
 * pending sign-ins. plex.tv is told nothing, so that the backup, whose id is answered, stays as good as it was; signing
 * out before revokes the token and takes the webhook away.
 */
export const clearPlex = Effect.fn("clearPlex")(function* () {
  yield* cancelSignIns()
  const { id } = yield* clearPlexSettings()
  yield* forgetAccount
  return id
})
