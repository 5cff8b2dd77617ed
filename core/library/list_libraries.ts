import * as Effect from "effect/Effect"
import { accountAccess } from "../auth/account_access.ts"
import { PlexAccount, PlexServer, PlexUnreachable } from "../ports/mod.ts"
import { withServer } from "../servers/access_server.ts"
import { candidatesOf, placeName } from "../servers/connection.ts"
import { notReached } from "../servers/known_servers.ts"
import { raceConnections } from "../servers/probe_connections.ts"
import { CONNECTIONS_TESTED_MAX, type ServerAccess } from "../servers/server.ts"
import type { Section } from "./section.ts"

/** Longest wait for the list, and for one count, in milliseconds: somebody is waiting for the answer. */
const LIST_TIMEOUT_MS = 3_000
const COUNT_TIMEOUT_MS = 2_500
/** Longest time in all, a failing address and the search for another one included, in milliseconds. */
const ANSWER_TIMEOUT_MS = 9_500
/** Libraries that are counted at the same time. */
const COUNTS_MAX = 8

/** A library and how many films or shows it holds; null when the server did not say. */
export interface CountedSection extends Section {
  readonly count: number | null
}

const late = (where: string, ms: number) => ({
  duration: ms,
  orElse: () =>
    new PlexUnreachable({
      where,
      fault: "timeout",
      status: null,
      retryAfterSeconds: null,
      detail: `no answer in ${ms / 1000} s`,
    }),
})

const librariesAt = Effect.fnUntraced(function* (access: ServerAccess) {
  const server = yield* PlexServer
  const where = placeName(access)
  const sections = yield* server.sections(access).pipe(Effect.timeoutOrElse(late(where, LIST_TIMEOUT_MS)))
  const usable = sections.filter(({ type }) => type !== "other")
  return yield* Effect.forEach(
    usable,
    (section) =>
      server.sectionCount(access, section.id).pipe(
        Effect.timeoutOrElse(late(where, COUNT_TIMEOUT_MS)),
        Effect.catch((error) => Effect.as(Effect.logWarning(error.message), null)),
        Effect.map((count): CountedSection => ({ ...section, count })),
      ),
    { concurrency: COUNTS_MAX },
  )
})

/** Access to the account's only owned server, which needs no choosing; null when there are none or several. */
const onlyServer = Effect.fnUntraced(function* () {
  const account = yield* PlexAccount
  const { client, token } = yield* accountAccess("list the libraries")
  const owned = (yield* account.servers(client, token)).filter((server) => server.owned)
  const [server] = owned
  if (owned.length !== 1 || server === undefined || server.accessToken === null) return null
  const { derived, listed } = candidatesOf(server)
  const { machineIdentifier } = server
  const { tested, winner } = yield* raceConnections(
    { machineIdentifier, fingerprint: null, token: null },
    [...listed, ...derived].slice(0, CONNECTIONS_TESTED_MAX),
    null,
  )
  if (winner === null) {
    const [first] = tested
    return yield* notReached(
      server.name,
      first?.fault ?? null,
      `${tested.length} of ${tested.length} addresses did not answer`,
    )
  }
  return {
    uri: winner.uri,
    name: server.name,
    machineIdentifier,
    fingerprint: null,
    token: server.accessToken,
  }
})

/**
 * The film and show libraries of a selected server, the primary one for null, each counted with one small call. When no
 * server is selected and the account owns a single one, its libraries.
 */
export const listLibraries = Effect.fn("listLibraries")(function* (serverId: string | null) {
  return yield* withServer(serverId, librariesAt).pipe(
    Effect.catchTag("ServerUnknown", (error) =>
      Effect.gen(function* () {
        if (serverId !== null || error.serverId !== "") return yield* error
        const access = yield* onlyServer()
        return access === null ? yield* error : yield* librariesAt(access)
      }),
    ),
    Effect.timeoutOrElse(late("the server", ANSWER_TIMEOUT_MS)),
  )
})
