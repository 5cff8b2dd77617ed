/** Times and spans as people say them. */

const exact = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "medium" })
const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" })
const day = new Intl.DateTimeFormat("en-GB", { weekday: "long", day: "numeric", month: "long" })

export const exactText = (atMs: number) => exact.format(atMs)
export const clockText = (atMs: number) => clock.format(atMs)

const UNITS = [
  ["day", 86_400_000],
  ["h", 3_600_000],
  ["min", 60_000],
  ["s", 1_000],
] as const

/** `3 h`, `12 min`, `1.4 s`, `2 days`. */
export function spanText(ms: number): string {
  const span = Math.max(0, ms)
  if (span < 1_000) return `${Math.round(span)} ms`
  if (span < 10_000) return `${(span / 1_000).toFixed(1)} s`
  const [unit, size] = UNITS.find(([, one]) => span >= one) ?? UNITS[3]
  const value = Math.floor(span / size)
  return unit === "day" ? `${value} ${value === 1 ? "day" : "days"}` : `${value} ${unit}`
}

/** `just now`, `in a moment`, `4 min ago`, `in 3 h`. */
export function relativeText(atMs: number, nowMs: number): string {
  const distance = nowMs - atMs
  if (Math.abs(distance) < 5_000) return distance < 0 ? "in a moment" : "just now"
  const span = spanText(Math.floor(Math.abs(distance) / 1_000) * 1_000).replace(/\.0 s$/, " s")
  return distance > 0 ? `${span} ago` : `in ${span}`
}

/** `9:41` for a time that runs out. */
export function leftText(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1_000))
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`
}

/** The day as a heading: `Today`, `Yesterday`, `Monday 3 August`. */
export function dayText(atMs: number, nowMs: number): string {
  const start = (ms: number) => new Date(ms).setHours(0, 0, 0, 0)
  const days = Math.round((start(nowMs) - start(atMs)) / 86_400_000)
  return days === 0 ? "Today" : days === 1 ? "Yesterday" : day.format(atMs)
}
