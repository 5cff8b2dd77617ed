import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import type { Notification } from "../notify/notification.ts"
import type { NotificationType } from "../settings/records.ts"

/** The receiver did not take a message. Nothing of its address but the host is in the error, since that may hold a key. */
export class NotificationFailed extends Schema.TaggedError<NotificationFailed>()("NotificationFailed", {
  /** The name that the settings give the receiver. */
  receiver: Schema.String,
  detail: Schema.String,
}) {
  override get message(): string {
    return `Cannot tell ${this.receiver}: ${this.detail}`
  }
}

/** Somebody to tell, with the secrets opened. */
export interface Receiver {
  readonly id: string
  readonly type: NotificationType
  readonly url: Redacted.Redacted
  /** Empty: none. */
  readonly token: Redacted.Redacted
  readonly username: string
  readonly from: string
  readonly to: ReadonlyArray<string>
}

/**
 * Sends messages to people: Discord, ntfy, Gotify, a webhook, e-mail. Once, without a second attempt, within
 * `NOTIFY_TIMEOUT_MS`. Certificates are verified, no redirect is followed, and a password goes over TLS only.
 */
export class Notifier extends Context.Service<
  Notifier,
  {
    /** Answers when the receiver has taken the message. */
    readonly send: (receiver: Receiver, notification: Notification) => Effect.Effect<void, NotificationFailed>
  }
>()("core/ports/Notifier") {}
