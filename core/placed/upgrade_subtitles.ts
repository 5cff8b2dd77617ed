import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { Work } from "../jobs/job.ts"
import type { JobOutcome } from "../jobs/run_jobs.ts"
import { reasonsAsOne } from "../library/refresh_outcome.ts"
import { settleItem } from "../library/settle_item.ts"
import { identify } from "../media/identify.ts"
import type { MediaItem } from "../media/media_item.ts"
import { type Delivery, PlexLibrary, SettingsStore, SubtitleLedger, SubtitleShelf } from "../ports/mod.ts"
import { type ProviderReport, searchProviders } from "../providers/search_providers.ts"
import { withServer } from "../servers/access_server.ts"
import type { ServerAccess } from "../servers/server.ts"
import type { Candidate } from "../subtitles/candidate.ts"
import { type ExpectedStream, listedSince } from "../subtitles/expected_stream.ts"
import { historyOf, queryFor, scoredFile } from "../subtitles/find_subtitles.ts"
import { CANDIDATES_TOLD_MAX, candidateName, searchText, told } from "../subtitles/found_text.ts"
import { fulfilWish } from "../subtitles/fulfil_wish.ts"
import type { Wish } from "../subtitles/profile.ts"
import { SCORE_MAX, type Scored } from "../subtitles/score.ts"
import { showSubtitles, storyOf } from "../subtitles/show_subtitles.ts"
import { satisfies } from "../subtitles/wanted.ts"
import { type WantedFile, wantedFiles } from "../subtitles/wanted_file.ts"
import { wantedProfile } from "../subtitles/wanted_profile.ts"
import { noticeTiming } from "../timing/notice_timing.ts"
import { keepChoice } from "./keep_choice.ts"
import { streamOfPlaced } from "./kept_stream.ts"
import type { PlacedSubtitle, Refusal } from "./placed.ts"
import { leaveAlone, tellOf } from "./placed_story.ts"
import { intendPlacing, recordPlaced } from "./record_placed.ts"
import { rememberStreams } from "./remember_streams.ts"
import { isClearlyBetter, nextLook, UPGRADE_SEARCH_MS } from "./upgrade.ts"

type UpgradeWork = Extract<Work, { readonly _tag: "UpgradeSubtitles" }>

/** One subtitle that may be bettered: the file it is for and the wish it serves. */
interface Open {
  readonly record: PlacedSubtitle
  readonly file: WantedFile
  readonly wish: Wish
}

/** Whether it is still what we put there; where not, it is somebody else's from now on. */
const isOurs = Effect.fnUntraced(function* (item: MediaItem, record: PlacedSubtitle) {
  if (record.file === null) {
    if (streamOfPlaced(item, record) !== null) return true
    yield* leaveAlone(record, "Plex does not list it any more")
    return false
  }
  const shelf = yield* SubtitleShelf
  const { digest, name, videoPath } = record.file
  const now = yield* shelf.digest(videoPath, name)
  if (now === digest) return true
  yield* leaveAlone(record, now === null ? "somebody has removed it" : "somebody has changed it")
  return false
})

const later = Effect.fnUntraced(function* (records: ReadonlyArray<PlacedSubtitle>, atMs: number | null) {
  const ledger = yield* SubtitleLedger
  for (const { id } of records) yield* ledger.update(id, (one) => ({ ...one, nextLookMs: atMs }))
})

/** The records that may be bettered now. What nobody wants any more, or whose file is gone, is not looked at again. */
const openOf = Effect.fnUntraced(function* (
  item: MediaItem,
  due: ReadonlyArray<PlacedSubtitle>,
  files: ReadonlyArray<WantedFile>,
) {
  const profile = yield* wantedProfile(item.ref.serverId, item.sectionId)
  const open: Array<Open> = []
  for (const record of due) {
    const file = files.find((one) => one.part?.id === record.partId)
    const wish = profile.wishes.find((one) => satisfies(record, one))
    if (file === undefined || wish === undefined) yield* later([record], null)
    else if (yield* isOurs(item, record)) open.push({ record, file, wish })
  }
  return open
})

