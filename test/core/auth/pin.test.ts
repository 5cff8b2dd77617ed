import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { isOver, PIN_TTL_MS, type PinEvent, PinId, type PinStatus, step } from "../../../core/auth/pin.ts"

const Event = Schema.Union([
  Schema.TaggedStruct("Approve", { sealedToken: Schema.String }),
  Schema.TaggedStruct("Claim", { username: Schema.String, email: Schema.String }),
  Schema.TaggedStruct("Vanish", {}),
  Schema.TaggedStruct("Cancel", {}),
  Schema.TaggedStruct("Fail", { code: Schema.String, reason: Schema.String }),
  Schema.TaggedStruct("Tick", {}),
])
/** What happens, and how long after what happened before. */
const Happening = Schema.Struct({
  event: Event,
  afterMs: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 400_000 })),
})
const Happenings = Schema.Array(Happening).check(Schema.isMaxLength(12))

/** Every status that a sequence of events leads through, each with its time. */
function walk(happenings: typeof Happenings.Type) {
  let status: PinStatus = { _tag: "Waiting" }
  let nowMs = 0
  const trail: Array<{
    readonly before: PinStatus
    readonly event: PinEvent
    readonly after: PinStatus
    readonly nowMs: number
  }> = []
  for (const { afterMs, event } of happenings) {
    nowMs += afterMs
    const after = step({ status, createdAtMs: 0 }, event, nowMs)
    trail.push({ before: status, event, after, nowMs })
    status = after
  }
  return trail
}

describe("step()", () => {
  it.prop("no sequence of events leaves a status that is over", [Happenings], ([happenings]) =>
    walk(happenings).every(({ after, before }) => !isOver(before) || after === before),
  )

  it.prop("a PIN as old as its life is over, whatever happens", [Happenings], ([happenings]) =>
    walk(happenings).every(({ after, nowMs }) => nowMs < PIN_TTL_MS || isOver(after)),
  )

  it.prop(
    "nothing authenticates but a claim of an approved PIN within its life",
    [Happenings],
    ([happenings]) =>
      walk(happenings).every(
        ({ after, before, event, nowMs }) =>
          after._tag !== "Claimed" ||
          before._tag === "Claimed" ||
          (before._tag === "Approved" && event._tag === "Claim" && nowMs < PIN_TTL_MS),
      ),
  )

  it.prop("a token is never replaced by another one", [Happenings], ([happenings]) =>
    walk(happenings).every(
      ({ after, before }) =>
        before._tag !== "Approved" || after._tag !== "Approved" || after.sealedToken === before.sealedToken,
    ),
  )

  it.prop("time alone changes nothing but to let it expire", [Happenings], ([happenings]) =>
    walk(happenings).every(
      ({ after, before, event }) => event._tag !== "Tick" || after === before || after._tag === "Expired",
    ),
  )

  it("is at the limit: one millisecond before the end it waits, at the end it is over", () => {
    const begun = { status: { _tag: "Waiting" }, createdAtMs: 1_000 } as const
    assert.strictEqual(step(begun, { _tag: "Tick" }, 1_000 + PIN_TTL_MS - 1)._tag, "Waiting")
    assert.strictEqual(step(begun, { _tag: "Tick" }, 1_000 + PIN_TTL_MS)._tag, "Expired")
    assert.strictEqual(step(begun, { _tag: "Approve", sealedToken: "t" }, 1_000 + PIN_TTL_MS)._tag, "Expired")
  })
})

describe("PinId", () => {
  it.prop(
    "takes digits and nothing else",
    [Schema.String],
    ([text]) => Schema.is(PinId)(text) === /^[0-9]{1,18}$/.test(text),
  )
})
