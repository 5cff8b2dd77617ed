/** The account's webhook list: read whole, replaced whole. */

import { type Answer, json, xml } from "../http/answer.ts"
import type { Call } from "../http/service.ts"
import { listToXml, plexTvXml } from "../http/xml.ts"
import type { Account } from "../world/account.ts"
import { plexError, wantsJson } from "./reply.ts"

function list(call: Call, account: Account, status: number): Answer {
  const urls = account.webhooks.map((url) => ({ url }))
  return wantsJson(call) ? json(urls, status) : xml(listToXml("webhooks", urls, plexTvXml), status)
}

const notAllowed = (call: Call) => plexError(call, 403, 1003, "Plex Pass required")

export function getWebhooks(call: Call, account: Account): Answer {
  return account.plexPass && !account.restricted ? list(call, account, 200) : notAllowed(call)
}

/** The form's `urls[]` become the whole list; an empty `urls` clears it. */
export function postWebhooks(call: Call, account: Account): Answer {
  if (!account.plexPass || account.restricted) return notAllowed(call)
  const form = new URLSearchParams(call.body.toString("utf8"))
  if (!form.has("urls[]") && !form.has("urls")) return plexError(call, 422, 1998, "urls is missing")
  const urls = [...form.getAll("urls[]"), ...form.getAll("urls")].filter((url) => url !== "")
  if (urls.some((url) => !/^https?:\/\/[^/]/.test(url))) {
    return plexError(call, 422, 1998, "Webhook url is invalid")
  }
  account.webhooks = urls
  return list(call, account, 201)
}
