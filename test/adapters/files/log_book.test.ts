import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { type LogControl, layer } from "../../../adapters/files/log_book.ts"
import { LogBook } from "../../../core/ports/mod.ts"
import type { LogLevel } from "../../../core/system/log_line.ts"
import { logBookContract } from "../../contracts/log_book.ts"
import { tempFolder } from "../../support/temp_folder.ts"

function control() {
  const listeners = new Set<Parameters<LogControl["follow"]>[0]>()
  let level: LogLevel = "INFO"
  const log: LogControl = {
    level: () => level,
    setLevel: (next) => {
      level = next
    },
    follow: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
  const write = (named: LogLevel, message: string, detail: Record<string, unknown> = {}) => {
    for (const listener of listeners)
      listener({ time: "2026-01-01T00:00:00.000Z", level: named, message, ...detail })
  }
  return { log, write, listeners }
}

logBookContract("files", () => {
  const { log, write } = control()
  return { layer: layer({ log, configured: () => "INFO", folder: null }), write }
})

describe("log book of files", () => {
  it.effect("read() begins with what earlier runs wrote, and passes over what is no line", () =>
    Effect.gen(function* () {
      const folder = yield* tempFolder
      const line = (message: string) =>
        JSON.stringify({ time: "2026-01-01T00:00:00.000Z", level: "INFO", message })
      writeFileSync(join(folder, "oncue.log"), `${line("one")}\nhalf a li\n${line("two")}\n`)
      const { log, write } = control()
      yield* Effect.gen(function* () {
        const book = yield* LogBook
        write("ERROR", "three")
        const messages = (yield* book.read({ limit: 10 })).map(({ message }) => message)
        assert.deepStrictEqual(messages, ["three", "two", "one"])
      }).pipe(Effect.provide(layer({ log, configured: () => "INFO", folder })))
    }),
  )

  it.effect("whole joins the files, the oldest first", () =>
    Effect.gen(function* () {
      const folder = mkdtempSync(join(tmpdir(), "oncue-logs-"))
      writeFileSync(join(folder, "oncue.log"), "newest\n")
      writeFileSync(join(folder, "oncue.1.log"), "middle\n")
      writeFileSync(join(folder, "oncue.2.log"), "oldest\n")
      writeFileSync(join(folder, "other.txt"), "not ours\n")
      const { listeners, log } = control()
      const whole = yield* LogBook.use((book) => book.whole).pipe(
        Effect.provide(layer({ log, configured: () => "INFO", folder })),
      )
      assert.strictEqual(Buffer.from(whole).toString(), "oldest\nmiddle\nnewest\n")
      assert.strictEqual(listeners.size, 0, "nobody listens after the end")
      rmSync(folder, { recursive: true })
    }),
  )
})
