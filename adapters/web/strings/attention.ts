import type { Data } from "../api/types.ts"
import { plural } from "./common.ts"
import { relativeText } from "./time.ts"

export type Notice = Data<"GET /api/system/attention">[number]

interface Words {
  readonly title: string
  readonly text: string
  /** The one button that mends it, and where it leads. */
  readonly action: string
  readonly to: string
}

/** A reason as others wrote it, with one full stop. */
const sentence = (reason: string) => `${reason.replace(/[.\s]+$/, "")}.`

/** What a notice says, and its one button. */
export function noticeWords(notice: Notice, nowMs: number): Words {
  switch (notice._tag) {
    case "SignIn":
      return {
        title: "Nobody is signed in to Plex",
        text: "OnCue needs your Plex account to find your servers.",
        action: "Sign in to Plex",
        to: "/setup/plex",
      }
    case "TokenRejected":
      return {
        title: "Plex refuses the sign-in",
        text: "The token was revoked, or the password of the account was changed. What runs on your own network goes on.",
        action: "Sign in again",
        to: "/setup/plex",
      }
    case "PlexOff":
      return {
        title: "Plex is switched off",
        text: "No event is acted on and no server is asked.",
        action: "Switch it on",
        to: "/settings/general",
      }
    case "NoServer":
      return {
        title: "No server is chosen",
        text: "You are signed in. Choose the server whose films and shows get subtitles.",
        action: "Choose a server",
        to: "/setup/server",
      }
    case "ServerLost":
      return {
        title: `${notice.serverName} cannot be reached`,
        text: `${sentence(notice.reason)} ${
          notice.untilMs <= nowMs
            ? "It is being tried again."
            : `It is tried again ${relativeText(notice.untilMs, nowMs)}.`
        }`,
        action: "Find out why",
        to: "/system/diagnostics",
      }
    case "ProviderResting":
      return {
        title: `${notice.name} rests`,
        text: `${sentence(notice.reason)} It is asked again ${relativeText(notice.untilMs, nowMs)}.${
          notice.others.length === 0 ? "" : ` ${notice.others.join(", ")} go on.`
        }`,
        action: "Look at providers",
        to: "/settings/providers",
      }
    case "NoProvider":
      return {
        title: "No provider is switched on",
        text: "There is nobody to ask for subtitles.",
        action: "Choose providers",
        to: "/settings/providers",
      }
    case "SettingsRejected": {
      const line = notice.line === null ? "" : `, line ${notice.line}`
      const key = notice.key === null ? "" : ` at “${notice.key}”`
      return {
        title: "config.yaml cannot be read",
        text: `It was edited${line}${key}: ${sentence(notice.expected)} The earlier settings stay in force, and nothing can be saved here until that line is fixed or a copy is restored.`,
        action: "Show the copies",
        to: "/system/backups",
      }
    }
    case "Setting":
      return {
        title: "A setting cannot be read",
        text: `config.yaml: “${notice.key}” is not ${notice.expected}. Its default is used.`,
        action: "Look at the settings",
        to: "/settings/general",
      }
    case "Failed":
      return {
        title: `${plural(notice.count, "search", "searches")} failed in the last day`,
        text: "Each tells what it tried and why it gave up.",
        action: "Show them",
        to: "/activity?show=failed",
      }
    case "Unprotected":
      return {
        title: "This page has no lock yet",
        text: "Whoever uses this machine can open it. Set a password, or sign in to Plex on this page.",
        action: "Set a password",
        to: "/settings/general",
      }
    case "NotDurable":
      return {
        title: "Nothing is kept",
        text: "The data folder cannot be written, so nothing is remembered and no search can be queued.",
        action: "Look at the status",
        to: "/system/status",
      }
    case "StoreRefuses":
      return {
        title: "Nothing can be kept now",
        text: `${sentence(notice.reason)} Until that is mended events are refused, and whoever sends one is told to try again.`,
        action: "Look at the status",
        to: "/system/status",
      }
  }
}
