import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { SettingsStore } from "../../../core/ports/mod.ts"
import { CONNECTION_CLASSES, classOf } from "../../../core/servers/connection.ts"
import { type Discovery, discoverServers, listServers } from "../../../core/servers/list_servers.ts"
import { selectServer } from "../../../core/servers/select_server.ts"
import { selectedServers } from "../../../core/servers/selected.ts"
import type { DiscoveredServer } from "../../../core/servers/selection.ts"
import type { TestedConnection } from "../../../core/servers/server.ts"
import { testConnection } from "../../../core/servers/test_connection.ts"
import { FlagArgument, TextArgument, TextsArgument } from "../arguments.ts"
import { ErrorBody, failureAnswer } from "../errors.ts"
import { answer, liveRoute, route } from "../route.ts"

const tag = "Plex servers"

/** Why an address cannot be used. */
const Fault = Schema.Literals([
  "refused",
  "timeout",
  "dns",
  "tls",
  "reset",
  "wrong_server",
  "unauthorised",
  "bad_answer",
  "forbidden_address",
])

const ConnectionView = Schema.Struct({
  uri: Schema.String,
  protocol: Schema.Literals(["http", "https"]),
  address: Schema.String,
  port: Schema.Int,
  local: Schema.Boolean,
  relay: Schema.Boolean,
  /** What it is worth; the first of these is the best. */
  class: Schema.Literals(CONNECTION_CLASSES),
  available: Schema.Boolean,
  /** Milliseconds; null when it does not answer. */
  latency: Schema.NullOr(Schema.Int),
  fault: Schema.NullOr(Fault),
  reason: Schema.NullOr(Schema.String),
  /** SHA-256 of a certificate that did not verify, so that it may be accepted. */
  fingerprint: Schema.NullOr(Schema.String),
}).annotate({ identifier: "PlexConnection" })

const ServerView = Schema.Struct({
  name: Schema.String,
  machineIdentifier: Schema.String,
  /** The best first; those that do not answer carry the reason. */
  connections: Schema.Array(ConnectionView),
  bestConnection: Schema.NullOr(ConnectionView),
  version: Schema.String,
  platform: Schema.String,
  device: Schema.String,
  owned: Schema.Boolean,
  selected: Schema.Boolean,
  httpsRequired: Schema.Boolean,
}).annotate({ identifier: "PlexServer" })

const connectionView = (one: TestedConnection): typeof ConnectionView.Type => ({
  uri: one.uri,
  protocol: one.protocol,
  address: one.address,
  port: one.port,
  local: one.local,
  relay: one.relay,
  class: classOf(one),
  available: one.available,
  latency: one.latencyMs,
  fault: one.fault,
  reason: one.reason,
  fingerprint: one.fingerprint,
})

const serverView = (one: DiscoveredServer): typeof ServerView.Type => ({
  name: one.name,
  machineIdentifier: one.machineIdentifier,
  connections: one.connections.map(connectionView),
  bestConnection: one.bestConnection === null ? null : connectionView(one.bestConnection),
  version: one.version,
  platform: one.platform,
  device: one.device,
  owned: one.owned,
  selected: one.selected,
  httpsRequired: one.httpsRequired,
})

/** Bazarr's clients expect 200 and a list whatever happens; what failed stands beside the empty one. */
export const FailedList = {
  error: Schema.optionalKey(Schema.String),
  code: Schema.optionalKey(Schema.String),
}

const WithShared = Schema.Struct({ includeShared: Schema.optionalKey(FlagArgument) })

export const listPlexServers = route({
  method: "GET",
  path: "/api/plex/oauth/servers",
  tag,
  summary: "The account's servers with every connection tested",
  access: "key",
  input: WithShared,
  answers: { 200: Schema.Struct({ data: Schema.Array(ServerView), ...FailedList }) },
  handle: ({ input }) =>
    listServers({ includeShared: input.includeShared ?? false }).pipe(
      Effect.map((servers) => answer(200, { data: servers.map(serverView) })),
      Effect.catch((error) => Effect.succeed(answer(200, { data: [], ...failureAnswer(error).body }))),
    ),
})

const Found = Schema.Struct({
  /** `listed`, `tested`, `usable` or `done`, as the event's name says too. */
  stage: Schema.Literals(["listed", "tested", "usable", "done"]),
  machineIdentifier: Schema.NullOr(Schema.String),
  connection: Schema.NullOr(ConnectionView),
  servers: Schema.NullOr(Schema.Array(ServerView)),
  names: Schema.NullOr(
    Schema.Array(
      Schema.Struct({
        machineIdentifier: Schema.String,
        name: Schema.String,
        /** The addresses that are tested, the best class first; one that is tried beside them is told when it answers. */
        connections: Schema.Array(
          Schema.Struct({ uri: Schema.String, class: Schema.Literals(CONNECTION_CLASSES) }),
        ),
      }),
    ),
  ),
})

const nothing = { machineIdentifier: null, connection: null, servers: null, names: null }

