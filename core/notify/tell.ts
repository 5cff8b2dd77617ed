import * as Effect from "effect/Effect"
import { Journal, Notifier, SettingsStore } from "../ports/mod.ts"
import type { NotificationEntry } from "../settings/records.ts"
import { NOTIFY_TARGETS_MAX, type Notification } from "./notification.ts"
import { openReceiver } from "./open_receiver.ts"

/** Where in the journal the outcome belongs. */
export interface ToldOf {
  readonly jobId?: number | null
  readonly serverId?: string | null
  readonly ratingKey?: string | null
  readonly title?: string | null
}

const tellOne = Effect.fnUntraced(function* (
  entry: NotificationEntry,
  notification: Notification,
  of: ToldOf,
) {
  const notifier = yield* Notifier
  const journal = yield* Journal
  const failure = yield* openReceiver(entry).pipe(
    Effect.flatMap((receiver) => notifier.send(receiver, notification)),
    Effect.as(null),
    Effect.catch((error) => Effect.succeed(error.message)),
  )
  yield* journal.write(
    failure === null
      ? { ...of, kind: "notified", text: `Told ${entry.id} (${entry.type})` }
      : { ...of, kind: "not_notified", text: failure },
  )
})

/**
 * Tells everybody whom the settings name, all at once. Who could not be told, and why, is in the journal; nothing here
 * fails, and with nobody to tell nothing is done.
 */
export const tell = Effect.fn("tell")(function* (notification: Notification, of: ToldOf = {}) {
  const { notifications } = (yield* (yield* SettingsStore).current).oncue
  const receivers = notifications.filter((one) => one.enabled).slice(0, NOTIFY_TARGETS_MAX)
  yield* Effect.forEach(receivers, (entry) => tellOne(entry, notification, of), {
    concurrency: "unbounded",
    discard: true,
  })
})
