import { EVENT_TEXT_MAX, numberOf, type PlexEvent } from "./event.ts"

/** Tautulli's name for what happened, and ours. What else it can tell of is of no use here. */
const EVENTS: Readonly<Record<string, string>> = { play: "media.play", created: "library.new" }

/** What Tautulli tells, read leniently from the JSON of the README: every value is a text, a number, or not filled in. */
export type TautulliEvent =
  | { readonly _tag: "Item"; readonly event: PlexEvent }
  /** A test, or something that is no trigger. */
  | { readonly _tag: "Other"; readonly action: string; readonly reason: string }

type Json = Record<string, unknown>

/** A parameter that has no value is an empty text; one that does not apply stays as it was written: `{user}`. */
function textOf(json: Json, ...names: ReadonlyArray<string>): string | null {
  for (const name of names) {
    const value = json[name]
    const text = typeof value === "number" && Number.isFinite(value) ? String(value) : value
    if (typeof text !== "string") continue
    const trimmed = text.trim()
    if (trimmed !== "" && !/^\{\w+\}$/.test(trimmed)) return trimmed.slice(0, EVENT_TEXT_MAX)
  }
  return null
}

function itemEvent(json: Json, event: string): PlexEvent {
  const user = textOf(json, "username", "user")
  const player = textOf(json, "player")
  const server = textOf(json, "server_machine_id", "server_id")
  return {
    event,
    server: server === null ? null : { uuid: server, title: textOf(json, "server_name") ?? "" },
    account: user === null ? null : { id: textOf(json, "user_id") ?? user, title: user },
    player: player === null ? null : { uuid: textOf(json, "machine_id") ?? "", title: player },
    metadata: {
      type: textOf(json, "media_type") ?? "",
      ratingKey: textOf(json, "rating_key"),
      guid: textOf(json, "guid") ?? "",
      title: textOf(json, "episode_name", "title") ?? "",
      grandparentTitle: textOf(json, "show_name"),
      parentIndex: numberOf(textOf(json, "season_num")),
      index: numberOf(textOf(json, "episode_num")),
      librarySectionId: textOf(json, "section_id"),
      librarySectionTitle: textOf(json, "library_name"),
      live: textOf(json, "live") === "1",
      extra: false,
    },
  }
}

/**
 * What Tautulli's webhook agent posted, in parsed JSON, or the reason why it is nothing of the kind. Parameters as of
 * Tautulli's own list (`{action}` is `play` for a playback start and `created` for something recently added).
 *
 * @example
 * ```ts
 * const told = readTautulli({ action: "play", media_type: "movie", rating_key: "7", username: "owner" })
 * assert.strictEqual(told.event.metadata.ratingKey, "7")
 * assert.strictEqual(readTautulli({ action: "{action}" })._tag, "Other")
 * ```
 */
export function readTautulli(json: unknown): TautulliEvent | string {
  if (typeof json !== "object" || json === null || Array.isArray(json)) return "The body is not a JSON object"
  const body = json as Json
  const action = textOf(body, "action")?.toLowerCase() ?? ""
  if (textOf(body, "rating_key") === null && textOf(body, "media_type") === null)
    return { _tag: "Other", action: action || "test", reason: "it names no item" }
  // Without an action the agent was set up for one trigger alone, and that is a playback.
  const event = action === "" ? EVENTS.play : EVENTS[action]
  if (event === undefined) return { _tag: "Other", action, reason: `the action ${action} is not handled` }
  return { _tag: "Item", event: itemEvent(body, event) }
}
