import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { refreshJob } from "../library/refresh_job.ts"
import type { ItemRef } from "../media/media_item.ts"
import { JobQueue, Journal, SubtitleLedger, SubtitleShelf } from "../ports/mod.ts"
import { INTENTION_KEPT_MS, type Intention, isDone, type NewIntention } from "./intention.ts"

/** A write that may still be done although nobody waits for it: what is there tells, later. */
const isOpen = (error: { readonly _tag: string; readonly reason?: unknown }) =>
  error._tag === "ShelfUnavailable" && error.reason === "other"

/** Runs a change of the shelf; where it fails, nothing has been done and nothing is remembered of it. */
export const orDropped = <A, E extends { readonly _tag: string; readonly reason?: unknown }, R>(
  intention: number | null,
  change: Effect.Effect<A, E, R>,
) =>
  Effect.tapError(change, (error) =>
    intention === null || isOpen(error)
      ? Effect.void
      : Effect.ignore(SubtitleLedger.use((ledger) => ledger.settle(intention, "dropped"))),
  )

/**
 * Makes a change beside a video that is to be remembered, whenever the process ends: the intention first, then the
 * change, then what is remembered of it. Fails with StoreUnavailable before anything is touched.
 */
export const carryOut = Effect.fnUntraced(function* <
  A,
  E extends { readonly _tag: string; readonly reason?: unknown },
  R,
>(intention: NewIntention, change: Effect.Effect<A, E, R>) {
  const ledger = yield* SubtitleLedger
  const id = yield* ledger.intend(intention)
  const made = yield* orDropped(id, change)
  yield* ledger.settle(id, "done")
  return made
})

/** Takes away the file that was to go, where it is still there and still ours. */
const takeGone = Effect.fnUntraced(function* ({ gone, videoPath }: Intention) {
  if (gone === null) return
  const shelf = yield* SubtitleShelf
  if ((yield* shelf.digest(videoPath, gone.name)) !== gone.digest) return
  yield* shelf
    .remove(videoPath, gone.name, { digest: gone.digest, backupId: gone.backup })
    .pipe(Effect.catchTag("ShelfChanged", () => Effect.void))
})

/** What was done is remembered and told, and its intention is the answer; what was not is dropped. */
const settleOne = Effect.fnUntraced(
  function* (intention: Intention) {
    const ledger = yield* SubtitleLedger
    const shelf = yield* SubtitleShelf
    const { file, id, ratingKey, serverId, title, videoPath } = intention
    if (!isDone(intention, yield* shelf.digest(videoPath, file.name)))
      return yield* Effect.as(ledger.settle(id, "dropped"), null)
    yield* takeGone(intention)
    const added = yield* ledger.settle(id, "done")
    const journal = yield* Journal
    yield* journal.write({
      kind: "wrote",
      text: `${file.name} was changed just before OnCue was ended, and that is remembered now`,
      jobId: added?.jobId ?? null,
      serverId,
      ratingKey,
      title,
      detail: { placedId: added?.id ?? null },
    })
    return intention as Intention | null
  },
  (settling, intention) =>
    Effect.catch(settling, (error) =>
      Effect.gen(function* () {
        yield* Effect.logWarning(
          `It is not known yet what became of ${intention.file.name}: ${error.message}`,
        )
        const ageMs = (yield* Clock.currentTimeMillis) - intention.atMs
        if (error._tag === "ShelfUnavailable" && ageMs >= INTENTION_KEPT_MS)
          yield* Effect.ignore(SubtitleLedger.use((ledger) => ledger.settle(intention.id, "dropped")))
        return null
      }),
    ),
)

/**
 * Settles what a process has left open that was ended in the midst of a change: what is beside the video tells whether
 * it was done. Only intentions of `ageMs` at least, so that what is being done at this moment is left alone, and those of
 * one item where it is given. Answers what was done and not remembered. Never fails; what cannot be told stays open.
 */
export const settleIntentions = Effect.fn("settleIntentions")(
  function* (ageMs: number, item: ItemRef | null) {
    const ledger = yield* SubtitleLedger
    const nowMs = yield* Clock.currentTimeMillis
    const left = (yield* ledger.intentions).filter(
      ({ atMs, ratingKey, serverId }) =>
        (nowMs - atMs >= ageMs || atMs > nowMs) &&
        (item === null || (item.serverId === serverId && item.ratingKey === ratingKey)),
    )
    return (yield* Effect.forEach(left, settleOne)).filter((one) => one !== null)
  },
  Effect.catchTag("StoreUnavailable", (error) =>
    Effect.as(Effect.logWarning(error.message), [] as ReadonlyArray<Intention>),
  ),
)

/** The same for every item, and makes Plex look at what was done. With 0 for the start, when nothing else goes on. */
export const settleLeftOver = Effect.fn("settleLeftOver")(function* (ageMs: number) {
  const done = yield* settleIntentions(ageMs, null)
  if (done.length === 0) return
  const atMs = yield* Clock.currentTimeMillis
  const jobs = done.map(({ ratingKey, serverId, title }) => {
    const by = { source: "upgrade", event: "remembered", viewer: null, player: null } as const
    return refreshJob({ serverId, ratingKey }, { ...by, atMs, title })
  })
  const offered = Effect.asVoid(JobQueue.use((queue) => queue.offer(jobs)))
  yield* Effect.catch(offered, (error) => Effect.logWarning(`Plex does not look at it now. ${error.message}`))
})
