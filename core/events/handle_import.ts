import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { type NewJob, PRIORITY } from "../jobs/job.ts"
import { pathKey } from "../media/path_mapping.ts"
import { Journal, SettingsStore, TriggerMonitor } from "../ports/mod.ts"
import { isWantedType } from "./decision.ts"
import { FILES_LANE, type ImportApp, type ImportEvent, type ImportedFile } from "./import_event.ts"
import { offerSearches } from "./offer_searches.ts"

/**
 * How long, in milliseconds, a file that was just imported is left alone: Plex first has to find it, and Sonarr tells of
 * it a second time when the download is complete.
 */
export const IMPORT_SETTLE_MS = 20_000

/** What became of an import. `Taken` is durable. */
export type ImportHandled =
  | { readonly _tag: "Taken"; readonly files: number }
  | { readonly _tag: "Ignored"; readonly reason: string }

const jobOf = (
  file: ImportedFile,
  app: ImportApp,
  event: ImportEvent,
  instance: string | null,
  atMs: number,
  dedupeMinutes: number,
): NewJob => {
  const name = instance ?? event.instance ?? ""
  const key = `file/${app}/${name}/${pathKey(file.path)}`
  const windowMs = dedupeMinutes * 60_000
  const cause = { source: app, event: event.event, atMs, viewer: null, player: null, title: file.title }
  return {
    key,
    work: {
      _tag: "FindSubtitlesForFile",
      path: file.path,
      ...(instance === null ? {} : { sender: { app, instance } }),
      cause,
    },
    priority: PRIORITY.imported,
    lane: FILES_LANE,
    notBeforeMs: atMs + IMPORT_SETTLE_MS,
    sighting: windowMs === 0 ? null : { key: `${key}/${file.fileId ?? "-"}`, windowMs },
  }
}

/**
 * Takes in what Sonarr or Radarr tells: a search for each file that was imported. `instance` is the one of the address,
 * which tells several apart that see their files at the same paths. Fails with QueueFull or StoreUnavailable, and then
 * nothing was taken.
 */
export const handleImport = Effect.fnUntraced(function* (
  event: ImportEvent,
  app: ImportApp,
  instance: string | null,
) {
  const settings = yield* (yield* SettingsStore).current
  const atMs = yield* Clock.currentTimeMillis
  yield* (yield* TriggerMonitor).heard({ source: app, event: event.event, serverId: null, atMs })
  const ignored = (reason: string): ImportHandled => ({ _tag: "Ignored", reason })
  if (event._tag === "Other") return ignored(`${event.event} is no import`)
  if (event.files.length === 0) return ignored(`${event.event} names no file`)
  const unwanted = !settings.general.use_plex
    ? "Plex is switched off in the settings"
    : isWantedType(settings, app === "sonarr" ? "episode" : "movie")
      ? null
      : `what ${app} imports is not among the chosen types`
  if (unwanted !== null) {
    const journal = yield* Journal
    const detail = { source: app, instance: instance ?? event.instance }
    yield* journal.write({
      kind: "ignored",
      text: `Ignored the import: ${unwanted}`,
      title: event.files[0]?.title ?? null,
      detail,
    })
    return ignored(unwanted)
  }
  const { dedupe_minutes } = settings.oncue
  const jobs = event.files.map((file) => jobOf(file, app, event, instance, atMs, dedupe_minutes))
  yield* offerSearches(jobs)
  return { _tag: "Taken", files: jobs.length } satisfies ImportHandled as ImportHandled
})
