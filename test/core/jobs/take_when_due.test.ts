import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/testing/TestClock"
import { type Look, makeBell, takeWhenDue } from "../../../core/jobs/take_when_due.ts"

/** Looks that give the answers in turn, the last of them for ever; and how often was looked. */
function looking(answers: ReadonlyArray<Look<string>>, aside: () => void = () => {}) {
  const looked = { times: 0 }
  const look = Effect.sync(() => {
    const answer = answers[Math.min(looked.times, answers.length - 1)]!
    looked.times += 1
    aside()
    return answer
  })
  return { look, looked }
}

const nothing: Look<string> = { _tag: "Nothing", nextDueMs: null }
const taken: Look<string> = { _tag: "Taken", job: "a" }

describe("takeWhenDue", () => {
  it.effect("takeWhenDue() answers the job that is there", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* takeWhenDue(makeBell(), looking([taken]).look), "a")
    }),
  )

  it.effect("takeWhenDue() looks again when the bell rings, and not before", () =>
    Effect.gen(function* () {
      const bell = makeBell()
      const { look, looked } = looking([nothing, nothing, taken])
      const fiber = yield* Effect.forkChild(takeWhenDue(bell, look))
      yield* TestClock.adjust("1 day")
      assert.strictEqual(looked.times, 1)
      bell.ring()
      yield* TestClock.adjust(0)
      assert.strictEqual(looked.times, 2)
      bell.ring()
      assert.strictEqual(yield* Fiber.join(fiber), "a")
    }),
  )

  it.effect("takeWhenDue() misses no bell that rings between its look and its wait", () =>
    Effect.gen(function* () {
      const bell = makeBell()
      const { look } = looking([nothing, taken], bell.ring)
      assert.strictEqual(yield* takeWhenDue(bell, look), "a")
    }),
  )

  it.effect("takeWhenDue() looks again when the next job is due", () =>
    Effect.gen(function* () {
      const { look, looked } = looking([{ _tag: "Nothing", nextDueMs: 5_000 }, taken])
      const fiber = yield* Effect.forkChild(takeWhenDue(makeBell(), look))
      yield* TestClock.adjust(4_999)
      assert.strictEqual(looked.times, 1)
      yield* TestClock.adjust(1)
      assert.strictEqual(yield* Fiber.join(fiber), "a")
    }),
  )

  it.effect("takeWhenDue() looks once a minute while it waits for a time, in case the clock was set", () =>
    Effect.gen(function* () {
      const { look, looked } = looking([{ _tag: "Nothing", nextDueMs: 86_400_000 }])
      yield* Effect.forkChild(takeWhenDue(makeBell(), look))
      yield* TestClock.adjust("10 minutes")
      assert.strictEqual(looked.times, 11)
    }),
  )

  it.effect("takeWhenDue() can be interrupted in its wait from inside an uninterruptible region", () =>
    Effect.gen(function* () {
      const fiber = yield* Effect.forkChild(
        Effect.uninterruptible(takeWhenDue(makeBell(), looking([nothing]).look)),
      )
      yield* Effect.yieldNow
      const before = yield* Clock.currentTimeMillis
      yield* Fiber.interrupt(fiber)
      assert.strictEqual(yield* Clock.currentTimeMillis, before)
    }),
  )
})
