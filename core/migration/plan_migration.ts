import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { plexClient } from "../auth/account_access.ts"
import {
  PlexAccount,
  PlexServer,
  type ProbeFailure,
  SecretBox,
  type ServerIdentity,
  SettingsStore,
} from "../ports/mod.ts"
import type { Server, ServerAddress } from "../servers/server.ts"
import { secretKeys } from "../settings/settings.ts"
import { candidates, configuredAddress, type MigrationPlan } from "./plan.ts"

/**
 * The configuration cannot be migrated now, and nothing was changed. `later`: something did not answer, so that another
 * try may succeed; otherwise somebody has to do something.
 */
export class MigrationImpossible extends Schema.TaggedError<MigrationImpossible>()("MigrationImpossible", {
  reason: Schema.String,
  later: Schema.Boolean,
  retryAfterSeconds: Schema.NullOr(Schema.Finite),
}) {
  override get message(): string {
    return `Cannot migrate to OAuth: ${this.reason}`
  }
}

const impossible = (reason: string) =>
  new MigrationImpossible({ reason, later: false, retryAfterSeconds: null })
const notNow = (reason: string, retryAfterSeconds: number | null = null) =>
  new MigrationImpossible({ reason, later: true, retryAfterSeconds })

/** What plex.tv or a server refused, as a reason; only an outage is worth another try. */
const failed = (error: {
  readonly _tag: string
  readonly message: string
  readonly retryAfterSeconds?: number | null
}) =>
  error._tag === "PlexUnreachable"
    ? notNow(error.message, error.retryAfterSeconds ?? null)
    : impossible(error.message)

const addressOf = (
  uri: string,
  machineIdentifier: string | null,
  fingerprint: string | null = null,
): ServerAddress => ({ uri, machineIdentifier, fingerprint })

/**
 * Who answers at the configured address. No token is sent, so a certificate that does not carry the address (Plex's own
 * never does) may be overlooked here; the connection that is chosen is verified.
 */
const identified = Effect.fnUntraced(function* (uri: string) {
  const server = yield* PlexServer
  const asked = server.identity(addressOf(uri, null)).pipe(
    Effect.catchIf(
      (failure: ProbeFailure) => failure.fault === "tls" && failure.fingerprint !== null,
      ({ fingerprint }) => server.identity(addressOf(uri, null, fingerprint)),
    ),
  )
  return yield* Effect.mapError(asked, (failure) =>
    notNow(`${uri} does not answer, so it is not known which server is meant (${failure.reason})`),
  )
})

/** The best address at which the server answers and takes its own token. */
const proved = Effect.fnUntraced(function* (
  server: Server,
  token: Redacted.Redacted,
  configured: string,
  fingerprint: string | null,
) {
  const plex = yield* PlexServer
  const { machineIdentifier } = server
  const answers = yield* Effect.forEach(
    candidates(server, configured),
    (candidate) =>
      Effect.result(plex.identity(addressOf(candidate.uri, machineIdentifier, fingerprint))).pipe(
        Effect.map((result) => ({ candidate, result })),
      ),
    { concurrency: "unbounded" },
  )
  const isServer = (identity: ServerIdentity) => identity.machineIdentifier === machineIdentifier
  const alive = answers.filter(({ result }) => result._tag === "Success" && isServer(result.success))
  let last: MigrationImpossible | null = null
  for (const { candidate } of alive) {
    const access = { ...addressOf(candidate.uri, machineIdentifier, fingerprint), machineIdentifier, token }
    const tried = yield* Effect.result(plex.info(access))
    if (tried._tag === "Success") return { chosen: candidate, access }
    last = failed(tried.failure)
  }
  return yield* last ?? notNow(`none of the addresses of ${server.name} can be reached safely`)
})

/**
 * Finds out what a migration would do: whose key it is, which server the configured address belongs to, and at which
 * address that server takes its own token. Changes nothing and never sends the account's token to a server.
 */
export const planMigration = Effect.fn("planMigration")(function* () {
  const settings = yield* (yield* SettingsStore).current
  const { plex } = settings
  const configured = configuredAddress(plex)
  if (configured === null) return yield* impossible("there is no address of a server (plex.ip)")
  const box = yield* SecretBox
  const { secret: accountToken } = yield* box
    .open(
      Redacted.value(plex.apikey).trim(),
      { ...secretKeys(settings), flaggedEncrypted: plex.apikey_encrypted },
      "plex.apikey",
    )
    .pipe(Effect.mapError((error) => impossible(error.message)))
  const account = yield* PlexAccount
  const client = yield* plexClient()
  const user = yield* Effect.mapError(account.user(client, accountToken), failed)
  // A server that was selected is known by its id, wherever it is now.
  const wanted = plex.server_machine_id || (yield* identified(configured)).machineIdentifier
  const servers = yield* Effect.mapError(account.servers(client, accountToken), failed)
  const server = servers.find((one) => one.machineIdentifier === wanted)
  if (server === undefined || !server.owned)
    return yield* impossible(
      `the server at ${configured} is ${server === undefined ? "not among the servers" : "not owned by the account"} of ${user.username}`,
    )
  const serverToken = server.accessToken
  if (serverToken === null) return yield* impossible(`plex.tv gives no token for ${server.name}`)
  const known = settings.oncue.servers.find((one) => one.machine_id === wanted)
  const { access, chosen } = yield* proved(server, serverToken, configured, known?.fingerprint || null)
  // The names of the libraries are enough to go on with; their ids are a gain when they can be had.
  const sections = yield* Effect.orElseSucceed((yield* PlexServer).sections(access), () => [])
  return {
    user,
    server,
    configured,
    chosen,
    accountToken,
    serverToken,
    sections,
    clientIdentifier: client.identifier,
  } satisfies MigrationPlan
})
