import * as Effect from "effect/Effect"
import { SettingsStore } from "../ports/mod.ts"
import { serversInUse } from "./known_servers.ts"
import { selectedServers } from "./selected.ts"

/**
 * The machine identifiers of the servers in use, the primary one first. Never fails: a server of an API key whose
 * identity cannot be asked for now is left out.
 */
export const serverIds = Effect.fnUntraced(function* () {
  const settings = yield* SettingsStore.use((store) => store.current)
  const servers = yield* Effect.catch(serversInUse(), () => Effect.succeed(selectedServers(settings)))
  return servers.map(({ machine_id }) => machine_id)
})
