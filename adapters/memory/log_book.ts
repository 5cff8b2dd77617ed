import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as PubSub from "effect/PubSub"
import * as Stream from "effect/Stream"
import { LogBook, type LogLevelNow } from "../../core/ports/mod.ts"
import { isAsked, LOG_LINES_KEPT, type LogLevel, type LogLine } from "../../core/system/log_line.ts"

export interface MemoryLogOptions {
  /** What the settings say. */
  readonly configured?: () => LogLevel
  /** Given the function that writes a line, for tests. */
  readonly writer?: (write: (line: Omit<LogLine, "id">) => void) => void
}

/** A log that is kept nowhere. */
export const layer = (options: MemoryLogOptions = {}): Layer.Layer<LogBook> =>
  Layer.effect(
    LogBook,
    Effect.gen(function* () {
      const configured = options.configured ?? (() => "INFO")
      const live = yield* PubSub.sliding<LogLine>(LOG_LINES_KEPT)
      let lines: ReadonlyArray<LogLine> = []
      let held: { readonly level: LogLevel; readonly untilMs: number | null } | null = null
      let number = 0
      options.writer?.((written) => {
        number += 1
        const line = { ...written, id: number }
        lines = [...lines, line].slice(-LOG_LINES_KEPT)
        PubSub.publishUnsafe(live, line)
      })
      return LogBook.of({
        read: (filter) =>
          Effect.sync(() =>
            lines
              .filter((line) => line.id < (filter.beforeId ?? Number.POSITIVE_INFINITY))
              .filter((line) => isAsked(line, filter))
              .reverse()
              .slice(0, filter.limit),
          ),
        live: Stream.fromPubSub(live),
        level: Effect.map(Clock.currentTimeMillis, (nowMs): LogLevelNow => {
          if (held?.untilMs !== null && held !== null && nowMs >= held.untilMs) held = null
          return held ?? { level: configured(), untilMs: null }
        }),
        setLevel: (level, untilMs) =>
          Effect.sync(() => {
            held = { level, untilMs }
          }),
        whole: Effect.succeed(new Uint8Array()),
      })
    }),
  )
