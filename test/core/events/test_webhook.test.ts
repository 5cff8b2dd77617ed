import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { receiveTest, signedTest, testWebhook } from "../../../core/events/test_webhook.ts"
import { Journal, Loopback, SecretBox, SettingsStore, StateStore } from "../../../core/ports/mod.ts"
import { WebhookAccount, webhookWorld } from "../../support/webhook_account.ts"

const payloadOf = (body: string) => JSON.parse(/\r\n\r\n([\s\S]*)\r\n--/.exec(body)?.[1] ?? "null")

/** What a network of this shape makes of the test: the receiver runs with the same ports as the sender. */
const withNetwork = (status: number, delivers: boolean) =>
  Effect.gen(function* () {
    const context = yield* Effect.context<SecretBox | SettingsStore | StateStore>()
    const posts: Array<readonly [string, string]> = []
    const loopback = Loopback.of({
      port: Effect.succeed(6868),
      addresses: Effect.succeed([]),
      post: Effect.fnUntraced(function* (url, contentType, body) {
        posts.push([Redacted.value(url), contentType])
        const signed = signedTest(payloadOf(body))
        if (delivers && signed !== null)
          yield* Effect.orDie(Effect.provideContext(receiveTest(signed), context))
        return { status, tookMs: 1.5 }
      }),
    })
    const outcome = yield* Effect.provideService(testWebhook(), Loopback, loopback)
    return { outcome, posts }
  })

const world = () => webhookWorld(new WebhookAccount())

describe("testWebhook", () => {
  it.effect("testWebhook() arrives when the address leads here, and leaves nothing behind", () =>
    Effect.gen(function* () {
      const { outcome, posts } = yield* withNetwork(200, true)
      assert.deepStrictEqual(outcome, {
        address: "http://nas.lan:6868/api/webhooks/plex?apikey=…&instance=OnCue",
        from: "general.public_url",
        outcome: { _tag: "Arrived", status: 200, tookMs: 1.5 },
      })
      assert.match(posts[0]?.[0] ?? "", /apikey=[0-9a-f]{32}&instance=OnCue$/)
      assert.match(posts[0]?.[1] ?? "", /^multipart\/form-data; boundary=/)
      assert.deepStrictEqual(yield* StateStore.use((state) => state.list("webhook/test/")), [])
      const [entry] = yield* Journal.use((journal) => journal.read({ limit: 1 }))
      assert.strictEqual(entry?.text, "The webhook test came back after 1.5 ms")
    }).pipe(Effect.provide(world())),
  )

  it.effect("testWebhook() says what is wrong when somebody else answers", () =>
    Effect.gen(function* () {
      const cases: ReadonlyArray<readonly [number, RegExp]> = [
        [200, /another program is at this address/],
        [204, /another program/],
        [301, /redirect, which Plex does not follow/],
        [401, /another key/],
        [404, /path prefix/],
        [502, /proxy in front of OnCue/],
      ]
      for (const [status, reason] of cases) {
        const { outcome } = yield* withNetwork(status, false)
        assert.strictEqual(outcome.outcome._tag, "NotHere")
        assert.match(outcome.outcome._tag === "NotHere" ? outcome.outcome.reason : "", reason)
      }
    }).pipe(Effect.provide(world())),
  )

  it.effect("testWebhook() says that nobody answers", () =>
    Effect.gen(function* () {
      const { outcome } = yield* testWebhook()
      assert.deepStrictEqual(outcome, {
        _tag: "NotReached",
        fault: "refused",
        reason: "Cannot reach http://nas.lan:6868: nobody answers there",
      })
      assert.deepStrictEqual(yield* StateStore.use((state) => state.list("webhook/test/")), [])
    }).pipe(Effect.provide(world())),
  )
})

describe("receiveTest", () => {
  it.effect(
    "receiveTest() takes nothing that was not sent from here, signed with another key, or is over",
    () =>
      Effect.gen(function* () {
        const box = yield* SecretBox
        const store = yield* SettingsStore
        const state = yield* StateStore
        yield* store.update(() => ({ oncue: { webhook_key: Redacted.make("webhook-key") } }))
        const sign = (nonce: string, signingKey: string) => box.sign(Redacted.make(nonce), { signingKey }, 0)
        yield* state.put("webhook/test/sent", { sentAtMs: 0 })
        assert.isFalse(yield* receiveTest(yield* sign("never-sent", "webhook-key")))
        assert.isFalse(yield* receiveTest(yield* sign("sent", "another-key")))
        assert.isFalse(yield* receiveTest("sent"))
        assert.isFalse(yield* receiveTest(""))
        const good = yield* sign("sent", "webhook-key")
        assert.isTrue(yield* receiveTest(good))
        yield* state.put("webhook/test/sent", null)
        assert.isFalse(yield* receiveTest(good))
      }).pipe(Effect.provide(world())),
  )
})

describe("signedTest", () => {
  it("signedTest() is null for every other event", () => {
    for (const json of [
      null,
      1,
      "x",
      [],
      {},
      { event: "media.play", signed: "x" },
      { event: "oncue.test" },
      { event: "oncue.test", signed: 1 },
    ])
      assert.isNull(signedTest(json))
    assert.strictEqual(signedTest({ event: "oncue.test", signed: "x" }), "x")
  })
})
