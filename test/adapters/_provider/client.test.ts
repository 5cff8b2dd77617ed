import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/testing/TestClock"
import { askedRestMs, nameIn, told } from "../../../adapters/_provider/answer.ts"
import { makeClient, mayFollow, type ProviderRequest } from "../../../adapters/_provider/client.ts"
import { makePace } from "../../../adapters/_provider/pace.ts"
import { type MockedAnswer, type MockedRequest, providerMock } from "../../support/provider_mock.ts"

const API = "https://api.example.test"
const OTHER = "https://files.example.com"

const sending = (answer: (request: MockedRequest) => MockedAnswer, asked: Partial<ProviderRequest> = {}) =>
  Effect.gen(function* () {
    const mock = providerMock([API, OTHER], answer)
    const client = yield* makeClient({
      provider: "Example",
      dispatcher: mock.dispatcher,
      userAgent: "OnCue v0",
      concurrency: 1,
      pace: { count: 10, windowMs: 1_000 },
    })
    const result = yield* Effect.result(
      client.send({ url: new URL(`${API}/x`), bytesMax: 1_000, redirects: "public", ...asked }),
    )
    return { asked: mock.asked, result }
  })

describe("send()", () => {
  it.effect("leaves the secrets behind when it follows to another host", () =>
    Effect.gen(function* () {
      const { asked, result } = yield* sending(
        (request) =>
          request.origin === API
            ? { status: 302, headers: { location: `${OTHER}/file` } }
            : { status: 200, body: "file" },
        {
          secretHeaders: { "api-key": Redacted.make("secret") },
          secretQuery: { key: Redacted.make("secret") },
        },
      )
      assert.strictEqual(result._tag, "Success")
      assert.deepStrictEqual(
        asked.map((one) => [one.path, one.headers.get("api-key")]),
        [
          ["/x?key=secret", "secret"],
          ["/file", null],
        ],
      )
    }),
  )

  it.effect("does not repeat a POST somewhere else", () =>
    Effect.gen(function* () {
      const { result } = yield* sending(() => ({ status: 307, headers: { location: "/y" } }), {
        method: "POST",
        body: Redacted.make("{}"),
      })
      assert.strictEqual(result._tag, "Failure")
    }),
  )

  for (const [encoding, pack] of [
    ["gzip", gzipSync],
    ["deflate", deflateSync],
    ["br", brotliCompressSync],
  ] as const)
    it.effect(`unpacks ${encoding}, which it did not ask for, and no more than it asked for`, () =>
      Effect.gen(function* () {
        const headers = { "content-encoding": encoding }
        const small = yield* sending(() => ({ status: 200, body: pack("hello"), headers }))
        assert.deepStrictEqual(
          small.result._tag === "Success" && Buffer.from(small.result.success.bytes ?? []).toString(),
          "hello",
        )
        const bomb = yield* sending(() => ({ status: 200, body: pack(Buffer.alloc(1_001)), headers }))
        assert.strictEqual(bomb.result._tag === "Success" && bomb.result.success.bytes, null)
        const damaged = yield* sending(() => ({ status: 200, body: "hello", headers }))
        assert.include(damaged.result._tag === "Failure" && damaged.result.failure.message, "damaged")
      }),
    )

  it.effect("reads a body up to its limit and not a byte more", () =>
    Effect.gen(function* () {
      const most = yield* sending(() => ({ status: 200, body: Buffer.alloc(1_000) }))
      assert.strictEqual(most.result._tag === "Success" && most.result.success.bytes?.length, 1_000)
      const more = yield* sending(() => ({ status: 200, body: Buffer.alloc(1_001) }))
      assert.strictEqual(more.result._tag === "Success" && more.result.success.bytes, null)
    }),
  )
})

