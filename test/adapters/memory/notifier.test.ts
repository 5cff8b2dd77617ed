import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { layer, memoryReceivers } from "../../../adapters/memory/notifier.ts"
import { textOf } from "../../../core/notify/notification.ts"
import { notifierContract } from "../../contracts/notifier.ts"

notifierContract(
  "memory",
  Effect.sync(() => {
    const receivers = memoryReceivers()
    return {
      layer: layer(receivers),
      receiver: (type) => ({
        id: `my ${type}`,
        type,
        url: Redacted.make("https://example.com/secret-path"),
        token: Redacted.make("secret-token"),
        username: "",
        from: "",
        to: [],
      }),
      refuse: (type) => void receivers.refusals.set(`my ${type}`, "it is full"),
      told: () =>
        receivers.told.map(({ notification }) => [notification.title, textOf(notification)] as const),
    }
  }),
)
