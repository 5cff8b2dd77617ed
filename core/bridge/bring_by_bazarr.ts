import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { searchMoved } from "../events/search_moved.ts"
import type { Cause } from "../jobs/job.ts"
import type { JobOutcome } from "../jobs/run_jobs.ts"
import { reasonsAsOne } from "../library/refresh_outcome.ts"
import { settleItem } from "../library/settle_item.ts"
import type { CatalogMatch } from "../media/catalog_match.ts"
import { identify } from "../media/identify.ts"
import { type ItemRef, type MediaItem, partsOf } from "../media/media_item.ts"
import { Bazarr, type BazarrAccess, Journal, PlexLibrary, SettingsStore } from "../ports/mod.ts"
import { withServer } from "../servers/access_server.ts"
import type { ServerAccess } from "../servers/server.ts"
import { afterFind } from "../subtitles/after_find.ts"
import type { ExpectedStream } from "../subtitles/expected_stream.ts"
import { type Story, showSubtitles, storyOf } from "../subtitles/show_subtitles.ts"
import { type PresentSubtitle, unlistedOf } from "../subtitles/wanted.ts"
import {
  type BazarrItem,
  type BazarrLanguage,
  type BazarrTarget,
  bazarrName,
  hasNow,
  languageOf,
} from "./bazarr_item.ts"
import { openBazarr } from "./open_bazarr.ts"

/** Pauses, in milliseconds, after which Bazarr is asked again whether what it brought is in its list. */
const SETTLE_PAUSES_MS = [0, 1_000, 2_000, 4_000]

const write = (
  story: Story,
  kind: "identified" | "searched" | "wrote" | "chose" | "nothing_to_do",
  text: string,
) =>
  Journal.use((journal) =>
    journal.write({ kind, text, jobId: story.jobId, title: story.title, ...story.ref }),
  )

/** The item's ids in Bazarr, which has them from its one Sonarr and its one Radarr. */
function targetOf(match: CatalogMatch | null): BazarrTarget | null {
  if (match === null || match.instance.id !== match.instance.app) return null
  if (match._tag === "Film") return { _tag: "Movie", radarrId: match.film.id }
  const [episode] = match.episodes
  return episode === undefined ? null : { _tag: "Episode", seriesId: match.series.id, episodeId: episode.id }
}

const done = (note: string): JobOutcome => ({ _tag: "Done", note })
const again = (reason: string): JobOutcome => ({ _tag: "Retry", reason })

/** Asks for each language that Bazarr itself misses; answers what it has then, and what it said where it could not. */
const ask = Effect.fnUntraced(function* (
  story: Story,
  access: BazarrAccess,
  target: BazarrTarget,
  known: BazarrItem,
) {
  const bazarr = yield* Bazarr
  const { bazarr_wait } = (yield* SettingsStore.use((store) => store.current)).oncue
  const untilMs = (yield* Clock.currentTimeMillis) + bazarr_wait * 1_000
  const refusals: Array<string> = []
  const searched: Array<BazarrLanguage> = []
  for (const language of known.missing) {
    const leftMs = untilMs - (yield* Clock.currentTimeMillis)
    if (leftMs <= 0) break
    yield* write(story, "searched", `Asked Bazarr for ${bazarrName(language)}`)
    yield* bazarr.search(access, target, language, leftMs).pipe(
      Effect.andThen(Effect.sync(() => searched.push(language))),
      Effect.catchTag("BazarrRefused", (error) => Effect.sync(() => refusals.push(error.message))),
    )
  }
  let now = known
  for (const pauseMs of SETTLE_PAUSES_MS) {
    if (pauseMs > 0) yield* Effect.sleep(pauseMs)
    now = (yield* bazarr.item(access, target)) ?? now
    if (searched.every((one) => hasNow(now, one) !== null)) break
  }
  return { now, refusals }
})

/** The subtitles that lie beside the video by Bazarr's account and that Plex lists with no file. */
function expectedOf(item: MediaItem, now: BazarrItem): ReadonlyArray<ExpectedStream> {
  const files = now.subtitles.flatMap((one): ReadonlyArray<PresentSubtitle> => {
    const language = languageOf(one)
    if (language === null || one.path === null) return []
    const { forced, hearingImpaired } = one
    return [{ language, forced, hearingImpaired, where: "sidecar", label: bazarrName(one) }]
  })
  const unlisted = partsOf(item).reduce<ReadonlyArray<PresentSubtitle>>(unlistedOf, files)
  return unlisted.flatMap(({ forced, language }) => (language === null ? [] : [{ forced, language }]))
}

