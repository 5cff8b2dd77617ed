import { join } from "node:path"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { layer as arrCatalog } from "../adapters/arr/media_catalog.ts"
import { layer as httpBazarr } from "../adapters/bazarr/bazarr.ts"
import { layer as systemEntropy } from "../adapters/crypto/entropy.ts"
import { layer as scryptHasher } from "../adapters/crypto/hasher.ts"
import { openFork, layer as sealedSecrets } from "../adapters/crypto/secret_box.ts"
import { layer as fileLogBook } from "../adapters/files/log_book.ts"

import { layer as fileReader } from "../adapters/files/subtitle_reader.ts"
import { layer as fileShelf } from "../adapters/files/subtitle_shelf.ts"
import { layer as francLanguage } from "../adapters/franc/text_language.ts"
import { make as gestdown } from "../adapters/gestdown/subtitle_source.ts"
import { VERSION } from "../adapters/http/version.ts"
import { layer as indexInMemory } from "../adapters/memory/item_index.ts"
import { layer as queueInMemory } from "../adapters/memory/job_queue.ts"
import { layer as journalInMemory } from "../adapters/memory/journal.ts"
import { layer as pinsInMemory } from "../adapters/memory/pin_store.ts"
import { layer as sessionsInMemory } from "../adapters/memory/session_store.ts"
import { layer as stateInMemory } from "../adapters/memory/state_store.ts"
import { layer as ledgerInMemory } from "../adapters/memory/subtitle_ledger.ts"
import { layer as monitorInMemory } from "../adapters/memory/trigger_monitor.ts"
import { layer as httpNotifier } from "../adapters/notify/notifier.ts"
import { make as openSubtitles } from "../adapters/opensubtitles/subtitle_source.ts"
import { layer as plexTv } from "../adapters/plex/plex_account.ts"
import { layer as plexLibrary } from "../adapters/plex/plex_library.ts"
import { layer as plexServer } from "../adapters/plex/plex_server.ts"
import { make as plexSearch } from "../adapters/plex/subtitle_source.ts"
import { layer as releaseNames } from "../adapters/release_names/release_names.ts"
import { layer as sqliteIndex } from "../adapters/sqlite/item_index.ts"
import { layer as sqliteQueue } from "../adapters/sqlite/job_queue.ts"
import { layer as sqliteJournal } from "../adapters/sqlite/journal.ts"
import { layer as sqlitePins } from "../adapters/sqlite/pin_store.ts"
import { layer as sqliteSessions } from "../adapters/sqlite/session_store.ts"
import { layer as sqliteState } from "../adapters/sqlite/state_store.ts"
import { layer as sqliteLedger } from "../adapters/sqlite/subtitle_ledger.ts"
import { make as subdl } from "../adapters/subdl/subtitle_source.ts"
import { layer as syncTool } from "../adapters/sync_tool/subtitle_sync.ts"
import { layer as ownAddress } from "../adapters/undici/loopback.ts"
import { layer as yamlSettings } from "../adapters/yaml/settings_store.ts"
import { PlexAppUrl } from "../core/access/entry_address.ts"
import { plexClient } from "../core/auth/account_access.ts"
import { type AnyPort, SubtitleSources } from "../core/ports/mod.ts"
import type { AppConfig } from "./config.ts"
import { countedJournal } from "./counted_journal.ts"
import { tellingBox } from "./known_secrets.ts"
import type { Level, Log } from "./logging.ts"

/** What the process itself has to give to the adapters. */
export interface ProcessParts {
  /** The port it listens on; null before. */
  readonly port: () => number | null
  readonly log: Log
  /** The log level of the settings. */
  readonly configuredLevel: () => Level
  /** Why nothing can be kept in the data folder; null: it can. */
  readonly unwritable: string | null
}

/** What is kept from one start to the next. */
function inDatabase(dataDir: string) {
  const database = { file: join(dataDir, "oncue.db") }
  return {
    jobQueue: sqliteQueue(database),
    journal: countedJournal(sqliteJournal(database)),
    pinStore: sqlitePins(database),
    stateStore: sqliteState(database),
    sessionStore: sqliteSessions(database),
    subtitleLedger: sqliteLedger(database),
  }
}

