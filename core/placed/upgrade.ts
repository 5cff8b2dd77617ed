import type { ProviderReport } from "../providers/search_providers.ts"
import { SCORE_MAX, type Scored, UPGRADE_MARGIN } from "../subtitles/score.ts"
import type { PlacedSubtitle } from "./placed.ts"

const DAY_MS = 24 * 60 * 60_000
/** How often a better one is looked for while the window is open, in milliseconds. */
export const LOOK_EVERY_MS = DAY_MS
/** When to look again for what a provider had that was too slow for the viewer, in milliseconds. */
export const LATE_LOOK_MS = 120_000
/** How long such a look waits for each provider, in milliseconds: nobody is watching. */
export const UPGRADE_SEARCH_MS = 60_000

type Judged = Pick<PlacedSubtitle, "score" | "machineTranslated">

/**
 * Whether a candidate is clearly better than what is there: by `UPGRADE_MARGIN` points, or as good and made by people
 * where the one that is there was translated by a machine.
 *
 * @example
 * ```ts
 * const there = { score: 70, machineTranslated: false }
 * const offer = (score, machineTranslated = false) => ({ score, candidate: { machineTranslated } })
 * assert.isFalse(isClearlyBetter(offer(79), there))
 * assert.isTrue(isClearlyBetter(offer(80), there))
 * assert.isFalse(isClearlyBetter(offer(95, true), there))
 * assert.isTrue(isClearlyBetter(offer(70), { ...there, machineTranslated: true }))
 * ```
 */
export function isClearlyBetter(
  scored: Pick<Scored, "score"> & { readonly candidate: { readonly machineTranslated: boolean } },
  there: Judged,
): boolean {
  const { machineTranslated } = scored.candidate
  if (machineTranslated && !there.machineTranslated) return false
  if (there.machineTranslated && !machineTranslated) return scored.score >= there.score
  return scored.score >= there.score + UPGRADE_MARGIN
}

/** Whether anything could be clearly better. */
export function canBeBettered(there: Judged): boolean {
  return there.machineTranslated || there.score + UPGRADE_MARGIN <= SCORE_MAX
}

const wasLate = ({ result }: ProviderReport) => result === "too_slow" || result === "failed"

/**
 * When to look for a better one first, unix milliseconds: soon where a provider could not say in time what it has, when
 * a resting one may be asked again, else after a day. Null: never, as the window is closed or nothing can be better.
 */
export function firstLook(
  there: Judged,
  reports: ReadonlyArray<ProviderReport>,
  nowMs: number,
  windowDays: number,
): number | null {
  if (windowDays === 0 || !canBeBettered(there)) return null
  const untilMs = nowMs + windowDays * DAY_MS
  const resting = reports.flatMap((one) => (one.untilMs === null ? [] : [one.untilMs]))
  const late = reports.some((one) => wasLate(one) && one.untilMs === null) ? [nowMs + LATE_LOOK_MS] : []
  const look = Math.min(
    nowMs + LOOK_EVERY_MS,
    ...late,
    ...resting.map((at) => Math.max(at, nowMs + LATE_LOOK_MS)),
  )
  return look <= untilMs ? look : null
}

/** When to look the next time; null once the window, which began with the first subtitle, is closed. */
export function nextLook(
  there: Judged & Pick<PlacedSubtitle, "sinceMs">,
  nowMs: number,
  windowDays: number,
): number | null {
  const look = nowMs + LOOK_EVERY_MS
  return canBeBettered(there) && look <= there.sinceMs + windowDays * DAY_MS ? look : null
}
