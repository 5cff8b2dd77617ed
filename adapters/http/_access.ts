import { createHash, timingSafeEqual } from "node:crypto"
import * as Redacted from "effect/Redacted"
import type { Entered } from "../../core/access/check_session.ts"
import { isSameOrigin, type Visitor } from "../../core/access/visitor.ts"
import type { Settings } from "../../core/settings/settings.ts"
import type { Access, Method } from "./route.ts"

const digest = (value: string) => createHash("sha256").update(value, "utf8").digest()

/** Equal texts, whatever Unicode they hold, in a time that does not depend on where they differ. */
function equal(a: string, b: string): boolean {
  return timingSafeEqual(digest(a), digest(b))
}

function matches(given: string, stored: Redacted.Redacted): boolean {
  const expected = Redacted.value(stored)
  return expected !== "" && equal(given, expected)
}

/** Whether a key opens a route: the API key opens all, the webhook key only those that take events. */
export function opens(access: Access, given: string | null, settings: Settings): boolean {
  if (access === "open") return true
  if (given === null || given === "") return false
  const isApiKey = matches(given, settings.auth.apikey)
  const isWebhookKey = access === "events" && matches(given, settings.oncue.webhook_key)
  return isApiKey || isWebhookKey
}

/**
 * Whether a browser's session may do this. Browsers send the cookie along with whatever any page makes them do, so a
 * change must also come from a page of ours and carry the session's own word.
 */
export function sessionOpens(
  entered: Entered,
  method: Method,
  visitor: Visitor,
  csrf: string | undefined,
): boolean {
  if (method === "GET") return true
  return isSameOrigin(visitor) && csrf !== undefined && equal(csrf, entered.csrf)
}
