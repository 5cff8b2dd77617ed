import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import * as Stream from "effect/Stream"
import { accountAccess } from "../auth/account_access.ts"
import { PlexAccount, PlexUnreachable, SettingsStore } from "../ports/mod.ts"
import type { ServerEntry } from "../settings/records.ts"
import { candidatesOf, compareClass, compareTested, connectionOf } from "./connection.ts"
import { probeConnection, RACE_GRACE_MS } from "./probe_connections.ts"
import { selectedServers } from "./selected.ts"
import { bestOf, couldWin, type DiscoveredServer } from "./selection.ts"
import {
  CONNECTIONS_TESTED_MAX,
  type Connection,
  SERVERS_TESTED_MAX,
  type Server,
  type TestedConnection,
} from "./server.ts"

/** Longest wait for plex.tv's list, in milliseconds. */
export const LIST_TIMEOUT_MS = 6_000
/** Longest time for the list and all tests together, in milliseconds; what is not tested by then is said to be so. */
export const DISCOVERY_TIMEOUT_MS = 9_500

/** How a discovery goes on. `Usable` comes once a server: when no better one can come, or soon after the first. */
export type Discovery =
  | {
      readonly _tag: "Listed"
      readonly servers: ReadonlyArray<
        Pick<Server, "name" | "machineIdentifier"> & {
          /** The addresses that are tested, the best class first. A derived one is told when it answers. */
          readonly connections: ReadonlyArray<Connection>
        }
      >
    }
  | {
      readonly _tag: "Tested"
      readonly machineIdentifier: string
      readonly connection: TestedConnection
    }
  | { readonly _tag: "Usable"; readonly machineIdentifier: string; readonly connection: TestedConnection }
  | { readonly _tag: "Done"; readonly servers: ReadonlyArray<DiscoveredServer> }

const untested = (connection: Connection): TestedConnection => ({
  ...connection,
  available: false,
  latencyMs: null,
  fault: "timeout",
  reason: "it was not tested in time",
  fingerprint: null,
})

/** Tests one server, and tells each result as it comes. A derived address that does not answer is not worth a word. */
const testServer = Effect.fnUntraced(function* (
  server: Server,
  entry: ServerEntry | undefined,
  results: Map<string, TestedConnection>,
  out: Queue.Enqueue<Discovery>,
) {
  const { machineIdentifier } = server
  const { derived, listed } = connectionsOf(server, entry)
  const target = {
    machineIdentifier,
    fingerprint: entry === undefined || entry.fingerprint === "" ? null : entry.fingerprint,
    token: server.accessToken,
  }
  const pending = new Set([...listed, ...derived])
  let usable: "waiting" | "soon" | "told" = "waiting"
  const tell = Effect.suspend(() => {
    const best = bestOf([...results.values()])
    if (usable === "told" || best === null) return Effect.void
    usable = "told"
    return Effect.asVoid(Queue.offer(out, { _tag: "Usable", machineIdentifier, connection: best }))
  })
  const test = (connection: Connection, isListed: boolean) =>
    Effect.gen(function* () {
      const tested = yield* server.accessToken === null
        ? Effect.succeed({ ...untested(connection), ...NO_TOKEN })
        : probeConnection(target, connection)
      pending.delete(connection)
      if (!isListed && !tested.available) return
      results.set(connection.uri, tested)
      yield* Queue.offer(out, { _tag: "Tested", machineIdentifier, connection: tested })
      const best = bestOf([...results.values()])
      if (best === null) return
      if (!couldWin([...pending], best, null)) yield* tell
      else if (usable === "waiting") {
        usable = "soon"
        yield* Effect.forkScoped(Effect.delay(tell, RACE_GRACE_MS))
      }
    })
  yield* Effect.all([...listed.map((one) => test(one, true)), ...derived.map((one) => test(one, false))], {
    concurrency: "unbounded",
    discard: true,
  })
}, Effect.scoped)

const NO_TOKEN = { fault: "unauthorised", reason: "plex.tv gives no token for this server" } as const

