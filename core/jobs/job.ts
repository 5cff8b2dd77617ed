import * as Schema from "effect/Schema"

/** Where a trigger came from. */
export const TriggerSource = Schema.Literals([
  "webhook",
  "stream",
  "tautulli",
  "sonarr",
  "radarr",
  "api",
  "sweep",
  "next",
  "upgrade",
])
export type TriggerSource = typeof TriggerSource.Type

/** Why a job exists: enough to tell the story, nothing secret. */
export const Cause = Schema.Struct({
  source: TriggerSource,
  /** Plex's event name or the application's event type. */
  event: Schema.String,
  atMs: Schema.Finite,
  viewer: Schema.NullOr(Schema.Struct({ id: Schema.String, name: Schema.String })),
  player: Schema.NullOr(Schema.String),
  title: Schema.NullOr(Schema.String),
})
export type Cause = typeof Cause.Type

/** How a film or episode is named by ids. */
const NAMED_BY_IDS = {
  kind: Schema.Literals(["movie", "episode"]),
  /** Ids of the film, or of the show; numbers without prefix, IMDb's with `tt`. At least one. */
  ids: Schema.Struct({
    imdb: Schema.optionalKey(Schema.String),
    tmdb: Schema.optionalKey(Schema.String),
    tvdb: Schema.optionalKey(Schema.String),
  }),
  /** Null for a film. */
  season: Schema.NullOr(Schema.Int),
  episode: Schema.NullOr(Schema.Int),
} as const

/** What is to be done. Stored as JSON, so a change of a field needs a default for jobs that wait from before it. */
export const Work = Schema.Union([
  /** Find, place and verify the missing subtitles of one item. */
  Schema.TaggedStruct("FindSubtitles", {
    serverId: Schema.String,
    ratingKey: Schema.String,
    cause: Cause,
  }),
  /** The same for a file that Sonarr, Radarr or a script names; the Plex item is looked up by path. */
  Schema.TaggedStruct("FindSubtitlesForFile", {
    /** The path as the sender sees it. */
    path: Schema.String,
    /** The instance of Sonarr or Radarr that sees it so, where its address in our settings names one. */
    sender: Schema.optionalKey(
      Schema.Struct({ app: Schema.Literals(["sonarr", "radarr"]), instance: Schema.String }),
    ),
    cause: Cause,
  }),
  /** The same for the film or episode with these ids, wherever it is in the chosen libraries. */
  Schema.TaggedStruct("FindSubtitlesByIds", {
    ...NAMED_BY_IDS,
    cause: Cause,
  }),
  /** Look for clearly better subtitles than those that OnCue has placed for one item. */
  Schema.TaggedStruct("UpgradeSubtitles", {
    serverId: Schema.String,
    ratingKey: Schema.String,
    /** Somebody asked: also for what is not due. */
    asked: Schema.Boolean,
    cause: Cause,
  }),
  /** Compare a subtitle that OnCue has placed with the sound of its video. */
  Schema.TaggedStruct("ListenToTiming", {
    serverId: Schema.String,
    ratingKey: Schema.String,
    placedId: Schema.Int,
    cause: Cause,
  }),
  /** Make Plex look at whatever this names, as soon as a server is known to have it. */
  Schema.TaggedStruct("RefreshNamed", {
    target: Schema.Union([
      Schema.TaggedStruct("File", { path: Schema.String }),
      Schema.TaggedStruct("Ids", NAMED_BY_IDS),
    ]),
    cause: Cause,
  }),
  /** Make Plex look at an item again and verify. */
  Schema.TaggedStruct("RefreshItem", {
    serverId: Schema.String,
    ratingKey: Schema.String,
    cause: Cause,
  }),
])
export type Work = typeof Work.Type
export type WorkTag = Work["_tag"]

export type JobState = "waiting" | "running" | "done" | "failed" | "cancelled"

/** Lower comes first: being watched now, just imported, asked for by a sweep. A better one than what is there comes last. */
export const PRIORITY = { watching: 0, imported: 10, asked: 5, next: 15, swept: 20, upgraded: 25 } as const

