import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { sealForSettings } from "../../../core/auth/seal_secret.ts"
import { Entropy, SecretBox, SecretKeyUnavailable, SettingsStore } from "../../../core/ports/mod.ts"
import { secretKeys } from "../../../core/settings/settings.ts"
import { plexCore } from "../../support/plex_core.ts"

describe("sealForSettings()", () => {
  it.effect("of two secrets that are sealed at once while there is no signing key, both can be opened", () =>
    Effect.gen(function* () {
      const entropy = yield* Entropy
      const slow = Entropy.of({
        ...entropy,
        bytes: (count) => Effect.andThen(Effect.yieldNow, entropy.bytes(count)),
      })
      const secrets = ["one", "two"]
      const stored = yield* Effect.forEach(secrets, (one) => sealForSettings(Redacted.make(one), 0), {
        concurrency: "unbounded",
      }).pipe(Effect.provideService(Entropy, slow))
      const keys = secretKeys(yield* SettingsStore.use((store) => store.current))
      const box = yield* SecretBox
      const opened = yield* Effect.forEach(stored, (one) => box.open(Redacted.value(one), keys, "a secret"))
      assert.deepStrictEqual(
        opened.map(({ secret }) => Redacted.value(secret)),
        secrets,
      )
    }).pipe(Effect.provide(plexCore())),
  )

  it.effect("fails as a save does when the sealing key cannot be made", () =>
    Effect.gen(function* () {
      const box = yield* SecretBox
      const broken = SecretBox.of({
        ...box,
        seal: () => new SecretKeyUnavailable({ file: "/config/secret.key", reason: "EACCES" }),
      })
      const error = yield* Effect.flip(sealForSettings(Redacted.make("one"), 0)).pipe(
        Effect.provideService(SecretBox, broken),
      )
      assert.strictEqual(error._tag, "SettingsNotSaved")
      assert.include(error.message, "/config/secret.key")
    }).pipe(Effect.provide(plexCore())),
  )
})
