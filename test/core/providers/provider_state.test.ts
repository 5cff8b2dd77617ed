import { describe, expect, it } from "@effect/vitest"
import {
  afterOutcome,
  FAILURES_MAX,
  type ProviderOutcome,
  REST_ASKED_MAX_MS,
  REST_FIRST_MS,
  REST_LONGEST_MS,
  REST_REFUSED_MS,
  RESTED,
} from "../../../core/providers/provider_state.ts"

const down = (retryAfterSeconds: number | null = null): ProviderOutcome => ({
  _tag: "Unavailable",
  reason: "no answer",
  retryAfterSeconds,
})
const stateAfter = (count: number, outcome: ProviderOutcome = down(), nowMs = 0) =>
  Array.from({ length: count }).reduce<typeof RESTED>((state) => afterOutcome(state, outcome, nowMs), RESTED)

describe("afterOutcome()", () => {
  it("rests after so many failures in a row, longer each time, with an end", () => {
    expect(stateAfter(FAILURES_MAX - 1).restingUntilMs).toBe(0)
    expect(stateAfter(FAILURES_MAX)).toEqual({
      restingUntilMs: REST_FIRST_MS,
      reason: "no answer",
      failures: FAILURES_MAX,
      why: "unavailable",
    })
    expect(stateAfter(FAILURES_MAX + 1).restingUntilMs).toBe(2 * REST_FIRST_MS)
    expect(stateAfter(100).restingUntilMs).toBe(REST_LONGEST_MS)
  })

  it("forgets failures at the first answer", () => {
    expect(afterOutcome(stateAfter(100), { _tag: "Answered" }, 0)).toEqual(RESTED)
  })

  it("waits as long as the provider asks, within reason", () => {
    expect(stateAfter(1, down(30), 1_000).restingUntilMs).toBe(31_000)
    expect(stateAfter(1, down(1e9), 0).restingUntilMs).toBe(REST_ASKED_MAX_MS)
  })

  it("rests until the quota is renewed, within reason", () => {
    const quota = (untilMs: number): ProviderOutcome => ({ _tag: "Quota", reason: "20 of 20", untilMs })
    expect(stateAfter(1, quota(5_000), 1_000)).toEqual({
      restingUntilMs: 5_000,
      reason: "20 of 20",
      failures: 0,
      why: "quota",
    })
    expect(stateAfter(1, quota(Number.MAX_SAFE_INTEGER), 0).restingUntilMs).toBe(REST_ASKED_MAX_MS)
  })

  it("takes no answer that was under way for the end of a quota, until it is renewed", () => {
    const used = stateAfter(1, { _tag: "Quota", reason: "20 of 20", untilMs: 5_000 }, 1_000)
    expect(afterOutcome(used, { _tag: "Answered" }, 4_999)).toEqual(used)
    expect(afterOutcome(used, { _tag: "Answered" }, 5_000)).toEqual(RESTED)
  })

  it("leaves a provider alone that refuses the account", () => {
    expect(stateAfter(1, { _tag: "Refused", reason: "bad key" }, 7)).toEqual({
      restingUntilMs: 7 + REST_REFUSED_MS,
      reason: "bad key",
      failures: 0,
      why: "refused",
    })
  })
})
