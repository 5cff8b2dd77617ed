/** Every port: what the core asks of the outside. One file a port; the comment on it is its contract. */
export * from "./_plex_errors.ts"
export * from "./_store_unavailable.ts"
export * from "./bazarr.ts"
export * from "./bazarr_database.ts"
export * from "./entropy.ts"
export * from "./hasher.ts"
export * from "./item_index.ts"
export * from "./job_queue.ts"
export * from "./journal.ts"
export * from "./log_book.ts"
export * from "./loopback.ts"
export * from "./media_catalog.ts"
export * from "./notifier.ts"
export * from "./pin_store.ts"
export * from "./plex_account.ts"
export * from "./plex_library.ts"
export * from "./plex_server.ts"
export * from "./release_names.ts"
export * from "./secret_box.ts"
export * from "./session_store.ts"
export * from "./settings_file.ts"
export * from "./settings_store.ts"
export * from "./state_store.ts"
export * from "./subtitle_ledger.ts"
export * from "./subtitle_reader.ts"
export * from "./subtitle_shelf.ts"
export * from "./subtitle_source.ts"
export * from "./subtitle_sync.ts"
export * from "./text_language.ts"
export * from "./trigger_monitor.ts"

import type { Bazarr } from "./bazarr.ts"
import type { Entropy } from "./entropy.ts"
import type { Hasher } from "./hasher.ts"
import type { ItemIndex } from "./item_index.ts"
import type { JobQueue } from "./job_queue.ts"
import type { Journal } from "./journal.ts"
import type { LogBook } from "./log_book.ts"
import type { Loopback } from "./loopback.ts"
import type { MediaCatalog } from "./media_catalog.ts"
import type { Notifier } from "./notifier.ts"
import type { PinStore } from "./pin_store.ts"
import type { PlexAccount } from "./plex_account.ts"
import type { PlexLibrary } from "./plex_library.ts"
import type { PlexServer } from "./plex_server.ts"
import type { ReleaseNames } from "./release_names.ts"
import type { SecretBox } from "./secret_box.ts"
import type { SessionStore } from "./session_store.ts"
import type { SettingsStore } from "./settings_store.ts"
import type { StateStore } from "./state_store.ts"
import type { SubtitleLedger } from "./subtitle_ledger.ts"
import type { SubtitleReader } from "./subtitle_reader.ts"
import type { SubtitleShelf } from "./subtitle_shelf.ts"
import type { SubtitleSources } from "./subtitle_source.ts"
import type { SubtitleSync } from "./subtitle_sync.ts"
import type { TextLanguage } from "./text_language.ts"
import type { TriggerMonitor } from "./trigger_monitor.ts"

/**
 * Whatever a program of the server may ask for; `app/layers.ts` provides all of them. BazarrDatabase and SettingsFile
 * are for commands alone.
 */
export type AnyPort =
  | Bazarr
  | Entropy
  | Hasher
  | ItemIndex
  | JobQueue
  | Journal
  | LogBook
  | Loopback
  | MediaCatalog
  | Notifier
  | PinStore
  | PlexAccount
  | PlexLibrary
  | PlexServer
  | ReleaseNames
  | SecretBox
  | SessionStore
  | SettingsStore
  | StateStore
  | SubtitleLedger
  | SubtitleReader
  | SubtitleShelf
  | SubtitleSources
  | SubtitleSync
  | TextLanguage
  | TriggerMonitor
