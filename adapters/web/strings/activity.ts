import type { Data } from "../api/types.ts"
import { plural, providerName } from "./common.ts"
import { exactText } from "./time.ts"

type Job = Data<"GET /api/jobs">[number]
type Step = Data<"GET /api/journal">[number]
type Kind = Step["kind"]

export const activity = {
  title: "Activity",
  intro: "What was heard, and what became of it.",
  filters: { all: "All", jobs: "Searches", failed: "Failed", events: "Events" },
  filterLabel: "Show",
  emptyTitle: "Nothing has happened yet",
  empty: "Play something in Plex. It appears here within a second.",
  emptyFailedTitle: "Nothing has failed",
  emptyFailed: "A search that gives up after its last attempt is listed here.",
  running: (running: number, waiting: number) =>
    running === 0 && waiting === 0
      ? "Queue empty"
      : [
          running > 0 ? `${running} running` : null,
          waiting > 0 ? `${plural(waiting, "job", "jobs")} waiting` : null,
        ]
          .filter((part) => part !== null)
          .join(" · "),
  unnamed: "An item in Plex",
  attempts: (count: number) => `attempt ${count}`,
  next: "again",
  open: (title: string) => `Open the story of ${title}`,
}

export const jobStates: Readonly<Record<Job["state"], string>> = {
  waiting: "Waiting",
  running: "Running",
  done: "Done",
  failed: "Failed",
  cancelled: "Cancelled",
}

/** The steps of a story, each as the word that begins its line. */
export const steps: Readonly<Record<Kind, string>> = {
  heard: "Heard",
  ignored: "Ignored",
  identified: "Is",
  wanted: "Wants",
  searched: "Searched",
  chose: "Chose",
  wrote: "Wrote",
  listed: "Plex shows it",
  not_listed: "Plex does not show it",
  upgraded: "Upgraded",
  returned: "Put back",
  refused: "Not this one",
  timing: "Timing",
  selected: "Selected",
  not_selected: "Not selected",
  notified: "Notified",
  not_notified: "Not notified",
  refreshed: "Refreshed",
  added_date: "Added date",
  nothing_to_do: "Nothing to do",
  failed: "Failed",
  will_retry: "Will retry",
  again: "Again",
  connection: "Connection",
  account: "Account",
  webhook: "Webhook",
  settings: "Settings",
  migration: "Migration",
  system: "System",
}

export const sources: Readonly<Record<Job["work"]["cause"]["source"], string>> = {
  webhook: "Plex webhook",
  stream: "Plex event stream",
  tautulli: "Tautulli",
  sonarr: "Sonarr",
  radarr: "Radarr",
  api: "by hand",
  sweep: "sweep",
  next: "next episode",
  upgrade: "upgrade",
}

/** What the senders call it, as people do; a word that is not here says nothing beside its source. */
const EVENTS: Readonly<Record<string, string>> = {
  "media.play": "playback",
  "media.resume": "playback",
  "library.new": "new in the library",
  not_this_one: "“Not this one”",
  returned: "“Back to the one before”",
  timing: "“Compare with the sound”",
  refresh: "asked to refresh",
  Download: "import",
  Rename: "renamed",
}

/** What a source told last, where there is a word for it. */
export const eventText = (event: string) => EVENTS[event] ?? ""

/** Why a search was begun: `Plex webhook, playback`, `by hand`. */
export function causeText(cause: Job["work"]["cause"]): string {
  const event = EVENTS[cause.event]
  return event === undefined ? sources[cause.source] : `${sources[cause.source]}, ${event}`
}

export const story = {
  back: "Activity",
  noStory: "This job has not begun yet. Its steps appear here as they happen.",
  missing: (id: string) => `There is no entry ${id}`,
  gone: "Finished searches are kept for 30 days.",
  goneButSteps: "The search itself is no longer kept; these are its steps.",
  toActivity: "Go to Activity",
  unread: "Story",
  run: (number: number) => (number === 1 ? "First run" : `Run ${number}`),
  doing: {
    FindSubtitles: "Searching",
    FindSubtitlesForFile: "Searching",
    FindSubtitlesByIds: "Searching",
    UpgradeSubtitles: "Looking for a better one",
    ListenToTiming: "Listening to the sound",
    RefreshNamed: "Having Plex look again",
    RefreshItem: "Having Plex look again",
  } satisfies Readonly<Record<Job["work"]["_tag"], string>>,
  again: "Search again",
  now: "Search now",
  cancel: "Cancel",
  why: "Why this one",
  others: (count: number) => plural(count, "other match", "other matches"),
  rejected: (count: number) => `${count} rejected`,
  details: "Details",
  score: (score: number) => `${score}/100`,
  files: "Files",
  asPlex: "as Plex names it",
  here: "as OnCue sees it",
  profile: "Profile",
  present: "Present",
  audio: "Audio",
  tookTime: (text: string) => `took ${text}`,
  took: "Took",
  tookLast: "The last run took",
  state: "State",
  cause: "Because of",
  viewer: "Viewer",
  player: "Player",
  created: "Heard",
  attempts: "Attempts",
}

