import type { Entry } from "../api/live.ts"
import type { Data } from "../api/types.ts"
import type { IconName } from "../parts/icon.tsx"
import type { Tone } from "../parts/words.tsx"
import { activity } from "../strings/activity.ts"

export type Job = Data<"GET /api/jobs">[number]

export interface Sign {
  readonly tone: Tone
  readonly icon: IconName
}

/** How a job looks in a list. */
export function signOf(job: Job): Sign {
  switch (job.state) {
    case "running":
      return { tone: "now", icon: "play" }
    case "waiting":
      return { tone: "now", icon: "clock" }
    case "failed":
      return { tone: "bad", icon: "cross" }
    case "cancelled":
      return { tone: "quiet", icon: "stop" }
    case "done":
      return { tone: "good", icon: "check" }
  }
}

const BAD = new Set<Entry["kind"]>(["failed", "not_listed", "not_notified"])
const GOOD = new Set<Entry["kind"]>(["listed", "wrote", "selected", "notified"])

/** How a step looks in a story. */
export function stepSign(kind: Entry["kind"]): Sign {
  if (BAD.has(kind)) return { tone: "bad", icon: "cross" }
  if (GOOD.has(kind)) return { tone: "good", icon: "check" }
  if (kind === "will_retry") return { tone: "now", icon: "clock" }
  if (kind === "ignored") return { tone: "quiet", icon: "stop" }
  return { tone: "quiet", icon: "dot" }
}

/** What people call the thing that a job is about. */
export function titleOf(job: Job): string {
  const { cause } = job.work
  if (cause.title !== null) return cause.title
  return job.work._tag === "FindSubtitlesForFile"
    ? (job.work.path.split(/[/\\]/).at(-1) ?? job.work.path)
    : activity.unnamed
}
