import type { Entry } from "../api/live.ts"
import type { Job } from "./signs.ts"

/** One attempt of a story, from its first step to its last. */
export interface Run {
  /** 1 for the first. */
  readonly number: number
  readonly entries: ReadonlyArray<Entry>
  readonly beganMs: number
  /** Null while it goes on. */
  readonly endedMs: number | null
}

/** Whether a job is being worked on, or will be as soon as there is room. */
export const isUnderWay = (job: Job, nowMs: number) =>
  job.state === "running" || (job.state === "waiting" && job.notBeforeMs <= nowMs)

/**
 * The attempts of a job by its steps, oldest first: another one begins where somebody asked once more, and after the job
 * was put off. An attempt that has no step yet is there as soon as it is under way.
 */
export function runsOf(steps: ReadonlyArray<Entry>, job: Job | undefined, nowMs: number): ReadonlyArray<Run> {
  const parts: Array<Array<Entry>> = []
  let isOver = true
  for (const entry of steps) {
    if (isOver || entry.kind === "again") parts.push([])
    parts.at(-1)?.push(entry)
    isOver = entry.kind === "will_retry"
  }
  const goesOn = job !== undefined && isUnderWay(job, nowMs)
  if (goesOn && isOver && parts.length > 0) parts.push([])
  return parts.map((entries, index): Run => {
    const isLast = index === parts.length - 1
    const firstMs = entries[0]?.atMs ?? job?.startedAtMs ?? nowMs
    const lastMs = entries.at(-1)?.atMs ?? firstMs
    const finishedMs = isLast ? (job?.finishedAtMs ?? null) : null
    return {
      number: index + 1,
      entries,
      beganMs: index === 0 ? Math.min(job?.createdAtMs ?? firstMs, firstMs) : firstMs,
      endedMs: isLast && goesOn ? null : Math.max(finishedMs ?? lastMs, lastMs),
    }
  })
}
