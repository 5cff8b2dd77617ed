import { mkdirSync } from "node:fs"
import * as Cause from "effect/Cause"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as References from "effect/References"
import { createStream, type RotatingFileStream } from "rotating-file-stream"
import { printable } from "./terminal.ts"

/** The levels that people set, as Bazarr and the page name them. */
export type Level = "DEBUG" | "INFO" | "WARNING" | "ERROR"

/** Size, in bytes, at which the log file is put aside, and how many of those are kept. */
export const LOG_FILE_BYTES_MAX = 5 * 1024 * 1024
export const LOG_FILES_MAX = 5

/** Secrets that the last filter knows by value; of more, those it was told of first are forgotten. */
export const SECRETS_KNOWN_MAX = 1_000
/** Bytes that may wait for a disk that is slow; what comes beyond them is shown on the terminal only, and counted. */
export const LOG_WAITING_BYTES_MAX = 4 * 1024 * 1024

/** One line of the log, as it stands in the file. */
export interface LogLine {
  /** ISO 8601, UTC. */
  readonly time: string
  readonly level: Level
  readonly message: string
  readonly [detail: string]: unknown
}

const RANK: Readonly<Record<Level, number>> = { DEBUG: 0, INFO: 1, WARNING: 2, ERROR: 3 }
const LEVELS: Readonly<Record<string, Level>> = {
  All: "DEBUG",
  Trace: "DEBUG",
  Debug: "DEBUG",
  Info: "INFO",
  Warn: "WARNING",
  Error: "ERROR",
  Fatal: "ERROR",
}

/** Whatever looks like a credential in a text, wherever it came from; not the "sign" of "the token: sign in again". */
const CREDENTIAL =
  /((?:x-plex-token|api_?key|apikey|token|authorization|password|secret|authToken|accessToken)["']?\s*[=:]\s*["']?(?:bearer\s+)?)([^\s"'&,;}]{5,})/gi

/**
 * The last filter before anything is written: the secrets that are known by value, then whatever looks like one. What
 * is Redacted never gets here in clear; this is for texts that others made.
 */
export function redact(text: string, secrets: Iterable<string>): string {
  let clean = text
  for (const secret of secrets) if (secret.length >= 6) clean = clean.replaceAll(secret, "<redacted>")
  return clean.replace(CREDENTIAL, "$1<redacted>")
}

export interface LogOptions {
  readonly level: Level
  /** Folder of `oncue.log`; null: no file. */
  readonly folder: string | null
  /** Readable lines for a terminal; null: none. */
  readonly terminal: ((line: string) => void) | null
}

/** The log of the process: its level can change while it runs, and the secrets it must never print can be added. */
export interface Log {
  readonly layer: Layer.Layer<never>
  readonly setLevel: (level: Level) => void
  readonly level: () => Level
  readonly addSecrets: (values: Iterable<string>) => void
  /** A line about the process itself, from where no program runs. */
  readonly say: (level: Level, message: string) => void
  /** Told of every line that is written, until the returned function is called. */
  readonly follow: (listener: (line: LogLine) => void) => () => void
  readonly close: () => Promise<void>
}

function textOf(message: unknown): string {
  const parts = Array.isArray(message) ? message : [message]
  return parts
    .map((one) => (typeof one === "string" ? one : one instanceof Error ? one.message : JSON.stringify(one)))
    .join(" ")
}

function openFile(folder: string, broken: (error: unknown) => void): RotatingFileStream | null {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
  } catch (error) {
    broken(error)
    return null
  }
  const name = (_time: Date | number | null, index?: number) =>
    index === undefined ? "oncue.log" : `oncue.${index}.log`
  return createStream(name as () => string, {
    path: folder,
    size: `${LOG_FILE_BYTES_MAX}B`,
    rotate: LOG_FILES_MAX,
    mode: 0o600,
  })
}

const COLOURS: Readonly<Record<Level, string>> = {
  DEBUG: "\u001b[2m",
  INFO: "",
  WARNING: "\u001b[33m",
  ERROR: "\u001b[31m",
}

/** A line for people: time, level, sentence, and the details behind it. */
export function readable(line: LogLine, colour: boolean): string {
  const { time, level, message, ...details } = line
  const more = Object.entries(details).map(
    ([key, value]) => `${key}=${typeof value === "string" ? value : JSON.stringify(value)}`,
  )
  const clock = new Date(time).toTimeString().slice(0, 8)
  const said = printable(`${message}${more.length === 0 ? "" : `  ${more.join(" ")}`}`)
  const text = `${clock} ${level.padEnd(7)} ${said}`
  return colour && COLOURS[level] !== "" ? `${COLOURS[level]}${text}\u001b[0m` : text
}

/** Opens the log. The file is created on the first line. */
export function openLog(options: LogOptions): Log {
  let level = options.level
  const secrets = new Set<string>()
  let longestFirst: ReadonlyArray<string> = []
  const listeners = new Set<(line: LogLine) => void>()
  const broken = (error: unknown) =>
    options.terminal?.(`Cannot write the log file: ${error instanceof Error ? error.message : error}`)
  const file = options.folder === null ? null : openFile(options.folder, broken)
  // A full disk must not stop the server; the terminal still shows the lines, and this one says why the file has none.
  file?.on("error", broken)
  const colour = process.stdout.isTTY === true

  let lost = 0
  const keep = (json: string, time: string) => {
    if (file === null) return
    if (file.writableLength > LOG_WAITING_BYTES_MAX) {
      lost += 1
      return
    }
    if (lost > 0) {
      const gap: LogLine = {
        time,
        level: "WARNING",
        message: `The disk is slow: ${lost} lines are missing here`,
      }
      file.write(`${JSON.stringify(gap)}\n`)
      lost = 0
    }
    file.write(`${json}\n`)
  }

  const write = (line: LogLine) => {
    const json = redact(JSON.stringify(line), longestFirst)
    keep(json, line.time)
    options.terminal?.(redact(readable(line, colour), longestFirst))
    if (listeners.size > 0) {
      const clean = JSON.parse(json) as LogLine
      for (const listener of listeners) listener(clean)
    }
  }

  const logger = Logger.make(({ cause, date, fiber, logLevel, message }) => {
    const named = LEVELS[logLevel] ?? "INFO"
    if (RANK[named] < RANK[level]) return
    const annotations = fiber.getRef(References.CurrentLogAnnotations)
    const because = cause.reasons.length === 0 ? {} : { cause: Cause.pretty(cause) }
    write({ time: date.toISOString(), level: named, message: textOf(message), ...annotations, ...because })
  })

  return {
    layer: Layer.mergeAll(Logger.layer([logger]), Layer.succeed(References.MinimumLogLevel, "All")),
    setLevel: (next) => {
      level = next
    },
    level: () => level,
    addSecrets: (values) => {
      for (const value of values) {
        secrets.add(value)
        // As it stands in an address.
        secrets.add(encodeURIComponent(value.toWellFormed()))
      }
      for (const oldest of secrets) {
        if (secrets.size <= SECRETS_KNOWN_MAX) break
        secrets.delete(oldest)
      }
      // A secret that begins with another one would else keep its end.
      longestFirst = [...secrets].sort((a, b) => b.length - a.length)
    },
    say: (named, message) => {
      if (RANK[named] >= RANK[level]) write({ time: new Date().toISOString(), level: named, message })
    },
    follow: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    close: () => new Promise((resolve) => (file === null ? resolve() : file.end(() => resolve()))),
  }
}
