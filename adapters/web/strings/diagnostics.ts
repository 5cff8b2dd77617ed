import type { CheckId } from "../../../core/system/check.ts"

/** Where what does not work is mended on this page. */
interface Place {
  readonly to: string
  readonly word: string
}
const PLEX: Place = { to: "/settings/plex", word: "Open Settings, Plex" }
const ARR: Place = { to: "/settings/arr", word: "Open Settings, Sonarr & Radarr" }

export const diagnostics = {
  intro: "Checks everything that a subtitle needs. Nothing is changed.",
  running: (done: number) => `Checking, ${done} done`,
  summary: (bad: number, warn: number) =>
    bad > 0
      ? `${bad} ${bad === 1 ? "check" : "checks"} failed`
      : warn > 0
        ? `Everything works, ${warn} ${warn === 1 ? "warning" : "warnings"}`
        : "Everything works",
  again: "Run again",
  copy: "Copy report",
  copyWhat: "the report, without secrets",
  states: { ok: "OK", warn: "Warning", bad: "Failed", skipped: "Not checked" },
  ids: {
    plextv: "plex.tv",
    token: "Plex sign-in",
    server: "Server",
    connection: "Connection",
    addresses: "Addresses",
    certificate: "Certificate",
    dns: "Names and DNS",
    libraries: "Libraries",
    stream: "Event stream",
    webhook: "Webhooks of the server",
    folders: "Folders",
    arr: "Sonarr and Radarr",
    paths: "Folders of Sonarr and Radarr",
    bazarr: "Bazarr",
    providers: "Providers",
    settings: "Settings",
    store: "Database",
  } satisfies Readonly<Record<CheckId, string>>,
  mend: {
    token: { to: "/setup/plex", word: "Sign in" },
    server: PLEX,
    connection: PLEX,
    addresses: PLEX,
    certificate: PLEX,
    dns: PLEX,
    libraries: PLEX,
    folders: { to: "/settings/subtitles", word: "Open Settings, Subtitles" },
    arr: ARR,
    paths: ARR,
    bazarr: ARR,
    providers: { to: "/settings/providers", word: "Open Settings, Providers" },
    settings: { to: "/system/backups", word: "Open Backups" },
  } as Partial<Readonly<Record<CheckId, Place>>>,
}