const hasExternal = (item: MediaItem) =>
  partsOf(item).some(({ streams }) => streams.some(({ key, type }) => type === "subtitle" && key !== null))

const bring = Effect.fnUntraced(function* (jobId: number, ref: ItemRef, cause: Cause, access: ServerAccess) {
  const library = yield* PlexLibrary
  const bazarr = yield* Bazarr
  const bridge = yield* openBazarr()
  const item = yield* library.item(access, ref.ratingKey, { refresh: false })
  const story = storyOf(jobId, item)
  const { match, unasked } = yield* identify(item, access)
  const target = targetOf(match)
  if (target === null) {
    const unknown = "Bazarr knows only what its Sonarr and Radarr know, and this is not among it"
    if (unasked.length > 0) return again(`${unasked.join(", ")} could not be asked what this is`)
    yield* write(story, "nothing_to_do", unknown)
    return done(unknown)
  }
  yield* write(story, "identified", `It is known to ${match?.instance.id} and so to Bazarr`)
  const known = yield* bazarr.item(bridge, target)
  if (known === null) return again("Bazarr does not have this item yet")
  const names = known.missing.map(bazarrName)
  const { now, refusals } =
    names.length === 0 ? { now: known, refusals: [] } : yield* ask(story, bridge, target, known)
  const found = known.missing.filter((one) => hasNow(now, one) !== null).map(bazarrName)
  const missing = known.missing.filter((one) => hasNow(now, one) === null).map(bazarrName)
  if (names.length === 0) yield* write(story, "nothing_to_do", "Bazarr misses no subtitle for it")
  if (found.length > 0) yield* write(story, "wrote", `Bazarr has brought ${found.join(", ")}`)
  if (missing.length > 0) yield* write(story, "chose", `Bazarr has found nothing for ${missing.join(", ")}`)
  const shown = yield* showSubtitles(story, access, item, expectedOf(item, now))
  const brought = shown.filter((one) => one.stream !== null).map((one) => one.expected)
  if (brought.length > 0) {
    const subtitle =
      found.length === 0 ? null : { isUpgrade: false, isFirst: !hasExternal(item), isFirstWanted: true }
    yield* settleItem({ access, item, subtitle, jobId, cause })
  }
  yield* afterFind({ access, item, brought, results: [], jobId, cause })
  const pending = shown.flatMap(({ unlisted }) =>
    unlisted === null || unlisted.isFinal ? [] : [unlisted.text],
  )
  if (pending.length > 0) return again(reasonsAsOne(pending))
  if (refusals.length > 0) return again(refusals.join("; "))
  const parts = [
    found.length > 0 ? `${found.join(", ")} brought by Bazarr` : null,
    missing.length > 0 ? `${missing.join(", ")} not found by Bazarr` : null,
  ].filter((one) => one !== null)
  return done(parts.join("; ") || "Bazarr misses nothing")
})

/** What the owner must mend is a failure with its reason; the rest passes by itself. */
const LASTING = new Set([
  "BazarrKeyRejected",
  "BazarrNotSet",
  "PlexForbidden",
  "PlexNotFound",
  "SecretUnreadable",
  "ServerUnknown",
])

/**
 * The main job where a Bazarr searches and owns the files: it is asked for the one item, and when it has brought
 * something, Plex is made to list it, which is checked, and it is switched on for the viewer. Which languages are wanted
 * is then Bazarr's own profile. Idempotent: what Bazarr does not miss is not asked for.
 */
export const bringByBazarr = Effect.fn("bringByBazarr")(function* (
  jobId: number,
  ref: ItemRef,
  cause: Cause,
) {
  const settings = yield* (yield* SettingsStore).current
  if (!settings.general.use_plex) return done("Plex is switched off in the settings")
  return yield* withServer(ref.serverId, (access) => bring(jobId, ref, cause, access)).pipe(
    Effect.catchTag("PlexNotFound", (error) =>
      Effect.gen(function* () {
        return (yield* searchMoved(ref, cause)) ?? (yield* error)
      }),
    ),
    Effect.catch((error) =>
      Effect.succeed<JobOutcome>(
        LASTING.has(error._tag) ? { _tag: "Failed", reason: error.message } : again(error.message),
      ),
    ),
  )
})