export interface NewJob {
  /** Jobs with the same key never wait or run twice: a new one merges into the one there is. */
  readonly key: string
  readonly work: Work
  /** 0 is the most urgent. A merge keeps the more urgent of the two. */
  readonly priority: number
  /** Jobs of one lane are limited together, for example those of one server. */
  readonly lane: string
  /** Not before this time; 0 for now. */
  readonly notBeforeMs: number
  /** The same sighting within its window is dropped, also after the job is done. Null: always taken. */
  readonly sighting: { readonly key: string; readonly windowMs: number } | null
}

export interface Job {
  readonly id: number
  readonly key: string
  readonly work: Work
  readonly state: JobState
  readonly priority: number
  readonly lane: string
  /** How often it was begun, the present time included. */
  readonly attempts: number
  readonly notBeforeMs: number
  readonly createdAtMs: number
  readonly startedAtMs: number | null
  readonly finishedAtMs: number | null
  /** Why it failed or waits again; what was done when it is done. Null before the first attempt. */
  readonly reason: string | null
}

/** Attempts before a job becomes a dead letter: an hour and a half, so that it outlasts a server's night. */
export const ATTEMPTS_MAX = 12
/** Jobs that may wait; beyond it triggers are refused with 503 and nothing that was acknowledged is dropped. */
export const JOBS_WAITING_MAX = 100_000
/** When to come again, in seconds, for whoever was refused because as many jobs wait as may. */
export const QUEUE_FULL_RETRY_SECONDS = 30
/** Jobs worked on at the same time. */
export const JOBS_RUNNING_MAX = 4
/** Jobs of one lane worked on at the same time: fewer than all, so that one silent server leaves room for the others. */
export const LANE_RUNNING_MAX = 3
/** The lane of what listens to the sound of videos: minutes of a processor each, and nobody waits for it. */
export const TIMING_LANE = "timing"
/** Lanes with room for fewer: the others of such a lane wait without a worker, so that a playback always finds one. */
export const NARROW_LANES: Readonly<Record<string, number>> = { [TIMING_LANE]: 1 }
/** How long one attempt may take, in milliseconds. */
export const JOB_DEADLINE_MS = 10 * 60_000
/** How long a job that is told to stop may take to do so, in milliseconds. */
export const JOB_STOP_MS = 5_000
/** Days for which finished jobs are kept. */
export const JOBS_KEPT_DAYS = 30
const BACKOFF_FIRST_MS = 5_000
const BACKOFF_LONGEST_MS = 30 * 60_000

/**
 * Jobs of a lane that run at the same time, where an ordinary lane has room for so many.
 *
 * @example
 * ```ts
 * assert.strictEqual(laneRoom("den", 3), 3)
 * assert.strictEqual(laneRoom(TIMING_LANE, 3), 1)
 * ```
 */
export function laneRoom(lane: string, ordinary: number): number {
  return Object.hasOwn(NARROW_LANES, lane) ? Math.min(ordinary, NARROW_LANES[lane] ?? ordinary) : ordinary
}

/**
 * How long to wait after the given number of attempts: doubling from 5 s to half an hour, with half of it at random.
 * `random` is in [0, 1).
 *
 * @example
 * ```ts
 * assert.strictEqual(backoffMs(1, 0), 2_500)
 * assert.strictEqual(backoffMs(1, 0.5), 3_750)
 * assert.strictEqual(backoffMs(99, 0), 900_000)
 * ```
 */
export function backoffMs(attempts: number, random: number): number {
  const full = Math.min(BACKOFF_LONGEST_MS, BACKOFF_FIRST_MS * 2 ** Math.min(Math.max(attempts, 1) - 1, 20))
  return full / 2 + (full / 2) * random
}

/**
 * How long a job is left alone, in milliseconds, that the end of the process cut short, after so many attempts. A first
 * time is an accident and it goes on at once; later on it may be the job that ends the process, and the others go first.
 *
 * @example
 * ```ts
 * assert.strictEqual(cutShortPauseMs(1), 0)
 * assert.strictEqual(cutShortPauseMs(2), 7_500)
 * ```
 */
export function cutShortPauseMs(attempts: number): number {
  return attempts <= 1 ? 0 : backoffMs(attempts, 0.5)
}
