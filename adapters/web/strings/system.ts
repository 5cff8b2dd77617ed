import { count, plural } from "./common.ts"

export const system = {
  title: "System",
  parts: { status: "Status", logs: "Logs", diagnostics: "Diagnostics", backups: "Backups" },
  partsLabel: "Parts of System",
}

export const status = {
  program: "Program",
  version: "Version",
  node: "Node.js",
  platform: "Platform",
  started: "Started",
  memory: "Memory",
  megabytes: (bytes: number) => `${count(Math.round(bytes / 1_048_576))} MB`,
  queue: "Queue",
  queueText: (waiting: number, running: number, failed: number) =>
    `${count(waiting)} waiting, ${count(running)} running, ${count(failed)} failed`,
  store: "Database",
  durable: (ms: string) => `sound, a commit takes ${ms}`,
  notDurable: "kept in memory only: what is queued is lost at a restart. Is the data folder writable?",
  setAside: (path: string) =>
    `It was damaged, so a new one was started. The damaged file is kept as ${path}.`,
  heard: "Last heard",
  heardNote: "Ignored events count too: they show that the way is open.",
  heardEmptyTitle: "Nothing was heard yet",
  heardEmpty: "Play something in Plex, or let Sonarr or Radarr import a file.",
  streams: "Event streams",
  streamsEmptyTitle: "No server is listened to",
  streamsEmpty: "Choose a server in Settings → Plex, and switch “Listen to the event stream” on.",
  connected: (via: string) => `Connected (${via === "websocket" ? "WebSocket" : "server-sent events"})`,
  connecting: "Connecting",
  lost: "Lost",
  nextTry: "next try",
  lastEvent: "last event",
  noEvent: "no event yet",
  since: "since",
  warnings: "config.yaml",
  index: "Libraries that were read",
  indexEmptyTitle: "No library was read yet",
  indexEmpty: "The chosen ones are read half a minute after the start, so that titles are found at once.",
  indexed: (items: number) => plural(items, "title", "titles"),
  indexedAt: "read",
  indexing: (done: number, total: number | null) =>
    total === null ? `being read, ${count(done)} so far` : `being read, ${count(done)} of ${count(total)}`,
}

export const logs = {
  levels: { DEBUG: "Debug", INFO: "Info", WARNING: "Warning", ERROR: "Error" },
  levelLabel: "Levels that are shown",
  filter: "Filter",
  filterPlaceholder: "Words in the line",
  download: "Download",
  debug: "Log everything for an hour (DEBUG)",
  debugUntil: (left: string) => `DEBUG, ${left} left`,
  level: (level: string) => `Log level ${level}`,
  stopDebug: "Stop",
  toGeneral: "Change for good",
  live: "Live",
  paused: (news: number) => `Paused while you read${news > 0 ? `, ${count(news)} new` : ""}`,
  follow: "Follow",
  older: "Older lines",
  emptyTitle: "No such lines",
  empty: "Nothing in the last 2,000 lines has these words at these levels. The download has more.",
  table: "Lines of the log",
}

/** Why a copy was made, by the word in its file name. */
const BACKUP_REASONS: Readonly<Record<string, string>> = {
  "by-hand": "Made by hand",
  migration: "Before the migration",
  import: "Before an import",
  "key-rotation": "Before the keys were renewed",
  "clear-plex-settings": "Before the Plex settings were cleared",
  restore: "Before a restore",
}

export const backups = {
  intro:
    "Copies of config.yaml, byte by byte. The newest ten are kept; restoring one copies the current file first.",
  make: "Back up now",
  emptyTitle: "No copy yet",
  empty: "One is made by itself before each change that is hard to undo, a migration for example.",
  restore: "Restore",
  sure: (when: string) => `Put the settings of ${when} back?`,
  sureText: "The current settings are copied first, so this can be undone the same way.",
  restored: "The settings are those of the backup now.",
  reasonOf: (reason: string) => BACKUP_REASONS[reason] ?? `Before “${reason.replaceAll("-", " ")}”`,
  columns: { when: "Made", reason: "Why", size: "Size" },
  bytes: (bytes: number) => (bytes < 1_000 ? `${count(bytes)} B` : `${(bytes / 1_000).toFixed(1)} kB`),
}
