/** Who is told of things: Discord, ntfy, Gotify and a webhook, on one address. */

import { type Answer, empty, json } from "../http/answer.ts"
import { makeRouter } from "../http/router.ts"
import type { Call, Handler } from "../http/service.ts"

export const DISCORD_PATH = "/api/webhooks/1234567890/EXAMPLEdiscordTOKEN"
export const GOTIFY_TOKEN = "EXAMPLEgotifyTOKEN"
export const NTFY_TOKEN = "tk_EXAMPLEntfyTOKEN"

/** One message, by the receiver that took it. */
export interface Told {
  readonly by: "discord" | "ntfy" | "gotify" | "webhook"
  readonly title: string
  readonly text: string
  readonly body: any
}

function parse(call: Call): any {
  try {
    return JSON.parse(call.body.toString("utf8"))
  } catch {
    return null
  }
}

export function makeReceivers(): { readonly handler: Handler; readonly told: ReadonlyArray<Told> } {
  const told: Told[] = []
  const take = (by: Told["by"], body: any, title: unknown, text: unknown, answer: Answer): Answer => {
    if (typeof title !== "string" || typeof text !== "string") return json({ error: "bad request" }, 400)
    told.push({ by, title, text, body })
    return answer
  }
  const router = makeRouter({
    [`POST ${DISCORD_PATH}`]: (call) => {
      const body = parse(call)
      const embed = body?.embeds?.[0]
      return take("discord", body, embed?.title, embed?.description, empty(204))
    },
    "POST /": (call) => {
      const body = parse(call)
      if (call.headers.authorization !== `Bearer ${NTFY_TOKEN}`) return json({ code: 40_101 }, 401)
      if (body?.topic !== "oncue-tests") return json({ code: 40_009, error: "invalid topic" }, 400)
      return take("ntfy", body, body.title, body.message, json({ id: "EXAMPLE", event: "message" }))
    },
    "POST /gotify/message": (call) => {
      const body = parse(call)
      if (call.headers["x-gotify-key"] !== GOTIFY_TOKEN) return json({ error: "Unauthorized" }, 401)
      return take("gotify", body, body?.title, body?.message, json({ id: 1 }))
    },
    "POST /hook": (call) => {
      const body = parse(call)
      return take("webhook", body, body?.title, body?.text, json({ ok: true }))
    },
    // Nobody should follow this with a message meant for somebody else.
    "POST /moved": () => empty(307, { Location: "/hook" }),
  })
  return { told, handler: (call) => router(call) ?? json({ message: "Unknown Webhook", code: 10_015 }, 404) }
}
