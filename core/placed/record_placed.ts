import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { displayName, type MediaItem } from "../media/media_item.ts"
import { SettingsStore, SubtitleLedger } from "../ports/mod.ts"
import type { ProviderReport } from "../providers/search_providers.ts"
import type { Candidate } from "../subtitles/candidate.ts"
import { candidateName } from "../subtitles/found_text.ts"
import type { Fulfilled } from "../subtitles/fulfil_wish.ts"
import type { Planned } from "../subtitles/place_subtitle.ts"
import type { Scored } from "../subtitles/score.ts"
import type { WantedFile } from "../subtitles/wanted_file.ts"
import { type NewPlacedSubtitle, type PlacedSubtitle, UNTIMED } from "./placed.ts"
import { firstLook, nextLook } from "./upgrade.ts"

/** What is placed for what, whatever it will be. */
export interface Placing {
  readonly item: MediaItem
  readonly file: WantedFile
  readonly jobId: number | null
  readonly reports: ReadonlyArray<ProviderReport>
  /** The one whose place it takes; null: it is the first. */
  readonly instead: PlacedSubtitle | null
}

const recordOf = Effect.fnUntraced(function* (
  { file, instead, item, jobId, reports }: Placing,
  { candidate, scored }: { readonly candidate: Candidate; readonly scored: Scored },
  where: Pick<NewPlacedSubtitle, "file" | "plexTitle">,
) {
  const { upgrade_days } = (yield* (yield* SettingsStore).current).oncue
  const atMs = yield* Clock.currentTimeMillis
  const { machineTranslated } = candidate
  const judged = { score: scored.score, machineTranslated }
  const record: NewPlacedSubtitle = {
    ...item.ref,
    ...where,
    title: displayName(item),
    partId: file.part?.id ?? null,
    jobId,
    atMs,
    language: candidate.language,
    forced: candidate.forced,
    hearingImpaired: candidate.hearingImpaired,
    provider: candidate.provider,
    candidateId: candidate.id,
    name: candidateName(scored),
    score: scored.score,
    machineTranslated,
    plexKey: null,
    state: "placed",
    replaces: instead?.id ?? null,
    backup: null,
    sinceMs: instead?.sinceMs ?? atMs,
    nextLookMs:
      instead === null
        ? firstLook(judged, reports, atMs, upgrade_days)
        : nextLook({ ...judged, sinceMs: instead.sinceMs }, atMs, upgrade_days),
    timing: UNTIMED,
  }
  return record
})

/**
 * Keeps what is about to be written beside a video, with what becomes of the one whose place it takes, so that it is
 * remembered also when the process ends before `recordPlaced`. Answers the intention; null when the store does not work.
 */
export const intendPlacing = (placing: Placing) =>
  Effect.fnUntraced(
    function* (chosen: { readonly candidate: Candidate; readonly scored: Scored }, planned: Planned) {
      const ledger = yield* SubtitleLedger
      const { instead } = placing
      const { backup, file, gone, videoPath } = planned
      const add = yield* recordOf(placing, chosen, { file: { videoPath, ...file }, plexTitle: null })
      const { atMs, ratingKey, serverId, title } = add
      const replaced = { state: "replaced", backup, nextLookMs: null } as const
      const changes = instead === null ? [] : [{ id: instead.id, set: replaced }]
      const about = { atMs, serverId, ratingKey, title, videoPath }
      return yield* ledger.intend({ ...about, file, gone, add, changes, refuse: null })
    },
    Effect.catchTag("StoreUnavailable", (error) =>
      Effect.as(Effect.logWarning(`Cannot remember what is to be placed: ${error.reason}`), null),
    ),
  )

/**
 * Remembers what was placed, so that it can be bettered, taken back and told from what others put there. Null when the
 * store does not work: the subtitle is there all the same, and is then as good as somebody else's.
 */
export const recordPlaced = Effect.fn("recordPlaced")(
  function* (placing: Placing, done: Fulfilled) {
    const ledger = yield* SubtitleLedger
    const { placement } = done
    if (placement._tag === "Sidecar" && placement.intention !== null)
      return yield* ledger.settle(placement.intention, "done")
    const videoPath = placing.file.release.path
    const isFile = placement._tag === "Sidecar" && videoPath !== null
    const where = {
      file: isFile ? { videoPath, name: placement.name, digest: placement.digest } : null,
      plexTitle: placement._tag === "Sidecar" ? null : placement.title,
    }
    return yield* ledger.add(yield* recordOf(placing, done, where))
  },
  Effect.catchTag("StoreUnavailable", (error) =>
    Effect.as(Effect.logWarning(`Cannot remember what was placed: ${error.reason}`), null),
  ),
)
