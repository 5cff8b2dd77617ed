import { HOUSE_CODES } from "../../../core/subtitles/house_codes.ts"

/** The page's words, in one folder, so that a translation is a copy of it. This file: what every view uses. */

export const common = {
  product: "OnCue",
  loading: "Loading",
  tryAgain: "Try again",
  copied: "Copied",
  notCopied: "Select and copy it by hand",
  copy: (what: string) => `Copy ${what}`,
  cancel: "Cancel",
  close: "Close",
  save: "Save",
  discard: "Discard",
  show: "Show",
  hide: "Hide",
  test: "Test",
  testing: "Testing",
  remove: "Remove",
  add: "Add",
  more: "Show more",
  none: "none",
  yes: "Yes",
  no: "No",
  or: "or",
}

export const leaving = {
  sure: "Leave without saving your changes?",
  text: "What was changed here is not saved yet, and would be lost.",
  leave: "Leave",
  stay: "Stay",
}

export const api = {
  answered: (status: number) => `OnCue answered ${status}. Try again; the log says more.`,
  slow: "OnCue did not answer within a minute. Is the machine busy? Try again.",
  unreachable: "OnCue does not answer. Is it running, and is this device still in its network?",
}

const languageNames = new Intl.DisplayNames(["en"], { type: "language", fallback: "code" })

/** A language by its code, as people call it. */
export function languageName(code: string): string {
  if (code === "") return "Unknown"
  try {
    return languageNames.of(HOUSE_CODES[code.toLowerCase()] ?? code) ?? code
  } catch {
    return code
  }
}

const wholeNumbers = new Intl.NumberFormat("en")

export const count = (value: number) => wholeNumbers.format(value)

export const plural = (value: number, one: string, many: string) =>
  `${count(value)} ${value === 1 ? one : many}`

const PROVIDERS: Readonly<Record<string, string>> = {
  gestdown: "Gestdown",
  opensubtitles: "OpenSubtitles.com",
  plex: "Plex",
  subdl: "SubDL",
}

/** A provider of subtitles by its id, as people call it. */
export const providerName = (id: string) => PROVIDERS[id] ?? id

/** A server by its name; a configuration that was written by hand may know its identifier alone. */
export const serverName = (server: { readonly name: string; readonly machineIdentifier: string }) =>
  server.name === "" ? `Plex server ${server.machineIdentifier.slice(0, 8)}` : server.name
