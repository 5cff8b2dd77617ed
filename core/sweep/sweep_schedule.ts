import * as Option from "effect/Option"
import * as Schema from "effect/Schema"

/** The day of a server's last sweep by schedule, counted from 1970 in this machine's time. */
const Scheduled = Schema.Struct({ day: Schema.Int })
const decode = Schema.decodeUnknownOption(Scheduled)

export const scheduleKey = (serverId: string) => `sweep-schedule/${serverId}`

/** A moment in this machine's time. */
export interface LocalTime {
  readonly day: number
  readonly hour: number
}

const HOUR_MS = 60 * 60_000

/** The moment, `offsetMs` ahead of UTC. */
export function localTime(nowMs: number, offsetMs: number): LocalTime {
  const hours = Math.floor((nowMs + offsetMs) / HOUR_MS)
  return { day: Math.floor(hours / 24), hour: ((hours % 24) + 24) % 24 }
}

/**
 * Whether a sweep is due, and what is to be kept. The first one comes at the next time that the hour begins, not the
 * moment somebody sets the schedule; one that was missed comes as soon as it can.
 *
 * @example
 * ```ts
 * const set = scheduled(null, { day: 10, hour: 15 }, 7, 3)
 * assert.deepStrictEqual([set.due, set.keep], [false, { day: 4 }])
 * assert.strictEqual(scheduled(set.keep, { day: 11, hour: 2 }, 7, 3).due, false)
 * assert.deepStrictEqual(scheduled(set.keep, { day: 11, hour: 3 }, 7, 3), { due: true, keep: { day: 11 } })
 * ```
 */
export function scheduled(stored: unknown, now: LocalTime, everyDays: number, fromHour: number) {
  const known = Option.getOrNull(decode(stored))
  if (known === null) {
    const isOver = now.hour >= fromHour
    return { due: false, keep: { day: now.day - everyDays + (isOver ? 1 : 0) } }
  }
  const due = now.day - known.day >= everyDays && now.hour >= fromHour
  return { due, keep: due ? { day: now.day } : known }
}
