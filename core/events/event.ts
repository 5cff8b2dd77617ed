import { episodeName } from "../media/media_item.ts"

/**
 * A Plex webhook event, read leniently from JSON that anybody may have sent. Every field is a text or absent, whatever
 * type it had; what is missing is null, and nothing here fails.
 */
export interface PlexEvent {
  readonly event: string
  readonly server: { readonly uuid: string; readonly title: string } | null
  readonly account: { readonly id: string; readonly title: string } | null
  readonly player: { readonly uuid: string; readonly title: string } | null
  readonly metadata: EventMetadata | null
}

export interface EventMetadata {
  readonly type: string
  readonly ratingKey: string | null
  readonly guid: string
  readonly title: string
  /** The show's title for an episode. */
  readonly grandparentTitle: string | null
  /** Number of the season, and of the episode in it; null where the event does not say. */
  readonly parentIndex: number | null
  readonly index: number | null
  readonly librarySectionId: string | null
  readonly librarySectionTitle: string | null
  readonly live: boolean
  /** Trailers and other extras. */
  readonly extra: boolean
}

/** Longest text that is taken from an event, in characters; longer ones are cut. */
export const EVENT_TEXT_MAX = 500

type Json = Record<string, unknown>

function mapping(value: unknown): Json | null {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : null
}

function textOf(value: unknown): string | null {
  if (typeof value === "string") return value.length > EVENT_TEXT_MAX ? value.slice(0, EVENT_TEXT_MAX) : value
  return typeof value === "number" && Number.isFinite(value) ? String(value) : null
}

/** A whole number, also as a text; null for anything else. */
export function numberOf(value: unknown): number | null {
  const number = typeof value === "string" && /^\d{1,6}$/.test(value) ? Number(value) : value
  return typeof number === "number" && Number.isInteger(number) && number >= 0 ? number : null
}

function isTrue(value: unknown): boolean {
  return value === true || value === 1 || value === "1" || value === "true"
}

/** Two functions rather than one that is given the names: an object whose keys are worked out costs many times as much. */
function readServer(value: unknown): PlexEvent["server"] {
  const object = mapping(value)
  return object === null ? null : { uuid: textOf(object.uuid) ?? "", title: textOf(object.title) ?? "" }
}

function readAccount(value: unknown): PlexEvent["account"] {
  const object = mapping(value)
  return object === null ? null : { id: textOf(object.id) ?? "", title: textOf(object.title) ?? "" }
}

function readMetadata(value: unknown): EventMetadata | null {
  const object = mapping(value)
  if (object === null) return null
  return {
    type: textOf(object.type) ?? "",
    ratingKey: textOf(object.ratingKey) || null,
    guid: textOf(object.guid) ?? "",
    title: textOf(object.title) ?? "",
    grandparentTitle: textOf(object.grandparentTitle) || null,
    parentIndex: numberOf(object.parentIndex),
    index: numberOf(object.index),
    librarySectionId: textOf(object.librarySectionID) || null,
    librarySectionTitle: textOf(object.librarySectionTitle) || null,
    live: isTrue(object.live),
    extra: object.extraType !== undefined || object.subtype === "trailer",
  }
}

/**
 * The event in parsed JSON, or the reason why it is none (the texts are Bazarr's where it has one).
 *
 * @example
 * ```ts
 * const event = readEvent({ event: "media.play", Metadata: { type: "movie", ratingKey: 7 } })
 * assert.strictEqual(typeof event === "string" ? event : event.metadata?.ratingKey, "7")
 * assert.strictEqual(readEvent([]), "Invalid JSON payload")
 * ```
 */
export function readEvent(json: unknown): PlexEvent | string {
  const object = mapping(json)
  if (object === null) return "Invalid JSON payload"
  const event = textOf(object.event)
  if (event === null || event === "") return "Invalid webhook payload - missing event field"
  return {
    event,
    server: readServer(object.Server),
    account: readAccount(object.Account),
    player: readServer(object.Player),
    metadata: readMetadata(object.Metadata),
  }
}

/** Somebody watches; an item that was added has no viewer. */
export function isPlayback(event: Pick<PlexEvent, "event">): boolean {
  return !event.event.startsWith("library.")
}

/** The film, or the episode with its show: `The Harbor Line S01E03 · Slack Water`. */
export function titleOf(event: PlexEvent): string | null {
  const metadata = event.metadata
  if (metadata === null) return null
  const { grandparentTitle, index, parentIndex, title, type } = metadata
  if (grandparentTitle === null) return title || null
  // The numbers of a track are those of its disc and its place on it.
  const isPlaced = type === "episode" && parentIndex !== null && index !== null
  return episodeName(grandparentTitle, isPlaced ? { season: parentIndex, episodes: [index] } : null, title)
}
