import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { LogBook } from "../../../core/ports/mod.ts"
import { LOG_LINES_KEPT, LogLevel, LogLine } from "../../../core/system/log_line.ts"
import { setLogLevel } from "../../../core/system/set_log_level.ts"
import { choiceArgument, choicesArgument, FlagArgument, TextArgument, wholeArgument } from "../arguments.ts"
import { ErrorBody } from "../errors.ts"
import { answer, liveRoute, route } from "../route.ts"

const TAG = "System"
const LINES_DEFAULT = 200

const LevelNow = Schema.Struct({
  level: LogLevel,
  /** When the level of the settings comes back; null: it is in force. */
  untilMs: Schema.NullOr(Schema.Finite),
})

export const listLogLines = route({
  method: "GET",
  path: "/api/system/logs",
  tag: TAG,
  summary: "Lines of the log, newest first",
  access: "key",
  input: Schema.Struct({
    level: Schema.optionalKey(choicesArgument(LogLevel)),
    text: Schema.optionalKey(TextArgument),
    /** Only lines with a smaller id: the next page. */
    before: Schema.optionalKey(wholeArgument(-Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)),
    limit: Schema.optionalKey(wholeArgument(1, LOG_LINES_KEPT)),
  }),
  answers: { 200: Schema.Struct({ data: Schema.Array(LogLine) }) },
  handle: ({ input }) =>
    Effect.gen(function* () {
      const book = yield* LogBook
      const data = yield* book.read({
        limit: input.limit ?? LINES_DEFAULT,
        ...(input.level === undefined ? {} : { levels: input.level }),
        ...(input.text === undefined ? {} : { text: input.text }),
        ...(input.before === undefined ? {} : { beforeId: input.before }),
      })
      return answer(200, { data })
    }),
})

export const liveLog = liveRoute({
  path: "/api/system/logs/live",
  tag: TAG,
  summary: "Lines of the log as they are written: server-sent events",
  access: "key",
  answers: { 200: LogLine },
  handleLive: () =>
    Stream.unwrap(Effect.map(LogBook, (book) => book.live)).pipe(
      Stream.map((line) => ({ event: "line", data: line, id: String(line.id) })),
    ),
})

export const downloadLog = route({
  method: "GET",
  path: "/api/system/logs/download",
  media: "application/x-ndjson",
  tag: TAG,
  summary: "The whole log as a file of JSON lines",
  access: "key",
  answers: { 200: Schema.Unknown },
  handle: () =>
    Effect.gen(function* () {
      const book = yield* LogBook
      return answer(200, yield* book.whole, {
        "content-type": "application/x-ndjson; charset=utf-8",
        "content-disposition": 'attachment; filename="oncue-log.jsonl"',
      })
    }),
})

export const getLogLevel = route({
  method: "GET",
  path: "/api/system/logs/level",
  tag: TAG,
  summary: "The level of the log",
  access: "key",
  answers: { 200: Schema.Struct({ data: LevelNow }) },
  handle: () =>
    Effect.map(
      Effect.flatMap(LogBook, (book) => book.level),
      (data) => answer(200, { data }),
    ),
})

export const putLogLevel = route({
  method: "PUT",
  path: "/api/system/logs/level",
  tag: TAG,
  summary: "Set the level of the log, for an hour or for good",
  access: "key",
  input: Schema.Struct({
    level: choiceArgument(LogLevel),
    /** Only for an hour; the level of the settings then comes back by itself. */
    hour: Schema.optionalKey(FlagArgument),
  }),
  answers: { 200: Schema.Struct({ data: LevelNow }), 500: ErrorBody },
  handle: ({ input }) =>
    Effect.map(setLogLevel(input.level, input.hour ?? false), (data) => answer(200, { data })),
})
