import * as Effect from "effect/Effect"
import * as FiberMap from "effect/FiberMap"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import { SettingsStore, TriggerMonitor } from "../ports/mod.ts"
import { mayCallPlex } from "../servers/keep_connected.ts"
import { serversInUse } from "../servers/known_servers.ts"
import type { ServerEntry } from "../settings/records.ts"
import type { Settings } from "../settings/settings.ts"
import { listenToServer } from "./listen_to_server.ts"

/** How often, in milliseconds, it is looked at whom to listen to, beside every change of the settings. */
const LOOK_EVERY_MS = 60_000

/** Everything in the settings that a connection depends on, as one text: another text needs another connection. */
function dependsOn(entry: ServerEntry, { plex }: Settings): string {
  const { connections, fingerprint, manual, name, token, url } = entry
  const { apikey, auth_method } = plex
  const secrets = [token, plex.token, apikey].map((one) => Redacted.value(one))
  return JSON.stringify([url, connections, manual, fingerprint, name, auth_method, secrets])
}

/** The servers to listen to, each with what its connection depends on. */
const wanted = Effect.fnUntraced(function* () {
  const settings = yield* (yield* SettingsStore).current
  if (!settings.oncue.event_stream || !(yield* mayCallPlex())) return []
  const servers = yield* serversInUse()
  return servers.map((entry) => ({ entry, basis: dependsOn(entry, settings) }))
})

/**
 * Listens to the event stream of every selected server for ever, and follows the settings: servers that come and go, a
 * new address or token, the stream switched off. Signed out, or with Plex switched off, it calls nobody.
 */
export const listen = Effect.fn("listen")(function* () {
  const store = yield* SettingsStore
  const monitor = yield* TriggerMonitor
  const running = yield* FiberMap.make<string>()
  const bases = new Map<string, string>()

  const look = Effect.gen(function* () {
    const servers = yield* wanted()
    const ids = new Set(servers.map(({ entry }) => entry.machine_id))
    for (const id of [...bases.keys()].filter((one) => !ids.has(one))) {
      bases.delete(id)
      yield* FiberMap.remove(running, id)
      yield* monitor.streamEnded(id)
    }
    for (const { basis, entry } of servers) {
      const id = entry.machine_id
      if (bases.get(id) === basis) continue
      bases.set(id, basis)
      yield* FiberMap.run(running, id, listenToServer({ id, name: entry.name || id }))
    }
  }).pipe(Effect.catch((error) => Effect.logWarning(`It is not known whom to listen to. ${error.message}`)))

  // The ticks begin at once, and also heal what a change in the very moment of subscribing would break.
  return yield* Stream.merge(Stream.tick(LOOK_EVERY_MS), store.events).pipe(
    Stream.runForEach(() => look),
    Effect.andThen(Effect.never),
  )
}, Effect.scoped)
