import * as Redacted from "effect/Redacted"
import { NOTIFY_TIMEOUT_MS, type Notification, textOf } from "../../core/notify/notification.ts"
import type { Receiver } from "../../core/ports/notifier.ts"

const SMTP_PORT = 587
const SMTPS_PORT = 465

/** Why a receiver of e-mail cannot be used as it is set; null: it can. */
export function mailFault(receiver: Receiver, url: URL): string | null {
  if (url.protocol !== "smtp:" && url.protocol !== "smtps:")
    return "the address of a mail server begins with smtp:// or smtps://"
  if (receiver.from === "") return "it has no sender (from)"
  return receiver.to.length === 0 ? "it has nobody to send to (to)" : null
}

/**
 * Sends one e-mail. The library is loaded at the first one, since most people never send any. With `smtp://` TLS is
 * begun by STARTTLS where the server offers it, and insisted on where a password is sent.
 */
export async function sendMail(
  receiver: Receiver,
  url: URL,
  notification: Notification,
  signal: AbortSignal,
): Promise<void> {
  const { createTransport } = await import("nodemailer")
  const secure = url.protocol === "smtps:"
  const hasAccount = receiver.username !== ""
  const transport = createTransport({
    host: url.hostname.replace(/^\[|\]$/g, ""),
    port: url.port === "" ? (secure ? SMTPS_PORT : SMTP_PORT) : Number(url.port),
    secure,
    requireTLS: !secure && hasAccount,
    ...(hasAccount ? { auth: { user: receiver.username, pass: Redacted.value(receiver.token) } } : {}),
    connectionTimeout: NOTIFY_TIMEOUT_MS,
    greetingTimeout: NOTIFY_TIMEOUT_MS,
    socketTimeout: NOTIFY_TIMEOUT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  signal.addEventListener("abort", () => transport.close(), { once: true })
  try {
    await transport.sendMail({
      from: receiver.from,
      to: [...receiver.to],
      subject: `OnCue: ${notification.title}`,
      text: textOf(notification),
    })
  } finally {
    transport.close()
  }
}

/** Errors of the mail library in words. Its own messages quote the server's answer, which may quote the password. */
export function mailReason(errors: ReadonlyArray<Error>): string | null {
  for (const error of errors) {
    const answered =
      "responseCode" in error && typeof error.responseCode === "number" ? ` (${error.responseCode})` : ""
    const reason = "code" in error ? reasonOf(String(error.code), answered) : null
    if (reason !== null) return reason
  }
  return null
}

function reasonOf(code: string, answered: string): string | null {
  switch (code) {
    case "EAUTH":
    case "ENOAUTH":
      return `the mail server refuses the account or password${answered}`
    case "EENVELOPE":
      return `the mail server refuses the sender or a receiver${answered}`
    case "EMESSAGE":
      return `the mail server refuses the message${answered}`
    case "ETLS":
      return "the mail server offers no TLS, and a password is not sent without"
    case "EPROTOCOL":
      return "it does not speak SMTP there"
    case "EDNS":
      return "the name does not resolve"
    default:
      return null
  }
}
