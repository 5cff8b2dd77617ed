import { count, plural } from "./common.ts"

export const home = {
  title: "Home",
  verdict: (verdict: "working" | "reconnecting" | "needs_you" | "away", notices: number) =>
    ({
      working: notices === 0 ? "Working" : `Working, ${plural(notices, "notice", "notices")}`,
      reconnecting: "Reconnecting",
      needs_you: "Needs you",
      away: "OnCue does not answer",
    })[verdict],
  stream: {
    none: "no event stream",
    connected: (connected: number, total: number) =>
      total === 1 ? "stream connected" : `${connected} of ${total} streams connected`,
    lost: (name: string) => `stream to ${name} lost`,
  },
  queueEmpty: "queue empty",
  queue: (running: number, waiting: number) =>
    [running > 0 ? `${count(running)} running` : null, waiting > 0 ? `${count(waiting)} waiting` : null]
      .filter((part) => part !== null)
      .join(", "),
  noServer: "no server chosen",
  kind: (name: string) => (name === "relay" ? "relay" : name.startsWith("local") ? "local" : "remote"),

  playing: "Now playing",
  playingEmptyTitle: "Nobody is watching",
  playingEmpty: "When somebody presses play, it appears here with its subtitles.",
  playingUnknown: "What plays is not known",
  paused: "paused",
  live: "Live TV",
  subtitles: {
    there: "✓",
    missing: (names: string) => `${names} missing`,
    searching: (names: string) => `looking for ${names}`,
    nothing: "no subtitles wanted",
    unknown: "subtitles unknown",
  },
  findNow: "Find subtitles",

  attention: (number: number) => `Needs you (${count(number)})`,
  attentionNone: "Needs you",
  attentionEmptyTitle: "Nothing needs you",
  attentionEmpty: "A refused sign-in, a server that cannot be reached or a used-up quota shows up here.",

  chart: "Play to subtitle, 30 days",
  chartMedian: (span: string) => `median ${span}`,
  chartFound: (found: number, missed: number) => `${count(found)} found, ${count(missed)} not`,
  chartEmpty: "The first search draws the first bar.",
  chartDay: (day: string, found: number, missed: number, median: string | null) =>
    `${day}: ${plural(found, "subtitle", "subtitles")} found, ${count(missed)} not${median === null ? "" : `, median ${median}`}`,
  chartToday: "today",

  finds: "Recent finds",
  findsEmptyTitle: "No subtitle yet",
  findsEmpty: "Subtitles that OnCue found, and that Plex shows, are listed here with their source.",
  open: "Open the story",
  allActivity: "All activity",
  setUp: "Continue setting up",
}
