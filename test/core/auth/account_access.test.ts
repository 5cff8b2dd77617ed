import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { accountAccess, plexClient } from "../../../core/auth/account_access.ts"
import { SecretBox, SettingsStore } from "../../../core/ports/mod.ts"
import { TOKEN, WebhookAccount, webhookWorld } from "../../support/webhook_account.ts"

const world = (settings: Parameters<typeof webhookWorld>[1] = {}) =>
  webhookWorld(new WebhookAccount(), settings)
const tokenOf = Effect.map(accountAccess("look"), ({ token }) => Redacted.value(token))
const stored = (plex: object) => world({ settings: { plex: { token: Redacted.make(""), ...plex } } })

describe("accountAccess", () => {
  it.effect("accountAccess() opens the account's token", () =>
    Effect.gen(function* () {
      const store = yield* SettingsStore
      const box = yield* SecretBox
      const sealed = yield* box.seal(Redacted.make(TOKEN), { signingKey: "key" }, 0)
      yield* store.update(() => ({
        plex: { token: Redacted.make(sealed), encryption_key: Redacted.make("key") },
      }))
      assert.strictEqual(yield* tokenOf, TOKEN)
    }).pipe(Effect.provide(world())),
  )

  it.effect("accountAccess() takes the API key of a configuration that was not migrated", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* tokenOf, TOKEN)
    }).pipe(Effect.provide(stored({ apikey: Redacted.make(TOKEN) }))),
  )

  it.effect("accountAccess() never takes an API key for plain that the file calls encrypted", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* Effect.flip(tokenOf))._tag, "SecretUnreadable")
    }).pipe(Effect.provide(stored({ apikey: Redacted.make(TOKEN), apikey_encrypted: true }))),
  )

  it.effect("accountAccess() says what cannot be done while nobody is signed in", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(tokenOf)
      assert.strictEqual(error.message, "Cannot look: nobody is signed in to Plex")
    }).pipe(Effect.provide(stored({}))),
  )
})

describe("plexClient", () => {
  it.effect("plexClient() is the one of the configuration", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* plexClient(), { identifier: "client-1", deviceName: "OnCue" })
    }).pipe(Effect.provide(world())),
  )

  it.effect("plexClient() makes an identifier once and keeps it", () =>
    Effect.gen(function* () {
      const first = yield* plexClient()
      assert.match(first.identifier, /^[0-9a-f]{8}-/)
      assert.deepStrictEqual(yield* plexClient(), first)
    }).pipe(Effect.provide(world({ settings: { plex: { client_identifier: "" } } }))),
  )
})
