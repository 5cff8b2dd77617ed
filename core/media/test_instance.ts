import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import type { CatalogAccess } from "../ports/media_catalog.ts"
import { MediaCatalog, SecretBox, SettingsStore, SubtitleShelf } from "../ports/mod.ts"
import { secretKeys } from "../settings/settings.ts"
import { arrMappings, type CatalogApp, cleanUrl, instancesOf } from "./instances.ts"
import { mapPath, type PathMapping } from "./path_mapping.ts"

/** A root folder as the instance names it, as it is here, and whether it can be used here. */
export interface TestedFolder {
  readonly theirs: string
  readonly ours: string
  /** Null: subtitles can be written there. Else the sentence why not. */
  readonly obstacle: string | null
}

/** What an instance said when it was asked. */
export interface TestedInstance {
  readonly appName: string
  readonly version: string
  /** Films or series that it knows. */
  readonly count: number
  readonly folders: ReadonlyArray<TestedFolder>
}

/** What is tested. Without a key, the one that is stored for this address is used. */
export interface InstanceToTest {
  readonly app: CatalogApp
  readonly url: string
  readonly apiKey: Redacted.Redacted | null
  /** How it sees folders, where that is not saved yet; left out or empty: as the settings have it for this address. */
  readonly mappings?: ReadonlyArray<PathMapping>
}

/** Root folders that are looked at. */
const FOLDERS_MAX = 20

/** The instance that the settings have at an address, also where its application is switched off. */
const storedAt = Effect.fnUntraced(function* (app: CatalogApp, url: string) {
  const settings = yield* SettingsStore.use((store) => store.current)
  const on = { ...settings, general: { ...settings.general, use_sonarr: true, use_radarr: true } }
  return { settings, known: instancesOf(on, app).find((one) => one.url === url) }
})

const storedKey = Effect.fnUntraced(function* (app: CatalogApp, url: string) {
  const { known, settings } = yield* storedAt(app, url)
  if (known === undefined || Redacted.value(known.storedKey) === "") return null
  const box = yield* SecretBox
  const { secret } = yield* box.open(
    Redacted.value(known.storedKey),
    secretKeys(settings),
    `API key of ${app}`,
  )
  return secret
})

const mappingsOf = Effect.fnUntraced(function* ({ app, mappings = [] }: InstanceToTest, url: string) {
  if (mappings.length > 0) return mappings
  const { known, settings } = yield* storedAt(app, url)
  return known?.mappings ?? arrMappings(settings, app)
})

/** The root folders of an instance, as they are here. */
export const testFolders = Effect.fnUntraced(function* (
  access: CatalogAccess,
  mappings: ReadonlyArray<PathMapping>,
) {
  const catalog = yield* MediaCatalog
  const shelf = yield* SubtitleShelf
  const folders = (yield* catalog.rootFolders(access)).slice(0, FOLDERS_MAX)
  return yield* Effect.forEach(folders, (theirs) => {
    const ours = mapPath(mappings, theirs)
    return Effect.map(
      shelf.folderObstacle(ours),
      (obstacle): TestedFolder => ({ theirs, ours, obstacle: obstacle?.message ?? null }),
    )
  })
})

/**
 * Asks a Sonarr or Radarr who it is, how much it knows, and whether its folders can be used here. Null for an address
 * that is none, `no_key` where there is no key to ask with; fails with CatalogUnreachable or CatalogKeyRejected.
 */
export const testInstance = Effect.fn("testInstance")(function* (wish: InstanceToTest) {
  const url = cleanUrl(wish.url)
  if (url === null) return "no_address" as const
  const apiKey = wish.apiKey ?? (yield* storedKey(wish.app, url))
  if (apiKey === null) return "no_key" as const
  const catalog = yield* MediaCatalog
  const access = { id: wish.app, app: wish.app, url, apiKey }
  const status = yield* catalog.status(access)
  if (status.appName.toLowerCase() !== wish.app) return { _tag: "Other", appName: status.appName } as const
  const list = wish.app === "sonarr" ? catalog.series(access) : catalog.films(access)
  const count = (yield* list).length
  const folders = yield* testFolders(access, yield* mappingsOf(wish, url))
  const tested: TestedInstance = { appName: status.appName, version: status.version, count, folders }
  return { _tag: "Tested", tested } as const
})
