import * as Option from "effect/Option"
import * as Schema from "effect/Schema"

/** What a sweep saw on one of its pages: every item that lacked something, by name of what it lacked. */
export const MissingPage = Schema.Array(
  Schema.Struct({
    ratingKey: Schema.String,
    title: Schema.String,
    missing: Schema.Array(Schema.String),
  }),
)
export type MissingPage = typeof MissingPage.Type

const PREFIX = "sweep-missing/"
/** Enough for ten million items, so that the keys are in the order of the pages. */
const DIGITS = 8

export const missingPrefix = (serverId: string, sectionId: string) => `${PREFIX}${serverId}/${sectionId}/`

/**
 * Where the page that begins at an item is kept.
 *
 * @example
 * ```ts
 * assert.strictEqual(missingKey("den", "1", 50), "sweep-missing/den/1/00000050")
 * ```
 */
export const missingKey = (serverId: string, sectionId: string, offset: number) =>
  `${missingPrefix(serverId, sectionId)}${String(offset).padStart(DIGITS, "0")}`

const decode = Schema.decodeUnknownOption(MissingPage)

/** A stored page; empty for what is none. */
export const readMissingPage = (value: unknown): MissingPage => Option.getOrElse(decode(value), () => [])
