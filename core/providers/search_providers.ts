import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import {
  ProviderUnavailable,
  SettingsStore,
  type SubtitleQuery,
  type SubtitleSource,
  SubtitleSources,
} from "../ports/mod.ts"
import type { Candidate } from "../subtitles/candidate.ts"
import { guarded, isEnabled, providerState } from "./ask_provider.ts"

/** Longest wait for one provider, in milliseconds; the viewer's own limit is usually shorter. */
export const PROVIDER_TIMEOUT_MS = 15_000

/** What one provider said. */
export interface ProviderReport {
  readonly id: string
  readonly name: string
  readonly result: "answered" | "unsuited" | "resting" | "failed" | "too_slow"
  readonly found: number
  /** Why it gave nothing; empty when it answered. */
  readonly reason: string
  readonly tookMs: number
  /** When a resting provider may be asked again; null otherwise. */
  readonly untilMs: number | null
}

export interface SearchResult {
  readonly candidates: ReadonlyArray<Candidate>
  readonly reports: ReadonlyArray<ProviderReport>
}

interface Answer {
  readonly report: ProviderReport
  readonly candidates: ReadonlyArray<Candidate>
}

const askOne = Effect.fnUntraced(function* (source: SubtitleSource, query: SubtitleQuery) {
  const startedMs = yield* Clock.currentTimeMillis
  const report = Effect.fnUntraced(function* (
    result: ProviderReport["result"],
    reason: string,
    candidates: ReadonlyArray<Candidate> = [],
    untilMs: number | null = null,
  ) {
    const tookMs = (yield* Clock.currentTimeMillis) - startedMs
    const { id, name } = source
    return {
      report: { id, name, result, found: candidates.length, reason, tookMs, untilMs },
      candidates,
    } as Answer
  })
  const unsuited = yield* source.unsuited(query)
  if (unsuited !== null) return yield* report("unsuited", unsuited)
  const { reason, restingUntilMs } = yield* providerState(source.id)
  if (restingUntilMs > startedMs) return yield* report("resting", reason, [], restingUntilMs)
  const silent = new ProviderUnavailable({
    provider: source.name,
    detail: `no answer within ${PROVIDER_TIMEOUT_MS / 1_000} s`,
    retryAfterSeconds: null,
  })
  const search = source
    .search(query)
    .pipe(Effect.timeoutOrElse({ duration: PROVIDER_TIMEOUT_MS, orElse: () => Effect.fail(silent) }))
  return yield* guarded(source.id, search).pipe(
    Effect.flatMap((candidates) => report("answered", "", candidates)),
    Effect.catch(
      Effect.fnUntraced(function* (error) {
        const { restingUntilMs } = yield* providerState(source.id)
        const untilMs = restingUntilMs > startedMs ? restingUntilMs : null
        return yield* report(error === silent ? "too_slow" : "failed", error.message, [], untilMs)
      }),
    ),
  )
})

/**
 * Asks every provider that is enabled and suited, all at once, and answers when all have, when `isEnough` says that
 * what has come so far will do, or when the viewer's limit is over. Never fails: what a provider did wrong is in its
 * report, and providers that were cut off are named as too slow.
 */
export const searchProviders = Effect.fn("searchProviders")(function* <R>(
  query: SubtitleQuery,
  isEnough: (candidates: ReadonlyArray<Candidate>) => Effect.Effect<boolean, never, R>,
  /** Instead of the viewer's limit, in milliseconds, where nobody waits. */
  limitMs?: number,
) {
  const settings = yield* (yield* SettingsStore).current
  const sources = (yield* SubtitleSources).filter((source) => isEnabled(source, settings))
  const startedMs = yield* Clock.currentTimeMillis
  const answers: Array<Answer> = []
  const enough = yield* Deferred.make<void>()
  const gathered = () => answers.flatMap((answer) => answer.candidates)
  const all = Effect.forEach(
    sources,
    (source) =>
      Effect.flatMap(
        askOne(source, query),
        Effect.fnUntraced(function* (answer) {
          answers.push(answer)
          if (yield* isEnough(gathered())) yield* Deferred.done(enough, Exit.void)
        }),
      ),
    { concurrency: "unbounded", discard: true },
  )
  const searching = yield* Effect.forkChild(all)
  yield* Effect.raceFirst(Fiber.await(searching), Deferred.await(enough)).pipe(
    Effect.timeoutOption(limitMs ?? settings.oncue.search_timeout * 1_000),
  )
  yield* Fiber.interrupt(searching)
  const tookMs = (yield* Clock.currentTimeMillis) - startedMs
  const answered = new Set(answers.map((answer) => answer.report.id))
  const cut = sources
    .filter((source) => !answered.has(source.id))
    .map(
      ({ id, name }): ProviderReport => ({
        id,
        name,
        result: "too_slow",
        found: 0,
        reason: "not waited for",
        tookMs,
        untilMs: null,
      }),
    )
  return {
    candidates: gathered(),
    reports: [...answers.map((answer) => answer.report), ...cut],
  } as SearchResult
})
