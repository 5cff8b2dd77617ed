import * as Effect from "effect/Effect"
import type { PlacedSubtitle } from "../placed/placed.ts"
import { tellOf } from "../placed/placed_story.ts"
import { SubtitleLedger, SubtitleReader, SubtitleShelf, type SubtitleText } from "../ports/mod.ts"
import { SUBTITLE_BYTES_MAX } from "../ports/subtitle_reader.ts"
import { parseSidecar } from "../subtitles/sidecar.ts"
import { type CueTime, cueTimes, isRetimed } from "./retime.ts"
import {
  CUES_COMPARED_MIN,
  describeShift,
  frameRateOffer,
  referenceOffer,
  type TimedFile,
  type TimingOffer,
} from "./timing.ts"

/** Other subtitles beside a video that one is compared with. */
export const REFERENCES_MAX = 4

/** What is asked of a file that holds one subtitle and no choice. */
const PLAIN = { season: null, episode: null, names: [], language: null } as const

/** A subtitle beside a video as text; null when it cannot be read, which says nothing about its timing. */
export const readBeside = Effect.fnUntraced(
  function* (videoPath: string, name: string) {
    const shelf = yield* SubtitleShelf
    const reader = yield* SubtitleReader
    const bytes = yield* shelf.read(videoPath, name, SUBTITLE_BYTES_MAX)
    return yield* reader.read(bytes, { ...PLAIN, fileName: name })
  },
  Effect.catch(() => Effect.succeed<SubtitleText | null>(null)),
)

const cuesOf = (text: SubtitleText | null): ReadonlyArray<CueTime> =>
  text !== null && isRetimed(text.format) ? cueTimes(text.text, text.format) : []

/** The cues of the other full subtitles beside the video, those with enough lines to compare with. */
const references = Effect.fnUntraced(function* (file: NonNullable<PlacedSubtitle["file"]>) {
  const shelf = yield* SubtitleShelf
  const listed = yield* shelf
    .list(file.videoPath)
    .pipe(Effect.catchTag("ShelfUnavailable", () => Effect.succeed([])))
  const names = listed
    .map(({ name }) => name)
    .filter((name) => name !== file.name && parseSidecar(file.videoPath, name)?.forced === false)
  const found: Array<{ readonly name: string; readonly cues: ReadonlyArray<CueTime> }> = []
  for (const name of names.slice(0, REFERENCES_MAX)) {
    const cues = cuesOf(yield* readBeside(file.videoPath, name))
    if (cues.length >= CUES_COMPARED_MIN) found.push({ name, cues })
  }
  return found
})

/**
 * What would bring a placed subtitle into step, as far as it can be told: beside another subtitle of the video, by the
 * frame rate that the provider names, by a last line that comes after the end. Null when nothing seems wrong.
 */
export const offerFor = Effect.fn("offerFor")(function* (
  record: PlacedSubtitle,
  text: SubtitleText,
  saidRate: number | null,
  timed: TimedFile,
) {
  const cues = cuesOf(text)
  if (cues.length === 0 || record.forced) return null
  const others = record.file === null ? [] : yield* references(record.file)
  const compared = others
    .map(({ cues: theirs, name }) => referenceOffer(cues, theirs, name))
    .find((one) => one !== null)
  return compared ?? frameRateOffer(cues, saidRate, timed)
})

/** Remembers an offer (or that there is none) and says so in the journal when it is new. */
export const keepOffer = Effect.fnUntraced(function* (record: PlacedSubtitle, offer: TimingOffer | null) {
  const ledger = yield* SubtitleLedger
  const kept = yield* ledger.update(record.id, (one) => ({ ...one, timing: { ...one.timing, offer } }))
  if (offer !== null) {
    const text = `"${record.name}" seems out of step: ${offer.reason}; it can be made ${describeShift(offer)}`
    yield* tellOf(record, "timing", text, { offer })
  }
  return kept ?? record
})

/** Looks at a subtitle that was just placed. Nothing of it fails what placed it. */
export const noticeTiming = Effect.fn("noticeTiming")(
  function* (record: PlacedSubtitle, text: SubtitleText, saidRate: number | null, timed: TimedFile) {
    const offer = yield* offerFor(record, text, saidRate, timed)
    if (offer !== null) yield* keepOffer(record, offer)
  },
  Effect.catchTag("StoreUnavailable", (error) => Effect.logWarning(error.message)),
)
