import * as Effect from "effect/Effect"
import { Entropy, type PlexClient, SettingsStore, StateStore } from "../ports/mod.ts"

/** Where an identifier waits until config.yaml is written for another reason. */
const KEY = "plex/client_identifier"

/**
 * How this installation presents itself to Plex: one identifier for ever, from config.yaml, else from the state store,
 * else made now. Without a state store it holds for this call alone, and a warning says so.
 */
export const identifyClient = Effect.fn("identifyClient")(function* () {
  const settings = yield* SettingsStore.use((store) => store.current)
  const deviceName = settings.general.instance_name
  const stored = settings.plex.client_identifier
  if (stored !== "") return { identifier: stored, deviceName } satisfies PlexClient
  const state = yield* StateStore
  const known = yield* Effect.catch(state.get(KEY), () => Effect.succeed(null))
  if (typeof known === "string" && known !== "") return { identifier: known, deviceName } satisfies PlexClient
  const identifier = yield* Entropy.use((entropy) => entropy.uuid)
  yield* Effect.catch(state.put(KEY, identifier), (error) =>
    Effect.logWarning(`Plex will take this installation for a new one after a restart. ${error.message}`),
  )
  return { identifier, deviceName } satisfies PlexClient
})
