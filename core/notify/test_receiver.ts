import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { Notifier, SettingsStore } from "../ports/mod.ts"
import type { NotificationEntry } from "../settings/records.ts"
import { SECRET_MASK } from "../settings/shown_settings.ts"
import { TEST_NOTIFICATION } from "./notification.ts"
import { openReceiver } from "./open_receiver.ts"

/** There is no such receiver in the settings, and what was sent does not describe one. */
export class ReceiverUnknown extends Schema.TaggedError<ReceiverUnknown>()("ReceiverUnknown", {
  receiver: Schema.String,
}) {
  override get message(): string {
    return this.receiver === ""
      ? "Cannot send a test: a type and an address are needed"
      : `There is no receiver "${this.receiver}" in the settings, and no type and address for one`
  }
}

/** What may be tried before it is saved. What is left out, or a mask, is what the settings have under this name. */
export type ReceiverToTest = Partial<NotificationEntry>

const isGiven = (secret: Redacted.Redacted | undefined): secret is Redacted.Redacted =>
  secret !== undefined && Redacted.value(secret) !== SECRET_MASK

/** Sends a test message to a receiver of the settings, or to one as it would be saved. Fails with why it did not arrive. */
export const testReceiver = Effect.fn("testReceiver")(function* (wish: ReceiverToTest) {
  const { notifications } = (yield* (yield* SettingsStore).current).oncue
  const saved = notifications.find((one) => one.id === wish.id)
  const type = wish.type ?? saved?.type
  const known = saved === undefined ? null : yield* openReceiver(saved)
  const url = isGiven(wish.url) ? wish.url : known?.url
  if (type === undefined || url === undefined) return yield* new ReceiverUnknown({ receiver: wish.id ?? "" })
  const notifier = yield* Notifier
  yield* notifier.send(
    {
      id: wish.id ?? type,
      type,
      url,
      token: (isGiven(wish.token) ? wish.token : known?.token) ?? Redacted.make(""),
      username: wish.username ?? known?.username ?? "",
      from: wish.from ?? known?.from ?? "",
      to: wish.to ?? known?.to ?? [],
    },
    TEST_NOTIFICATION,
  )
})
