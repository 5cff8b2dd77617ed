import * as Redacted from "effect/Redacted"
import type { ServerEntry } from "../settings/records.ts"
import type { Settings, SettingsPatch } from "../settings/settings.ts"

/** Servers that can be used side by side. */
export const SERVERS_SELECTED_MAX = 16

const NO_TOKEN = Redacted.make("")

/**
 * The servers in use, the primary one first. A configuration of Bazarr knows the primary one alone, in its own keys;
 * where both places name it, Bazarr's keys win for what they hold, since people and other programs edit those.
 *
 * @example
 * ```ts
 * const plex = { ...DEFAULT_SETTINGS.plex, server_machine_id: "m1", server_url: "http://plex:32400" }
 * assert.deepStrictEqual(
 *   selectedServers({ ...DEFAULT_SETTINGS, plex }).map(({ machine_id, url }) => [machine_id, url]),
 *   [["m1", "http://plex:32400"]],
 * )
 * assert.deepStrictEqual(selectedServers(DEFAULT_SETTINGS), [])
 * ```
 */
export function selectedServers({
  oncue,
  plex,
}: Pick<Settings, "plex" | "oncue">): ReadonlyArray<ServerEntry> {
  const entries = oncue.servers
  const id = plex.server_machine_id
  if (id === "") return entries
  const known = entries.find(({ machine_id }) => machine_id === id)
  const libraries = [...plex.movie_library_ids, ...plex.series_library_ids]
  const primary: ServerEntry = {
    machine_id: id,
    name: plex.server_name || (known?.name ?? ""),
    url: plex.server_url || (known?.url ?? ""),
    local: plex.server_url === "" ? (known?.local ?? false) : plex.server_local,
    token: known?.token ?? NO_TOKEN,
    connections: plex.server_connections.length > 0 ? plex.server_connections : (known?.connections ?? []),
    manual: known?.manual ?? [],
    fingerprint: known?.fingerprint ?? "",
    libraries: libraries.length > 0 ? libraries : (known?.libraries ?? []),
  }
  return [primary, ...entries.filter(({ machine_id }) => machine_id !== id)]
}

/** The settings in which exactly these servers are in use; the first is mirrored where Bazarr has its one server. */
export function withServers(entries: ReadonlyArray<ServerEntry>): SettingsPatch {
  const [first] = entries
  return {
    plex: {
      server_machine_id: first?.machine_id ?? "",
      server_name: first?.name ?? "",
      server_url: first?.url ?? "",
      server_local: first?.local ?? false,
      server_connections: first?.connections ?? [],
    },
    oncue: { servers: entries },
  }
}
