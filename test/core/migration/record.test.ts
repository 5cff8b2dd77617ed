import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import {
  MIGRATION_RETRY_AFTER_MAX_MS,
  MIGRATION_TRIES_MAX,
  MIGRATION_WAIT_MAX_MS,
  NO_RECORD,
  recordOf,
  waitAfterTry,
} from "../../../core/migration/record.ts"

describe("waitAfterTry()", () => {
  const Chance = Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 1 }))
  const Try = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: MIGRATION_TRIES_MAX - 1 }))
  const Seconds = Schema.Int.check(
    Schema.isBetween({ minimum: 0, maximum: MIGRATION_RETRY_AFTER_MAX_MS / 1_000 }),
  )

  it.prop(
    "never waits less than Retry-After, nor longer than it and the limit",
    [Try, Seconds, Chance],
    ([tried, seconds, chance]) => {
      const waitMs = waitAfterTry(tried, seconds, chance) ?? Number.NaN
      assert.isAtLeast(waitMs, seconds * 1_000)
      assert.isAtMost(waitMs, Math.max(seconds * 1_000, MIGRATION_WAIT_MAX_MS * 1.5))
    },
  )

  it("doubles, and differs by chance", () => {
    assert.deepStrictEqual(
      [1, 2, 3].map((tried) => waitAfterTry(tried, null, 0.5)),
      [5_000, 10_000, 20_000],
    )
    assert.deepStrictEqual(
      [0, 1].map((chance) => waitAfterTry(1, null, chance)),
      [2_500, 7_500],
    )
  })

  it("ends after the last try, and when it is to wait for longer than an hour", () => {
    assert.isNotNull(waitAfterTry(MIGRATION_TRIES_MAX - 1, 3_600, 0))
    assert.isNull(waitAfterTry(MIGRATION_TRIES_MAX, null, 0))
    assert.isNull(waitAfterTry(1, 3_601, 0))
  })
})

describe("recordOf()", () => {
  it("takes what is absent or of another shape for no record", () => {
    for (const stored of [null, undefined, 3, {}, { ...NO_RECORD, outcome: "odd" }])
      assert.deepStrictEqual(recordOf(stored), NO_RECORD)
    assert.strictEqual(recordOf({ ...NO_RECORD, attempts: 3 }).attempts, 3)
  })
})
