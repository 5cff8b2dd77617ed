import * as Redacted from "effect/Redacted"
import type { PlexUser } from "../auth/token.ts"
import type { Section } from "../library/section.ts"
import { addressKind, isPrivate } from "../servers/address.ts"
import type { Server } from "../servers/server.ts"
import type { ServerEntry } from "../settings/records.ts"
import type { Settings, SettingsPatch } from "../settings/settings.ts"

/** Why nothing is to be migrated. */
export type NotNeededReason = "plex_off" | "oauth" | "no_apikey" | "signed_in" | "disabled" | "migrated"

export const NOT_NEEDED_TEXT: Readonly<Record<NotNeededReason, string>> = {
  plex_off: "Plex is switched off (general.use_plex)",
  oauth: "the configuration uses OAuth already",
  no_apikey: "there is no API key (plex.apikey)",
  signed_in: "there is an OAuth token already (plex.token)",
  disabled: "automatic migration is disabled (plex.disable_auto_migration)",
  migrated: "the configuration was migrated before",
}

/**
 * Why this configuration is not to be migrated, or null: it is. Bazarr's conditions. Somebody who asks for a migration
 * (`asked`) overrides only those that keep it from happening by itself.
 */
export function notNeeded({ general, plex }: Settings, asked: boolean): NotNeededReason | null {
  if (plex.auth_method !== "apikey") return "oauth"
  if (Redacted.value(plex.apikey).trim() === "") return "no_apikey"
  if (Redacted.value(plex.token) !== "") return "signed_in"
  if (!general.use_plex) return "plex_off"
  if (asked) return null
  if (plex.disable_auto_migration) return "disabled"
  return plex.migration_successful ? "migrated" : null
}

/**
 * The address that an API key configuration uses, or null without one: that of the selected server, else `plex.ip`.
 *
 * @example
 * ```ts
 * assert.strictEqual(configuredAddress({ ip: "10.0.0.5", port: 32400, ssl: false }), "http://10.0.0.5:32400")
 * assert.strictEqual(configuredAddress({ ip: "fd00::5", port: 32400, ssl: true }), "https://[fd00::5]:32400")
 * ```
 */
export function configuredAddress(
  plex: Pick<Settings["plex"], "ip" | "port" | "ssl"> & { readonly server_url?: string },
): string | null {
  const { ip, port, server_url = "", ssl } = plex
  if (server_url !== "") return server_url.replace(/\/+$/, "")
  const bare = ip
    .trim()
    .replace(/^https?:\/\//i, "")
    .replace(/\/+$/, "")
  if (bare === "") return null
  const host = bare.includes(":") && !bare.startsWith("[") ? `[${bare}]` : bare
  return `${ssl ? "https" : "http"}://${host}:${port}`
}

/** An address at which the server may be used from now on. */
export interface Candidate {
  readonly uri: string
  readonly local: boolean
}

/** A name without a dot is one of the home network, or of a container beside us. */
const isHome = (host: string) => {
  const kind = addressKind(host)
  return kind === null ? !host.includes(".") : isPrivate(kind)
}

/**
 * Addresses of the server from the best to the worst: local before remote, https before http. The configured one works
 * today, so it comes before every remote one; a relay is never stored.
 */
export function candidates(server: Server, configured: string): ReadonlyArray<Candidate> {
  const listed = server.connections.filter((one) => !one.relay)
  const known = listed.find((one) => one.uri === configured)
  const host = /^https?:\/\/\[?([^\]/]+?)\]?:\d+$/.exec(configured)?.[1] ?? ""
  const own = { uri: configured, local: known?.local ?? isHome(host) }
  const rank = (one: Candidate) =>
    (one.local || one.uri === configured ? 0 : 4) +
    (one.uri === configured ? 2 : 0) +
    (one.uri.startsWith("https:") ? 0 : 1)
  const all = [...listed.map(({ uri, local }) => ({ uri, local })), ...(known === undefined ? [own] : [])]
  return all.toSorted((a, b) => rank(a) - rank(b))
}

/** The ids of libraries that a configuration names by title. Empty unless every title names exactly one library. */
export function libraryIds(
  titles: ReadonlyArray<string>,
  type: "movie" | "show",
  sections: ReadonlyArray<Section>,
): ReadonlyArray<string> {
  const found = titles.map((title) => sections.filter((one) => one.type === type && one.title === title))
  return found.every((matches) => matches.length === 1) ? found.flat().map((one) => one.id) : []
}

/** What a migration is going to do, found out without changing anything. */
export interface MigrationPlan {
  readonly user: PlexUser
  readonly server: Server
  readonly configured: string
  readonly chosen: Candidate
  /** The API key: it is the account's token. */
  readonly accountToken: Redacted.Redacted
  readonly serverToken: Redacted.Redacted
  readonly sections: ReadonlyArray<Section>
  readonly clientIdentifier: string
}

/** The stored forms of the secrets of a plan, and the key that signed them. */
export interface SealedPlan {
  readonly accountToken: Redacted.Redacted
  readonly serverToken: Redacted.Redacted
  readonly signingKey: Redacted.Redacted
}

function entryOf(
  plan: MigrationPlan,
  known: ServerEntry | undefined,
  libraries: ReadonlyArray<string>,
  token: Redacted.Redacted,
): ServerEntry {
  const { server, chosen, configured } = plan
  const connections = server.connections.map((one) => one.uri)
  const manual = known?.manual ?? []
  return {
    machine_id: server.machineIdentifier,
    name: server.name,
    url: chosen.uri,
    local: chosen.local,
    token,
    connections,
    manual:
      connections.includes(configured) || manual.includes(configured) ? manual : [...manual, configured],
    fingerprint: known?.fingerprint ?? "",
    libraries,
  }
}

/** The settings of Bazarr and ours after the change. The API key stays until the result has been proved. */
export function migratedPatch(
  settings: Settings,
  plan: MigrationPlan,
  sealed: SealedPlan,
  timestamp: string,
): SettingsPatch {
  const { plex, oncue } = settings
  const films =
    plex.movie_library_ids.length > 0
      ? plex.movie_library_ids
      : libraryIds(plex.movie_library, "movie", plan.sections)
  const shows =
    plex.series_library_ids.length > 0
      ? plex.series_library_ids
      : libraryIds(plex.series_library, "show", plan.sections)
  const id = plan.server.machineIdentifier
  const known = oncue.servers.find((one) => one.machine_id === id)
  const entry = entryOf(plan, known, [...films, ...shows], sealed.serverToken)
  return {
    plex: {
      auth_method: "oauth",
      token: sealed.accountToken,
      encryption_key: sealed.signingKey,
      client_identifier: plan.clientIdentifier,
      username: plan.user.username,
      email: plan.user.email,
      user_id: plan.user.id,
      ip: "",
      port: 32_400,
      ssl: false,
      movie_library_ids: films,
      series_library_ids: shows,
      server_machine_id: entry.machine_id,
      server_name: entry.name,
      server_url: entry.url,
      server_local: entry.local,
      server_connections: entry.connections,
      migration_attempted: true,
      migration_successful: true,
      migration_timestamp: timestamp,
      disable_auto_migration: true,
    },
    oncue: { servers: [entry, ...oncue.servers.filter((one) => one.machine_id !== id)] },
  }
}

/** The last step, once the new sign-in has been proved. */
export const API_KEY_DROPPED: SettingsPatch = {
  plex: { apikey: Redacted.make(""), apikey_encrypted: false },
}
