import { assert, describe, it } from "@effect/vitest"
import { loosen, sweepYoung, tighten } from "../../../adapters/sqlite/_tight_heap.ts"

const ANSWERS = 200
const ANSWER_BYTES = 100_000

/** Bytes that nobody holds any more, as of answers that were read. */
function leaveAnswers(): number {
  for (let one = 0; one < ANSWERS; one += 1) Buffer.allocUnsafeSlow(ANSWER_BYTES)
  return process.memoryUsage().arrayBuffers
}

/** V8 frees them beside the program, so that they are gone a moment later. */
async function areGone(before: number): Promise<boolean> {
  for (let look = 0; look < 200; look += 1) {
    if (process.memoryUsage().arrayBuffers < before - (ANSWERS * ANSWER_BYTES) / 2) return true
    await new Promise((resolve) => setImmediate(resolve))
  }
  return false
}

describe("sweepYoung()", () => {
  it("frees the bytes of answers that nobody holds while the heap is kept tight", async () => {
    const token = {}
    tighten(token)
    const before = leaveAnswers()
    sweepYoung()
    loosen(token)
    assert.isTrue(await areGone(before))
  })

  it("does nothing when nothing large is read", () => {
    const before = leaveAnswers()
    sweepYoung()
    assert.isAtLeast(process.memoryUsage().arrayBuffers, before)
  })

  it("shows nobody else the collector", () => {
    const token = {}
    tighten(token)
    loosen(token)
    assert.strictEqual((globalThis as { gc?: unknown }).gc, undefined)
  })
})
