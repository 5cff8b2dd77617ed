/**
 * Lets those who bring jobs go before those who work on them. A burst of events is over soon, and nobody answers it
 * sooner for a job that is worked on meanwhile: each one costs as much as dozens of events.
 */

/** Offers within one moment from which on it is a burst, and how long a moment is, in milliseconds. */
const BURST_OFFERS = 16
const MOMENT_MS = 100
/** How often, in milliseconds, whoever gives way looks whether the burst is over, and after how long it goes on anyhow. */
export const GIVE_WAY_LOOK_MS = 50
export const GIVE_WAY_MS = 1_000

export interface RightOfWay {
  /** Somebody brings a job. */
  readonly offered: (nowMs: number) => void
  /** Whether so many do, at this moment or the one before, that work is better left alone. */
  readonly isBurst: (nowMs: number) => boolean
}

/** Counts the offers of this moment and of the one before it. */
export function rightOfWay(): RightOfWay {
  let sinceMs = 0
  let now = 0
  let before = 0
  const turn = (nowMs: number) => {
    const passed = nowMs - sinceMs
    // A clock that was set back begins a new moment.
    if (passed >= 0 && passed < MOMENT_MS) return
    before = passed >= 0 && passed < 2 * MOMENT_MS ? now : 0
    now = 0
    sinceMs = nowMs
  }
  return {
    offered: (nowMs) => {
      turn(nowMs)
      now += 1
    },
    isBurst: (nowMs) => {
      turn(nowMs)
      return now >= BURST_OFFERS || before >= BURST_OFFERS
    },
  }
}
