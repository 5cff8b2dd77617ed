import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { memoryReceivers, layer as notifier } from "../../../adapters/memory/notifier.ts"
import { TEST_NOTIFICATION } from "../../../core/notify/notification.ts"
import { tell } from "../../../core/notify/tell.ts"
import { testReceiver } from "../../../core/notify/test_receiver.ts"
import { Journal } from "../../../core/ports/mod.ts"
import type { NotificationEntry } from "../../../core/settings/records.ts"
import { plexCore } from "../../support/plex_core.ts"

const entry = (id: string, more: Partial<NotificationEntry> = {}): NotificationEntry => ({
  id,
  type: "webhook",
  enabled: true,
  url: Redacted.make(`https://example.com/${id}`),
  token: Redacted.make(""),
  username: "",
  from: "",
  to: [],
  ...more,
})

const setUp = (...notifications: ReadonlyArray<NotificationEntry>) => {
  const receivers = memoryReceivers()
  return {
    receivers,
    ports: Layer.merge(plexCore(undefined, { oncue: { notifications } }), notifier(receivers)),
  }
}
const written = Journal.use((journal) =>
  Effect.map(journal.read({ limit: 10 }), (entries) => entries.map(({ kind, text }) => [kind, text]).sort()),
)

describe("tell()", () => {
  it.effect("tells everybody who is switched on, and writes who could not be told and why", () => {
    const { ports, receivers } = setUp(entry("phone"), entry("off", { enabled: false }), entry("full"))
    receivers.refusals.set("full", "it answered 507")
    return Effect.gen(function* () {
      yield* tell(TEST_NOTIFICATION, { jobId: 7 })
      assert.deepStrictEqual(
        receivers.told.map(({ receiver }) => receiver),
        ["phone"],
      )
      assert.deepStrictEqual(yield* written, [
        ["not_notified", "Cannot tell full: it answered 507"],
        ["notified", "Told phone (webhook)"],
      ])
    }).pipe(Effect.provide(ports))
  })

  it.effect("does nothing where nobody is named", () => {
    const { ports } = setUp()
    return Effect.gen(function* () {
      yield* tell(TEST_NOTIFICATION)
      assert.deepStrictEqual(yield* written, [])
    }).pipe(Effect.provide(ports))
  })
})

describe("testReceiver()", () => {
  it.effect("sends to one of the settings, to one before it is saved, and to none that is not there", () => {
    const { ports, receivers } = setUp(entry("phone"))
    return Effect.gen(function* () {
      yield* testReceiver({ id: "phone", url: Redacted.make("***") })
      yield* testReceiver({ type: "ntfy", url: Redacted.make("https://ntfy.sh/new") })
      assert.deepStrictEqual(
        receivers.told.map(({ receiver }) => receiver),
        ["phone", "ntfy"],
      )
      assert.strictEqual((yield* Effect.flip(testReceiver({ id: "nobody" })))._tag, "ReceiverUnknown")
      receivers.refusals.set("phone", "no")
      assert.strictEqual((yield* Effect.flip(testReceiver({ id: "phone" })))._tag, "NotificationFailed")
    }).pipe(Effect.provide(ports))
  })
})
