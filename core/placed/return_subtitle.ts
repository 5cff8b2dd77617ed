import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { refreshJob } from "../library/refresh_job.ts"
import type { MediaItem } from "../media/media_item.ts"
import { JobQueue, PlexLibrary, SettingsStore, SubtitleLedger, SubtitleShelf } from "../ports/mod.ts"
import { withServer } from "../servers/access_server.ts"
import { SubtitleNotInPlace } from "../subtitles/subtitle_faults.ts"
import { keepChoice } from "./keep_choice.ts"
import { streamOfPlaced } from "./kept_stream.ts"
import type { NewRefusal, PlacedSubtitle } from "./placed.ts"
import { changeInTurn, leaveAlone, placedRecord, tellOf } from "./placed_story.ts"
import { takeAway, takeFile, takeFromPlex } from "./refuse_subtitle.ts"
import { carryOut } from "./settle_intentions.ts"
import { nextLook } from "./upgrade.ts"

/**
 * Where Plex keeps the older one it is listed still, and the newer one only has to go; who had that one switched on gets
 * the older one.
 */
const backToKept = Effect.fnUntraced(function* (now: PlacedSubtitle, before: PlacedSubtitle, atMs: number) {
  const { access, was } = yield* withServer(now.serverId, (access) =>
    Effect.gen(function* () {
      const library = yield* PlexLibrary
      const item = yield* library.item(access, now.ratingKey, { refresh: false })
      if (streamOfPlaced(item, before) === null)
        return yield* new SubtitleNotInPlace({
          id: now.id,
          reason: "Plex does not list the one before it any more",
        })
      return { access, was: streamOfPlaced(item, now) }
    }),
  )
  yield* takeAway(now, "returned", atMs)
  const find = (item: MediaItem) => streamOfPlaced(item, before)
  yield* keepChoice({ access, before: was, record: before, find, jobId: null })
})

/** What becomes of the two records. */
interface Swapped {
  readonly about: NewRefusal
  readonly nextLookMs: number | null
}

/** Puts the file of `before` back where `now` is, and remembers it. */
const swapFiles = Effect.fnUntraced(function* (
  now: PlacedSubtitle,
  before: PlacedSubtitle,
  { about, nextLookMs }: Swapped,
) {
  const { backup, file } = before
  const shelf = yield* SubtitleShelf
  const missing = new SubtitleNotInPlace({ id: now.id, reason: "the one before it was not kept" })
  if (backup === null || file === null) return yield* missing
  const { backupId, digest } = yield* shelf.foresee({ backupId: backup })
  if (digest === null) return yield* missing
  const isInPlace = now.file !== null && now.file.name === file.name
  const gone =
    now.file === null || isInPlace ? null : { name: now.file.name, digest: now.file.digest, backup: backupId }
  const kept = now.file === null ? null : backupId
  const { atMs, ratingKey, serverId, title } = about
  const swap = Effect.gen(function* () {
    if (isInPlace) return yield* shelf.restore(backup, { replace: now.file?.digest ?? null, backupId })
    const restored = yield* shelf.restore(backup, { replace: null })
    if (now.file === null) yield* takeFromPlex(now)
    else yield* takeFile(now, now.file, backupId)
    return restored
  })
  yield* carryOut(
    {
      ...{ atMs, ratingKey, serverId, title },
      videoPath: file.videoPath,
      file: { name: file.name, digest },
      gone,
      add: null,
      changes: [
        { id: now.id, set: { state: "returned", backup: kept, nextLookMs: null } },
        { id: before.id, set: { state: "placed", backup: null, nextLookMs, file: { ...file, digest } } },
      ],
      refuse: about,
    },
    swap,
  )
})

const goBack = Effect.fnUntraced(function* (id: number) {
  const ledger = yield* SubtitleLedger
  const record = yield* placedRecord(id)
  const before = record.replaces === null ? null : yield* ledger.get(record.replaces)
  if (before === null) return yield* new SubtitleNotInPlace({ id, reason: "it took no other one's place" })
  const { upgrade_days } = (yield* (yield* SettingsStore).current).oncue
  const atMs = yield* Clock.currentTimeMillis
  const { candidateId, language, name, provider, ratingKey, serverId, title } = record
  const named = { serverId, ratingKey, title, provider, candidateId, name, language }
  const about = { ...named, atMs, reason: "returned", placedId: id } as const
  const nextLookMs = nextLook(before, atMs, upgrade_days)
  if (before.file === null) {
    // The entry first: should the process die after it, the same upgrade is not made again.
    const { id: refusalId } = yield* ledger.refuse(about)
    yield* backToKept(record, before, atMs).pipe(
      Effect.tapError((error) =>
        error._tag === "SubtitleNotInPlace" ? Effect.ignore(ledger.allow(refusalId)) : Effect.void,
      ),
    )
    yield* ledger.update(before.id, (one) => ({ ...one, state: "placed", backup: null, nextLookMs }))
  } else {
    yield* swapFiles(record, before, { about, nextLookMs }).pipe(
      Effect.tapError((error) =>
        error._tag === "ShelfChanged" ? leaveAlone(record, "somebody has changed it") : Effect.void,
      ),
    )
  }
  const back = yield* ledger.get(before.id)
  yield* tellOf(record, "returned", `"${before.name}" of ${before.provider} is back in place of "${name}"`)
  const queue = yield* JobQueue
  const cause = { source: "api", event: "returned", atMs, viewer: null, player: null, title } as const
  const [offered] = yield* queue.offer([refreshJob({ serverId, ratingKey }, cause)])
  return { placed: back ?? before, jobId: offered?.jobId ?? null }
})

/**
 * Goes back from an upgrade to the subtitle before it, and remembers that, so that the same upgrade is not made again.
 * `id` is the one that is in place. Its file goes to the backups, and Plex is made to look. Fails with SubtitleUnknown,
 * SubtitleNotInPlace when it took nobody's place, and ShelfChanged when somebody else has changed what is there.
 */
export const returnSubtitle = Effect.fn("returnSubtitle")((id: number) => changeInTurn(id, goBack(id)))
