import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { displayName, type MediaItem } from "../media/media_item.ts"
import { SettingsStore, SubtitleLedger } from "../ports/mod.ts"
import type { ProviderReport } from "../providers/search_providers.ts"
import { candidateName } from "../subtitles/found_text.ts"
import type { Fulfilled } from "../subtitles/fulfil_wish.ts"
import type { WantedFile } from "../subtitles/wanted_file.ts"
import { type PlacedSubtitle, UNTIMED } from "./placed.ts"
import { firstLook, nextLook } from "./upgrade.ts"

export interface RecordRequest {
  readonly item: MediaItem
  readonly file: WantedFile
  readonly jobId: number | null
  readonly done: Fulfilled
  readonly reports: ReadonlyArray<ProviderReport>
  /** The one whose place it took; null: it is the first. */
  readonly instead: PlacedSubtitle | null
}

/**
 * Remembers what was placed, so that it can be bettered, taken back and told from what others put there. Null when the
 * store does not work: the subtitle is there all the same, and is then as good as somebody else's.
 */
export const recordPlaced = Effect.fn("recordPlaced")(
  function* ({ done, file, instead, item, jobId, reports }: RecordRequest) {
    const ledger = yield* SubtitleLedger
    const { upgrade_days } = (yield* (yield* SettingsStore).current).oncue
    const atMs = yield* Clock.currentTimeMillis
    const { candidate, placement, scored } = done
    const { machineTranslated } = candidate
    const judged = { score: scored.score, machineTranslated }
    const videoPath = file.release.path
    const isFile = placement._tag === "Sidecar" && videoPath !== null
    return yield* ledger.add({
      ...item.ref,
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
      file: isFile ? { videoPath, name: placement.name, digest: placement.digest } : null,
      plexTitle: placement._tag === "Sidecar" ? null : placement.title,
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
    })
  },
  Effect.catchTag("StoreUnavailable", (error) =>
    Effect.as(Effect.logWarning(`Cannot remember what was placed: ${error.reason}`), null),
  ),
)
