import type { ItemRef } from "../media/media_item.ts"

/** One subtitle that was found, in words. */
export interface FoundSubtitle {
  /** `Dutch`, `English (SDH)`. */
  readonly language: string
  readonly provider: string
  /** Out of 100. */
  readonly score: number
  /** Name of the release that it was made for, or of its file; null where the provider gives none. */
  readonly release: string | null
}

/** What somebody is told. Nothing in it is secret. */
export interface Notification {
  readonly event: "found" | "sweep" | "test"
  /** The film or episode. */
  readonly title: string
  /** One sentence a line. */
  readonly lines: ReadonlyArray<string>
  /** The same for programs. */
  readonly detail: Readonly<Record<string, unknown>>
}

/** Longest time, in milliseconds, that one message may take. */
export const NOTIFY_TIMEOUT_MS = 10_000
/** Receivers that are told; further ones of the settings are left out. */
export const NOTIFY_TARGETS_MAX = 20
/** Longest text of one message, in characters: the shortest limit among the receivers, ntfy's, is 4,096 bytes. */
export const NOTIFY_TEXT_CHARS_MAX = 1_500
/** Subtitles that one message names. */
const SUBTITLES_NAMED_MAX = 10

const line = ({ language, provider, release, score }: FoundSubtitle) =>
  `${language} from ${provider}, score ${score}${release === null ? "" : ` (${release})`}`

/**
 * The message about subtitles that were found for an item.
 *
 * @example
 * ```ts
 * const found = { language: "Dutch", provider: "Gestdown", score: 87, release: null }
 * const message = foundNotification({ serverId: "den", ratingKey: "7" }, "Sintel (2010)", [found])
 * assert.deepStrictEqual(message.lines, ["Dutch from Gestdown, score 87"])
 * ```
 */
export function foundNotification(
  ref: ItemRef,
  title: string,
  found: ReadonlyArray<FoundSubtitle>,
): Notification {
  return {
    event: "found",
    title,
    lines: found.slice(0, SUBTITLES_NAMED_MAX).map(line),
    detail: { ...ref, subtitles: found.slice(0, SUBTITLES_NAMED_MAX) },
  }
}

/** What the test sends. */
export const TEST_NOTIFICATION: Notification = {
  event: "test",
  title: "OnCue",
  lines: ["This is a test: messages about subtitles will come here."],
  detail: {},
}

/** The lines as one text, within the limit. */
export function textOf(notification: Pick<Notification, "lines">): string {
  const text = notification.lines.join("\n")
  return text.length <= NOTIFY_TEXT_CHARS_MAX ? text : `${text.slice(0, NOTIFY_TEXT_CHARS_MAX - 1)}…`
}
