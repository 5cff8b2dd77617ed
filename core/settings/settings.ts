import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import {
  choice,
  type Field,
  type FieldType,
  fitting,
  flag,
  headerKey,
  secret,
  shaped,
  text,
  texts,
  whole,
} from "./_fields.ts"
import { OWN_FIELDS } from "./own_fields.ts"
import {
  isHost,
  isHostAnyhow,
  isHttpUrl,
  isInstanceName,
  isListenAddress,
  isOwnPath,
  isPathPair,
  isUrlBase,
} from "./shape.ts"
import { Spelled } from "./spelled.ts"

const port = (fallback: number) => whole(fallback, 1, 65_535, "a port")
const host = fitting(text("127.0.0.1"), "a host name or an IP address, without http:// and port", isHost)
const pathPairs = fitting(
  shaped(Schema.Array(Schema.Tuple([Schema.String, Schema.String])), [], "a list of [from, to] pairs"),
  "a list of [from, to] pairs of whole paths",
  (pairs) => pairs.every(isPathPair),
)

const arr = (defaultPort: number) => ({
  ip: host,
  port: port(defaultPort),
  base_url: fitting(text("/"), "a path such as /sonarr, or nothing", isUrlBase),
  ssl: flag(false),
  apikey: headerKey(),
})

/**
 * Every key of config.yaml that is read: Bazarr's at Bazarr's places and with Bazarr's names and defaults, and our own
 * under `oncue`. Keys that are not here stay in the file and are never touched.
 */
export const FIELDS = {
  general: {
    use_plex: flag(false),
    use_sonarr: flag(false),
    use_radarr: flag(false),
    ip: fitting(
      text("127.0.0.1"),
      "an IP address of this machine, a host name, or * for every address",
      isListenAddress,
    ),
    port: port(6868),
    /** Path prefix behind a reverse proxy, for example `/oncue`. */
    base_url: fitting(text(""), "a path such as /oncue, or nothing", isOwnPath),
    /** The address at which Plex can reach us, whole: `http://192.168.1.10:6868`. */
    public_url: fitting(
      text(""),
      "an address such as http://192.168.1.10:6868, or nothing",
      (url) => url === "" || isHttpUrl(url),
    ),
    /** Host alone, as Bazarr has it; used with the port when `public_url` is empty. */
    hostname: fitting(text(""), "a host, or nothing", (name) => name === "" || isHostAnyhow(name)),
    instance_name: fitting(text("OnCue"), "a name of at most 100 characters", isInstanceName),
    /** `[their path, our path]`, for Sonarr's files and Radarr's. */
    path_mappings: pathPairs,
    path_mappings_movie: pathPairs,
    enabled_providers: texts(),
    hi_extension: choice("sdh", ["sdh", "cc", "hi"]),
    /** The key of Bazarr's fork for its `enc:v1:` values. */
    secrets_encryption_key: secret(),
  },
  auth: {
    apikey: headerKey(true),
    type: text(""),
    username: text(""),
    password: secret(),
  },
  plex: {
    auth_method: choice("apikey", ["apikey", "oauth"]),
    ip: host,
    port: port(32_400),
    ssl: flag(false),
    apikey: headerKey(),
    apikey_encrypted: flag(false),
    token: secret(),
    username: text(""),
    email: text(""),
    user_id: text(""),
    encryption_key: secret(),
    client_identifier: text(""),
    movie_library: texts(),
    series_library: texts(),
    movie_library_ids: texts(),
    series_library_ids: texts(),
    set_movie_added: flag(false),
    set_episode_added: flag(false),
    // On unless somebody switches it off, unlike in Bazarr: a subtitle that Plex does not show is of no use.
    update_movie_library: flag(true),
    update_series_library: flag(true),
    server_machine_id: text(""),
    server_name: text(""),
    server_url: fitting(text(""), "an address, or nothing", (url) => url === "" || isHttpUrl(url)),
    server_local: flag(false),
    server_connections: texts(),
    migration_attempted: flag(false),
    migration_successful: flag(false),
    migration_timestamp: text(""),
    disable_auto_migration: flag(false),
  },
  sonarr: arr(8989),
  radarr: arr(7878),
  opensubtitlescom: {
    username: text(""),
    password: secret(),
    use_hash: flag(true),
  },
  subdl: {
    api_key: headerKey(),
  },
  oncue: OWN_FIELDS,
} as const

type Fields = typeof FIELDS
export type SectionName = keyof Fields
export type Settings = {
  readonly [S in SectionName]: { readonly [K in keyof Fields[S]]: FieldType<Fields[S][K]> }
}
/** New values for some keys; every key that is left out keeps its text in the file. */
export type SettingsPatch = { readonly [S in SectionName]?: Partial<Settings[S]> }

/** A value that was not what its key expects. The value is never shown: it may be a secret in the wrong place. */
export interface SettingsWarning {
  /** `plex.port`, or the section alone. */
  readonly key: string
  readonly expected: string
  /** What is in force instead: the key's default, the last of several values, or the value all the same. */
  readonly used: "default" | "last" | "kept"
}

