import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/testing/TestClock"
import { TOKEN_STATE_KEY } from "../../../core/auth/validate_token.ts"
import { SettingsStore, SettingsUnreadable, StateStore, TriggerMonitor } from "../../../core/ports/mod.ts"
import type { SettingsPatch } from "../../../core/settings/settings.ts"
import { readAttention } from "../../../core/system/read_attention.ts"
import { SERVER_ID } from "../../support/plex_items.ts"
import { systemWorld } from "../../support/system_world.ts"

const ON = { general: { use_plex: true } } as const
const tags = Effect.map(readAttention(), (all) => all.map((one) => one._tag))
const within = (settings: SettingsPatch) => Effect.provide(systemWorld({ settings }).ports)

describe("readAttention()", () => {
  it.effect("names what stops everything before what only protects the page", () =>
    Effect.gen(function* () {
      const about = (patch: SettingsPatch) => tags.pipe(within(patch))
      const signedOut = { plex: { token: Redacted.make(""), apikey: Redacted.make("") } }
      assert.include(yield* about({ ...signedOut, ...ON }), "SignIn")
      assert.include(yield* about({ general: { use_plex: false } }), "PlexOff")
      assert.include(yield* about({ ...ON, oncue: { servers: [] } }), "NoServer")
      const none = { general: { use_plex: true, enabled_providers: ["nobody"] } }
      assert.include(yield* about(none), "NoProvider")
    }),
  )

  it.effect("a token that plex.tv refuses is the most pressing", () =>
    Effect.gen(function* () {
      const state = yield* StateStore
      yield* state.put(TOKEN_STATE_KEY, { state: "rejected" })
      assert.strictEqual((yield* tags)[0], "TokenRejected")
    }).pipe(within(ON)),
  )

  it.effect("a server that is lost is told of beside a token that is refused", () =>
    Effect.gen(function* () {
      yield* StateStore.use((state) => state.put(TOKEN_STATE_KEY, { state: "rejected" }))
      const state = { _tag: "Waiting", reason: "the connection was refused", untilMs: 90_000 } as const
      const lost = { serverId: SERVER_ID, state, sinceMs: 0, lastEventMs: null }
      yield* TriggerMonitor.use((monitor) => monitor.stream(lost))
      yield* TestClock.adjust("61 seconds")
      assert.deepStrictEqual((yield* tags).slice(0, 2), ["TokenRejected", "ServerLost"])
    }).pipe(within(ON)),
  )

  it.effect("a lost stream is told of after a minute, and not while its server restarts", () =>
    Effect.gen(function* () {
      const monitor = yield* TriggerMonitor
      const state = { _tag: "Waiting", reason: "the connection was refused", untilMs: 90_000 } as const
      yield* monitor.stream({
        serverId: SERVER_ID,
        state,
        sinceMs: 0,
        lastEventMs: null,
      })
      yield* TestClock.adjust("59 seconds")
      assert.notInclude(yield* tags, "ServerLost")
      yield* TestClock.adjust("1 second")
      const lost = (yield* readAttention()).find((one) => one._tag === "ServerLost")
      assert.deepInclude(lost, { serverId: SERVER_ID, reason: state.reason, untilMs: 90_000 })
      // It stays while it is being tried again.
      yield* monitor.stream({
        serverId: SERVER_ID,
        state: { _tag: "Connecting" },
        sinceMs: 0,
        lastEventMs: null,
        lostReason: state.reason,
      })
      assert.include(yield* tags, "ServerLost")
    }).pipe(within(ON)),
  )

  it.effect("an edit of config.yaml that cannot be read is named with its line until it can", () =>
    Effect.gen(function* () {
      const store = yield* SettingsStore
      const error = new SettingsUnreadable({
        file: "config.yaml",
        line: 4,
        key: "plex",
        expected: "a mapping",
      })
      const about = (rejected: SettingsUnreadable | null) =>
        readAttention().pipe(
          Effect.provideService(SettingsStore, { ...store, rejected: Effect.succeed(rejected) }),
        )
      const told = (yield* about(error)).find((one) => one._tag === "SettingsRejected")
      assert.deepInclude(told, { line: 4, key: "plex", expected: "a mapping" })
      assert.notInclude(
        (yield* about(null)).map((one) => one._tag),
        "SettingsRejected",
      )
    }).pipe(within(ON)),
  )

  it.effect("a provider that rests is named with those that go on", () =>
    Effect.gen(function* () {
      const state = yield* StateStore
      yield* state.put("provider/subdl", {
        restingUntilMs: 5_000,
        reason: "the quota is used up",
        failures: 1,
      })
      const resting = (yield* readAttention()).find((one) => one._tag === "ProviderResting")
      assert.deepInclude(resting, { provider: "subdl", reason: "the quota is used up" })
      assert.deepStrictEqual(resting?._tag === "ProviderResting" ? resting.others : [], ["Gestdown"])
      yield* TestClock.adjust("5 seconds")
      assert.notInclude(yield* tags, "ProviderResting")
    }).pipe(within(ON)),
  )
})
