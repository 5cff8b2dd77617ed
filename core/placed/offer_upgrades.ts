import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { type NewJob, PRIORITY } from "../jobs/job.ts"
import { JobQueue, SettingsStore, SubtitleLedger } from "../ports/mod.ts"
import { mayCallPlex } from "../servers/keep_connected.ts"
import { INTENTION_OLD_MS } from "./intention.ts"
import type { PlacedSubtitle } from "./placed.ts"
import { settleLeftOver } from "./settle_intentions.ts"
import { LOOK_EVERY_MS } from "./upgrade.ts"

/** Looks that may wait at a time; more are begun when these are done, so that providers are asked slowly. */
export const UPGRADES_WAITING_MAX = 10
/** How often, in milliseconds, what is due is looked for. */
const TICK_MS = 30_000

/** The job that looks for better ones of an item; one at a time for an item. */
export function upgradeJob(
  record: Pick<PlacedSubtitle, "serverId" | "ratingKey" | "title">,
  nowMs: number,
  asked: boolean,
): NewJob {
  const { ratingKey, serverId, title } = record
  return {
    key: `upgrade/${serverId}/${ratingKey}${asked ? "/asked" : ""}`,
    work: {
      _tag: "UpgradeSubtitles",
      serverId,
      ratingKey,
      asked,
      cause: {
        source: asked ? "api" : "upgrade",
        event: "upgrade",
        atMs: nowMs,
        viewer: null,
        player: null,
        title,
      },
    },
    priority: asked ? PRIORITY.asked : PRIORITY.upgraded,
    lane: serverId,
    notBeforeMs: 0,
    sighting: null,
  }
}

/** Puts the looks that are due into the queue, as many as may wait; answers how many. */
export const offerUpgrades = Effect.fn("offerUpgrades")(function* () {
  const { oncue } = yield* SettingsStore.use((store) => store.current)
  if (oncue.upgrade_days === 0 || oncue.mode === "bazarr" || !(yield* mayCallPlex())) return 0
  const queue = yield* JobQueue
  const ledger = yield* SubtitleLedger
  const nowMs = yield* Clock.currentTimeMillis
  const waiting = yield* queue.list({
    states: ["waiting", "running"],
    work: ["UpgradeSubtitles"],
    limit: UPGRADES_WAITING_MAX,
  })
  const room = UPGRADES_WAITING_MAX - waiting.length
  if (room <= 0) return 0
  const due = yield* ledger.due(nowMs, 4 * UPGRADES_WAITING_MAX)
  const jobs = new Map(due.map((record) => upgradeJob(record, nowMs, false)).map((job) => [job.key, job]))
  const offered = [...jobs.values()].slice(0, room)
  if (offered.length === 0) return 0
  yield* queue.offer(offered)
  // The job decides anew; until it has, and should it never come to an end, the next look is in a day.
  const keys = new Set(offered.map((job) => job.key))
  for (const record of due.filter((one) => keys.has(upgradeJob(one, nowMs, false).key)))
    yield* ledger.update(record.id, (one) => ({ ...one, nextLookMs: nowMs + LOOK_EVERY_MS }))
  return offered.length
})

/** Does so for ever, and settles what was left open; a store that does not work is tried again. */
export const offerUpgradesForEver = Effect.fn("offerUpgradesForEver")(function* () {
  return yield* Effect.forever(
    Effect.andThen(settleLeftOver(INTENTION_OLD_MS), offerUpgrades()).pipe(
      Effect.catch((error) => Effect.as(Effect.logWarning(`No upgrades now. ${error.message}`), 0)),
      Effect.andThen(Effect.sleep(TICK_MS)),
    ),
  )
})
