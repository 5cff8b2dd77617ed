import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { isClaimed } from "../access/owner.ts"
import { authMethod } from "../auth/account_access.ts"
import { TOKEN_STATE_KEY } from "../auth/validate_token.ts"
import { JobQueue, SettingsStore, StateStore, SubtitleSources, TriggerMonitor } from "../ports/mod.ts"
import { isEnabled, providerState } from "../providers/ask_provider.ts"
import { selectedServers } from "../servers/selected.ts"
import { type Attention, byUrgency } from "./attention.ts"

const DAY_MS = 86_400_000
/** How long, in milliseconds, a stream may be lost before it is worth a word: servers restart. */
const LOST_QUIET_MS = 60_000
const FAILED_LOOKED_AT = 100

const aboutPlex = Effect.fnUntraced(function* (nowMs: number) {
  const settings = yield* SettingsStore.use((store) => store.current)
  if (authMethod(settings) === null) return [{ _tag: "SignIn" }] as ReadonlyArray<Attention>
  if (!settings.general.use_plex) return [{ _tag: "PlexOff" }] as ReadonlyArray<Attention>
  const token = yield* StateStore.use((state) => state.get(TOKEN_STATE_KEY))
  const isRejected = (token as { readonly state?: unknown } | null)?.state === "rejected"
  const rejected: ReadonlyArray<Attention> = isRejected ? [{ _tag: "TokenRejected" }] : []
  const servers = selectedServers(settings)
  const isByKey = authMethod(settings) === "apikey"
  if (servers.length === 0 && !isByKey) return isRejected ? rejected : ([{ _tag: "NoServer" }] as const)
  const monitor = yield* TriggerMonitor
  const streams = yield* monitor.streams
  const lost = streams.flatMap(({ lostReason, serverId, sinceMs, state }): ReadonlyArray<Attention> => {
    const reason = state._tag === "Waiting" ? state.reason : (lostReason ?? null)
    if (state._tag === "Connected" || reason === null || nowMs - sinceMs < LOST_QUIET_MS) return []
    const serverName = servers.find((one) => one.machine_id === serverId)?.name || serverId
    const untilMs = state._tag === "Waiting" ? state.untilMs : nowMs
    return [{ _tag: "ServerLost", serverId, serverName, reason, untilMs }]
  })
  return [...rejected, ...lost]
})

const aboutProviders = Effect.fnUntraced(function* (nowMs: number) {
  const settings = yield* SettingsStore.use((store) => store.current)
  const sources = (yield* SubtitleSources).filter((source) => isEnabled(source, settings))
  if (sources.length === 0) return [{ _tag: "NoProvider" }] as ReadonlyArray<Attention>
  const states = yield* Effect.forEach(sources, (source) =>
    Effect.map(providerState(source.id), (state) => ({ source, state })),
  )
  const resting = states.filter(({ state }) => state.restingUntilMs > nowMs)
  const others = states.filter((one) => !resting.includes(one)).map(({ source }) => source.name)
  return resting.map(
    ({ source, state }): Attention => ({
      _tag: "ProviderResting",
      provider: source.id,
      name: source.name,
      reason: state.reason,
      untilMs: state.restingUntilMs,
      others,
    }),
  )
})

const aboutUs = Effect.fnUntraced(function* (nowMs: number) {
  const store = yield* SettingsStore
  const queue = yield* JobQueue
  const settings = yield* store.current
  const warnings = yield* store.warnings
  const { durable } = yield* queue.condition
  const failed = yield* queue.list({ states: ["failed"], limit: FAILED_LOOKED_AT })
  const recent = failed.filter((job) => nowMs - (job.finishedAtMs ?? 0) < DAY_MS)
  const notices: Array<Attention> = warnings
    .filter((one) => one.used === "default")
    .map(({ expected, key }) => ({ _tag: "Setting", key, expected }))
  const rejected = yield* store.rejected
  if (rejected !== null) {
    const { expected, key, line } = rejected
    notices.push({ _tag: "SettingsRejected", line, key, expected })
  }
  const refusal = yield* Effect.flip(queue.trial).pipe(Effect.orElseSucceed(() => null))
  if (!durable) notices.push({ _tag: "NotDurable" })
  else if (refusal !== null) notices.push({ _tag: "StoreRefuses", reason: refusal.message })
  if (recent.length > 0) notices.push({ _tag: "Failed", count: recent.length })
  if (!isClaimed(settings)) notices.push({ _tag: "Unprotected" })
  return notices
})

/** What needs the owner now, the most pressing first. Asks nobody outside. */
export const readAttention = Effect.fn("readAttention")(function* () {
  const nowMs = yield* Clock.currentTimeMillis
  const parts = yield* Effect.all([aboutPlex(nowMs), aboutProviders(nowMs), aboutUs(nowMs)])
  return byUrgency(parts.flat())
})
