import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { providerState } from "./ask_provider.ts"
import type { ProviderReport } from "./search_providers.ts"

/**
 * The reports of a search after its results were fetched: a provider that had something, and whose quota was used up by
 * then, is one that could not be asked. Otherwise the item would count as searched, and nobody would come back to it.
 */
export const recheckProviders = Effect.fnUntraced(function* (reports: ReadonlyArray<ProviderReport>) {
  const nowMs = yield* Clock.currentTimeMillis
  return yield* Effect.forEach(reports, (report) =>
    report.result === "answered" && report.found > 0
      ? Effect.map(
          providerState(report.id),
          ({ reason, restingUntilMs }): ProviderReport =>
            restingUntilMs > nowMs
              ? { ...report, result: "resting", reason, untilMs: restingUntilMs }
              : report,
        )
      : Effect.succeed(report),
  )
})
