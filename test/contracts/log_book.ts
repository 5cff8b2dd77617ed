import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import { LogBook } from "../../core/ports/mod.ts"
import { LOG_LINES_KEPT, type LogLevel } from "../../core/system/log_line.ts"

/** A log with its level from the settings and a way to write into it. */
export interface LogWorld {
  readonly layer: Layer.Layer<LogBook>
  readonly write: (level: LogLevel, message: string, detail?: Record<string, unknown>) => void
}

/** What every log book owes. The settings of `make`'s log say INFO. */
export function logBookContract(name: string, make: () => LogWorld): void {
  const test = (title: string, body: (world: LogWorld) => Effect.Effect<void, unknown, LogBook>) =>
    it.effect(title, () => {
      const world = make()
      return Effect.scoped(Effect.provide(body(world), world.layer))
    })

  describe(`${name} LogBook`, () => {
    test("read() answers lines newest first, by level, by words and page by page", (world) =>
      Effect.gen(function* () {
        const book = yield* LogBook
        for (let n = 1; n <= 5; n++) world.write(n % 2 === 0 ? "ERROR" : "INFO", `Line ${n}`, { job: n })
        const messages = (filter: Omit<Parameters<typeof book.read>[0], "limit">, limit = 10) =>
          Effect.map(book.read({ ...filter, limit }), (lines) => lines.map((line) => line.message))
        assert.deepStrictEqual(yield* messages({}, 2), ["Line 5", "Line 4"])
        assert.deepStrictEqual(yield* messages({ levels: ["ERROR"] }), ["Line 4", "Line 2"])
        assert.deepStrictEqual(yield* messages({ text: "line JOB 3" }), ["Line 3"])
        const [, second] = yield* book.read({ limit: 2 })
        assert.deepStrictEqual(yield* messages({ beforeId: second!.id }, 1), ["Line 3"])
        assert.deepStrictEqual((yield* book.read({ limit: 1 }))[0]?.detail, { job: 5 })
      }))

    test("read() keeps the newest lines and forgets the oldest", (world) =>
      Effect.gen(function* () {
        const book = yield* LogBook
        for (let n = 0; n <= LOG_LINES_KEPT; n++) world.write("INFO", `${n}.`)
        const all = yield* book.read({ limit: LOG_LINES_KEPT })
        assert.strictEqual(all.length, LOG_LINES_KEPT)
        assert.strictEqual(all[0]?.message, `${LOG_LINES_KEPT}.`)
        assert.strictEqual(all.at(-1)?.message, "1.")
      }))

    test("live gives lines from now on", (world) =>
      Effect.gen(function* () {
        const book = yield* LogBook
        world.write("INFO", "before")
        const fiber = yield* Effect.forkChild(Stream.runCollect(Stream.take(book.live, 2)))
        yield* TestClock.adjust(1)
        world.write("INFO", "first")
        world.write("ERROR", "second")
        const lines = yield* Fiber.join(fiber)
        assert.deepStrictEqual(
          lines.map((line) => line.message),
          ["first", "second"],
        )
      }))

    test("setLevel() for a while gives way to the level of the settings", () =>
      Effect.gen(function* () {
        const book = yield* LogBook
        assert.deepStrictEqual(yield* book.level, { level: "INFO", untilMs: null })
        yield* book.setLevel("DEBUG", 1_000)
        yield* TestClock.adjust(999)
        assert.deepStrictEqual(yield* book.level, { level: "DEBUG", untilMs: 1_000 })
        yield* TestClock.adjust(1)
        assert.deepStrictEqual(yield* book.level, { level: "INFO", untilMs: null })
        yield* book.setLevel("DEBUG", 5_000)
        yield* book.setLevel("ERROR", null)
        yield* TestClock.adjust("1 day")
        assert.deepStrictEqual(yield* book.level, { level: "ERROR", untilMs: null })
      }))
  })
}