describe("mayFollow()", () => {
  for (const [from, to, expected] of [
    ["https://a.com/x", "https://a.com/y", true],
    ["https://a.com/x", "https://b.com/y", true],
    ["https://a.com/x", "http://b.com/y", false],
    ["http://a.com/x", "http://b.com/y", true],
    ["http://127.0.0.1:8080/x", "http://127.0.0.1:8080/y", true],
    ["http://127.0.0.1:8080/x", "http://127.0.0.1:9090/y", false],
    ["https://a.com/x", "https://127.0.0.1/y", false],
    ["https://a.com/x", "https://8.8.8.8/y", false],
    ["https://a.com/x", "https://[::1]/y", false],
    ["https://a.com/x", "https://localhost/y", false],
    ["https://a.com/x", "https://nas/y", false],
    ["https://a.com/x", "https://nas.local/y", false],
    ["https://a.com/x", "https://nas.local./y", false],
    ["https://a.com/x", "https://plex.home.arpa/y", false],
    ["https://a.com/x", "https://user:secret@b.com/y", false],
    ["https://a.com/x", "ftp://b.com/y", false],
    ["https://a.com/x", "file:///etc/passwd", false],
  ] as const)
    it(`${expected} from ${from} to ${to}`, () => {
      assert.strictEqual(mayFollow(new URL(from), new URL(to), "public"), expected)
      const sameOrigin = new URL(from).origin === new URL(to).origin
      assert.strictEqual(mayFollow(new URL(from), new URL(to), "same_origin"), sameOrigin)
    })
})

describe("makePace()", () => {
  it.effect("lets so many start at once and the next when the window has moved on", () =>
    Effect.gen(function* () {
      const turn = makePace({ count: 2, windowMs: 1_000 })
      yield* turn
      yield* turn
      const third = yield* Effect.forkChild(turn)
      const fourth = yield* Effect.forkChild(turn)
      const fifth = yield* Effect.forkChild(turn)
      yield* TestClock.adjust(999)
      assert.strictEqual(third.pollUnsafe(), undefined)
      yield* TestClock.adjust(1)
      yield* Fiber.join(third)
      yield* Fiber.join(fourth)
      assert.strictEqual(fifth.pollUnsafe(), undefined)
      yield* TestClock.adjust(1_000)
      yield* Fiber.join(fifth)
    }),
  )
})

describe("told()", () => {
  for (const [text, expected] of [
    ["plain", "plain"],
    [" two\n lines\t", "two lines"],
    ["a secret here", "a … here"],
    ["see https://x.test/?key=abc for more", "see … for more"],
    ["x".repeat(500), `${"x".repeat(200)}…`],
    [5, ""],
    [undefined, ""],
  ] as const)
    it(`says ${JSON.stringify(expected).slice(0, 20)}`, () => {
      assert.strictEqual(told(text, ["secret", ""]), expected)
    })
})

describe("askedRestMs()", () => {
  const now = Date.UTC(2026, 0, 1)
  for (const [headers, expected] of [
    [{ "retry-after": "20" }, 20_000],
    [{ "retry-after": "0" }, 1_000],
    [{ "retry-after": "Thu, 01 Jan 2026 00:01:00 GMT" }, 60_000],
    [{ "retry-after": "Wed, 01 Jan 2020 00:00:00 GMT" }, 1_000],
    [{ "retry-after": "soon" }, null],
    [{ "retry-after": "99999999" }, 86_400_000],
    [{ "ratelimit-reset": "3" }, 3_000],
    [{ "x-ratelimit-reset": "4" }, 4_000],
    [{}, null],
  ] as const)
    it(`reads ${JSON.stringify(headers)}`, () => {
      assert.strictEqual(askedRestMs(headers as Record<string, string>, now), expected)
    })
})

describe("nameIn()", () => {
  for (const [header, expected] of [
    ['attachment; filename="a.srt"', "a.srt"],
    ["attachment; filename=a.srt; size=3", "a.srt"],
    ["attachment; filename=\"b.srt\"; filename*=UTF-8''%C3%A9t%C3%A9.srt", "été.srt"],
    ["attachment; filename*=UTF-8''%E0%A4%A", "%E0%A4%A"],
    ['attachment; filename="../../etc/passwd"', "passwd"],
    ['attachment; filename="C:\\\\x\\\\y.srt"', "y.srt"],
    ["attachment", null],
    ["", null],
  ] as const)
    it(`reads ${header}`, () => assert.strictEqual(nameIn({ "content-disposition": header }), expected))
})
