import type { Job } from "../jobs/job.ts"
import type { PlaySession } from "../ports/plex_server.ts"
import { type Profile, wishName } from "../subtitles/profile.ts"
import { type Present, wantedOf } from "../subtitles/wanted.ts"

/** How the subtitles of something that is being watched are, by names that people use. */
export interface SubtitleState {
  /** Wanted and there, or not needed because of the audio or another one. */
  readonly settled: ReadonlyArray<string>
  readonly missing: ReadonlyArray<string>
  /** The search that is under way or waits; null when there is none. */
  readonly job: { readonly id: number; readonly sinceMs: number } | null
}

/** Somebody watching something, as the page shows it. */
export interface Playing {
  readonly serverId: string
  readonly serverName: string
  readonly sessionKey: string
  readonly ratingKey: string | null
  readonly kind: "movie" | "episode" | "other"
  readonly live: boolean
  readonly title: string
  readonly user: string
  readonly player: string
  /** Plex's own word: `playing`, `paused`, `buffering`. */
  readonly state: string
  /** Null where it cannot be told: live television, an item that the token may not read. */
  readonly subtitles: SubtitleState | null
}

/** What of the profile is there and what is missing, in any of the files that are looked at: each has its own. */
export function subtitleState(
  profile: Profile,
  files: ReadonlyArray<Present>,
  job: Job | null,
): SubtitleState {
  const lacking = new Set(files.flatMap((present) => wantedOf(profile, present).missing))
  return {
    settled: profile.wishes.filter((wish) => !lacking.has(wish)).map(wishName),
    missing: profile.wishes.filter((wish) => lacking.has(wish)).map(wishName),
    job: job === null ? null : { id: job.id, sinceMs: job.createdAtMs },
  }
}

/** The search for this item among jobs that wait or run. */
export function searchOf(
  jobs: ReadonlyArray<Job>,
  item: { readonly serverId: string; readonly ratingKey: string },
): Job | null {
  const found = jobs.find(
    ({ work }) =>
      work._tag === "FindSubtitles" && work.serverId === item.serverId && work.ratingKey === item.ratingKey,
  )
  return found ?? null
}

/** The kind of a session's item; what is neither film nor episode gets no subtitles. */
export function kindOf({ live, type }: Pick<PlaySession, "live" | "type">): Playing["kind"] {
  if (live) return "other"
  return type === "movie" || type === "episode" ? type : "other"
}