interface Search {
  readonly query: ReturnType<typeof queryFor>
  readonly candidates: ReadonlyArray<Candidate>
  readonly reports: ReadonlyArray<ProviderReport>
  readonly refusals: ReadonlyArray<Refusal>
  readonly deliveries: Map<string, Delivery>
  readonly first: WantedFile
}

const nameOf = (record: PlacedSubtitle) => `"${record.name}" of ${record.provider} (${record.score})`

/** Puts a clearly better one in its place; answers it with what Plex must list then, or null when there is none. */
const better = Effect.fnUntraced(function* (jobId: number, item: MediaItem, open: Open, search: Search) {
  const { file, record, wish } = open
  const ledger = yield* SubtitleLedger
  const { upgrade_days } = (yield* (yield* SettingsStore).current).oncue
  const isSame = ({ candidate }: Scored) =>
    candidate.provider === record.provider && candidate.id === record.candidateId
  // A file beside the video is everybody's; it is not given up for one that only this Plex server has.
  const mayReplace = ({ candidate }: Scored) => candidate.provider !== "plex" || record.file === null
  const { candidates, deliveries, first, query, refusals, reports } = search
  const placing = { item, file, jobId, reports, instead: record }
  const { done, others, reasons } = yield* fulfilWish(wish, {
    remember: intendPlacing(placing),
    query,
    candidates,
    refusals,
    deliveries,
    file: yield* scoredFile(file),
    mediaId: file.mediaId,
    isFirstFile: file === first,
    instead: {
      place: record.file,
      isBetter: (scored) => !isSame(scored) && mayReplace(scored) && isClearlyBetter(scored, record),
    },
  })
  if (done === null) {
    const nowMs = yield* Clock.currentTimeMillis
    yield* later([record], nextLook(record, nowMs, upgrade_days))
    const best = others.find((one) => !isSame(one) && mayReplace(one))
    const seen = best === undefined ? "nothing else" : `at best "${candidateName(best)}" (${best.score})`
    const text = `Nothing is clearly better than ${nameOf(record)}: the providers have ${seen}`
    const detail = { others: others.slice(0, CANDIDATES_TOLD_MAX).map(told), unusable: reasons }
    yield* tellOf(record, "nothing_to_do", text, detail, jobId)
    return null
  }
  const { candidate, placement, scored } = done
  const after = yield* recordPlaced(placing, done)
  const backup = placement._tag === "Sidecar" ? placement.backup : null
  // What was intended says it of the one before as well.
  if (placement._tag !== "Sidecar" || placement.intention === null)
    yield* ledger.update(record.id, (one) => ({ ...one, state: "replaced", backup, nextLookMs: null }))
  const text = `"${candidateName(scored)}" of ${candidate.provider} (${scored.score} of ${SCORE_MAX}) takes the place of ${nameOf(record)}`
  const chosen = { chosen: told(scored), language: wish.language, placement, before: record.id }
  yield* tellOf(after ?? record, "upgraded", text, chosen, jobId)
  if (after !== null && done.text !== null)
    yield* noticeTiming(after, done.text, candidate.frameRate, file.release)
  const { forced, language } = candidate
  const inPlace = placement._tag === "Sidecar" && placement.name === record.file?.name
  const partId = placement._tag === "Sidecar" ? record.partId : null
  const expected: ExpectedStream = { forced, language, partId, inPlace }
  return { expected, placed: after, placement, record }
})

type Better = NonNullable<Effect.Success<ReturnType<typeof better>>>