/** The same where no folder can be written: it ends with the process, and jobs, which must not, are refused. */
function inMemory(reason: string): ReturnType<typeof inDatabase> {
  return {
    jobQueue: queueInMemory({ refuses: reason }),
    journal: countedJournal(journalInMemory),
    pinStore: pinsInMemory,
    stateStore: stateInMemory,
    sessionStore: sessionsInMemory,
    subtitleLedger: ledgerInMemory,
  }
}

/**
 * Which adapter stands behind which port: one line each. A test swaps a line by `{ ...live(config), plexAccount: … }`.
 * Every layer may use the ports of `foundation`.
 */
export function live(config: AppConfig, { configuredLevel, log, port, unwritable }: ProcessParts) {
  const { dataDir, urls } = config
  const plex = { version: VERSION, client: plexClient() }
  /** As providers of subtitles want programs to name themselves. */
  const userAgent = `OnCue v${VERSION}`
  return {
    foundation: {
      entropy: systemEntropy,
      secretBox: tellingBox(sealedSecrets(config.secretKey), log.addSecrets),
      settingsStore: yamlSettings({
        file: join(config.configDir, "config.yaml"),
        backupsDir: join(dataDir, "backups", "config"),
        overrides: config.overrides,
        // Port 0 leaves it to the system: then it is shown which one that chose.
        fixed: () =>
          config.fixed.map((one) =>
            one.key === "general.port" ? { ...one, value: String(port() ?? one.value) } : one,
          ),
        openFork,
      }),
      ...(unwritable === null ? inDatabase(dataDir) : inMemory(unwritable)),
      hasher: scryptHasher,
      releaseNames,
    },
    itemIndex: unwritable === null ? sqliteIndex({ file: join(dataDir, "index.db") }) : indexInMemory,
    logBook: fileLogBook({
      log,
      configured: configuredLevel,
      folder: unwritable === null ? join(dataDir, "logs") : null,
    }),
    loopback: ownAddress({ port, userAgent: `OnCue/${VERSION}` }),
    mediaCatalog: arrCatalog(),
    bazarr: httpBazarr(),
    notifier: httpNotifier({ userAgent: `OnCue/${VERSION}` }),
    plexAccount: plexTv({ version: VERSION, url: urls.plexTv }),
    plexLibrary: plexLibrary(plex),
    plexServer: plexServer(plex),
    subtitleReader: fileReader,
    subtitleShelf: fileShelf({ backupsDir: join(dataDir, "backups", "subtitles") }),
    /** The providers, in the order in which they are shown. */
    subtitleSources: Layer.effect(
      SubtitleSources,
      Effect.all([
        plexSearch(),
        gestdown({ url: urls.gestdown, userAgent }),
        openSubtitles({ url: urls.openSubtitles, urlFixed: urls.openSubtitlesFixed, userAgent }),
        subdl({ url: urls.subdl, downloadsUrl: urls.subdlDownloads, userAgent }),
      ]),
    ),
    subtitleSync: syncTool({ folder: join(dataDir, "sync") }),
    textLanguage: francLanguage,
    triggerMonitor: monitorInMemory,
    plexApp: Layer.succeed(PlexAppUrl, urls.plexApp),
  }
}

export type Wiring = ReturnType<typeof live>

/** All of it as one layer, which fails with what a start can fail with. */
export function everyPort(wiring: Wiring) {
  const { foundation, subtitleSources, ...others } = wiring
  const base = Layer.mergeAll(
    foundation.entropy,
    foundation.secretBox,
    foundation.settingsStore,
    foundation.jobQueue,
    foundation.journal,
    foundation.pinStore,
    foundation.stateStore,
    foundation.sessionStore,
    foundation.subtitleLedger,
    foundation.hasher,
    foundation.releaseNames,
  )
  const middle = Layer.mergeAll(
    others.itemIndex,
    others.logBook,
    others.loopback,
    others.mediaCatalog,
    others.bazarr,
    others.notifier,
    others.plexAccount,
    others.plexLibrary,
    others.plexServer,
    others.subtitleReader,
    others.subtitleShelf,
    others.subtitleSync,
    others.textLanguage,
    others.triggerMonitor,
    others.plexApp,
  ).pipe(Layer.provideMerge(base))
  const all = subtitleSources.pipe(Layer.provideMerge(middle))
  return all satisfies Layer.Layer<AnyPort, unknown>
}
