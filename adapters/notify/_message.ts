import * as Redacted from "effect/Redacted"
import { type Notification, textOf } from "../../core/notify/notification.ts"
import type { Receiver } from "../../core/ports/notifier.ts"

/** One message as HTTP has it. The address may hold a key. */
export interface HttpMessage {
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body: unknown
}

/** Green, as Discord wants a colour. */
const DISCORD_COLOUR = 0x2f_9e_44
/** As most programs send to Gotify: shown, with a sound. */
const GOTIFY_PRIORITY = 5

const below = (base: URL, path: string) => {
  const url = new URL(base)
  url.pathname = `${url.pathname.replace(/\/+$/, "")}/${path}`
  return url
}

/** ntfy takes JSON at its root, with the topic of the address in the body: a header could hold ASCII only. */
function toNtfy(url: URL, headers: Record<string, string>, message: Record<string, unknown>): HttpMessage {
  const parts = url.pathname.split("/").filter((part) => part !== "")
  const topic = decodeURIComponent(parts.pop() ?? "")
  const root = new URL(url)
  root.pathname = parts.length === 0 ? "/" : `/${parts.join("/")}`
  return { url: root, headers, body: { topic, ...message } }
}

/**
 * What is posted for a message. Discord's document "Execute Webhook", ntfy's "Publish as JSON" and Gotify's
 * `POST /message` describe the bodies.
 */
export function httpMessage(receiver: Receiver, url: URL, notification: Notification): HttpMessage {
  const token = Redacted.value(receiver.token)
  const text = textOf(notification)
  const { title } = notification
  const bearer: Record<string, string> = token === "" ? {} : { authorization: `Bearer ${token}` }
  switch (receiver.type) {
    case "discord":
      return {
        url,
        headers: {},
        body: {
          username: "OnCue",
          embeds: [{ title, description: text, color: DISCORD_COLOUR }],
          allowed_mentions: { parse: [] },
        },
      }
    case "ntfy":
      return toNtfy(url, bearer, { title, message: text, tags: ["clapper"] })
    case "gotify":
      return {
        url: below(url, "message"),
        headers: { "x-gotify-key": token },
        body: { title, message: text, priority: GOTIFY_PRIORITY },
      }
    default:
      return {
        url,
        headers: bearer,
        body: { event: notification.event, title, text, ...notification.detail },
      }
  }
}
