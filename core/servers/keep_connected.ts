import * as Effect from "effect/Effect"
import { authMethod } from "../auth/account_access.ts"
import { SettingsStore } from "../ports/mod.ts"
import { reconnect, testAddresses } from "./choose_connection.ts"
import { serversInUse } from "./known_servers.ts"
import { SERVERS_TESTED_MAX } from "./server.ts"

/** How often the addresses of the selected servers are raced anew, so that a slow one does not stick. */
export const RERACE_EVERY_MS = 300_000

/** Whether anything may be asked of Plex without somebody wanting an answer. */
export const mayCallPlex = Effect.fnUntraced(function* () {
  const settings = yield* SettingsStore.use((store) => store.current)
  return settings.general.use_plex && authMethod(settings) !== null
})

/**
 * Races the addresses of every selected server, takes the best, and asks plex.tv for new ones of a server that answers
 * at none. The journal tells what changed. Does nothing while Plex is switched off or nobody is signed in.
 */
export const reconnectServers = Effect.fn("reconnectServers")(function* () {
  if (!(yield* mayCallPlex())) return
  const servers = yield* serversInUse()
  yield* Effect.forEach(servers, (server) => reconnect(server), {
    concurrency: SERVERS_TESTED_MAX,
    discard: true,
  })
})

/** Tests every address of every server in use to the end, and takes the best of each. */
export const testServers = Effect.fn("testServers")(function* () {
  const servers = yield* serversInUse()
  yield* Effect.forEach(servers, testAddresses, { concurrency: SERVERS_TESTED_MAX, discard: true })
})

/** Keeps doing so for ever; a failure is logged and does not end it. */
export const keepConnected = Effect.fn("keepConnected")(function* () {
  return yield* Effect.forever(
    Effect.andThen(
      Effect.sleep(RERACE_EVERY_MS),
      Effect.catch(reconnectServers(), (error) =>
        Effect.logWarning(`The servers' addresses could not be tested. ${error.message}`),
      ),
    ),
  )
})
