import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import {
  CandidateUnusable,
  type Delivery,
  type ProviderFailure,
  type ProviderProof,
  type SubtitleQuery,
  type SubtitleSource,
} from "../../core/ports/subtitle_source.ts"
import type { Candidate } from "../../core/subtitles/candidate.ts"
import { sameLanguage } from "../../core/subtitles/language.ts"

/** A provider that lives in memory. Tests change it while it is in use. */
export interface MemorySource {
  readonly id: string
  readonly name: string
  /** What it offers; a search finds those in a wanted language for the season and episode that is asked for. */
  candidates: ReadonlyArray<Candidate>
  /** By the candidate's handle; one without is gone. */
  readonly deliveries: Map<string, Delivery>
  /** What a test tells of its quota. */
  downloads: ProviderProof["downloads"]
  /** Set: it says so of every query. */
  unsuited: string | null
  /** Set: every call fails with what this makes of the time. */
  failure: ((nowMs: number) => ProviderFailure) | null
  /** How long every call takes, in milliseconds of the Clock. */
  delayMs: number
  /** Every call that was made: `search`, `fetch 7`. */
  readonly calls: Array<string>
}

export const memorySource = (given: Partial<MemorySource> = {}): MemorySource => ({
  id: "memory",
  name: "Memory",
  candidates: [],
  deliveries: new Map(),
  downloads: null,
  unsuited: null,
  failure: null,
  delayMs: 0,
  calls: [],
  ...given,
})

function fits(candidate: Candidate, query: SubtitleQuery): boolean {
  const { season, episode } = query.release
  const place =
    (candidate.season === null || candidate.season === season) &&
    (candidate.episode === null || candidate.episode === episode)
  return place && query.languages.some((wanted) => sameLanguage(candidate.language, wanted))
}

/** The source that `memory` describes. */
export const make = (memory: MemorySource): SubtitleSource => {
  const called = Effect.fnUntraced(function* (what: string) {
    memory.calls.push(what)
    if (memory.delayMs > 0) yield* Effect.sleep(memory.delayMs)
    if (memory.failure !== null) return yield* memory.failure(yield* Clock.currentTimeMillis)
  })
  return {
    id: memory.id,
    name: memory.name,
    test: () => Effect.as(called("test"), { told: "it answers from memory", downloads: memory.downloads }),
    unsuited: () => Effect.sync(() => memory.unsuited),
    search: (query) =>
      Effect.map(called("search"), () => memory.candidates.filter((one) => fits(one, query))),
    fetch: Effect.fnUntraced(function* (candidate) {
      yield* called(`fetch ${candidate.id}`)
      const delivery = memory.deliveries.get(candidate.handle)
      if (delivery !== undefined) return delivery
      return yield* new CandidateUnusable({ provider: memory.name, id: candidate.id, detail: "it is gone" })
    }),
  }
}
