import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { layer as cryptoBox } from "../../adapters/crypto/secret_box.ts"
import { layer as entropy } from "../../adapters/memory/entropy.ts"
import { layer as journal } from "../../adapters/memory/journal.ts"
import { type MemorySettingsOptions, layer as settingsStore } from "../../adapters/memory/settings_store.ts"
import { layer as stateStore } from "../../adapters/memory/state_store.ts"
import { SecretBox, SettingsStore } from "../../core/ports/mod.ts"
import { secretKeys } from "../../core/settings/settings.ts"

export const SIGNING_KEY = "k3y-for-tests-0123456789abcdefghijklmnopqrs"

/** Settings in memory, and a real box for their secrets under a key of the user. */
export const settingsWorld = (options: MemorySettingsOptions = {}) =>
  Layer.mergeAll(
    Layer.fresh(settingsStore(options)),
    cryptoBox({ _tag: "Given", key: Redacted.make("a-sealing-key-of-this-installation") }),
    entropy(),
    Layer.fresh(journal),
    Layer.fresh(stateStore),
  )

/** What a stored text of the current settings holds, and how it is stored. */
export const openedIn = Effect.fnUntraced(function* (stored: Redacted.Redacted) {
  const settings = yield* SettingsStore.use((store) => store.current)
  const { form, secret } = yield* SecretBox.use((box) =>
    box.open(Redacted.value(stored), secretKeys(settings), "secret"),
  )
  return [form, Redacted.value(secret)] as const
})