function foundView(event: Discovery): typeof Found.Type {
  switch (event._tag) {
    case "Listed":
      return {
        ...nothing,
        stage: "listed",
        names: event.servers.map(({ connections, ...server }) => ({
          ...server,
          connections: connections.map((one) => ({ uri: one.uri, class: classOf(one) })),
        })),
      }
    case "Tested":
    case "Usable":
      return {
        ...nothing,
        stage: event._tag === "Tested" ? "tested" : "usable",
        machineIdentifier: event.machineIdentifier,
        connection: connectionView(event.connection),
      }
    case "Done":
      return { ...nothing, stage: "done", servers: event.servers.map(serverView) }
  }
}

export const discoverPlexServers = liveRoute({
  path: "/api/plex/servers/discover",
  tag,
  summary:
    "The same as it is found out, as server-sent events: a usable connection is told before the slow ones",
  access: "key",
  input: WithShared,
  answers: { 200: Found },
  handleLive: ({ input }) =>
    Stream.map(discoverServers({ includeShared: input.includeShared ?? false }), (event) => {
      const data = foundView(event)
      return { event: data.stage, data }
    }),
})

export const testPlexConnection = route({
  method: "POST",
  path: "/api/plex/test-connection",
  tag,
  summary: "Whether a server of the account is reached at an address with a token that works",
  access: "key",
  input: Schema.Struct({ uri: TextArgument }),
  answers: {
    200: Schema.Struct({
      success: Schema.Boolean,
      error: Schema.optionalKey(Schema.String),
      code: Schema.optionalKey(Schema.String),
      latency: Schema.NullOr(Schema.Int),
      machineIdentifier: Schema.NullOr(Schema.String),
      name: Schema.NullOr(Schema.String),
      fingerprint: Schema.NullOr(Schema.String),
    }),
    400: ErrorBody,
    401: ErrorBody,
    502: ErrorBody,
    503: ErrorBody,
  },
  handle: ({ input }) =>
    testConnection(input.uri).pipe(
      Effect.map(({ fault, fingerprint, latencyMs, machineIdentifier, name, reason, success }) =>
        answer(200, {
          success,
          ...(reason === null ? {} : { error: fault === "timeout" ? "Connection timeout" : reason }),
          ...(fault === null ? {} : { code: fault.toUpperCase() }),
          latency: latencyMs,
          machineIdentifier,
          name,
          fingerprint,
        }),
      ),
      // Bazarr's own answer here, and no word about our own key.
      Effect.catchTag("NotSignedIn", () =>
        Effect.succeed(answer(401, { error: "No authentication token available", code: "UNAUTHORIZED" })),
      ),
    ),
})

const Selected = Schema.Struct({
  machineIdentifier: Schema.String,
  name: Schema.String,
  url: Schema.String,
  local: Schema.Boolean,
}).annotate({ identifier: "SelectedPlexServer" })

export const getSelectedServer = route({
  method: "GET",
  path: "/api/plex/select-server",
  tag,
  summary: "The primary server; null when none is selected",
  access: "key",
  answers: { 200: Schema.Struct({ data: Schema.NullOr(Selected) }) },
  handle: () =>
    Effect.map(
      SettingsStore.use((store) => store.current),
      (settings) => {
        const [primary] = selectedServers(settings)
        if (primary === undefined) return answer(200, { data: null })
        const { local, machine_id, name, url } = primary
        return answer(200, { data: { machineIdentifier: machine_id, name, url, local } })
      },
    ),
})

export const selectPlexServer = route({
  method: "POST",
  path: "/api/plex/select-server",
  tag,
  summary: "Make a server the primary one, once one of its addresses has proved whose it is",
  access: "key",
  input: Schema.Struct({
    machineIdentifier: TextArgument,
    name: TextArgument,
    uri: TextArgument,
    local: Schema.optionalKey(Schema.NullOr(FlagArgument)),
    /** Every address of the server; those that plex.tv lists when none are given. */
    connections: Schema.optionalKey(Schema.NullOr(TextsArgument)),
    /** SHA-256 of a certificate to accept for this server although it does not verify. */
    fingerprint: Schema.optionalKey(TextArgument),
  }),
  answers: {
    200: Schema.Struct({ data: Schema.Struct({ success: Schema.Literal(true), server: Selected }) }),
    400: ErrorBody,
    404: ErrorBody,
    500: ErrorBody,
    502: ErrorBody,
    503: ErrorBody,
  },
  handle: ({ input }) =>
    Effect.map(
      selectServer({
        machineIdentifier: input.machineIdentifier,
        name: input.name,
        uri: input.uri,
        local: input.local ?? false,
        connections: input.connections ?? [],
        ...(input.fingerprint === undefined ? {} : { fingerprint: input.fingerprint }),
      }),
      ({ local, machine_id, name, url }) =>
        answer(200, {
          data: { success: true as const, server: { machineIdentifier: machine_id, name, url, local } },
        }),
    ),
})
