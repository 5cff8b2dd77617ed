import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { SettingsStore, SubtitleSources } from "../../../core/ports/mod.ts"
import { isEnabled, providerState, unready, wakeProvider } from "../../../core/providers/ask_provider.ts"
import { testProvider } from "../../../core/providers/test_provider.ts"
import { ErrorBody } from "../errors.ts"
import { answer, route } from "../route.ts"

const tag = "Subtitles"

const Provider = Schema.Struct({
  id: Schema.String,
  name: Schema.String,
  enabled: Schema.Boolean,
  /** What is missing before it can be asked at all, for example its key; null: nothing. */
  unready: Schema.NullOr(Schema.String),
  /** Nothing is asked of it before this time; null: it may be asked. */
  restingUntilMs: Schema.NullOr(Schema.Finite),
  /** Why it rests. */
  reason: Schema.NullOr(Schema.String),
  /** When it last gave a useful answer, to the nearest ten minutes; null: not yet, or not since its account was changed. */
  answeredAtMs: Schema.NullOr(Schema.Finite),
}).annotate({ identifier: "Provider" })

const all = Effect.gen(function* () {
  const nowMs = yield* Clock.currentTimeMillis
  const settings = yield* SettingsStore.use((store) => store.current)
  return yield* Effect.forEach(yield* SubtitleSources, (source) =>
    Effect.map(
      Effect.all([providerState(source.id), unready(source)]),
      ([state, missing]): typeof Provider.Type => {
        const isResting = state.restingUntilMs > nowMs
        return {
          id: source.id,
          name: source.name,
          enabled: isEnabled(source, settings),
          unready: missing,
          restingUntilMs: isResting ? state.restingUntilMs : null,
          reason: isResting ? state.reason : null,
          answeredAtMs: state.answeredAtMs ?? null,
        }
      },
    ),
  )
})

export const listProviders = route({
  method: "GET",
  path: "/api/providers",
  tag,
  summary: "The providers of subtitles, and whether each may be asked now",
  access: "key",
  answers: { 200: Schema.Struct({ data: Schema.Array(Provider) }) },
  handle: () => Effect.map(all, (data) => answer(200, { data })),
})

const unknown = (id: string) =>
  answer(404, { error: `There is no provider "${id}"`, code: "PROVIDER_NOT_FOUND" })

export const testProviderNow = route({
  method: "POST",
  path: "/api/providers/{id}/test",
  tag,
  summary: "Ask a provider whether it works with the account that is saved; costs nothing of its quota",
  access: "key",
  params: Schema.Struct({ id: Schema.String }),
  answers: {
    200: Schema.Struct({
      data: Schema.Struct({
        works: Schema.Boolean,
        /** What was proved, or why it does not work. */
        told: Schema.String,
        /** Where the provider says how many there are. */
        downloads: Schema.NullOr(Schema.Struct({ left: Schema.Finite, allowed: Schema.Finite })),
        tookMs: Schema.Finite,
      }),
    }),
    404: ErrorBody,
  },
  handle: ({ params }) =>
    Effect.gen(function* () {
      const tested = yield* testProvider(params.id)
      if (tested === null) return unknown(params.id)
      const { tookMs } = tested
      return answer(200, {
        data:
          tested._tag === "Works"
            ? { works: true, told: tested.told, downloads: tested.downloads, tookMs }
            : { works: false, told: tested.reason, downloads: null, tookMs },
      })
    }),
})

export const wakeProviderNow = route({
  method: "POST",
  path: "/api/providers/{id}/wake",
  tag,
  summary: "Ask a provider that rests again at once",
  access: "key",
  params: Schema.Struct({ id: Schema.String }),
  answers: { 200: Schema.Struct({ data: Schema.Array(Provider) }), 404: ErrorBody, 503: ErrorBody },
  handle: ({ params }) =>
    Effect.gen(function* () {
      const known = (yield* SubtitleSources).some((source) => source.id === params.id)
      if (!known) return unknown(params.id)
      yield* wakeProvider(params.id)
      return answer(200, { data: yield* all })
    }),
})
