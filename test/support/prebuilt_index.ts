import { join } from "node:path"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { layer as plexLibrary } from "../../adapters/plex/plex_library.ts"
import { layer as plexServer } from "../../adapters/plex/plex_server.ts"
import { layer as sqliteIndex } from "../../adapters/sqlite/item_index.ts"
import { layer as sqliteState } from "../../adapters/sqlite/state_store.ts"
import { refreshIndex } from "../../core/library/refresh_index.ts"
import type { Simulator } from "../simulator/mod.ts"

/** Fills the index in a configuration folder with these servers, as a server that ran for a while would have done. */
export function prebuiltIndex(folder: string, simulator: Simulator, servers: ReadonlyArray<number>) {
  const plex = {
    version: "0",
    client: Effect.succeed({ identifier: "client-of-the-tests", deviceName: "test" }),
  }
  const ports = Layer.mergeAll(
    plexServer(plex),
    plexLibrary(plex),
    sqliteIndex({ file: join(folder, "index.db") }),
    sqliteState({ file: join(folder, "oncue.db") }),
  )
  const build = Effect.forEach(servers, (at) =>
    refreshIndex({
      uri: simulator.urls.pms[at]!,
      machineIdentifier: simulator.world.servers[at]!.machineIdentifier,
      fingerprint: null,
      token: Redacted.make(simulator.world.servers[at]!.accessToken),
    }),
  )
  return Effect.runPromise(Effect.provide(build, ports))
}
