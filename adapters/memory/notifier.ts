import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Notification } from "../../core/notify/notification.ts"
import { NotificationFailed, Notifier } from "../../core/ports/notifier.ts"

/** What was told to whom, and who takes no messages and why. */
export interface MemoryReceivers {
  readonly told: Array<{ readonly receiver: string; readonly notification: Notification }>
  readonly refusals: Map<string, string>
}

export const memoryReceivers = (): MemoryReceivers => ({ told: [], refusals: new Map() })

/** Receivers in memory. */
export const layer = (receivers: MemoryReceivers = memoryReceivers()): Layer.Layer<Notifier> =>
  Layer.succeed(Notifier, {
    send: (receiver, notification) =>
      Effect.suspend(() => {
        const detail = receivers.refusals.get(receiver.id)
        if (detail !== undefined)
          return Effect.fail(new NotificationFailed({ receiver: receiver.id, detail }))
        receivers.told.push({ receiver: receiver.id, notification })
        return Effect.void
      }),
  })
