import type * as Redacted from "effect/Redacted"
import type { Settings } from "../settings/settings.ts"
import { CATALOG_INSTANCES_MAX, type CatalogInstance } from "./catalog.ts"
import type { PathMapping } from "./path_mapping.ts"

/** A configured instance with its key as the file holds it, in whatever form SecretBox can open. */
export interface StoredInstance extends CatalogInstance {
  readonly storedKey: Redacted.Redacted
  /** How its paths are turned into ours. */
  readonly mappings: ReadonlyArray<PathMapping>
}

export type CatalogApp = CatalogInstance["app"]

/**
 * The Sonarr or Radarr instances that are switched on: Bazarr's own section first, then those under `oncue`. An id that
 * occurs twice counts once, and an address that is no http address not at all.
 */
export function instancesOf(settings: Settings, app: CatalogApp): ReadonlyArray<StoredInstance> {
  const on = app === "sonarr" ? settings.general.use_sonarr : settings.general.use_radarr
  if (!on) return []
  const { ip, port, base_url, ssl, apikey } = settings[app]
  const first = { id: app, url: addressOf(ip, port, base_url, ssl), key: apikey }
  const further = settings.oncue[app].map((one) => ({
    id: one.id,
    url: cleanUrl(one.url),
    key: one.apikey,
  }))
  const seen = new Set<string>()
  const found: Array<StoredInstance> = []
  for (const { id, url, key } of [first, ...further]) {
    if (url === null || id === "" || seen.has(id) || found.length >= CATALOG_INSTANCES_MAX) continue
    seen.add(id)
    found.push({ id, app, url, storedKey: key, mappings: arrMappings(settings, app, id) })
  }
  return found
}

function addressOf(host: string, port: number, base: string, ssl: boolean): string | null {
  const name = host.trim()
  const bare = name.includes(":") && !name.startsWith("[") ? `[${name}]` : name
  return name === "" ? null : cleanUrl(`${ssl ? "https" : "http"}://${bare}:${port}/${base}`)
}

/**
 * Scheme, host, port and url base without trailing slash; null for anything that is no http address.
 *
 * @example
 * ```ts
 * assert.strictEqual(cleanUrl("http://nas:8989//sonarr/"), "http://nas:8989/sonarr")
 * assert.strictEqual(cleanUrl("https://arr.example/?x=1#y"), "https://arr.example")
 * assert.strictEqual(cleanUrl("file:///etc/passwd"), null)
 * ```
 */
export function cleanUrl(text: string): string | null {
  const url = URL.parse(text.trim())
  if (url === null || (url.protocol !== "http:" && url.protocol !== "https:") || url.host === "") return null
  const path = url.pathname.split("/").filter((segment) => segment !== "")
  return [`${url.protocol}//${url.host}`, ...path].join("/")
}

/**
 * How the paths of one instance are turned into ours: by mappings of its own, else by those of the application, which are
 * also the answer for an instance that nobody named.
 */
export function arrMappings(
  settings: Settings,
  app: CatalogApp,
  id: string | null = null,
): ReadonlyArray<PathMapping> {
  const own = id === app ? undefined : settings.oncue[app].find((one) => one.id === id)?.path_mappings
  if (own !== undefined && own.length > 0) return own
  const pairs = app === "sonarr" ? settings.general.path_mappings : settings.general.path_mappings_movie
  return pairs.map(([from, to]) => ({ from, to }))
}

/** Every way in which the instances of one application see files, the application's own first. */
export function everyArrMapping(
  settings: Settings,
  app: CatalogApp,
): ReadonlyArray<ReadonlyArray<PathMapping>> {
  const own = settings.oncue[app].map((one) => one.path_mappings).filter((one) => one.length > 0)
  return [arrMappings(settings, app), ...own]
}

/** How Plex's paths are turned into ours. */
export function plexMappings(settings: Settings): ReadonlyArray<PathMapping> {
  return settings.oncue.plex_path_mappings
}
