import * as Effect from "effect/Effect"
import { searchMoved } from "../events/search_moved.ts"
import type { Cause } from "../jobs/job.ts"
import type { JobOutcome } from "../jobs/run_jobs.ts"
import { earlierSubtitle } from "../library/earlier_subtitle.ts"
import { refreshItem } from "../library/refresh_item.ts"
import { describeOutcome, reasonsAsOne } from "../library/refresh_outcome.ts"
import { settleItem } from "../library/settle_item.ts"
import { instanceName } from "../media/catalog.ts"
import { identify } from "../media/identify.ts"
import type { Identity } from "../media/identity.ts"
import { type ItemRef, type MediaItem, partsOf } from "../media/media_item.ts"
import { rememberStreams } from "../placed/remember_streams.ts"
import { Journal, PlexLibrary, SettingsStore } from "../ports/mod.ts"
import { recheckProviders } from "../providers/recheck_providers.ts"
import type { ProviderReport } from "../providers/search_providers.ts"
import { withServer } from "../servers/access_server.ts"
import type { ServerAccess } from "../servers/server.ts"
import { followViewer } from "../viewer/follow_viewer.ts"
import { afterFind } from "./after_find.ts"
import type { ExpectedStream } from "./expected_stream.ts"
import { findSubtitles, type WishResult } from "./find_subtitles.ts"
import { sameLanguage } from "./language.ts"
import { profileFor, wishName } from "./profile.ts"
import { type Story, showSubtitles, storyOf, type Unlisted } from "./show_subtitles.ts"
import { wantedFiles } from "./wanted_file.ts"

const write = (story: Story, kind: "identified" | "refreshed", text: string, detail: unknown = null) =>
  Journal.use((journal) =>
    journal.write({ kind, text, detail, jobId: story.jobId, title: story.title, ...story.ref }),
  )

function identityText(identity: Identity): string {
  const { how, match, release } = identity
  const place = release.path ?? release.names[0] ?? "no file"
  const known = match === null ? "not known to Sonarr or Radarr" : `known to ${instanceName(match.instance)}`
  return `It is ${place} (${known}, by ${how})`
}

/** When it makes sense to search again, since a provider that may have it could not be asked. Null: all were asked. */
function askAgain(
  providers: ReadonlyArray<ProviderReport>,
): { readonly notBeforeMs: number | null; readonly names: string } | null {
  const silent = providers.filter(
    (one) => one.result === "failed" || one.result === "too_slow" || one.result === "resting",
  )
  if (silent.length === 0) return null
  const times = silent.flatMap((one) => (one.untilMs === null ? [] : [one.untilMs]))
  const notBeforeMs = times.length === silent.length ? Math.min(...times) : null
  return { notBeforeMs, names: silent.map((one) => one.name).join(", ") }
}

function conclude(
  results: ReadonlyArray<WishResult>,
  providers: ReadonlyArray<ProviderReport>,
  unlisted: ReadonlyArray<Unlisted>,
): JobOutcome {
  const named = (tag: WishResult["_tag"]) => [
    ...new Set(results.filter((one) => one._tag === tag).map((one) => wishName(one.wish))),
  ]
  const missing = named("NotFound")
  const found = named("Found")
  const pending = unlisted.filter((one) => !one.isFinal)
  if (pending.length > 0) return { _tag: "Retry", reason: reasonsAsOne(pending.map((one) => one.text)) }
  const again = missing.length === 0 ? null : askAgain(providers)
  if (again !== null) {
    const reason = `${missing.join(", ")} not found, and ${again.names} could not be asked`
    return again.notBeforeMs === null
      ? { _tag: "Retry", reason }
      : { _tag: "Retry", reason, notBeforeMs: again.notBeforeMs }
  }
  const parts = [
    found.length > 0 ? `${found.join(", ")} found` : null,
    missing.length > 0 ? `${missing.join(", ")} not found` : null,
    ...unlisted.map((one) => one.text),
  ]
  return { _tag: "Done", note: reasonsAsOne(parts.filter((one) => one !== null)) || "nothing was missing" }
}

/** What the added date has to know of the subtitles that were placed; null when none was. */
const newSubtitleOf = Effect.fnUntraced(function* (item: MediaItem, results: ReadonlyArray<WishResult>) {
  const found = results.filter((one) => one._tag === "Found")
  if (found.length === 0) return null
  const settings = yield* (yield* SettingsStore).current
  const library = { serverId: item.ref.serverId, sectionId: item.sectionId }
  const usual = results[0]?.wish.language
  const profile = profileFor(settings.oncue.languages, library, usual === undefined ? [] : [usual])
  const first = profile.wishes[0]?.language
  const hadOne = partsOf(item).some(({ streams }) =>
    streams.some(({ key, type }) => type === "subtitle" && key !== null),
  )
  const isFirstWanted = found.some(({ wish }) => first !== undefined && sameLanguage(wish.language, first))
  return { isUpgrade: false, isFirst: !hadOne, isFirstWanted }
})

