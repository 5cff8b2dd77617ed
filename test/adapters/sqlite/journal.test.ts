import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import { type JournalOptions, layer } from "../../../adapters/sqlite/journal.ts"
import { Journal } from "../../../core/ports/mod.ts"
import { settle } from "../../contracts/job_queue.ts"
import { journalContract } from "../../contracts/journal.ts"
import { inTempFolder } from "./_folder.ts"

journalContract("sqlite", () => inTempFolder((file) => layer({ file })))

/** Runs a program with a journal whose log is kept. */
const withLog = <E>(
  options: Omit<JournalOptions, "file">,
  program: (log: ReadonlyArray<string>) => Effect.Effect<void, E, Journal>,
) => {
  const log: Array<string> = []
  const keep = Logger.make(({ message }) => log.push(String(message)))
  const journal = inTempFolder((file) => layer({ file, ...options }))
  return Effect.scoped(Effect.provide(program(log), Layer.provideMerge(journal, Logger.layer([keep]))))
}

const writeAll = (texts: ReadonlyArray<string>) =>
  Effect.flatMap(Journal, (journal) =>
    Effect.forEach(texts, (text) => journal.write({ kind: "system", text }), { discard: true }),
  )

describe("sqlite Journal", () => {
  it.effect("write() drops the oldest of what waits beyond the limit, and says how many in the log", () =>
    withLog({ waitingMax: 3 }, (log) =>
      Effect.gen(function* () {
        const journal = yield* Journal
        yield* writeAll(["1", "2", "3", "4", "5"])
        const entries = yield* journal.read({ limit: 10 })
        assert.deepStrictEqual(
          entries.map(({ text }) => text),
          ["5", "4", "3"],
        )
        assert.deepStrictEqual(log, ["The journal could not keep up: its oldest 2 entries are lost"])
        yield* writeAll(["6", "7", "8"])
        assert.strictEqual((yield* journal.read({ limit: 10 })).length, 6)
        assert.strictEqual(log.length, 1)
      }),
    ),
  )

  it.effect("write() puts into the log what cannot be stored, and goes on afterwards", () =>
    withLog({ bytesMax: 150 * 1024 }, (log) =>
      Effect.gen(function* () {
        const journal = yield* Journal
        yield* writeAll(["first"])
        yield* settle
        yield* writeAll(Array.from({ length: 300 }, (_, n) => `${n} ${"x".repeat(1_000)}`))
        yield* settle
        assert.strictEqual(log.length, 300)
        assert.isTrue(log.every((line, n) => line.startsWith(`Not in the journal: system: ${n} x`)))
        yield* writeAll(["last"])
        const entries = yield* journal.read({ limit: 10 })
        assert.deepStrictEqual(
          entries.map(({ text }) => text),
          ["last", "first"],
        )
      }),
    ),
  )
})
