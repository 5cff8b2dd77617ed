import * as Schema from "effect/Schema"

/** The levels of the log, as people set them, the most talkative first. */
export const LOG_LEVELS = ["DEBUG", "INFO", "WARNING", "ERROR"] as const
export const LogLevel = Schema.Literals(LOG_LEVELS)
export type LogLevel = typeof LogLevel.Type

/** One line of the log. Secrets have been taken out of it before it gets here. */
export const LogLine = Schema.Struct({
  /** Grows with every line of this process; lines that were read from the file have ids below zero. */
  id: Schema.Int,
  /** Unix milliseconds. */
  atMs: Schema.Finite,
  level: LogLevel,
  message: Schema.String,
  detail: Schema.Record(Schema.String, Schema.Unknown),
})
export type LogLine = typeof LogLine.Type

/** Lines that are kept in memory for the page; the file has more. */
export const LOG_LINES_KEPT = 2_000
/** How long, in milliseconds, a level holds that was chosen for a while. */
export const LOG_LEVEL_HELD_MS = 3_600_000

/** What is asked of the log; what is left out does not matter. */
export interface LogFilter {
  readonly levels?: ReadonlyArray<LogLevel>
  /** Words that the line must contain, in any case: in its message or its details. */
  readonly text?: string
  /** Only lines with a smaller id: the page before. */
  readonly beforeId?: number
  /** 1 to `LOG_LINES_KEPT`. */
  readonly limit: number
}

/**
 * Whether a line is among those that are asked for, whatever page it is on.
 *
 * @example
 * ```ts
 * const line = { id: 1, atMs: 0, level: "INFO", message: "Wrote Dark.en.srt", detail: { job: 7 } }
 * assert.strictEqual(isAsked(line, { text: "DARK wrote", limit: 1 }), true)
 * assert.strictEqual(isAsked(line, { text: "gestdown", limit: 1 }), false)
 * assert.strictEqual(isAsked(line, { levels: ["ERROR"], limit: 1 }), false)
 * ```
 */
export function isAsked(line: LogLine, filter: LogFilter): boolean {
  if (filter.levels !== undefined && !filter.levels.includes(line.level)) return false
  const words = (filter.text ?? "")
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "")
  if (words.length === 0) return true
  const text = `${line.message} ${JSON.stringify(line.detail)}`.toLowerCase()
  return words.every((word) => text.includes(word))
}

/**
 * A line of the log file; null for what is none.
 *
 * @example
 * ```ts
 * const text = '{"time":"1970-01-01T00:00:01.000Z","level":"INFO","message":"Hello","job":7}'
 * assert.deepStrictEqual(parseLine(text, -1), { id: -1, atMs: 1000, level: "INFO", message: "Hello", detail: { job: 7 } })
 * assert.strictEqual(parseLine("half a li", -1), null)
 * ```
 */
export function parseLine(text: string, id: number): LogLine | null {
  const given = Schema.decodeUnknownOption(FileLine)(text)
  if (given._tag === "None") return null
  const { level, message, time, ...detail } = given.value
  const atMs = Date.parse(time)
  return Number.isNaN(atMs) ? null : { id, atMs, level, message, detail }
}

const FileLine = Schema.fromJsonString(
  Schema.StructWithRest(Schema.Struct({ time: Schema.String, level: LogLevel, message: Schema.String }), [
    Schema.Record(Schema.String, Schema.Unknown),
  ]),
)
