import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { offerSearches } from "../events/offer_searches.ts"
import { searchJob } from "../events/search_job.ts"
import { PRIORITY } from "../jobs/job.ts"
import { JobQueue, PlexLibrary, SubtitleLedger, SubtitleShelf } from "../ports/mod.ts"
import { withServer } from "../servers/access_server.ts"
import { RefusalUnknown } from "../subtitles/subtitle_faults.ts"
import { streamOfPlaced } from "./kept_stream.ts"
import type { NewRefusal, PlacedSubtitle, Refusal } from "./placed.ts"
import { changeInTurn, leaveAlone, placedRecord, tellOf } from "./placed_story.ts"
import { carryOut } from "./settle_intentions.ts"

/** Longest name of a refused subtitle, in characters. */
export const REFUSED_NAME_CHARS_MAX = 300

/** Searches an item again, since somebody asks for another subtitle. */
const searchAgain = Effect.fnUntraced(function* (about: Pick<Refusal, "serverId" | "ratingKey" | "title">) {
  const atMs = yield* Clock.currentTimeMillis
  const { ratingKey, serverId, title } = about
  const cause = { source: "api", event: "not_this_one", atMs, viewer: null, player: null, title } as const
  const job = searchJob({ serverId, ratingKey }, cause, { priority: PRIORITY.asked, dedupeMinutes: 0 })
  const [offered] = yield* offerSearches([job])
  if (offered?.outcome !== "merged" || offered.jobId === null) return offered?.jobId ?? null
  // A search that is under way has seen what was there before, so it is followed by another.
  const queue = yield* JobQueue
  const state = yield* queue.get(offered.jobId).pipe(
    Effect.map((one) => one.state),
    Effect.catchTag("JobUnknown", () => Effect.succeed("done" as const)),
  )
  if (state === "waiting") return offered.jobId
  const [next] = yield* offerSearches([{ ...job, key: `${job.key}/again` }])
  return next?.jobId ?? null
})

type OurFile = NonNullable<PlacedSubtitle["file"]>

/**
 * Moves a file of ours to the backups, under this id; null when it is gone already, which is as good. Fails with
 * ShelfChanged when somebody else has changed it; it is then theirs.
 */
export const takeFile = Effect.fnUntraced(function* (
  record: PlacedSubtitle,
  { digest, name, videoPath }: OurFile,
  backupId: string,
) {
  const shelf = yield* SubtitleShelf
  return yield* shelf.remove(videoPath, name, { digest, backupId }).pipe(
    Effect.map((backup): string | null => backup.id),
    Effect.tapError((error) =>
      error._tag === "ShelfChanged" ? leaveAlone(record, "somebody has changed it") : Effect.void,
    ),
    Effect.catchIf(
      (error) => error._tag === "ShelfUnavailable" && error.reason === "missing",
      () => Effect.succeed(null),
    ),
  )
})

/** Deletes what Plex keeps for us. */
export const takeFromPlex = Effect.fnUntraced(function* (record: PlacedSubtitle) {
  const library = yield* PlexLibrary
  yield* withServer(record.serverId, (access) =>
    Effect.gen(function* () {
      const item = yield* library.item(access, record.ratingKey, { refresh: false })
      const key = streamOfPlaced(item, record)?.key ?? null
      if (key !== null) yield* library.deleteSubtitle(access, key)
    }),
  ).pipe(Effect.catchTag("PlexNotFound", () => Effect.void))
})

/**
 * Takes a subtitle of ours out of its place, its file to the backups, and remembers that it is `refused` or `returned`.
 * Fails as `takeFile`.
 */
export const takeAway = Effect.fnUntraced(function* (
  record: PlacedSubtitle,
  state: "refused" | "returned",
  atMs: number,
) {
  const ledger = yield* SubtitleLedger
  const { file, id, ratingKey, serverId, title } = record
  const nextLookMs = null
  if (file === null) {
    yield* takeFromPlex(record)
    yield* ledger.update(id, (one) => ({ ...one, state, backup: null, nextLookMs }))
    return
  }
  const { backupId } = yield* SubtitleShelf.use((shelf) => shelf.foresee(null))
  const { name, videoPath } = file
  const change = { id, set: { state, backup: backupId, nextLookMs } }
  const about = { atMs, serverId, ratingKey, title, videoPath, file: { name, digest: null } }
  const kept = yield* carryOut(
    { ...about, gone: null, add: null, changes: [change], refuse: null },
    takeFile(record, file, backupId),
  )
  if (kept === null) yield* ledger.update(id, (one) => ({ ...one, backup: null }))
})

const refuse = Effect.fnUntraced(function* (id: number) {
  const ledger = yield* SubtitleLedger
  const record = yield* placedRecord(id)
  const atMs = yield* Clock.currentTimeMillis
  const { candidateId, language, name, provider, ratingKey, serverId, title } = record
  const about = { serverId, ratingKey, title, provider, candidateId, name, language }
  // The entry first: should the process die after it, the subtitle may be there still and is never chosen again.
  yield* ledger.refuse({ ...about, atMs, reason: "refused", placedId: id })
  yield* takeAway(record, "refused", atMs)
  // What Plex kept beside it is what is there now, and may be bettered again at once.
  const before = record.file === null && record.replaces !== null ? yield* ledger.get(record.replaces) : null
  if (before !== null && before.file === null && before.state === "replaced")
    yield* ledger.update(before.id, (one) => ({ ...one, state: "placed", nextLookMs: atMs }))
  yield* tellOf(
    record,
    "refused",
    `Somebody said "not this one" to "${name}" of ${provider}; another is searched`,
  )
  return yield* searchAgain(record)
})

/**
 * "Not this one": the subtitle is never taken for its item again, goes to the backups, and another one is searched.
 * Answers the job that searches.
 */
export const refuseSubtitle = Effect.fn("refuseSubtitle")((id: number) => changeInTurn(id, refuse(id)))

/** Puts a candidate on the blacklist of an item without searching again: for what was never placed. */
export const refuseCandidate = Effect.fn("refuseCandidate")(function* (
  refusal: Omit<NewRefusal, "atMs" | "reason" | "placedId">,
) {
  const ledger = yield* SubtitleLedger
  const atMs = yield* Clock.currentTimeMillis
  const name = refusal.name.slice(0, REFUSED_NAME_CHARS_MAX)
  return yield* ledger.refuse({ ...refusal, name, atMs, reason: "refused", placedId: null })
})

/** Takes an entry off the blacklist: the next search may choose it again. Fails with RefusalUnknown. */
export const allowAgain = Effect.fn("allowAgain")(function* (id: number) {
  const ledger = yield* SubtitleLedger
  const refusal = yield* ledger.allow(id)
  return refusal ?? (yield* new RefusalUnknown({ id }))
})
