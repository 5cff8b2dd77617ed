import * as Schema from "effect/Schema"

/** Whether a provider may be asked now, kept between starts so that a quota is respected by the next process too. */
export const ProviderState = Schema.Struct({
  /** Nothing is asked before this time; 0: at once. */
  restingUntilMs: Schema.Finite,
  /** Why it rests, for people. Empty when it does not. */
  reason: Schema.String,
  /** Failures in a row. */
  failures: Schema.Int,
  /** What made it rest; left out when it does not. */
  why: Schema.optionalKey(Schema.Literals(["quota", "refused", "unavailable"])),
  /** When it last gave a useful answer, give or take `ANSWER_NOTED_MS`; left out when it never did. */
  answeredAtMs: Schema.optionalKey(Schema.Finite),
})
export type ProviderState = typeof ProviderState.Type

/** How much later, in milliseconds, a further useful answer is noted. */
export const ANSWER_NOTED_MS = 10 * 60_000

export const RESTED: ProviderState = { restingUntilMs: 0, reason: "", failures: 0 }

/** Failures in a row after which a provider is left alone for a while. */
export const FAILURES_MAX = 3
/** The first and the longest rest after failures, in milliseconds. */
export const REST_FIRST_MS = 60_000
export const REST_LONGEST_MS = 60 * 60_000
/** How long a provider that refuses the account is left alone, in milliseconds; a change of the settings ends it. */
export const REST_REFUSED_MS = 12 * 60 * 60_000
/** Longest rest that a provider may ask for, in milliseconds; a day and a bit, since quotas are daily. */
export const REST_ASKED_MAX_MS = 26 * 60 * 60_000

/** What a provider's answer was, as far as it matters for asking again. */
export type ProviderOutcome =
  | { readonly _tag: "Answered" }
  | { readonly _tag: "Unavailable"; readonly reason: string; readonly retryAfterSeconds: number | null }
  | { readonly _tag: "Quota"; readonly reason: string; readonly untilMs: number }
  | { readonly _tag: "Refused"; readonly reason: string }

/**
 * The state after an outcome at `nowMs`.
 *
 * @example
 * ```ts
 * const quota = { _tag: "Quota", reason: "20 of 20 used", untilMs: 5_000 }
 * assert.strictEqual(afterOutcome(RESTED, quota, 1_000).restingUntilMs, 5_000)
 * const down = { _tag: "Unavailable", reason: "no answer", retryAfterSeconds: null }
 * const twice = afterOutcome(afterOutcome(RESTED, down, 0), down, 0)
 * assert.strictEqual(twice.restingUntilMs, 0)
 * assert.strictEqual(afterOutcome(twice, down, 0).restingUntilMs, 60_000)
 * ```
 */
export function afterOutcome(state: ProviderState, outcome: ProviderOutcome, nowMs: number): ProviderState {
  switch (outcome._tag) {
    case "Answered":
      // A search that was under way when the quota ended says nothing about it.
      return state.why === "quota" && state.restingUntilMs > nowMs ? state : RESTED
    case "Quota":
      return {
        restingUntilMs: Math.min(outcome.untilMs, nowMs + REST_ASKED_MAX_MS),
        reason: outcome.reason,
        failures: 0,
        why: "quota",
      }
    case "Refused":
      return {
        restingUntilMs: nowMs + REST_REFUSED_MS,
        reason: outcome.reason,
        failures: 0,
        why: "refused",
      }
    case "Unavailable": {
      const failures = state.failures + 1
      const asked =
        outcome.retryAfterSeconds === null
          ? 0
          : Math.min(outcome.retryAfterSeconds * 1_000, REST_ASKED_MAX_MS)
      const grown =
        failures < FAILURES_MAX
          ? 0
          : Math.min(REST_LONGEST_MS, REST_FIRST_MS * 2 ** Math.min(failures - FAILURES_MAX, 20))
      const rest = Math.max(asked, grown)
      return rest === 0
        ? { ...state, failures }
        : { restingUntilMs: nowMs + rest, reason: outcome.reason, failures, why: "unavailable" }
    }
  }
}
