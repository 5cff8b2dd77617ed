import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { layer as entropy } from "../../adapters/memory/entropy.ts"
import { layer as hasher } from "../../adapters/memory/hasher.ts"
import { layer as journal } from "../../adapters/memory/journal.ts"
import { layer as sessions } from "../../adapters/memory/session_store.ts"
import { layer as settingsStore } from "../../adapters/memory/settings_store.ts"
import { layer as state } from "../../adapters/memory/state_store.ts"
import type { Visitor } from "../../core/access/visitor.ts"
import { PinId } from "../../core/auth/pin.ts"
import { type PinAnswer, PlexAccount, SettingsStore } from "../../core/ports/mod.ts"
import type { SettingsPatch } from "../../core/settings/settings.ts"

/** Somebody at the machine itself. */
export const AT_HOME: Visitor = {
  address: "127.0.0.1",
  host: "localhost:6868",
  origin: "http://localhost:6868",
  forwarded: false,
  secure: false,
  agent: "Firefox",
}

/** Somebody else in the network. */
export const ELSEWHERE: Visitor = {
  ...AT_HOME,
  address: "192.168.1.30",
  host: "den:6868",
  origin: "http://den:6868",
}

/** Everything that access needs; `plexTv` decides how sign-ins there go. */
export function accessWorld(patch: SettingsPatch = {}) {
  const store = Effect.runSync(Effect.provide(SettingsStore, Layer.fresh(settingsStore({ settings: patch }))))
  const plexTv = {
    answer: { _tag: "Pending" } as PinAnswer,
    user: { id: "7", username: "ann" },
    polled: 0,
    revoked: [] as Array<string>,
  }
  const ports = Layer.mergeAll(
    hasher,
    sessions,
    state,
    entropy(),
    journal,
    Layer.succeed(SettingsStore, store),
    Layer.mock(PlexAccount)({
      createPin: () => Effect.succeed({ id: PinId.make("4711"), code: "strong-code" }),
      pollPin: () =>
        Effect.sync(() => {
          plexTv.polled += 1
          return plexTv.answer
        }),
      user: () =>
        Effect.succeed({
          ...plexTv.user,
          email: "",
          subtitleLanguage: null,
          audioLanguage: null,
          subscription: { active: false, plan: "", hasWebhooks: false },
        }),
      signOut: (_client, token) =>
        Effect.sync(() => {
          plexTv.revoked.push(Redacted.value(token))
        }),
    }),
  )
  return { ports, plexTv, settings: () => Effect.runSync(store.current) }
}
