import type { Data } from "../api/types.ts"
import parts from "../parts/parts.module.css"
import { State } from "../parts/words.tsx"
import { library as words } from "../strings/library.ts"
import { exactText, spanText } from "../strings/time.ts"
import css from "./library.module.css"

export type Sweep = Data<"GET /api/library/sweeps">[number]

export const isOpen = (sweep: Sweep) => sweep.state !== "done"
export const isWaiting = (sweep: Sweep) => sweep.state === "running" && sweep.waiting !== null

/** How long, in milliseconds, a sweep has been at work, and has looked at at least so many items, before it has a pace. */
const PACE_MS = 3_000

/** Items that a sweep has looked at in a millisecond of its work; null before there is a pace. */
function paceOf(sweep: Sweep, nowMs: number): number | null {
  const endMs = sweep.state === "running" ? nowMs : sweep.atMs
  const workedMs = endMs - sweep.startedAtMs - sweep.pausedMs
  return sweep.looked === 0 || workedMs < PACE_MS ? null : sweep.looked / workedMs
}

/** How far one or several sweeps are: how many of how many, how fast, how much longer. */
export function SweepProgress({
  nowMs,
  sweeps,
}: {
  readonly sweeps: ReadonlyArray<Sweep>
  readonly nowMs: number
}) {
  const looked = sweeps.reduce((sum, one) => sum + one.looked, 0)
  const missing = sweeps.reduce((sum, one) => sum + one.missing, 0)
  const found = sweeps.reduce((sum, one) => sum + one.found, 0)
  const totals = sweeps.map((one) => one.total)
  const total = totals.every((one) => one !== null) ? totals.reduce((sum, one) => sum + one, 0) : null
  const atWork = sweeps.filter((one) => one.state === "running" && one.waiting === null)
  const pace = atWork.reduce((sum, one) => sum + (paceOf(one, nowMs) ?? 0), 0)
  const left = total === null || pace === 0 ? null : (total - looked) / pace
  const share = total === null || total === 0 ? 0 : Math.min(1, looked / total)
  const obstacles = [...new Set(sweeps.flatMap((one) => (one.obstacle === null ? [] : [one.obstacle])))]
  const waits = sweeps.filter(isWaiting).flatMap((one) => (one.waiting === null ? [] : [one.waiting]))
  const isPaused = sweeps.every((one) => one.state === "paused")
  return (
    <>
      <div
        className={parts.bar}
        role="progressbar"
        aria-label={words.sweepTitle}
        aria-valuemin={0}
        aria-valuemax={total ?? looked}
        aria-valuenow={looked}
        aria-valuetext={words.sweepRunning(looked, total)}
      >
        <span style={{ width: `${share * 100}%` }} />
      </div>
      <div className={css.sweepRow}>
        <span>{words.sweepRunning(looked, total)}</span>
        <span>{words.sweepMissing(missing)}</span>
        {found === 0 ? null : <span>{words.sweepFound(found)}</span>}
        {isPaused ? (
          <State tone="now" icon="pause">
            {words.paused}
          </State>
        ) : null}
        {pace === 0 ? null : <span className={css.sub}>{words.sweepPace(pace * 60_000)}</span>}
        {left === null ? null : <span className={css.sub}>{words.sweepLeft(spanText(left))}</span>}
      </div>
      {[...new Map(waits.map((one) => [one.reason, one])).values()].map(({ reason, untilMs }) => (
        <State key={reason} tone="now">
          {untilMs === null ? reason : `${reason}, ${words.sweepUntil(exactText(untilMs))}`}
        </State>
      ))}
      {obstacles.map((obstacle) => (
        <State key={obstacle} tone="bad">
          {obstacle}
        </State>
      ))}
    </>
  )
}
