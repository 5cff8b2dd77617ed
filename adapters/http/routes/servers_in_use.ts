import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import {
  acceptCertificate,
  addAddress,
  chooseLibraries,
  makePrimary,
  removeAddress,
  removeServer,
  type ServerStatus,
  serverStatuses,
} from "../../../core/servers/change_servers.ts"
import { CONNECTION_CLASSES, classOf, connectionOf } from "../../../core/servers/connection.ts"
import { testServers } from "../../../core/servers/keep_connected.ts"
import { selectServer } from "../../../core/servers/select_server.ts"
import { FlagArgument, TextArgument, TextsArgument } from "../arguments.ts"
import { ErrorBody } from "../errors.ts"
import { answer, route } from "../route.ts"

const tag = "Plex servers"
const access = "key"

const ServerInUse = Schema.Struct({
  machineIdentifier: Schema.String,
  name: Schema.String,
  primary: Schema.Boolean,
  /** The address that was chosen, and whether it was said to be local. */
  url: Schema.String,
  local: Schema.Boolean,
  /** Where the server is reached now, and since when (unix milliseconds); null: nowhere, or not tried yet. */
  uri: Schema.NullOr(Schema.String),
  class: Schema.NullOr(Schema.Literals(CONNECTION_CLASSES)),
  sinceMs: Schema.NullOr(Schema.Finite),
  /** How long it took there to say who it is when it was last tested, in milliseconds. */
  latencyMs: Schema.NullOr(Schema.Finite),
  /** Every address as it was when all of them were tested; null: not since the present one is in use. */
  tests: Schema.NullOr(
    Schema.Struct({
      atMs: Schema.Finite,
      tested: Schema.Array(
        Schema.Struct({
          uri: Schema.String,
          class: Schema.NullOr(Schema.Literals(CONNECTION_CLASSES)),
          available: Schema.Boolean,
          latencyMs: Schema.NullOr(Schema.Finite),
          reason: Schema.NullOr(Schema.String),
        }),
      ),
    }),
  ),
  /** Addresses that were typed. */
  manual: Schema.Array(Schema.String),
  connections: Schema.Array(Schema.String),
  /** SHA-256 of a certificate that was accepted; empty: none. */
  fingerprint: Schema.String,
  /** Section ids; empty: all libraries. */
  libraries: Schema.Array(Schema.String),
}).annotate({ identifier: "PlexServerInUse" })

const classAt = (uri: string) => {
  const connection = connectionOf(uri)
  return connection === null ? null : classOf(connection)
}

const view = ({
  connectionClass,
  entry,
  isPrimary,
  latencyMs,
  sinceMs,
  tests,
  uri,
}: ServerStatus): typeof ServerInUse.Type => ({
  machineIdentifier: entry.machine_id,
  name: entry.name,
  primary: isPrimary,
  url: entry.url,
  local: entry.local,
  uri,
  class: connectionClass,
  sinceMs,
  latencyMs,
  tests:
    tests === null
      ? null
      : { ...tests, tested: tests.tested.map((one) => ({ ...one, class: classAt(one.uri) })) },
  manual: entry.manual,
  connections: entry.connections,
  fingerprint: entry.fingerprint,
  libraries: entry.libraries,
})

const List = Schema.Struct({ data: Schema.Array(ServerInUse) })
const statuses = Effect.map(serverStatuses(), (all) => answer(200, { data: all.map(view) }))
const changed = {
  200: List,
  400: ErrorBody,
  404: ErrorBody,
  500: ErrorBody,
  502: ErrorBody,
  503: ErrorBody,
} as const
const params = Schema.Struct({ serverId: Schema.String })

export const listServersInUse = route({
  method: "GET",
  path: "/api/plex/servers",
  tag,
  summary: "The servers in use and how each is reached; nobody is asked",
  access,
  answers: { 200: List, 503: ErrorBody },
  handle: () => statuses,
})

export const addServerInUse = route({
  method: "POST",
  path: "/api/plex/servers",
  tag,
  summary: "Use a server beside the others",
  access,
  input: Schema.Struct({
    machineIdentifier: TextArgument,
    name: TextArgument,
    uri: TextArgument,
    local: Schema.optionalKey(FlagArgument),
    connections: Schema.optionalKey(TextsArgument),
  }),
  answers: changed,
  handle: ({ input }) =>
    Effect.andThen(
      selectServer({ ...input, local: input.local ?? false, connections: input.connections ?? [] }, "beside"),
      statuses,
    ),
})

export const reconnectServersInUse = route({
  method: "POST",
  path: "/api/plex/servers/reconnect",
  tag,
  summary: "Test every address of every server in use now, tell of each, and take the best",
  access,
  answers: changed,
  handle: () => Effect.andThen(testServers(), statuses),
})

export const removeServerInUse = route({
  method: "DELETE",
  path: "/api/plex/servers/{serverId}",
  tag,
  summary: "Use a server no more",
  access,
  params,
  answers: changed,
  handle: ({ params: { serverId } }) => Effect.andThen(removeServer(serverId), statuses),
})

export const makeServerPrimary = route({
  method: "POST",
  path: "/api/plex/servers/{serverId}/primary",
  tag,
  summary: "Make a server in use the primary one",
  access,
  params,
  answers: changed,
  handle: ({ params: { serverId } }) => Effect.andThen(makePrimary(serverId), statuses),
})

export const chooseServerLibraries = route({
  method: "PUT",
  path: "/api/plex/servers/{serverId}/libraries",
  tag,
  summary: "The libraries of a server that are used; none: all of them",
  access,
  params,
  input: Schema.Struct({ libraries: Schema.optionalKey(TextsArgument) }),
  answers: changed,
  handle: ({ input, params: { serverId } }) =>
    Effect.andThen(chooseLibraries(serverId, input.libraries ?? []), statuses),
})

export const addServerAddress = route({
  method: "POST",
  path: "/api/plex/servers/{serverId}/addresses",
  tag,
  summary: "Add an address to a server, once the server has proved there who it is",
  access,
  params,
  input: Schema.Struct({ uri: TextArgument }),
  answers: changed,
  handle: ({ input, params: { serverId } }) => Effect.andThen(addAddress(serverId, input.uri), statuses),
})

export const removeServerAddress = route({
  method: "DELETE",
  path: "/api/plex/servers/{serverId}/addresses",
  tag,
  summary: "Remove an address that was typed",
  access,
  params,
  input: Schema.Struct({ uri: TextArgument }),
  answers: changed,
  handle: ({ input, params: { serverId } }) => Effect.andThen(removeAddress(serverId, input.uri), statuses),
})

export const acceptServerCertificate = route({
  method: "PUT",
  path: "/api/plex/servers/{serverId}/certificate",
  tag,
  summary:
    "Accept one certificate for this server although it does not verify; an empty fingerprint takes it back",
  access,
  params,
  input: Schema.Struct({ fingerprint: TextArgument }),
  answers: changed,
  handle: ({ input, params: { serverId } }) =>
    Effect.andThen(acceptCertificate(serverId, input.fingerprint), statuses),
})