/** A sentence about it, for people. */
export function warningText({ expected, key, used }: SettingsWarning): string {
  return `config.yaml: "${key}" is not ${expected}; ${CONSEQUENCES[used]}`
}

const CONSEQUENCES = {
  default: "its default is used",
  last: "the last one counts",
  kept: "it is kept, and will not work as it stands",
} as const

/** The field behind `section.key`, or null. */
export function fieldOf(section: string, key: string): Field<unknown> | null {
  const fields = (FIELDS as Record<string, Record<string, Field<unknown>>>)[section]
  return fields !== undefined && Object.hasOwn(fields, key) ? (fields[key] ?? null) : null
}

const isMapping = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Spelled)

/**
 * The settings that a parsed config.yaml stands for. Total: what cannot be read becomes its default, with a warning.
 * A null is the default without one, since an empty value is how people leave a key out.
 *
 * @example
 * ```ts
 * const { settings, warnings } = readSettings({ plex: { port: "32401", ssl: "False", ip: [] } })
 * assert.strictEqual(settings.plex.port, 32_401)
 * assert.strictEqual(settings.plex.ssl, false)
 * assert.deepStrictEqual(warnings.map((w) => w.key), ["plex.ip"])
 * ```
 */
export function readSettings(root: unknown): {
  readonly settings: Settings
  readonly warnings: ReadonlyArray<SettingsWarning>
} {
  const warnings: Array<SettingsWarning> = []
  const given = isMapping(root) ? root : {}
  const settings: Record<string, Record<string, unknown>> = {}
  for (const [section, fields] of Object.entries(FIELDS)) {
    const raw = Object.hasOwn(given, section) ? given[section] : undefined
    if (raw !== undefined && raw !== null && !isMapping(raw)) {
      warnings.push({ key: section, expected: "a section with keys", used: "default" })
    }
    const values = isMapping(raw) ? raw : {}
    const read: Record<string, unknown> = {}
    for (const [key, field] of Object.entries<Field<unknown>>(fields)) {
      const value = Object.hasOwn(values, key) ? values[key] : undefined
      if (value === undefined || value === null) {
        read[key] = field.fallback
        continue
      }
      const understood = field.read(value)
      read[key] = Option.getOrElse(understood, () => field.fallback)
      if (Option.isNone(understood))
        warnings.push({ key: `${section}.${key}`, expected: field.expected, used: "default" })
      else if (!field.secret && understood.value !== "" && !field.fits(understood.value))
        warnings.push({ key: `${section}.${key}`, expected: field.expected, used: "kept" })
    }
    settings[section] = read
  }
  return { settings: settings as unknown as Settings, warnings }
}

/** What a new installation has. */
export const DEFAULT_SETTINGS: Settings = readSettings({}).settings

/** The settings after a patch. Lists are replaced whole. */
export function applyPatch(settings: Settings, patch: SettingsPatch): Settings {
  const merged: Record<string, unknown> = { ...settings }
  for (const [section, values] of Object.entries(patch)) {
    const known = merged[section]
    if (known !== undefined && values !== undefined) merged[section] = { ...(known as object), ...values }
  }
  return merged as Settings
}

/** Whether two values of one key are the same, looking into secrets and lists. */
export function sameValue(a: unknown, b: unknown): boolean {
  if (Redacted.isRedacted(a) || Redacted.isRedacted(b)) {
    return Redacted.isRedacted(a) && Redacted.isRedacted(b) && Redacted.value(a) === Redacted.value(b)
  }
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((one, index) => sameValue(one, b[index]))
  if (isMapping(a) && isMapping(b)) {
    const keys = Object.keys(a)
    return keys.length === Object.keys(b).length && keys.every((key) => sameValue(a[key], b[key]))
  }
  return Object.is(a, b)
}

/** The `section.key` names whose values differ. */
export function changedKeys(before: Settings, after: Settings): ReadonlyArray<string> {
  return Object.entries(FIELDS).flatMap(([section, fields]) => {
    const old = before[section as SectionName] as Record<string, unknown>
    const now = after[section as SectionName] as Record<string, unknown>
    return Object.keys(fields)
      .filter((key) => !sameValue(old[key], now[key]))
      .map((key) => `${section}.${key}`)
  })
}

/** The values that `settings` has for some `section.key` names, as a patch. */
export function patchOf(settings: Settings, keys: Iterable<string>): SettingsPatch {
  const patch: Record<string, Record<string, unknown>> = {}
  for (const name of keys) {
    const [section = "", key = ""] = name.split(".")
    const values = settings[section as SectionName] as Record<string, unknown>
    patch[section] = { ...patch[section], [key]: values[key] }
  }
  return patch as SettingsPatch
}

/** The keys that SecretBox needs to open this configuration's values. */
export function secretKeys(settings: Settings): { readonly signingKey: string; readonly masterKey: string } {
  return {
    signingKey: Redacted.value(settings.plex.encryption_key),
    masterKey: Redacted.value(settings.general.secrets_encryption_key),
  }
}
