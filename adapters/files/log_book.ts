import { open, readdir, readFile } from "node:fs/promises"
import { join } from "node:path"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as FiberHandle from "effect/FiberHandle"
import * as Layer from "effect/Layer"
import * as PubSub from "effect/PubSub"
import * as Stream from "effect/Stream"
import { LogBook } from "../../core/ports/mod.ts"
import {
  isAsked,
  LOG_LINES_KEPT,
  type LogLevel,
  type LogLine,
  parseLine,
} from "../../core/system/log_line.ts"

/** The log of the process, as far as this adapter needs it. */
export interface LogControl {
  readonly level: () => LogLevel
  readonly setLevel: (level: LogLevel) => void
  /** Told of every line that is written, until the returned function is called. */
  readonly follow: (
    listener: (line: { readonly time: string; readonly level: LogLevel; readonly message: string }) => void,
  ) => () => void
}

export interface LogBookOptions {
  readonly log: LogControl
  /** The level of the settings, to which a level that was chosen for a while gives way. */
  readonly configured: () => LogLevel
  /** Folder of `oncue.log` and the older `oncue.N.log`; null: there is none. */
  readonly folder: string | null
}

/** How much of the end of the file, in bytes, is read at start. */
const TAIL_BYTES = 512 * 1024
/** Lines a slow reader may be behind. */
const BEHIND_MAX = 1_000

async function readTail(folder: string): Promise<ReadonlyArray<string>> {
  const file = await open(join(folder, "oncue.log"), "r")
  try {
    const { size } = await file.stat()
    const start = Math.max(0, size - TAIL_BYTES)
    const bytes = Buffer.alloc(size - start)
    await file.read(bytes, 0, bytes.length, start)
    const lines = bytes.toString("utf8").split("\n")
    return start === 0 ? lines : lines.slice(1)
  } finally {
    await file.close()
  }
}

/** Oldest first: the numbered files count from the newest up, and the one that is written comes last. */
async function readAll(folder: string): Promise<Buffer> {
  const names = await readdir(folder)
  const numberOf = (name: string) => Number(/^oncue\.(\d+)\.log$/.exec(name)?.[1] ?? 0)
  const files = names.filter((name) => /^oncue(?:\.\d+)?\.log$/.test(name))
  const ordered = files.sort((a, b) => numberOf(b) - numberOf(a))
  return Buffer.concat(await Promise.all(ordered.map((name) => readFile(join(folder, name)))))
}

const make = Effect.fnUntraced(function* (options: LogBookOptions) {
  const { configured, folder, log } = options
  const live = yield* PubSub.sliding<LogLine>(BEHIND_MAX)
  // A file that is missing or cannot be read has no lines; the log itself says why it cannot be written.
  const earlier = folder === null ? [] : yield* Effect.promise(() => readTail(folder).catch(() => []))
  let kept: Array<LogLine> = earlier
    .flatMap((text, index) => {
      const line = parseLine(text, index - earlier.length)
      return line === null ? [] : [line]
    })
    .slice(-LOG_LINES_KEPT)
  let number = 0
  const hear = ({ level, message, time, ...detail }: Parameters<Parameters<LogControl["follow"]>[0]>[0]) => {
    number += 1
    const line: LogLine = { id: number, atMs: Date.parse(time), level, message, detail }
    kept.push(line)
    if (kept.length > 2 * LOG_LINES_KEPT) kept = kept.slice(-LOG_LINES_KEPT)
    PubSub.publishUnsafe(live, line)
  }
  yield* Effect.acquireRelease(
    Effect.sync(() => log.follow(hear)),
    (unfollow) => Effect.sync(unfollow),
  )

  const handle = yield* FiberHandle.make()
  let untilMs: number | null = null
  const comeBack = (delayMs: number) =>
    Effect.sleep(delayMs).pipe(
      Effect.andThen(
        Effect.sync(() => {
          untilMs = null
          log.setLevel(configured())
        }),
      ),
    )

  return LogBook.of({
    read: (filter) =>
      Effect.sync(() => {
        const found: Array<LogLine> = []
        const from = Math.max(0, kept.length - LOG_LINES_KEPT)
        for (let index = kept.length - 1; index >= from && found.length < filter.limit; index--) {
          const line = kept[index]!
          if (line.id < (filter.beforeId ?? Number.POSITIVE_INFINITY) && isAsked(line, filter))
            found.push(line)
        }
        return found
      }),
    live: Stream.fromPubSub(live),
    level: Effect.sync(() => ({ level: log.level(), untilMs })),
    setLevel: (level, until) =>
      Effect.gen(function* () {
        const nowMs = yield* Clock.currentTimeMillis
        yield* FiberHandle.clear(handle)
        log.setLevel(level)
        untilMs = until
        if (until !== null) yield* FiberHandle.run(handle, comeBack(Math.max(0, until - nowMs)))
      }),
    whole:
      folder === null
        ? Effect.succeed(new Uint8Array())
        : Effect.promise(() => readAll(folder).catch(() => Buffer.alloc(0))),
  })
})

/** The log file and the lines as they are written. */
export const layer = (options: LogBookOptions): Layer.Layer<LogBook> => Layer.effect(LogBook, make(options))
