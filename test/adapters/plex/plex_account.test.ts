import { readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { MockAgent } from "undici"
import { layer } from "../../../adapters/plex/plex_account.ts"
import { PinId } from "../../../core/auth/pin.ts"
import { PlexAccount } from "../../../core/ports/plex_account.ts"
import { AccountStage, plexAccountContract } from "../../contracts/plex_account.ts"
import { fault } from "../../simulator/mod.ts"
import { Simulated, simulated } from "../../support/simulated.ts"

const CLIENT = { identifier: "7c1b1f0e-2f43-4a51-9d0b-3f6c2d1e9a10", deviceName: "Büro 書斎" }
const TOKEN = Redacted.make("EXAMPLEaccountTOKEN01")
const VERSION = "0.0.0-test"
const sample = (name: string) =>
  readFileSync(new URL(`../../samples/plextv/${name}`, import.meta.url), "utf8")

const live = Layer.unwrap(
  Effect.map(Simulated, (simulator) => {
    const stage = Layer.succeed(AccountStage, {
      token: "EXAMPLEaccountTOKEN01",
      approve: simulator.approvePin,
      breakDown: () => void simulator.faults.set({ service: "plexTv" }, fault.status(503)),
    })
    return Layer.merge(layer({ url: simulator.urls.plexTv, version: VERSION }), stage)
  }),
).pipe(Layer.provide(simulated()))

plexAccountContract("plex.tv", live)

/** plex.tv as a script of recorded answers. */
function mocked() {
  const agent = new MockAgent()
  agent.disableNetConnect()
  const at = (base: string) => agent.get(base)
  return { agent, at, plexTv: at("https://plex.tv"), layer: layer({ version: VERSION, dispatcher: agent }) }
}
const JSON_TYPE = { headers: { "content-type": "application/json" } }
const XML_TYPE = { headers: { "content-type": "application/xml" } }

describe("PlexAccount on recorded answers", () => {
  it.effect(
    "every call names the installation in headers that are plain ASCII, and the token in none but its own",
    () =>
      Effect.gen(function* () {
        const { plexTv, layer: account } = mocked()
        let seen: Record<string, string> = {}
        plexTv.intercept({ path: "/api/v2/pins", method: "POST" }).reply((options) => {
          seen = options.headers as Record<string, string>
          return { statusCode: 201, data: sample("pins-create-strong.201.json"), responseOptions: JSON_TYPE }
        })
        const pin = yield* PlexAccount.use((plex) => plex.createPin(CLIENT, { strong: true })).pipe(
          Effect.provide(account),
        )
        assert.strictEqual(pin.code.length, 25)
        assert.strictEqual(seen["x-plex-client-identifier"], CLIENT.identifier)
        assert.strictEqual(seen["x-plex-device-name"], "Buro")
        assert.strictEqual(seen["x-plex-product"], "OnCue")
        assert.strictEqual(seen["x-plex-version"], VERSION)
        assert.isUndefined(seen["x-plex-token"])
      }),
  )

  it.effect("pollPin() reads a claimed and a pending PIN, and an expired one is unknown", () =>
    Effect.gen(function* () {
      const { plexTv, layer: account } = mocked()
      const path = "/api/v2/pins/1748392001"
      for (const [status, name] of [
        [200, "pins-poll-pending.200.json"],
        [200, "pins-poll-claimed.200.json"],
        [404, "pins-poll-expired.404.json"],
      ] as const) {
        plexTv.intercept({ path }).reply(status, sample(name), JSON_TYPE)
      }
      const poll = PlexAccount.use((plex) => plex.pollPin(CLIENT, PinId.make("1748392001")))
      const answers = yield* Effect.all([poll, poll, poll]).pipe(Effect.provide(account))
      assert.deepStrictEqual(
        answers.map(({ _tag }) => _tag),
        ["Pending", "Claimed", "Unknown"],
      )
      assert(answers[1]?._tag === "Claimed")
      assert.strictEqual(Redacted.value(answers[1].token), "EXAMPLEaccountTOKEN01")
    }),
  )

  it.effect("pollPin() takes a refusal for a refused check, never for a word about a token", () =>
    Effect.gen(function* () {
      const { plexTv, layer: account } = mocked()
      plexTv
        .intercept({ path: "/api/v2/pins/1" })
        .reply(401, sample("error-unauthorized.401.json"), JSON_TYPE)
      const error = yield* PlexAccount.use((plex) => plex.pollPin(CLIENT, PinId.make("1"))).pipe(
        Effect.flip,
        Effect.provide(account),
      )
      assert(error._tag === "PlexRefused")
      assert.strictEqual(error.status, 401)
    }),
  )

  it.effect("user() drops the secrets of plex.tv's answer", () =>
    Effect.gen(function* () {
      const { plexTv, layer: account } = mocked()
      plexTv.intercept({ path: "/api/v2/user" }).reply(200, sample("user-free.200.json"), JSON_TYPE)
      const user = yield* PlexAccount.use((plex) => plex.user(CLIENT, TOKEN)).pipe(Effect.provide(account))
      assert.isFalse(user.subscription.hasWebhooks)
      assert.strictEqual(user.subscription.plan, "")
      assert.notInclude(JSON.stringify(user), "TOKEN")
    }),
  )

  it.effect("callers that ask at the same time share one call, and the next one asks again", () =>
    Effect.gen(function* () {
      const { plexTv, layer: account } = mocked()
      let calls = 0
      const answer = () => {
        calls += 1
        return { statusCode: 200, data: sample("user-free.200.json"), responseOptions: JSON_TYPE }
      }
      plexTv.intercept({ path: "/api/v2/user" }).reply(answer).persist()
      yield* Effect.gen(function* () {
        const plex = yield* PlexAccount
        const asked = plex.user(CLIENT, TOKEN)
        const all = yield* Effect.all(
          Array.from({ length: 10 }, () => asked),
          { concurrency: "unbounded" },
        )
        assert.strictEqual(new Set(all).size, 1)
        assert.strictEqual(calls, 1)
        yield* asked
        assert.strictEqual(calls, 2)
      }).pipe(Effect.provide(account))
    }),
  )

  it.effect("servers() reads what plex.tv lists: servers only, every connection, the token of each", () =>
    Effect.gen(function* () {
      const { plexTv, layer: account } = mocked()
      const path = "/api/v2/resources?includeHttps=1&includeRelay=1&includeIPv6=1"
      plexTv.intercept({ path }).reply(200, sample("resources.200.json"), JSON_TYPE)
      const servers = yield* PlexAccount.use((plex) => plex.servers(CLIENT, TOKEN)).pipe(
        Effect.provide(account),
      )
      assert.deepStrictEqual(
        servers.map(({ name, owned }) => [name, owned]),
        [
          ["Attic", true],
          ["Friend's box", false],
        ],
      )
      const attic = servers[0]!
      assert.strictEqual(attic.connections.length, 6)
      assert.isTrue(attic.connections[5]!.relay)
      assert.strictEqual(attic.connections[3]!.address, "2001:db8::50")
      assert.strictEqual(Redacted.value(attic.accessToken!), "EXAMPLEserverTOKEN-attic")
    }),
  )

  it.effect("servers() falls back to the legacy XML list when the current one cannot answer", () =>
    Effect.gen(function* () {
      const { plexTv, layer: account } = mocked()
      const current = "/api/v2/resources?includeHttps=1&includeRelay=1&includeIPv6=1"
      const legacy = "/pms/resources?includeHttps=1&includeRelay=1"
      plexTv.intercept({ path: current }).reply(500, "oops", { headers: { "content-type": "text/html" } })
      plexTv.intercept({ path: legacy }).reply(200, sample("pms-resources-legacy.200.xml"), XML_TYPE)
      const servers = yield* PlexAccount.use((plex) => plex.servers(CLIENT, TOKEN)).pipe(
        Effect.provide(account),
      )
      assert.deepStrictEqual(
        servers.map((server) => [server.name, server.owned, server.connections.length, server.httpsRequired]),
        [
          ["Attic", true, 3, false],
          ["Friend's box", false, 1, true],
        ],
      )
      assert.isTrue(servers[0]!.connections[2]!.relay)
    }),
  )

  it.effect("webhooks() reads both forms of the list", () =>
    Effect.gen(function* () {
      const { plexTv, layer: account } = mocked()
      const path = "/api/v2/user/webhooks"
      plexTv.intercept({ path }).reply(200, sample("webhooks-list.200.json"), JSON_TYPE)
      plexTv.intercept({ path }).reply(200, sample("webhooks-list.200.xml"), XML_TYPE)
      const asked = PlexAccount.use((plex) => plex.webhooks(CLIENT, TOKEN))
      const [fromJson, fromXml] = yield* Effect.all([asked, asked]).pipe(Effect.provide(account))
      assert.strictEqual(fromJson!.length, 2)
      assert.include(fromJson![1], "&instance=Bazarr")
      assert.deepStrictEqual(fromXml, fromJson)
    }),
  )

  it.effect("setWebhooks() posts every address once, as plex.tv wants them", () =>
    Effect.gen(function* () {
      const { plexTv, layer: account } = mocked()
      const body = sample("webhooks-post-body.txt").trim()
      const urls = new URLSearchParams(body).getAll("urls[]")
      plexTv.intercept({ path: "/api/v2/user/webhooks", method: "POST", body }).reply(201, "[]", JSON_TYPE)
      yield* PlexAccount.use((plex) => plex.setWebhooks(CLIENT, TOKEN, urls)).pipe(Effect.provide(account))
    }),
  )

  it.effect("only a transport failure goes to the second host, and a 401 never does", () =>
    Effect.gen(function* () {
      const { agent, at, plexTv, layer: account } = mocked()
      const reset = Object.assign(new Error("reset"), { code: "ECONNRESET" })
      plexTv.intercept({ path: "/api/v2/user" }).replyWithError(reset)
      at("https://clients.plex.tv")
        .intercept({ path: "/api/v2/user" })
        .reply(200, sample("user-free.200.json"), JSON_TYPE)
      plexTv.intercept({ path: "/api/v2/user" }).reply(401, sample("error-unauthorized.401.xml"), XML_TYPE)
      const asked = PlexAccount.use((plex) => plex.user(CLIENT, TOKEN))
      yield* Effect.gen(function* () {
        yield* asked
        assert.strictEqual((yield* Effect.flip(asked))._tag, "TokenRejected")
      }).pipe(Effect.provide(account))
      agent.assertNoPendingInterceptors()
    }),
  )

  it.effect("a 429 is an outage that says how long to wait", () =>
    Effect.gen(function* () {
      const { plexTv, layer: account } = mocked()
      plexTv.intercept({ path: "/api/v2/user" }).reply(429, "", { headers: { "retry-after": "17" } })
      const error = yield* PlexAccount.use((plex) => plex.user(CLIENT, TOKEN)).pipe(
        Effect.flip,
        Effect.provide(account),
      )
      assert(error._tag === "PlexUnreachable")
      assert.strictEqual(error.retryAfterSeconds, 17)
    }),
  )

  it.effect("422 with 'Invalid token' is a rejection, 498 as well, 403 is not", () =>
    Effect.gen(function* () {
      const { plexTv, layer: account } = mocked()
      const invalid = JSON.stringify({ errors: [{ code: 1003, message: "Invalid token", status: 422 }] })
      plexTv.intercept({ path: "/api/v2/user" }).reply(422, invalid, JSON_TYPE)
      plexTv.intercept({ path: "/api/v2/user" }).reply(498, "", JSON_TYPE)
      plexTv.intercept({ path: "/api/v2/user" }).reply(403, "", JSON_TYPE)
      const asked = Effect.flip(PlexAccount.use((plex) => plex.user(CLIENT, TOKEN)))
      const errors = yield* Effect.all([asked, asked, asked]).pipe(Effect.provide(account))
      assert.deepStrictEqual(
        errors.map(({ _tag }) => _tag),
        ["TokenRejected", "TokenRejected", "PlexForbidden"],
      )
    }),
  )

  it.effect("a web page instead of data, a redirect and broken JSON are outages", () =>
    Effect.gen(function* () {
      const { plexTv, layer: account } = mocked()
      plexTv.intercept({ path: "/api/v2/user" }).reply(200, "<!DOCTYPE html><html></html>", XML_TYPE)
      plexTv
        .intercept({ path: "/api/v2/user" })
        .reply(302, "", { headers: { location: "https://evil.example/" } })
      plexTv.intercept({ path: "/api/v2/user" }).reply(200, "{", JSON_TYPE)
      const asked = Effect.flip(PlexAccount.use((plex) => plex.user(CLIENT, TOKEN)))
      for (const error of yield* Effect.all([asked, asked, asked]).pipe(Effect.provide(account))) {
        assert(error._tag === "PlexUnreachable")
        assert.strictEqual(error.fault, "bad_answer")
      }
    }),
  )

  it.effect("a token that cannot stand in a header is rejected without a call and without being shown", () =>
    Effect.gen(function* () {
      const { layer: account } = mocked()
      const exit = yield* PlexAccount.use((plex) =>
        plex.user(CLIENT, Redacted.make("paste\r\nerror-ü")),
      ).pipe(Effect.exit, Effect.provide(account))
      assert(exit._tag === "Failure")
      assert.include(Cause.pretty(exit.cause), "refuses the token")
      assert.notInclude(Cause.pretty(exit.cause), "paste")
    }),
  )
})
