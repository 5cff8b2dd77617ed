import type { CheckId } from "../../../core/system/check.ts"

export const diagnostics = {
  intro: "Every part that a subtitle needs is looked at now. Nothing is changed.",
  running: (done: number) => `Checking, ${done} done`,
  summary: (bad: number, warn: number) =>
    bad > 0
      ? `${bad} ${bad === 1 ? "thing does" : "things do"} not work`
      : warn > 0
        ? `Everything works, ${warn} ${warn === 1 ? "remark" : "remarks"}`
        : "Everything works",
  again: "Run again",
  copy: "Copy report",
  copyWhat: "the report, without secrets",
  states: { ok: "In order", warn: "Remark", bad: "Does not work", skipped: "Not checked" },
  ids: {
    token: "Plex sign-in",
    server: "Server",
    connection: "Connection",
    libraries: "Libraries",
    stream: "Event stream",
    webhook: "Webhooks of the server",
    folders: "Folders",
    arr: "Sonarr and Radarr",
    providers: "Providers",
    settings: "Settings",
    store: "Database",
  } satisfies Readonly<Record<CheckId, string>>,
}
