import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { NewIntention } from "../placed/intention.ts"
import type { PlacedSubtitle, PlacedTiming, Shift } from "../placed/placed.ts"
import { changeInTurn, leaveAlone, placedRecord, tellOf } from "../placed/placed_story.ts"
import { carryOut } from "../placed/settle_intentions.ts"
import {
  PlexLibrary,
  SettingsStore,
  SubtitleLedger,
  SubtitleShelf,
  SubtitleSync,
  SyncFailed,
} from "../ports/mod.ts"
import { withServer } from "../servers/access_server.ts"
import { SubtitleNotInPlace } from "../subtitles/subtitle_faults.ts"
import { keepOffer, offerFor, readBeside } from "./notice_timing.ts"
import { compose, cueTimes, isRetimed, OFFSET_MAX_MS, RATIO_MAX, RATIO_MIN, retime } from "./retime.ts"
import { shiftMade, timesAsSrt } from "./sync_text.ts"
import { describeShift } from "./timing.ts"

/** A fix that is none, or beyond what a subtitle can be off by. */
export class ShiftInvalid extends Schema.TaggedError<ShiftInvalid>()("ShiftInvalid", {
  reason: Schema.String,
}) {
  override get message(): string {
    return `Cannot move the subtitle: ${this.reason}`
  }
}

function faultOf({ offsetMs, ratio }: Shift): string | null {
  if (!(ratio >= RATIO_MIN && ratio <= RATIO_MAX)) return `ratio must be from ${RATIO_MIN} to ${RATIO_MAX}`
  if (!(Math.abs(offsetMs) <= OFFSET_MAX_MS)) return `offsetMs must be within ${OFFSET_MAX_MS} of 0`
  return ratio === 1 && offsetMs === 0 ? "ratio 1 and offsetMs 0 change nothing" : null
}

/** The record of a file of ours that is as we wrote it, and its text. Fails with SubtitleNotInPlace otherwise. */
const readOurs = Effect.fnUntraced(function* (id: number) {
  const record = yield* placedRecord(id)
  const { file } = record
  const no = (reason: string) => new SubtitleNotInPlace({ id, reason })
  if (file === null) return yield* no("Plex keeps it itself, and it is no file that could be changed")
  const shelf = yield* SubtitleShelf
  const digest = yield* shelf.digest(file.videoPath, file.name)
  if (digest !== file.digest) {
    const why = digest === null ? "somebody has removed it" : "somebody has changed it"
    yield* leaveAlone(record, why)
    return yield* no(why)
  }
  const text = yield* readBeside(file.videoPath, file.name)
  if (text === null || !isRetimed(text.format)) return yield* no("its times cannot be read")
  return { record, file, text, format: text.format }
})

/** The file of a subtitle with other times, and what is then remembered of it. */
const timingIntention = (
  { id, ratingKey, serverId, title }: PlacedSubtitle,
  file: NonNullable<PlacedSubtitle["file"]>,
  digest: string,
  timing: PlacedTiming,
  atMs: number,
): NewIntention => ({
  atMs,
  serverId,
  ratingKey,
  title,
  videoPath: file.videoPath,
  file: { name: file.name, digest },
  gone: null,
  add: null,
  changes: [{ id, set: { file: { ...file, digest }, timing } }],
  refuse: null,
})

const move = Effect.fnUntraced(function* (id: number, shift: Shift | null) {
  const ledger = yield* SubtitleLedger
  const shelf = yield* SubtitleShelf
  const { file, format, record, text } = yield* readOurs(id)
  const { applied, offer } = record.timing
  const by = shift ?? (applied === null ? offer : null)
  if (by === null) return yield* new ShiftInvalid({ reason: "no fix is offered; say by what" })
  const fault = faultOf(by)
  if (fault !== null) return yield* new ShiftInvalid({ reason: fault })
  const { offsetMs, ratio } = by
  const atMs = yield* Clock.currentTimeMillis
  const bytes = new TextEncoder().encode(retime(text.text, format, { ratio, offsetMs }))
  const replace = { digest: file.digest }
  const { backupId, digest } = yield* shelf.foresee(bytes)
  const all = applied === null ? { ratio, offsetMs } : compose(applied, by)
  const moved = { ...all, atMs, backup: applied?.backup ?? backupId }
  const write = shelf.write(file.videoPath, file.name, bytes, { replace, backupId })
  yield* carryOut(
    timingIntention(record, file, digest ?? "", { ...record.timing, applied: moved }, atMs),
    write,
  )
  const after = yield* ledger.get(id)
  const what = `"${record.name}" was made ${describeShift(by)}; the original is kept`
  yield* tellOf(record, "timing", what, { applied: all })
  return after ?? record
})

