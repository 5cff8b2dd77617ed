import * as Effect from "effect/Effect"
import { type MediaItem, partsOf } from "../media/media_item.ts"
import { Journal, SubtitleLedger } from "../ports/mod.ts"
import { languageOfStream, sameLanguage } from "../subtitles/language.ts"
import { wantedProfile } from "../subtitles/wanted_profile.ts"
import type { NewSubtitle } from "./added_date.ts"

/** Subtitles of one item that are looked at; a job places a few. */
const RECORDS_MAX = 50

/**
 * What an earlier attempt at this job has placed and not followed up, since the server did not list it in time or the
 * process ended: what is there already is not found again, and would never count as new. Null: nothing, or its date was
 * set already.
 */
export const earlierSubtitle = Effect.fn("earlierSubtitle")(
  function* (jobId: number, item: MediaItem) {
    const { ref } = item
    const ledger = yield* SubtitleLedger
    const records = yield* ledger.list({ ...ref, states: ["placed"], limit: RECORDS_MAX })
    const ours = records.filter((one) => one.jobId === jobId)
    if (ours.length === 0) return null
    const journal = yield* Journal
    if ((yield* journal.read({ ...ref, jobId, kinds: ["added_date"], limit: 1 })).length > 0) return null
    // The process may have ended between the edit and its entry.
    const placedAt = Math.min(...ours.map(({ atMs }) => atMs)) / 1_000
    if (item.addedAt !== null && item.addedAt >= Math.floor(placedAt)) return null
    const first = (yield* wantedProfile(ref.serverId, item.sectionId)).wishes[0]?.language
    const others = partsOf(item).flatMap(({ streams }) =>
      streams.filter((stream) => {
        const language = languageOfStream(stream)
        const isOurs = ours.some(
          (one) => language !== null && sameLanguage(language, one.language) && stream.forced === one.forced,
        )
        return stream.type === "subtitle" && stream.key !== null && !isOurs
      }),
    )
    return {
      isUpgrade: ours.every(({ replaces }) => replaces !== null),
      isFirst: others.length === 0,
      isFirstWanted: ours.some(({ language }) => first !== undefined && sameLanguage(language, first)),
    } satisfies NewSubtitle as NewSubtitle
  },
  Effect.catchTag("StoreUnavailable", (error) =>
    Effect.as(Effect.logWarning(`The added date stays as it is: ${error.message}`), null),
  ),
)
