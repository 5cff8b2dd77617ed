import { assert, describe, it } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { PinId } from "../../core/auth/pin.ts"
import { PlexAccount } from "../../core/ports/plex_account.ts"

/** What a test of PlexAccount must be able to do at the other side. */
export class AccountStage extends Context.Service<
  AccountStage,
  {
    /** A token of an owner with Plex Pass, who owns the server "Attic" and has one webhook. */
    readonly token: string
    readonly approve: (pinId: string) => void
    readonly breakDown: () => void
  }
>()("test/AccountStage") {}

const CLIENT = { identifier: "11111111-2222-4333-8444-555555555555", deviceName: "Büro 書斎" }

/** What every PlexAccount owes. Each test gets its own plex.tv. */
export function plexAccountContract(name: string, layer: Layer.Layer<PlexAccount | AccountStage>): void {
  const withToken = Effect.gen(function* () {
    const stage = yield* AccountStage
    return { account: yield* PlexAccount, stage, token: Redacted.make(stage.token) }
  })

  describe(`PlexAccount: ${name}`, () => {
    it.effect("a PIN is pending until it is approved, and then hands out a token that works", () =>
      Effect.gen(function* () {
        const { account, stage } = yield* withToken
        const pin = yield* account.createPin(CLIENT, { strong: true })
        assert.isAbove(pin.code.length, 4)
        assert.strictEqual((yield* account.pollPin(CLIENT, pin.id))._tag, "Pending")
        stage.approve(pin.id)
        const answer = yield* account.pollPin(CLIENT, pin.id)
        assert(answer._tag === "Claimed")
        assert.strictEqual((yield* account.user(CLIENT, answer.token)).username, "owner_user")
      }).pipe(Effect.provide(layer)),
    )

    it.effect("a code to be typed has four characters", () =>
      Effect.gen(function* () {
        const { account } = yield* withToken
        assert.strictEqual((yield* account.createPin(CLIENT, { strong: false })).code.length, 4)
      }).pipe(Effect.provide(layer)),
    )

    it.effect("a PIN of somebody else is unknown", () =>
      Effect.gen(function* () {
        const { account } = yield* withToken
        const pin = yield* account.createPin(CLIENT, { strong: true })
        const other = { ...CLIENT, identifier: "99999999-2222-4333-8444-555555555555" }
        assert.strictEqual((yield* account.pollPin(other, pin.id))._tag, "Unknown")
        assert.strictEqual((yield* account.pollPin(CLIENT, PinId.make("42")))._tag, "Unknown")
      }).pipe(Effect.provide(layer)),
    )

    it.effect("user() tells the account and its subscription", () =>
      Effect.gen(function* () {
        const { account, token } = yield* withToken
        const user = yield* account.user(CLIENT, token)
        assert.strictEqual(user.email, "owner@example.com")
        assert.strictEqual(user.id, "10000001")
        assert.strictEqual(user.subtitleLanguage, "en")
        assert.isTrue(user.subscription.active && user.subscription.hasWebhooks)
      }).pipe(Effect.provide(layer)),
    )

    it.effect("servers() lists servers with their own token", () =>
      Effect.gen(function* () {
        const { account, token } = yield* withToken
        const attic = (yield* account.servers(CLIENT, token)).find((server) => server.name === "Attic")
        assert(attic !== undefined && attic.accessToken !== null)
        assert.isTrue(attic.owned)
        assert.notStrictEqual(Redacted.value(attic.accessToken), Redacted.value(token))
        assert.isNotEmpty(attic.connections)
      }).pipe(Effect.provide(layer)),
    )

    it.effect("a wrong token is rejected everywhere", () =>
      Effect.gen(function* () {
        const { account } = yield* withToken
        const wrong = Redacted.make("not-a-token")
        for (const call of [
          account.user(CLIENT, wrong),
          account.servers(CLIENT, wrong),
          account.webhooks(CLIENT, wrong),
          account.setWebhooks(CLIENT, wrong, []),
          account.ping(CLIENT, wrong),
          account.signOut(CLIENT, wrong),
        ]) {
          assert.strictEqual(
            (yield* Effect.flip(call as Effect.Effect<unknown, { _tag: string }>))._tag,
            "TokenRejected",
          )
        }
      }).pipe(Effect.provide(layer)),
    )

    it.effect("setWebhooks() replaces the whole list", () =>
      Effect.gen(function* () {
        const { account, token } = yield* withToken
        assert.strictEqual((yield* account.webhooks(CLIENT, token)).length, 1)
        const urls = ["https://a.example/x?instance=a%20b&c=[1]", "http://192.168.1.2:6868/hook"]
        yield* account.setWebhooks(CLIENT, token, urls)
        assert.deepStrictEqual(yield* account.webhooks(CLIENT, token), urls)
        yield* account.setWebhooks(CLIENT, token, [])
        assert.deepStrictEqual(yield* account.webhooks(CLIENT, token), [])
      }).pipe(Effect.provide(layer)),
    )

    it.effect("a webhook address that is none is refused and changes nothing", () =>
      Effect.gen(function* () {
        const { account, token } = yield* withToken
        const before = yield* account.webhooks(CLIENT, token)
        const error = yield* Effect.flip(account.setWebhooks(CLIENT, token, ["nonsense"]))
        assert.strictEqual(error._tag, "PlexRefused")
        assert.deepStrictEqual(yield* account.webhooks(CLIENT, token), before)
      }).pipe(Effect.provide(layer)),
    )

    it.effect("signOut() ends the token, and ping() notices", () =>
      Effect.gen(function* () {
        const { account, token } = yield* withToken
        yield* account.ping(CLIENT, token)
        yield* account.signOut(CLIENT, token)
        assert.strictEqual((yield* Effect.flip(account.ping(CLIENT, token)))._tag, "TokenRejected")
      }).pipe(Effect.provide(layer)),
    )

    it.effect("an outage says nothing about a token or a PIN, and is no empty list", () =>
      Effect.gen(function* () {
        const { account, stage, token } = yield* withToken
        const pin = yield* account.createPin(CLIENT, { strong: true })
        stage.breakDown()
        for (const call of [
          account.createPin(CLIENT, { strong: true }),
          account.pollPin(CLIENT, pin.id),
          account.user(CLIENT, token),
          account.servers(CLIENT, token),
          account.webhooks(CLIENT, token),
          account.ping(CLIENT, token),
        ]) {
          const error = yield* Effect.flip(call as Effect.Effect<unknown, { _tag: string }>)
          assert.strictEqual(error._tag, "PlexUnreachable")
        }
      }).pipe(Effect.provide(layer)),
    )
  })
}
