import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { refreshJob } from "../library/refresh_job.ts"
import type { MediaItem } from "../media/media_item.ts"
import { JobQueue, PlexLibrary, SettingsStore, SubtitleLedger, SubtitleShelf } from "../ports/mod.ts"
import { withServer } from "../servers/access_server.ts"
import { SubtitleNotInPlace } from "../subtitles/subtitle_faults.ts"
import { keepChoice } from "./keep_choice.ts"
import { streamOfPlaced } from "./kept_stream.ts"
import type { PlacedSubtitle } from "./placed.ts"
import { leaveAlone, placedRecord, tellOf } from "./placed_story.ts"
import { takeAway } from "./refuse_subtitle.ts"
import { nextLook } from "./upgrade.ts"

/**
 * Where Plex keeps the older one it is listed still, and the newer one only has to go; who had that one switched on gets
 * the older one.
 */
const backToKept = Effect.fnUntraced(function* (now: PlacedSubtitle, before: PlacedSubtitle) {
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
  const kept = yield* takeAway(now)
  const find = (item: MediaItem) => streamOfPlaced(item, before)
  yield* keepChoice({ access, before: was, record: before, find, jobId: null })
  return { kept, digest: null }
})

/** Puts the file of `before` back where `now` is. Answers where that one is kept, and the digest of what is there. */
const swap = Effect.fnUntraced(function* (now: PlacedSubtitle, before: PlacedSubtitle) {
  if (before.file === null) return yield* backToKept(now, before)
  const shelf = yield* SubtitleShelf
  if (before.backup === null)
    return yield* new SubtitleNotInPlace({ id: now.id, reason: "the one before it was not kept" })
  if (now.file !== null && now.file.name === before.file.name) {
    const { backup, digest } = yield* shelf.restore(before.backup, { replace: now.file.digest })
    return { kept: backup?.id ?? null, digest }
  }
  const { digest } = yield* shelf.restore(before.backup, { replace: null })
  return { kept: yield* takeAway(now), digest }
})

/**
 * Goes back from an upgrade to the subtitle before it, and remembers that, so that the same upgrade is not made again.
 * `id` is the one that is in place. Its file goes to the backups, and Plex is made to look. Fails with SubtitleUnknown,
 * SubtitleNotInPlace when it took nobody's place, and ShelfChanged when somebody else has changed what is there.
 */
export const returnSubtitle = Effect.fn("returnSubtitle")(function* (id: number) {
  const ledger = yield* SubtitleLedger
  const record = yield* placedRecord(id)
  const before = record.replaces === null ? null : yield* ledger.get(record.replaces)
  if (before === null) return yield* new SubtitleNotInPlace({ id, reason: "it took no other one's place" })
  const { upgrade_days } = (yield* (yield* SettingsStore).current).oncue
  const atMs = yield* Clock.currentTimeMillis
  const { candidateId, language, name, provider, ratingKey, serverId, title } = record
  const about = { serverId, ratingKey, title, provider, candidateId, name, language }
  const { digest, kept } = yield* swap(record, before).pipe(
    Effect.tapError((error) =>
      error._tag === "ShelfChanged" ? leaveAlone(record, "somebody has changed it") : Effect.void,
    ),
  )
  yield* ledger.refuse({ ...about, atMs, reason: "returned", placedId: id })
  yield* ledger.update(id, (one) => ({ ...one, state: "returned", backup: kept, nextLookMs: null }))
  const back = yield* ledger.update(before.id, (one) => ({
    ...one,
    state: "placed",
    backup: null,
    nextLookMs: nextLook(one, atMs, upgrade_days),
    file: one.file === null || digest === null ? one.file : { ...one.file, digest },
  }))
  yield* tellOf(record, "returned", `"${before.name}" of ${before.provider} is back in place of "${name}"`)
  const queue = yield* JobQueue
  const cause = { source: "api", event: "returned", atMs, viewer: null, player: null, title } as const
  const [offered] = yield* queue.offer([refreshJob({ serverId, ratingKey }, cause)])
  return { placed: back ?? before, jobId: offered?.jobId ?? null }
})
