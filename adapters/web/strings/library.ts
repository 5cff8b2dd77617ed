import { count, plural } from "./common.ts"

export const library = {
  title: "Library",
  intro: "Each title with its subtitles as Plex has them now.",
  noServerTitle: "No server is chosen",
  noServer: "Choose the server whose films and shows get subtitles.",
  chooseServer: "Choose a server",
  items: (total: number | null, kind: "movie" | "show") =>
    total === null
      ? ""
      : plural(total, kind === "movie" ? "film" : "show", kind === "movie" ? "films" : "shows"),
  notUsed: "not in use",
  back: "Library",
  emptyTitle: "Nothing here yet",
  empty: "The library is empty, or Plex is still scanning it.",
  loadMore: "Show more",
  shown: (shown: number, total: number | null) =>
    total === null ? `${count(shown)} shown` : `${count(shown)} of ${count(total)}`,
  search: "Search for subtitles",
  complete: "complete",
  unknown: "unknown",
  searchFor: (title: string) => `Search for subtitles of ${title}`,
  findHere: "Title in this library",
  findAnywhere: "Title in every library",
  missingOnly: "Only missing subtitles",
  missingShown: (shown: number, looked: number | null, total: number | null) =>
    `${count(shown)} with missing subtitles${
      looked === null
        ? ""
        : `, ${total === null ? count(looked) : `${count(looked)} of ${count(total)}`} checked`
    }`,
  noMatchTitle: "No such title",
  noMatch:
    "Each word may be anywhere in the title of the film, the episode or its show. Fewer words find more.",
  allThereTitle: "Nothing is missing",
  allThere: "Every title has the subtitles that its profile wants.",
  noneSoFar: "Nothing is missing so far",
  noneSoFarText: "The titles checked so far have everything. “Show more” checks the next ones.",
  indexing: "A library is still being read for the first time. There may be more titles soon.",
  sweepTitle: "Sweep",
  sweepHelp: "Checks every title and searches for what is missing. What somebody watches comes first.",
  sweepBegin: "Sweep this library",
  sweepAgain: "Sweep again",
  sweepAll: "Sweep every library",
  sweepsTitle: (open: number) => `Sweep of ${plural(open, "library", "libraries")}`,
  sweepPauseAll: (running: number) => (running === 1 ? "Pause" : "Pause all"),
  sweepResumeAll: (paused: number) => (paused === 1 ? "Resume" : "Resume all"),
  sweepForgetAll: (open: number) => (open === 1 ? "Stop" : "Stop all"),
  sweepInList: (state: "paused" | "running" | "waiting", looked: string) =>
    `${{ paused: "sweep paused", running: "sweep running", waiting: "sweep waiting" }[state]}, ${looked}`,
  sweepFound: (found: number) => `${count(found)} found since`,
  sweepPace: (minute: number) =>
    minute >= 1
      ? `${count(Math.round(minute))} a minute`
      : `${count(Math.max(1, Math.round(minute * 60)))} an hour`,
  sweepUntil: (time: string) => `until ${time}`,
  sweepPause: "Pause",
  sweepResume: "Resume",
  sweepForget: "Stop",
  sweepRunning: (looked: number, total: number | null) =>
    total === null ? `${count(looked)} checked` : `${count(looked)} of ${count(total)} checked`,
  sweepMissing: (missing: number) => `${count(missing)} with missing subtitles`,
  sweepLeft: (time: string) => `about ${time} left`,
  sweepDone: (missing: number, looked: number) =>
    missing === 0
      ? `${count(looked)} checked, nothing was missing`
      : `${count(looked)} checked, ${count(missing)} had missing subtitles`,
  paused: "paused",
}