export const placed = {
  title: "Its subtitles",
  none: "None of them is in place any more.",
  score: (score: number) => `${Math.round(score)}/100`,
  forced: "forced",
  hearing: "for the hearing impaired",
  nextLook: "A better one is looked for",
  refuse: "Not this one",
  refuseSure: "Take this subtitle away?",
  refuseText: (name: string) =>
    `“${name}” is removed and not taken for this title again, and another one is searched at once.`,
  goBack: "Back to the one before",
  better: "Look for a better one",
  past: (count: number) => plural(count, "earlier one", "earlier ones"),
  refused: (count: number) => `${count} not to be taken again`,
  allow: "Allow it again",
  reasons: { refused: "“not this one”", returned: "the one before was wanted back" },
  states: {
    placed: "in place",
    replaced: "a better one took its place",
    returned: "it was the better one, and the one before was wanted back",
    refused: "“not this one”",
    foreign: "changed by somebody else since",
  },
} as const

/** `1.5 s later`, `4.3 % longer, 0.3 s earlier`. */
function shiftText({ offsetMs, ratio }: { readonly offsetMs: number; readonly ratio: number }): string {
  const percent = Math.round(Math.abs(ratio - 1) * 1_000) / 10
  const parts = [
    ratio === 1 ? null : `${percent} % ${ratio > 1 ? "longer" : "shorter"}`,
    offsetMs === 0 ? null : `${Math.abs(offsetMs) / 1_000} s ${offsetMs > 0 ? "later" : "earlier"}`,
  ]
  return parts.filter((part) => part !== null).join(", ")
}

export const timing = {
  check: "Check the timing",
  inStep: "Nothing seems wrong with its timing.",
  mend: "Fix the timing",
  applied: (shift: { readonly offsetMs: number; readonly ratio: number }) =>
    `Its times were moved: ${shiftText(shift)}.`,
  undo: "Put the original back",
  listen: "Compare with the sound",
  listening: "It takes minutes and goes on by itself. If it is out of step, a fix is offered here.",
  own: "Move it by hand",
  seconds: "Seconds",
  secondsHelp: "With a minus sign it comes earlier: -1.5",
  secondsWrong: (most: number) => `A number of seconds from -${most} to ${most}`,
  speed: "Speed",
  speeds: {
    same: "As it is",
    longer: "Longer: made for 25 frames a second, the film has 23.976",
    shorter: "Shorter: made for 23.976 frames a second, the film has 25",
    own: "By a ratio of my own",
  },
  ratio: "Ratio",
  ratioHelp: "Every time is multiplied by it.",
  ratioWrong: (least: number, most: number) => `A number from ${least} to ${most}`,
  move: "Move the times",
}

export const undoDate = {
  button: "Undo added date",
  sure: "Undo the added date?",
  text: "The title goes back to the place in Recently Added that it had. A date that somebody else has set since stays.",
  nothing: "There was nothing to undo any more.",
  restored: (date: string) => `Added date is ${date} again.`,
  changedSince: "Somebody has set another date since; it was left alone.",
  failed: (reason: string) => `It could not be undone: ${reason.replace(/[.\s]+$/, "")}. Try again later.`,
}

/** The word of a step stands before its sentence, so the sentence need not begin with it once more. */
const SAID: Partial<Record<Kind, RegExp>> = {
  identified: /^It is /,
  wanted: /^Wants /,
  searched: /^Searched /,
  chose: /^Chose /,
  wrote: /^Wrote /,
  notified: /^Told /,
  selected: /^Switched on /,
}

/** `Heard from the event stream: somebody plays …`: the sender, and what it told. */
const HEARD = /^Heard from (?:the |a )?(.)([^:]*): /

/** Providers are kept by their ids, and read by their names. */
const NAMED = /(?<=" of )(gestdown|opensubtitles|plex|subdl)\b/g

/** The date that was given back, in unix milliseconds; null for every other step. */
export function undoneDateMs({ detail, kind }: Pick<Step, "kind" | "detail">): number | null {
  const change = detail as { readonly undo?: unknown; readonly after?: unknown } | null
  return kind === "added_date" && change?.undo === true && typeof change.after === "number"
    ? change.after * 1_000
    : null
}

export function stepText(step: Pick<Step, "kind" | "text" | "detail">): string {
  const { kind, text } = step
  const undoneMs = undoneDateMs(step)
  if (undoneMs !== null) return `set back to ${exactText(undoneMs)}`
  if (kind === "heard")
    return text.replace(HEARD, (_, first: string, rest: string) => `${first.toUpperCase()}${rest} · `)
  const said = SAID[kind]
  return (said === undefined ? text : text.replace(said, "")).replace(NAMED, providerName)
}