type FoundResult = Extract<WishResult, { readonly _tag: "Found" }>

/** What must be listed for a subtitle that was placed. What Plex keeps itself it may list with any file. */
function expectationOf({ file, inPlace, placement, scored }: FoundResult): ExpectedStream {
  const { forced, language } = scored.candidate
  return { forced, language, inPlace, partId: placement._tag === "Sidecar" ? (file.part?.id ?? null) : null }
}

/** Makes Plex look once more for a sidecar that was taken away and has no successor; it counts as gone in any case. */
const letGo = Effect.fnUntraced(function* (story: Story, access: ServerAccess, item: MediaItem) {
  const outcome = yield* refreshItem({ access, ratingKey: item.ref.ratingKey, expect: null, item })
  yield* write(story, "refreshed", describeOutcome(outcome), { tried: outcome.tried })
})

const bring = Effect.fnUntraced(function* (jobId: number, ref: ItemRef, cause: Cause, access: ServerAccess) {
  const library = yield* PlexLibrary
  const item = yield* library.item(access, ref.ratingKey, { refresh: false })
  const story = storyOf(jobId, item)
  const identity = yield* identify(item, access)
  yield* write(story, "identified", identityText(identity), {
    how: identity.how,
    confidence: identity.confidence,
    files: identity.files.map((file) => ({ plex: file.plexPath, here: file.path })),
    warnings: identity.warnings,
  })
  const files = wantedFiles(item, identity)
  const {
    listsGone,
    providers,
    results,
    unlisted: before,
  } = yield* findSubtitles({ item, files, access, jobId, profile: yield* followViewer(access, cause.viewer) })
  const placed = results.filter((one) => one._tag === "Found")
  const shown = yield* showSubtitles(story, access, item, [
    ...placed.map(expectationOf),
    ...before.flatMap(({ file, forced, language }) =>
      language === null ? [] : [{ forced, language, partId: file.part?.id ?? null }],
    ),
  ])
  if (listsGone && shown.length === 0) yield* letGo(story, access, item)
  yield* rememberStreams(placed, shown)
  const unlisted = shown.flatMap((one) => (one.unlisted === null ? [] : [one.unlisted]))
  const brought = shown.filter((one) => one.stream !== null).map((one) => one.expected)
  const subtitle = (yield* newSubtitleOf(item, results)) ?? (yield* earlierSubtitle(jobId, item))
  if (brought.length > 0 || (subtitle !== null && unlisted.length === 0))
    yield* settleItem({ access, item, subtitle, jobId, cause })
  yield* afterFind({ access, item, brought, results, jobId, cause })
  return conclude(results, yield* recheckProviders(providers), unlisted)
})

/** Failures that pass by themselves are tried again; what the owner must mend is a failure with its reason. */
function outcomeOf(error: { readonly _tag: string; readonly message: string }): JobOutcome {
  const lasting = ["PlexNotFound", "ServerUnknown", "PlexForbidden"].includes(error._tag)
  const after =
    "retryAfterSeconds" in error && typeof error.retryAfterSeconds === "number"
      ? error.retryAfterSeconds
      : null
  if (lasting) return { _tag: "Failed", reason: error.message }
  return {
    _tag: "Retry",
    reason: after === null ? error.message : `${error.message} (asked to wait ${after} s)`,
  }
}

/**
 * The main job: who is this, what is missing, find it, place it, and see that Plex lists it. Idempotent: what is there
 * already is not searched again. Its steps are in the journal under the job.
 */
export const bringSubtitles = Effect.fn("bringSubtitles")(function* (
  jobId: number,
  ref: ItemRef,
  cause: Cause,
) {
  const settings = yield* (yield* SettingsStore).current
  if (!settings.general.use_plex)
    return { _tag: "Done", note: "Plex is switched off in the settings" } as JobOutcome
  return yield* withServer(ref.serverId, (access) => bring(jobId, ref, cause, access)).pipe(
    Effect.catchTag("PlexNotFound", (error) =>
      Effect.gen(function* () {
        return (yield* searchMoved(ref, cause)) ?? (yield* error)
      }),
    ),
    Effect.catch((error) => Effect.succeed(outcomeOf(error))),
  )
})
