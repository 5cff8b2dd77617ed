import { join, resolve } from "node:path"
import { parseArgs } from "node:util"
import * as Redacted from "effect/Redacted"
import type { SecretKeySource } from "../adapters/crypto/secret_box.ts"
import type { FixedSetting } from "../core/ports/settings_store.ts"
import type { SettingsPatch } from "../core/settings/settings.ts"

/** What the process itself is told, before any settings are read. Order: flag, environment, config.yaml, default. */
export interface AppConfig {
  readonly configDir: string
  /** Where `oncue.db`, backups and logs go; the configuration directory unless ONCUE_DATA_DIR says otherwise. */
  readonly dataDir: string
  /** Null: as config.yaml says. */
  readonly host: string | null
  readonly port: number | null
  /** Base URLs of the outside, each of which a proxy or a test may stand in for. */
  readonly urls: {
    readonly plexTv: string
    /** Where the current plex.tv guide wants v2 calls to go; the same as `plexTv` when that was set. */
    readonly plexClients: string
    readonly plexApp: string
    readonly gestdown: string
    readonly openSubtitles: string
    /** Whether ONCUE_OPENSUBTITLES_URL was set, and so wins over the host that a login names. */
    readonly openSubtitlesFixed: boolean
    readonly subdl: string
    readonly subdlDownloads: string
  }
  /** Settings that the environment overrides; applied in memory, never saved. */
  readonly overrides: SettingsPatch
  /** What a flag or the environment has decided, for those who look at the settings. */
  readonly fixed: ReadonlyArray<FixedSetting>
  readonly secretKey: SecretKeySource
}

export class UsageError extends Error {}

/** What `--help` prints. */
export const USAGE = `npm start -- [--config DIR] [--host HOST] [--port PORT]

  --config DIR   where config.yaml, the database and the logs are; ONCUE_CONFIG_DIR; default: config
  --host HOST    the address to listen on; ONCUE_HOST, general.ip; default: 127.0.0.1, and 0.0.0.0 is every address
  --port PORT    the port to listen on; ONCUE_PORT, general.port; default: 6868

The README names everything else. Commands for the terminal: npm run oncue`

type Environment = Readonly<Record<string, string | undefined>>

const LOG_LEVELS = ["DEBUG", "INFO", "WARNING", "ERROR"] as const

function portOf(text: string | undefined, source: string): number | null {
  if (text === undefined || text === "") return null
  const port = Number(text)
  if (!/^\d+$/.test(text) || port > 65_535) throw new UsageError(`${source} is no port from 0 to 65535`)
  return port
}

function urlOf(env: Environment, name: string, fallback: string): string {
  const text = env[name]
  if (text === undefined || text === "") return fallback
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol))
    throw new UsageError(`${name} is no http or https address`)
  return text.replace(/\/+$/, "")
}

function overridesOf(env: Environment): SettingsPatch {
  const level = env.ONCUE_LOG_LEVEL?.toUpperCase()
  const wanted = LOG_LEVELS.find((one) => one === level)
  if (level !== undefined && level !== "" && wanted === undefined) {
    throw new UsageError(`ONCUE_LOG_LEVEL is none of ${LOG_LEVELS.join(", ")}`)
  }
  return {
    ...(env.ONCUE_API_KEY ? { auth: { apikey: Redacted.make(env.ONCUE_API_KEY) } } : {}),
    ...(wanted === undefined ? {} : { oncue: { log_level: wanted } }),
  }
}

function fixedOf(
  flags: { readonly host?: string | undefined; readonly port?: string | undefined },
  env: Environment,
): ReadonlyArray<FixedSetting> {
  const first = (
    key: string,
    ...sources: ReadonlyArray<readonly [by: string, value: string | undefined]>
  ) => {
    const found = sources.find(([, value]) => value !== undefined && value !== "")
    return found === undefined ? [] : [{ key, by: found[0], value: found[1] ?? null }]
  }
  return [
    ...first("general.ip", ["--host", flags.host], ["ONCUE_HOST", env.ONCUE_HOST]),
    ...first("general.port", ["--port", flags.port], ["ONCUE_PORT", env.ONCUE_PORT]),
    ...first("oncue.log_level", ["ONCUE_LOG_LEVEL", env.ONCUE_LOG_LEVEL?.toUpperCase()]),
    ...first("auth.apikey", ["ONCUE_API_KEY", env.ONCUE_API_KEY]).map((one) => ({ ...one, value: null })),
  ]
}

function secretKeyOf(env: Environment, dataDir: string): SecretKeySource {
  if (env.ONCUE_SECRET_KEY) return { _tag: "Given", key: Redacted.make(env.ONCUE_SECRET_KEY) }
  const strict = /^(1|true|yes)$/i.test(env.ONCUE_STRICT_FILES ?? "")
  if (env.ONCUE_SECRET_KEY_FILE) return { _tag: "File", file: resolve(env.ONCUE_SECRET_KEY_FILE), strict }
  return { _tag: "Own", file: join(dataDir, "secret.key"), strict }
}

/** Reads flags and environment. Throws UsageError with a sentence for what cannot be understood. */
export function readConfig(argv: ReadonlyArray<string>, env: Environment): AppConfig {
  const options = { config: { type: "string" }, host: { type: "string" }, port: { type: "string" } } as const
  let values: { config?: string | undefined; host?: string | undefined; port?: string | undefined }
  try {
    values = parseArgs({ args: [...argv], options, strict: true, allowPositionals: false }).values
  } catch (error) {
    throw new UsageError(
      `${String(error instanceof Error ? error.message : error).split("\n")[0]}. Known: --config DIR, --host HOST, --port PORT`,
    )
  }
  const configDir = resolve(values.config ?? (env.ONCUE_CONFIG_DIR || "config"))
  const dataDir = env.ONCUE_DATA_DIR ? resolve(env.ONCUE_DATA_DIR) : configDir
  const plexTv = urlOf(env, "ONCUE_PLEX_TV_URL", "https://plex.tv")
  const subdl = urlOf(env, "ONCUE_SUBDL_URL", "https://api.subdl.com/api/v1")
  return {
    configDir,
    dataDir,
    host: values.host ?? (env.ONCUE_HOST || null),
    port: portOf(values.port, "--port") ?? portOf(env.ONCUE_PORT, "ONCUE_PORT"),
    urls: {
      plexTv,
      plexClients: env.ONCUE_PLEX_TV_URL ? plexTv : "https://clients.plex.tv",
      plexApp: urlOf(env, "ONCUE_PLEX_APP_URL", "https://app.plex.tv"),
      gestdown: urlOf(env, "ONCUE_GESTDOWN_URL", "https://api.gestdown.info"),
      openSubtitles: urlOf(env, "ONCUE_OPENSUBTITLES_URL", "https://api.opensubtitles.com/api/v1"),
      openSubtitlesFixed: Boolean(env.ONCUE_OPENSUBTITLES_URL),
      subdl,
      subdlDownloads: env.ONCUE_SUBDL_URL ? new URL(subdl).origin : "https://dl.subdl.com",
    },
    overrides: overridesOf(env),
    fixed: fixedOf(values, env),
    secretKey: secretKeyOf(env, dataDir),
  }
}
