import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { LogBook, SettingsStore } from "../ports/mod.ts"
import { LOG_LEVEL_HELD_MS, type LogLevel } from "./log_line.ts"

/**
 * Sets the level of the log: for good in the settings, or for an hour, since a log that is left at DEBUG hides what
 * matters. Answers the level in force.
 */
export const setLogLevel = Effect.fn("setLogLevel")(function* (level: LogLevel, forAWhile: boolean) {
  const book = yield* LogBook
  const nowMs = yield* Clock.currentTimeMillis
  if (!forAWhile) {
    const store = yield* SettingsStore
    yield* store.update(() => ({ oncue: { log_level: level } }))
  }
  yield* book.setLevel(level, forAWhile ? nowMs + LOG_LEVEL_HELD_MS : null)
  yield* Effect.logInfo(forAWhile ? `The log level is ${level} for an hour` : `The log level is ${level}`)
  return yield* book.level
})
