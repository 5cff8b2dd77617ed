import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { type ProviderFailure, StateStore, type SubtitleSource } from "../ports/mod.ts"
import type { Settings } from "../settings/settings.ts"
import {
  ANSWER_NOTED_MS,
  afterOutcome,
  type ProviderOutcome,
  ProviderState,
  RESTED,
} from "./provider_state.ts"

/** Plex's own search is switched by its own setting; Bazarr's list of providers knows nothing of it. */
const PLEX = "plex"

const key = (id: string) => `provider/${id}`
const decode = Schema.decodeUnknownOption(ProviderState)

/** Whether the settings want this provider: Bazarr's list where it names any, else every one that can work. */
export function isEnabled(source: Pick<SubtitleSource, "id">, settings: Settings): boolean {
  if (source.id === PLEX) return settings.oncue.plex_search
  const chosen = settings.general.enabled_providers
  return chosen.length === 0 || chosen.includes(source.id)
}

/** What is missing before a provider can be asked at all, as a sentence; null: nothing. */
export const unready = (source: Pick<SubtitleSource, "unready">) => source.unready ?? Effect.succeed(null)

/** The state of a provider. A store that cannot answer counts as rested: better one call too many than no subtitles. */
export const providerState = Effect.fnUntraced(function* (id: string) {
  const store = yield* StateStore
  const value = yield* store
    .get(key(id))
    .pipe(Effect.catchTag("StoreUnavailable", () => Effect.succeed(null)))
  return Option.getOrElse(decode(value), () => RESTED)
})

const remember = Effect.fnUntraced(function* (id: string, outcome: ProviderOutcome) {
  const before = yield* providerState(id)
  const nowMs = yield* Clock.currentTimeMillis
  const noted = before.answeredAtMs ?? null
  const isNews = outcome._tag === "Answered" && (noted === null || nowMs - noted >= ANSWER_NOTED_MS)
  const answeredAtMs = isNews ? nowMs : noted
  const after: ProviderState = {
    ...afterOutcome(before, outcome, nowMs),
    ...(answeredAtMs === null ? {} : { answeredAtMs }),
  }
  const isSame = after.restingUntilMs === before.restingUntilMs && after.failures === before.failures
  if (isSame && !isNews) return
  const store = yield* StateStore
  yield* store
    .put(key(id), after)
    .pipe(
      Effect.catchTag("StoreUnavailable", (error) =>
        Effect.logWarning(`Cannot remember the state of ${id}: ${error.reason}`),
      ),
    )
})

/** Lets a provider be asked again at once, after its account or key was changed. */
export const wakeProvider = Effect.fn("wakeProvider")(function* (id: string) {
  const store = yield* StateStore
  yield* store.put(key(id), null)
})

/** The settings that a provider's account consists of. */
const ACCOUNTS: Readonly<Record<string, ReadonlyArray<string>>> = {
  opensubtitles: ["opensubtitlescom.username", "opensubtitlescom.password", "oncue.opensubtitles_api_key"],
  subdl: ["subdl.api_key"],
}

/** Lets those providers be asked again whose account is among the changed keys: what the old one has met says nothing. */
export const wakeChanged = Effect.fn("wakeChanged")(function* (keys: ReadonlyArray<string>) {
  const ids = Object.keys(ACCOUNTS).filter((id) => ACCOUNTS[id]?.some((one) => keys.includes(one)))
  yield* Effect.forEach(ids, wakeProvider, { discard: true }).pipe(
    Effect.catchTag("StoreUnavailable", (error) =>
      Effect.logWarning(`Cannot let the providers be asked again: ${error.reason}`),
    ),
  )
})

function outcomeOf(error: ProviderFailure): ProviderOutcome {
  switch (error._tag) {
    case "ProviderQuota":
      return { _tag: "Quota", reason: error.detail, untilMs: error.untilMs }
    case "ProviderRejected":
      return { _tag: "Refused", reason: error.detail }
    case "ProviderUnavailable":
      return { _tag: "Unavailable", reason: error.detail, retryAfterSeconds: error.retryAfterSeconds }
  }
}

/** Whether it is the provider that failed, and not the one candidate. */
export const isProviderFailure = (error: { readonly _tag: string }): error is ProviderFailure =>
  error._tag === "ProviderQuota" || error._tag === "ProviderRejected" || error._tag === "ProviderUnavailable"

/** Makes one call to a provider and remembers how it went, so that one that fails or rests is left alone. */
export const guarded = <A, E extends { readonly _tag: string }, R>(
  id: string,
  call: Effect.Effect<A, E, R>,
) =>
  call.pipe(
    Effect.tap(() => remember(id, { _tag: "Answered" })),
    Effect.tapError((error) => (isProviderFailure(error) ? remember(id, outcomeOf(error)) : Effect.void)),
  )
