import * as Effect from "effect/Effect"
import { keepAliveForEver, tendSignInsForEver } from "../core/auth/keep_alive.ts"
import { listen } from "../core/events/listen.ts"
import { doWork } from "../core/jobs/do_work.ts"
import { pruneHistoryDaily } from "../core/jobs/prune_history.ts"
import { runJobs } from "../core/jobs/run_jobs.ts"
import { keepIndex } from "../core/library/keep_index.ts"
import { migrate } from "../core/migration/migrate.ts"
import { offerUpgradesForEver } from "../core/placed/offer_upgrades.ts"
import { settleLeftOver } from "../core/placed/settle_intentions.ts"
import type { AnyPort } from "../core/ports/mod.ts"
import { keepConnected } from "../core/servers/keep_connected.ts"
import { reportChanges } from "../core/settings/report_changes.ts"
import type { Settings } from "../core/settings/settings.ts"
import { runSweepsForEver } from "../core/sweep/run_sweeps.ts"
import { scheduleSweeps } from "../core/sweep/schedule_sweeps.ts"

/** What goes on by itself as long as the server runs. Its end, whatever it is, is never the end of what runs beside it. */
const guarded = (name: string, program: Effect.Effect<unknown, never, AnyPort>) =>
  Effect.catchCause(program, (cause) => Effect.logError(`${name} broke off`, cause))

/** Longest time, in milliseconds, that the start waits for disks with subtitles whose change was cut short. */
const LEFT_OVER_WAIT_MS = 5_000

/** Everything that runs in the background, one line each. `changed` is told of every change of the settings. */
export const background = (changed: (settings: Settings) => void) =>
  Effect.andThen(
    // Before anything else touches a file; a disk that does not answer is asked again later.
    guarded("The look at what was left open", Effect.timeoutOption(settleLeftOver(0), LEFT_OVER_WAIT_MS)),
    goingOn(changed),
  )

const goingOn = (changed: (settings: Settings) => void) =>
  Effect.all(
    [
      guarded("The work on jobs", runJobs(doWork)),
      guarded("The listening to servers", listen()),
      guarded("The pruning of history", pruneHistoryDaily()),
      guarded("The care for sign-ins", tendSignInsForEver()),
      guarded("The check of the token", keepAliveForEver()),
      guarded("The care for connections", keepConnected()),
      guarded("The care for the index", keepIndex()),
      guarded("The sweeps", runSweepsForEver()),
      guarded("The upgrades", offerUpgradesForEver()),
      guarded("The schedule of sweeps", scheduleSweeps()),
      guarded("The watch over config.yaml", reportChanges(changed)),
      guarded("The migration", migrate({ asked: false })),
    ],
    { concurrency: "unbounded", discard: true },
  )
