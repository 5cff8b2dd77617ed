import * as Effect from "effect/Effect"
import { Loopback, PlexServer, SettingsStore, TriggerMonitor } from "../ports/mod.ts"
import { withServer } from "../servers/access_server.ts"
import { mayCallPlex } from "../servers/keep_connected.ts"
import { selectedServers } from "../servers/selected.ts"
import { SERVERS_TESTED_MAX } from "../servers/server.ts"
import type { StreamStatus } from "./heard.ts"
import { showAddress } from "./manage_webhooks.ts"

/** The preference of a server without which it posts to no webhook, whatever the account has. */
export const WEBHOOKS_PREFERENCE = "WebHooksEnabled"
/** Longest wait, in milliseconds, for the servers' preferences. */
export const PREFERENCES_TIMEOUT_MS = 8_000

/** How one server tells of playback. */
export interface ServerReport {
  readonly serverId: string
  readonly name: string
  /** Whether its own switch for webhooks is on; null: it is not known, and `reason` says why. */
  readonly webhooksEnabled: boolean | null
  readonly reason: string | null
  /** Null: it is not listened to. */
  readonly stream: StreamStatus | null
}

const webhooksEnabled = Effect.fnUntraced(function* (serverId: string) {
  const plex = yield* PlexServer
  const value = yield* withServer(serverId, (access) => plex.preference(access, WEBHOOKS_PREFERENCE))
  if (value === null) return { webhooksEnabled: null, reason: "the server knows no such preference" }
  return { webhooksEnabled: value === "true" || value === "1", reason: null }
})

const unknown = (reason: string) => ({ webhooksEnabled: null, reason })

/** An address as people would type it, for a machine that has it. */
function suggestion(address: string, port: number, baseUrl: string): string {
  const prefix = baseUrl.replace(/^\/+|\/+$/g, "")
  const host = address.includes(":") ? `[${address}]` : address
  return `http://${host}:${port}${prefix === "" ? "" : `/${prefix}`}`
}

/**
 * Everything that can be known of how playback is heard: the address for webhooks, when each source was last heard, and
 * for each server its switch for webhooks and its event stream. Signed out, no server is asked.
 */
export const reportTriggers = Effect.fn("reportTriggers")(function* () {
  const settings = yield* (yield* SettingsStore).current
  const monitor = yield* TriggerMonitor
  const loopback = yield* Loopback
  const streams = yield* monitor.streams
  const mayAsk = yield* mayCallPlex()
  const servers = yield* Effect.forEach(
    selectedServers(settings),
    (entry) =>
      (mayAsk ? webhooksEnabled(entry.machine_id) : Effect.succeed(unknown("nobody is signed in"))).pipe(
        Effect.timeoutOrElse({
          duration: PREFERENCES_TIMEOUT_MS,
          orElse: () => Effect.succeed(unknown("the server did not answer in time")),
        }),
        Effect.catch((error) => Effect.succeed(unknown(error.message))),
        Effect.map(
          (preference): ServerReport => ({
            serverId: entry.machine_id,
            name: entry.name || entry.machine_id,
            ...preference,
            stream: streams.find(({ serverId }) => serverId === entry.machine_id) ?? null,
          }),
        ),
      ),
    { concurrency: SERVERS_TESTED_MAX },
  )
  const port = (yield* loopback.port) ?? settings.general.port
  const addresses = yield* loopback.addresses
  return {
    webhook: yield* showAddress(),
    /** Addresses of this machine, for the setting. */
    suggestions: addresses.map((one) => suggestion(one, port, settings.general.base_url)),
    sources: yield* monitor.lastHeard,
    servers,
  }
})
