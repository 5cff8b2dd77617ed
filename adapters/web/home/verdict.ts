import type { Data } from "../api/types.ts"
import type { Notice } from "../strings/attention.ts"

/** `away`: OnCue itself does not answer; `reconnecting`: a server is not heard, and that may pass by itself. */
export type Verdict = "working" | "reconnecting" | "needs_you" | "away"

/** Notices with which OnCue still does its work. */
const MILD: ReadonlySet<Notice["_tag"]> = new Set<Notice["_tag"]>([
  "Unprotected",
  "Failed",
  "ProviderResting",
  "Setting",
])
/** Notices with which nobody can tell what plays. */
const BLIND: ReadonlySet<Notice["_tag"]> = new Set<Notice["_tag"]>(["SignIn", "PlexOff", "NoServer"])

export const isMild = (notice: Notice): boolean => MILD.has(notice._tag)
export const isBlind = (notice: Notice): boolean => BLIND.has(notice._tag)

/** Is it working? Never better than what is known. */
export function verdictOf(
  isConnected: boolean,
  notices: ReadonlyArray<Notice>,
  streams: Data<"GET /api/system/status">["streams"],
): Verdict {
  if (!isConnected) return "away"
  if (!notices.every(isMild)) return "needs_you"
  return streams.every(({ state }) => state._tag === "Connected") ? "working" : "reconnecting"
}
