import type { Writable } from "node:stream"

/** What moves a terminal's cursor, colours or clears it, or turns the order of the letters around. */
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g
const visible = (char: string) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`

/**
 * A text as a terminal may show it: titles, paths and error messages come from outside, and must neither steer the
 * terminal nor look like lines of ours. What follows a line break is set in.
 */
export function printable(text: string): string {
  return text.replaceAll("\r\n", "\n").replace(CONTROLS, visible).replaceAll("\n", "\n         ")
}

/** Text, in bytes, that may wait for a slow reader; what comes meanwhile is left out, since the log file has it. */
export const TERMINAL_WAITING_BYTES_MAX = 1024 * 1024

/**
 * Writes lines to the terminal, which may be a pipe whose reader is slow, or gone. Neither may ever hold up or end the
 * server: lines that cannot be written are left out, and `lost` hears once when nobody reads any more.
 */
export function terminalLines(out: Writable, lost: (reason: string) => void): (line: string) => void {
  let isLost = false
  let leftOut = 0
  out.on("error", (error) => {
    if (isLost) return
    isLost = true
    lost(error.message)
  })
  return (line) => {
    if (isLost) return
    if (out.writableLength + line.length > TERMINAL_WAITING_BYTES_MAX) {
      leftOut += 1
      return
    }
    if (leftOut > 0) out.write(`(${leftOut} lines are left out here; the log file has them)\n`)
    leftOut = 0
    out.write(`${line}\n`)
  }
}