/** What is tested of a server: listed and derived addresses, and the ones that the user typed for it. */
function connectionsOf(server: Server, entry: ServerEntry | undefined) {
  const { derived, listed } = candidatesOf(server)
  const manual = (entry?.manual ?? []).flatMap((uri) => connectionOf(uri) ?? [])
  const unique = new Map([...manual, ...listed].map((one) => [one.uri, one]))
  const all = [...unique.values()].slice(0, CONNECTIONS_TESTED_MAX)
  return { listed: all, derived: derived.slice(0, CONNECTIONS_TESTED_MAX - all.length) }
}

/**
 * The account's servers, every connection of each tested: five servers at a time, the connections of one together. Owned
 * ones only, unless `includeShared`. Ends with `Done`, which holds everything.
 */
export const discoverServers = (options: { readonly includeShared: boolean }) => {
  const run = (out: Queue.Enqueue<Discovery>) =>
    Effect.gen(function* () {
      const startedMs = yield* Clock.currentTimeMillis
      const account = yield* PlexAccount
      const { client, token } = yield* accountAccess("list the servers")
      const all = yield* account.servers(client, token).pipe(
        Effect.timeoutOrElse({
          duration: LIST_TIMEOUT_MS,
          orElse: () =>
            new PlexUnreachable({
              where: "plex.tv",
              fault: "timeout",
              status: null,
              retryAfterSeconds: null,
              detail: `no answer in ${LIST_TIMEOUT_MS / 1000} s`,
            }),
        }),
      )
      const servers = all.filter(({ owned }) => owned || options.includeShared)
      const entries = selectedServers(yield* SettingsStore.use((store) => store.current))
      const entryOf = (server: Server) =>
        entries.find(({ machine_id }) => machine_id === server.machineIdentifier)
      yield* Queue.offer(out, {
        _tag: "Listed",
        servers: servers.map((server) => ({
          name: server.name,
          machineIdentifier: server.machineIdentifier,
          connections: [...connectionsOf(server, entryOf(server)).listed].sort(compareClass),
        })),
      })
      const results = new Map(servers.map((server) => [server, new Map<string, TestedConnection>()]))
      const leftMs = DISCOVERY_TIMEOUT_MS - ((yield* Clock.currentTimeMillis) - startedMs)
      yield* Effect.forEach(servers, (one) => testServer(one, entryOf(one), results.get(one)!, out), {
        concurrency: SERVERS_TESTED_MAX,
        discard: true,
      }).pipe(Effect.timeoutOrElse({ duration: leftMs, orElse: () => Effect.void }))
      const done = servers.map((server): DiscoveredServer => {
        const { accessToken: _, connections: __, ...rest } = server
        const tested = results.get(server)!
        const { derived, listed } = connectionsOf(server, entryOf(server))
        const connections = [
          ...listed.map((one) => tested.get(one.uri) ?? untested(one)),
          ...derived.flatMap((one) => tested.get(one.uri) ?? []),
        ].sort(compareTested)
        return {
          ...rest,
          connections,
          bestConnection: bestOf(connections),
          selected: entryOf(server) !== undefined,
        }
      })
      yield* Queue.offer(out, { _tag: "Done", servers: done })
    })
  return Stream.callback<Discovery, RunError<typeof run>, RunServices<typeof run>>((out) =>
    Effect.andThen(run(out), Queue.end(out)),
  )
}

type RunError<F> = F extends (...args: never) => Effect.Effect<infer _A, infer E, infer _R> ? E : never
type RunServices<F> = F extends (...args: never) => Effect.Effect<infer _A, infer _E, infer R> ? R : never

/** The account's servers with everything that was found out about them; see `discoverServers`. */
export const listServers = Effect.fn("listServers")(function* (options: { readonly includeShared: boolean }) {
  const last = yield* Stream.runLast(discoverServers(options))
  return last._tag === "Some" && last.value._tag === "Done" ? last.value.servers : []
})