/** What Plex was to fetch itself and did not: the one before it is in its place again. */
const takeBack = Effect.fnUntraced(function* ({ placed, record }: Better, jobId: number) {
  const ledger = yield* SubtitleLedger
  const { upgrade_days } = (yield* (yield* SettingsStore).current).oncue
  const atMs = yield* Clock.currentTimeMillis
  if (placed !== null)
    yield* ledger.update(placed.id, (one) => ({ ...one, state: "returned", nextLookMs: null }))
  yield* ledger.update(record.id, (one) => ({
    ...one,
    state: "placed",
    nextLookMs: nextLook(one, atMs, upgrade_days),
  }))
  const text = `"${record.name}" stays: Plex was asked for the better one and does not list it`
  yield* tellOf(record, "nothing_to_do", text, {}, jobId)
})

const look = Effect.fnUntraced(function* (jobId: number, work: UpgradeWork, access: ServerAccess) {
  const library = yield* PlexLibrary
  const item = yield* library.item(access, work.ratingKey, { refresh: false })
  const { placed, refusals } = yield* historyOf(item)
  const due = placed.filter(
    ({ nextLookMs, state }) => state === "placed" && (work.asked || nextLookMs !== null),
  )
  if (due.length === 0) return "nothing is to be bettered"
  const files = wantedFiles(item, yield* identify(item, access))
  const open = yield* openOf(item, due, files)
  if (open.length === 0) return "nothing is to be bettered"
  const wishes = [...new Set(open.map((one) => one.wish))]
  const query = queryFor({ item, files, access }, wishes)
  const { candidates, reports } = yield* searchProviders(
    query,
    () => Effect.succeed(false),
    UPGRADE_SEARCH_MS,
  )
  yield* tellOf(open[0]?.record ?? due[0]!, "searched", searchText(reports), { providers: reports }, jobId)
  const search: Search = { query, candidates, reports, refusals, deliveries: new Map(), first: files[0] }
  const found = (yield* Effect.forEach(open, (one) => better(jobId, item, one, search))).filter(
    (one) => one !== null,
  )
  if (found.length === 0) return "nothing is clearly better"
  const expected = found.map((one) => one.expected)
  const shown = yield* showSubtitles(storyOf(jobId, item), access, item, expected)
  yield* rememberStreams(found, shown)
  for (const [index, one] of found.entries()) {
    const { placed, placement, record } = one
    const isListed = shown[index]?.stream != null
    if (!isListed && placement._tag === "StoredByPlex") yield* takeBack(one, jobId)
    if (!isListed || placed === null) continue
    const before = streamOfPlaced(item, record)
    yield* keepChoice({ access, before, record: placed, find: listedSince(item, one.expected), jobId })
  }
  const subtitle = { isUpgrade: true, isFirst: false, isFirstWanted: false }
  yield* settleItem({ access, item, subtitle, jobId, cause: work.cause })
  const unlisted = shown.flatMap((one) => (one.unlisted === null ? [] : [one.unlisted.text]))
  return reasonsAsOne([`${found.length} replaced by a better one`, ...unlisted])
})

/**
 * Looks for clearly better subtitles than those that OnCue has placed for an item and puts them in their place, with
 * what was there in the backups. What somebody else has changed is left alone.
 */
export const upgradeSubtitles = Effect.fn("upgradeSubtitles")(function* (jobId: number, work: UpgradeWork) {
  const { general, oncue } = yield* (yield* SettingsStore).current
  if (oncue.mode === "bazarr")
    return { _tag: "Done", note: "Bazarr searches and owns the files, by oncue.mode" } as JobOutcome
  if (!general.use_plex) return { _tag: "Done", note: "Plex is switched off in the settings" } as JobOutcome
  if (oncue.upgrade_days === 0 && !work.asked)
    return { _tag: "Done", note: "Upgrades are switched off in the settings" } as JobOutcome
  return yield* withServer(work.serverId, (access) => look(jobId, work, access)).pipe(
    Effect.map((note): JobOutcome => ({ _tag: "Done", note })),
    Effect.catch((error) => {
      const outcome: JobOutcome =
        error._tag === "PlexNotFound" || error._tag === "ServerUnknown"
          ? { _tag: "Failed", reason: error.message }
          : { _tag: "Retry", reason: error.message }
      return Effect.succeed(outcome)
    }),
  )
})
