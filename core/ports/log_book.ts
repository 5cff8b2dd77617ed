import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Stream from "effect/Stream"
import type { LogFilter, LogLevel, LogLine } from "../system/log_line.ts"

/** The level in force, and until when when it was chosen for a while. */
export interface LogLevelNow {
  readonly level: LogLevel
  readonly untilMs: number | null
}

/** The process's own log, for the page. */
export class LogBook extends Context.Service<
  LogBook,
  {
    /** Newest first: the last `LOG_LINES_KEPT`, those of earlier runs included as far as there is a file. */
    readonly read: (filter: LogFilter) => Effect.Effect<ReadonlyArray<LogLine>>
    /** Lines as they are written, from now on; a slow reader misses the oldest. */
    readonly live: Stream.Stream<LogLine>
    readonly level: Effect.Effect<LogLevelNow>
    /** Sets the level at once. With `untilMs` the level of the settings comes back by itself at that time. */
    readonly setLevel: (level: LogLevel, untilMs: number | null) => Effect.Effect<void>
    /** The whole log as it is kept, JSON lines, oldest first; empty without a file. */
    readonly whole: Effect.Effect<Uint8Array>
  }
>()("core/ports/LogBook") {}
