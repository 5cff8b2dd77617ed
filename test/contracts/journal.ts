import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Latch from "effect/Latch"
import type * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import { JOURNAL_DETAIL_CHARS_MAX, JOURNAL_TEXT_CHARS_MAX } from "../../core/jobs/journal_entry.ts"
import { Journal, type StoreUnavailable } from "../../core/ports/mod.ts"

/** What every journal owes. `layer` gives a fresh and empty one. */
export function journalContract(name: string, layer: () => Layer.Layer<Journal, StoreUnavailable>): void {
  const test = (title: string, body: Effect.Effect<void, unknown, Journal>) =>
    it.effect(title, () => Effect.scoped(Effect.provide(body, layer())))
  const texts = (entries: ReadonlyArray<{ readonly text: string }>) => entries.map(({ text }) => text)

  describe(`${name} Journal`, () => {
    test(
      "read() sees what was written just before, whole and with its time",
      Effect.gen(function* () {
        const journal = yield* Journal
        yield* TestClock.adjust(1_234)
        const told = {
          kind: "searched",
          text: "Asked 2 providers about “Film 愛”",
          jobId: 7,
          serverId: "den",
          ratingKey: "1001",
          title: "Film 愛",
          detail: { asked: ["gestdown", "subdl"], best: null, score: 97.5 },
        } as const
        yield* journal.write(told)
        const [entry] = yield* journal.read({ limit: 10 })
        assert.deepStrictEqual(entry, { ...told, id: entry!.id, atMs: 1_234, detail: told.detail })
      }),
    )

    test(
      "write() fills in what is left out",
      Effect.gen(function* () {
        const journal = yield* Journal
        yield* journal.write({ kind: "system", text: "Started" })
        const [entry] = yield* journal.read({ limit: 10 })
        const none = { jobId: null, serverId: null, ratingKey: null, title: null, detail: null }
        assert.deepStrictEqual(entry, { id: entry!.id, atMs: 0, kind: "system", text: "Started", ...none })
      }),
    )

    test(
      "read() answers newest first, by page, by job, by item and by kind",
      Effect.gen(function* () {
        const journal = yield* Journal
        yield* journal.write({ kind: "heard", text: "1", jobId: 1, serverId: "den", ratingKey: "10" })
        yield* journal.write({ kind: "failed", text: "2", jobId: 1, serverId: "den", ratingKey: "10" })
        yield* journal.write({ kind: "heard", text: "3", jobId: 2, serverId: "attic", ratingKey: "10" })
        yield* journal.write({ kind: "system", text: "4" })
        const read = (filter: Omit<Parameters<typeof journal.read>[0], "limit">) =>
          Effect.map(journal.read({ limit: 10, ...filter }), texts)
        assert.deepStrictEqual(yield* read({}), ["4", "3", "2", "1"])
        assert.deepStrictEqual(yield* read({ jobId: 1 }), ["2", "1"])
        assert.deepStrictEqual(yield* read({ kinds: ["heard", "system"] }), ["4", "3", "1"])
        assert.deepStrictEqual(yield* read({ kinds: [] }), [])
        assert.deepStrictEqual(yield* read({ ratingKey: "10" }), ["3", "2", "1"])
        assert.deepStrictEqual(yield* read({ serverId: "den", ratingKey: "10", kinds: ["heard"] }), ["1"])
        const [first, second] = yield* journal.read({ limit: 2 })
        assert.deepStrictEqual(texts([first!, second!]), ["4", "3"])
        assert.deepStrictEqual(yield* read({ beforeId: second!.id }), ["2", "1"])
      }),
    )

    test(
      "write() keeps entries in the order in which they were written, with rising ids",
      Effect.gen(function* () {
        const journal = yield* Journal
        const numbers = Array.from({ length: 300 }, (_, index) => index)
        yield* Effect.forEach(numbers, (n) => journal.write({ kind: "system", text: `${n}` }))
        const entries = (yield* journal.read({ limit: 1_000 })).toReversed()
        assert.deepStrictEqual(
          texts(entries),
          numbers.map((n) => `${n}`),
        )
        assert.isTrue(entries.every(({ id }, index) => index === 0 || id > entries[index - 1]!.id))
      }),
    )

    test(
      "write() never fails the work it describes: what is too long is cut, and what is no JSON is left out",
      Effect.gen(function* () {
        const journal = yield* Journal
        const circle: { self?: unknown } = {}
        circle.self = circle
        yield* journal.write({ kind: "system", text: "x".repeat(JOURNAL_TEXT_CHARS_MAX + 1), detail: circle })
        yield* journal.write({ kind: "system", text: "y", detail: "z".repeat(JOURNAL_DETAIL_CHARS_MAX) })
        yield* journal.write({ kind: "system", text: "n", detail: { big: 1n } })
        const [big, large, long] = yield* journal.read({ limit: 10 })
        assert.strictEqual(long!.text.length, JOURNAL_TEXT_CHARS_MAX)
        assert.isNull(long!.detail)
        assert.deepStrictEqual(large!.detail, { omitted: `${JOURNAL_DETAIL_CHARS_MAX + 2} characters` })
        assert.isNull(big!.detail)
      }),
    )

    test(
      "write() does not open what is redacted",
      Effect.gen(function* () {
        const journal = yield* Journal
        yield* journal.write({ kind: "account", text: "t", detail: { token: Redacted.make("s3cr3t") } })
        const entries = yield* journal.read({ limit: 10 })
        assert.notInclude(JSON.stringify(entries), "s3cr3t")
      }),
    )

    test(
      "live gives every reader the entries that are written from then on",
      Effect.gen(function* () {
        const journal = yield* Journal
        yield* journal.write({ kind: "system", text: "before" })
        yield* journal.read({ limit: 1 })
        const reader = yield* Effect.forkChild(Stream.runCollect(Stream.take(journal.live, 2)))
        const other = yield* Effect.forkChild(Stream.runCollect(Stream.take(journal.live, 1)))
        yield* Effect.yieldNow
        yield* journal.write({ kind: "heard", text: "one", jobId: 3, detail: { at: undefined } })
        yield* journal.write({ kind: "heard", text: "two" })
        const seen = yield* Fiber.join(reader)
        assert.deepStrictEqual(texts(seen), ["one", "two"])
        assert.deepStrictEqual(texts(yield* Fiber.join(other)), ["one"])
        assert.deepStrictEqual(seen.toReversed(), yield* journal.read({ limit: 2 }))
      }),
    )

    test(
      "live lets a slow reader miss the oldest rather than hold up the writer",
      Effect.gen(function* () {
        const journal = yield* Journal
        const allWritten = yield* Latch.make()
        const slow = yield* Effect.forkChild(
          journal.live.pipe(
            Stream.mapEffect(({ text }) => Effect.as(allWritten.await, text)),
            Stream.takeUntil((text) => text === "end"),
            Stream.runCollect,
          ),
        )
        yield* Effect.yieldNow
        for (let part = 0; part < 5; part++) {
          for (let n = 0; n < 1_000; n++) yield* journal.write({ kind: "system", text: `${part}/${n}` })
          yield* journal.read({ limit: 1 })
        }
        yield* journal.write({ kind: "system", text: "end" })
        yield* journal.read({ limit: 1 })
        yield* allWritten.open
        const seen = yield* Fiber.join(slow)
        assert.isBelow(seen.length, 5_000)
        assert.strictEqual(seen.at(-1), "end")
        assert.strictEqual(seen.at(-2), "4/999")
      }),
    )

    test(
      "prune() forgets what is older and answers how much that was",
      Effect.gen(function* () {
        const journal = yield* Journal
        for (const text of ["1", "2", "3"]) {
          yield* journal.write({ kind: "system", text })
          yield* TestClock.adjust(100)
        }
        assert.strictEqual(yield* journal.prune(200), 2)
        assert.deepStrictEqual(texts(yield* journal.read({ limit: 10 })), ["3"])
        assert.strictEqual(yield* journal.prune(200), 0)
      }),
    )
  })
}
