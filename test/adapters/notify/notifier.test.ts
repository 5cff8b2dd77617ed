import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { MockAgent } from "undici"
import { layer } from "../../../adapters/notify/notifier.ts"
import { Notifier, type Receiver } from "../../../core/ports/notifier.ts"
import type { NotificationType } from "../../../core/settings/records.ts"
import { FOUND, notifierContract } from "../../contracts/notifier.ts"
import { fault, type Simulator, startSimulator } from "../../simulator/mod.ts"
import { UNKNOWN_RECEIVER } from "../../simulator/receivers/mail_server.ts"
import { DISCORD_PATH, GOTIFY_TOKEN, NTFY_TOKEN } from "../../simulator/receivers/receivers.ts"

const world = Effect.acquireRelease(
  Effect.promise(() => startSimulator()),
  (simulator) => Effect.promise(() => simulator.close()),
)

function receiverOf(simulator: Simulator, type: NotificationType): Receiver {
  const { receivers, smtp } = simulator.urls
  const places = {
    discord: [`${receivers}${DISCORD_PATH}`, ""],
    ntfy: [`${receivers}/oncue-tests`, NTFY_TOKEN],
    gotify: [`${receivers}/gotify/`, GOTIFY_TOKEN],
    webhook: [`${receivers}/hook`, "secret-of-the-hook"],
    email: [smtp, ""],
  } as const
  const [url, token] = places[type]
  return {
    id: `my ${type}`,
    type,
    url: Redacted.make(url),
    token: Redacted.make(token),
    username: "",
    from: "OnCue <oncue@example.com>",
    to: ["owner@example.com"],
  }
}

/** A mail's subject and body, decoded as far as these tests need it. */
function readMail(message: string): readonly [string, string] {
  const [head = "", ...body] = message.split("\n\n")
  const word = /^Subject: (.*(?:\n .*)*)/m.exec(head)?.[1] ?? ""
  const subject = word.replace(/=\?UTF-8\?(Q|B)\?([^?]*)\?=\s*/gi, (_, kind: string, text: string) =>
    kind.toUpperCase() === "B"
      ? Buffer.from(text, "base64").toString("utf8")
      : decodeURIComponent(text.replaceAll("_", " ").replaceAll("=", "%")),
  )
  return [subject.replace(/^OnCue: /, ""), body.join("\n\n").trim()]
}

notifierContract(
  "HTTP and SMTP",
  Effect.map(world, (simulator) => {
    let refusing: NotificationType | null = null
    return {
      layer: layer(),
      receiver: (type) => {
        const receiver = receiverOf(simulator, type)
        return type === refusing && type === "email" ? { ...receiver, to: [UNKNOWN_RECEIVER] } : receiver
      },
      refuse: (type) => {
        refusing = type
        simulator.faults.set({ service: "receivers" }, fault.status(403, '{"message":"secret-of-the-hook"}'))
      },
      told: () => [
        ...simulator.told().map(({ text, title }) => [title, text] as const),
        ...simulator.mails().map(({ message }) => readMail(message)),
      ],
    }
  }),
)

const failing = (receiver: Receiver, options: Parameters<typeof layer>[0] = {}) =>
  Effect.flip(Notifier.use((one) => one.send(receiver, FOUND))).pipe(Effect.provide(layer(options)))

describe("the notifier over HTTP and SMTP", () => {
  it.live("gives a webhook's program what it needs to know, with its token", () =>
    Effect.gen(function* () {
      const simulator = yield* world
      const receiver = receiverOf(simulator, "webhook")
      yield* Notifier.use((one) => one.send(receiver, FOUND)).pipe(Effect.provide(layer()))
      assert.deepInclude(simulator.told()[0]?.body, {
        event: "found",
        serverId: "den",
        ratingKey: "7",
        subtitles: FOUND.detail.subtitles,
      })
      const asked = simulator.requests.last({ service: "receivers" })
      assert.strictEqual(asked?.headers.authorization, "Bearer secret-of-the-hook")
    }).pipe(Effect.scoped),
  )

  it.live("follows no redirect", () =>
    Effect.gen(function* () {
      const simulator = yield* world
      const url = Redacted.make(`${simulator.urls.receivers}/moved`)
      const error = yield* failing({ ...receiverOf(simulator, "webhook"), url })
      assert.include(error.message, "it answered 307")
      assert.deepStrictEqual(simulator.told(), [])
    }).pipe(Effect.scoped),
  )

  it.live("sends no password to a mail server that offers no TLS", () =>
    Effect.gen(function* () {
      const simulator = yield* world
      const account = { username: "me", token: Redacted.make("secret-password") }
      const error = yield* failing({ ...receiverOf(simulator, "email"), ...account })
      assert.include(error.message, "offers no TLS")
      assert.deepStrictEqual(simulator.mails(), [])
    }).pipe(Effect.scoped),
  )

  it.effect("says what is wrong with a receiver that cannot be used, and asks nobody", () =>
    Effect.gen(function* () {
      const dispatcher = new MockAgent()
      dispatcher.disableNetConnect()
      const base: Receiver = {
        id: "x",
        type: "webhook",
        url: Redacted.make("https://example.com/x"),
        token: Redacted.make(""),
        username: "",
        from: "",
        to: [],
      }
      const wrong: ReadonlyArray<readonly [Partial<Receiver>, string]> = [
        [{ url: Redacted.make("nonsense") }, "its address is none"],
        [{ url: Redacted.make("file:///etc/passwd") }, "http:// or https://"],
        [{ type: "gotify" }, "no application token"],
        [{ type: "ntfy", url: Redacted.make("https://ntfy.sh") }, "does not name a topic"],
        [{ type: "email" }, "smtp:// or smtps://"],
        [{ type: "email", url: Redacted.make("smtp://mail") }, "no sender"],
        [{ type: "email", url: Redacted.make("smtp://mail"), from: "a@b.c" }, "nobody to send to"],
      ]
      for (const [changes, expected] of wrong) {
        const error = yield* failing({ ...base, ...changes }, { dispatcher })
        assert.include(error.message, expected)
      }
    }),
  )

  it.live("says that nobody answers there", () =>
    Effect.gen(function* () {
      const nobody = { ...receiverOf(yield* world, "webhook"), url: Redacted.make("http://127.0.0.1:1/hook") }
      assert.strictEqual(
        (yield* failing(nobody)).message,
        "Cannot tell my webhook: 127.0.0.1:1: the connection was refused",
      )
      const mail = { ...nobody, type: "email" as const, url: Redacted.make("smtp://127.0.0.1:1") }
      assert.include((yield* failing(mail)).message, "the connection was refused")
    }).pipe(Effect.scoped),
  )
})
