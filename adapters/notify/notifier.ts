import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { type Dispatcher, request } from "undici"
import { NOTIFY_TIMEOUT_MS, type Notification } from "../../core/notify/notification.ts"
import { NotificationFailed, Notifier, type Receiver } from "../../core/ports/notifier.ts"
import { chainOf, transportFault } from "../_http/transport_fault.ts"
import { mailFault, mailReason, sendMail } from "./_mail.ts"
import { httpMessage } from "./_message.ts"

export interface NotifierOptions {
  /** Who carries the requests; the default is undici's own. */
  readonly dispatcher?: Dispatcher
  /** `OnCue` when left out. */
  readonly userAgent?: string
}

/** Largest answer, in bytes, that is read to its end; of a longer one the connection is closed. */
const ANSWER_BYTES_MAX = 64 * 1024

class Refused extends Error {}

function fault(error: unknown): string {
  const chain = chainOf(error)
  const refused = chain.find((one) => one instanceof Refused)
  return (
    refused?.message ?? transportFault(error)?.reason ?? mailReason(chain) ?? "the message could not be sent"
  )
}

function refusal(status: number): string {
  if (status === 401 || status === 403) return `it refuses the token (${status})`
  if (status === 404) return "there is nothing at this address (404)"
  if (status === 429) return "it has had too many messages (429)"
  return `it answered ${status}`
}

const post = async (
  options: NotifierOptions,
  receiver: Receiver,
  url: URL,
  notification: Notification,
  signal: AbortSignal,
) => {
  const message = httpMessage(receiver, url, notification)
  const answer = await request(message.url, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "user-agent": options.userAgent ?? "OnCue",
      ...message.headers,
    },
    body: JSON.stringify(message.body),
    headersTimeout: NOTIFY_TIMEOUT_MS,
    bodyTimeout: NOTIFY_TIMEOUT_MS,
    signal,
    ...(options.dispatcher === undefined ? {} : { dispatcher: options.dispatcher }),
  })
  await answer.body.dump({ limit: ANSWER_BYTES_MAX, signal })
  if (answer.statusCode < 200 || answer.statusCode > 299) throw new Refused(refusal(answer.statusCode))
}

/** Why a receiver cannot be used as it is set; null: it can. */
function unusable(receiver: Receiver, url: URL): string | null {
  if (receiver.type === "email") return mailFault(receiver, url)
  if (url.protocol !== "http:" && url.protocol !== "https:")
    return "its address begins with http:// or https://"
  if (receiver.type === "gotify" && Redacted.value(receiver.token) === "")
    return "it has no application token"
  return receiver.type === "ntfy" && url.pathname === "/" ? "its address does not name a topic" : null
}

const send = Effect.fnUntraced(function* (
  options: NotifierOptions,
  receiver: Receiver,
  notification: Notification,
) {
  const failed = (detail: string) => new NotificationFailed({ receiver: receiver.id, detail })
  const plain = Redacted.value(receiver.url)
  if (!URL.canParse(plain)) return yield* failed("its address is none")
  const url = new URL(plain)
  const why = unusable(receiver, url)
  if (why !== null) return yield* failed(why)
  const told = (detail: string) => failed(`${url.host}: ${detail}`)
  yield* Effect.tryPromise({
    try: (signal) =>
      receiver.type === "email"
        ? sendMail(receiver, url, notification, signal)
        : post(options, receiver, url, notification, signal),
    catch: (error) => told(fault(error)),
  }).pipe(
    Effect.timeoutOrElse({
      duration: NOTIFY_TIMEOUT_MS,
      orElse: () => Effect.fail(told(`no answer within ${NOTIFY_TIMEOUT_MS / 1_000} s`)),
    }),
  )
})

/** Receivers over HTTP and SMTP. */
export const layer = (options: NotifierOptions = {}): Layer.Layer<Notifier> =>
  Layer.succeed(Notifier, { send: (receiver, notification) => send(options, receiver, notification) })
