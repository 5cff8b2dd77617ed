import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"

/** How many requests may be started within a span of time, in milliseconds. */
export interface Pace {
  readonly count: number
  readonly windowMs: number
}

/** A turn-taker: its effect ends when one more request may be started, and counts it. */
export function makePace({ count, windowMs }: Pace): Effect.Effect<void> {
  const starts: Array<number> = []
  return Effect.flatMap(Clock.currentTimeMillis, (nowMs) => {
    const oldest = starts.length < count ? null : (starts.shift() ?? null)
    const startMs = oldest === null ? nowMs : Math.max(nowMs, oldest + windowMs)
    starts.push(startMs)
    return startMs > nowMs ? Effect.sleep(startMs - nowMs) : Effect.void
  })
}