/**
 * Moves every time of a subtitle: by `shift`, or by the fix that is offered when it is null. The original goes to the
 * backups, where it stays the original also when the subtitle is moved again. Fails with SubtitleUnknown,
 * SubtitleNotInPlace, ShiftInvalid, and ShelfChanged when somebody changes the file at this moment.
 */
export const retimeSubtitle = Effect.fn("retimeSubtitle")((id: number, shift: Shift | null) =>
  changeInTurn(id, move(id, shift)),
)

const moveBack = Effect.fnUntraced(function* (id: number) {
  const ledger = yield* SubtitleLedger
  const shelf = yield* SubtitleShelf
  const record = yield* placedRecord(id)
  const { file } = record
  const { applied } = record.timing
  if (file === null || applied === null)
    return yield* new SubtitleNotInPlace({ id, reason: "its times were not moved" })
  const atMs = yield* Clock.currentTimeMillis
  const { backupId, digest } = yield* shelf.foresee({ backupId: applied.backup })
  const restore = shelf
    .restore(applied.backup, { replace: file.digest, backupId })
    .pipe(
      Effect.tapError((error) =>
        error._tag === "ShelfChanged" ? leaveAlone(record, "somebody has changed it") : Effect.void,
      ),
    )
  const timing = { ...record.timing, applied: null }
  yield* carryOut(timingIntention(record, file, digest ?? "", timing, atMs), restore)
  const after = yield* ledger.get(id)
  yield* tellOf(record, "timing", `"${record.name}" has its own times again`)
  return after ?? record
})

/** Puts the original of a moved subtitle back. Fails as `retimeSubtitle`. */
export const undoRetiming = Effect.fn("undoRetiming")((id: number) => changeInTurn(id, moveBack(id)))

/** The frame rate and the length of the file that a subtitle is for, as its server tells. */
const timedFile = Effect.fnUntraced(function* ({ partId, ratingKey, serverId }: PlacedSubtitle) {
  const library = yield* PlexLibrary
  const item = yield* withServer(serverId, (access) => library.item(access, ratingKey, { refresh: false }))
  const version = item.versions.find(({ parts }) => parts.some((part) => part.id === partId))
  return { frameRate: version?.frameRate ?? null, durationMs: item.durationMs }
})

/** Looks again whether a subtitle runs in step, for example after another was put beside it. */
export const checkTiming = Effect.fn("checkTiming")(function* (id: number) {
  const { record, text } = yield* readOurs(id)
  const offer = yield* offerFor(record, text, null, yield* timedFile(record))
  return yield* keepOffer(record, offer)
})

/**
 * Lets the tool of the settings hear where people speak in the video, and offers a fix where the subtitle is elsewhere.
 * For a job: it takes minutes. Fails with SyncFailed when there is no tool or it came to nothing.
 */
export const listenToTiming = Effect.fn("listenToTiming")(function* (id: number) {
  const { oncue } = yield* SettingsStore.use((store) => store.current)
  const { file, format, record, text } = yield* readOurs(id)
  const sync = yield* SubtitleSync
  const cues = cueTimes(text.text, format)
  const heard = yield* sync.align(oncue.sync_tool, file.videoPath, timesAsSrt(cues))
  const shift = shiftMade(cues, heard)
  if (shift === "unknown")
    return yield* new SyncFailed({ tool: oncue.sync_tool, detail: "it wrote something else" })
  const reason = "people speak at other moments in the video"
  return yield* keepOffer(record, shift === null ? null : { ...shift, reason })
})
