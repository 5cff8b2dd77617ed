import * as Redacted from "effect/Redacted"
import { patchOf, type SectionName, type Settings, type SettingsPatch } from "./settings.ts"

/**
 * The keys whose values may be stored sealed, and are when we write them. The others that are secret are stored as they
 * are: `auth.apikey` and `oncue.webhook_key` because other programs read them there, `auth.password` because it is a
 * hash, `plex.encryption_key` and `general.secrets_encryption_key` because they open the rest.
 */
export const SEALED_KEYS = [
  "plex.apikey",
  "plex.token",
  "sonarr.apikey",
  "radarr.apikey",
  "opensubtitlescom.password",
  "subdl.api_key",
  "oncue.opensubtitles_api_key",
  "oncue.bazarr_apikey",
] as const

/** The lists of `oncue:` whose items have a sealed value, with the names of identity and secret. */
const SEALED_LISTS = [
  { list: "servers", id: "machine_id", secret: "token" },
  { list: "sonarr", id: "id", secret: "apikey" },
  { list: "radarr", id: "id", secret: "apikey" },
  { list: "notifications", id: "id", secret: "url" },
  { list: "notifications", id: "id", secret: "token" },
] as const

/** One stored secret, in whatever form. */
export interface StoredSecret {
  /** `plex.token`, or `oncue.servers[c0ffee].token`. */
  readonly where: string
  readonly stored: Redacted.Redacted
  /** The file says that it is no plain text. */
  readonly flaggedEncrypted: boolean
}

type Item = Readonly<Record<string, unknown>>

const valueAt = (settings: Settings, name: string): unknown => {
  const [section = "", key = ""] = name.split(".")
  return (settings[section as SectionName] as Item)[key]
}
const itemName = (list: string, id: string, item: Item, secret: string) =>
  `oncue.${list}[${String(item[id])}].${secret}`

/** Every secret that is there and may be sealed. */
export function storedSecrets(settings: Settings): ReadonlyArray<StoredSecret> {
  const single = SEALED_KEYS.map((name) => ({
    where: name,
    stored: valueAt(settings, name) as Redacted.Redacted,
    flaggedEncrypted: name === "plex.apikey" && settings.plex.apikey_encrypted,
  }))
  const inLists = SEALED_LISTS.flatMap(({ id, list, secret }) =>
    (settings.oncue[list] as ReadonlyArray<Item>).map((item) => ({
      where: itemName(list, id, item, secret),
      stored: item[secret] as Redacted.Redacted,
      flaggedEncrypted: false,
    })),
  )
  return [...single, ...inLists].filter(({ stored }) => Redacted.value(stored) !== "")
}

/** The change that gives these secrets other stored forms. The flag of the API key follows what is stored. */
export function secretsPatch(
  settings: Settings,
  replaced: ReadonlyMap<string, Redacted.Redacted>,
): SettingsPatch {
  const now: Record<string, Record<string, unknown>> = { ...settings }
  const keys: Array<string> = []
  const set = (section: string, key: string, value: unknown) => {
    now[section] = { ...now[section], [key]: value }
    keys.push(`${section}.${key}`)
  }
  for (const name of SEALED_KEYS) {
    const value = replaced.get(name)
    const [section = "", key = ""] = name.split(".")
    if (value !== undefined) set(section, key, value)
    if (value !== undefined && name === "plex.apikey") set("plex", "apikey_encrypted", true)
  }
  for (const { id, list, secret } of SEALED_LISTS) {
    const items = now.oncue?.[list] as ReadonlyArray<Item>
    const changed = items.map((item) => {
      const value = replaced.get(itemName(list, id, item, secret))
      return value === undefined ? item : { ...item, [secret]: value }
    })
    if (changed.some((item, index) => item !== items[index])) set("oncue", list, changed)
  }
  return patchOf(now as unknown as Settings, keys)
}
