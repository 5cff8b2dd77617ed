import { hash, timingSafeEqual } from "node:crypto"
import * as Redacted from "effect/Redacted"
import type { Entered } from "../../core/access/check_session.ts"
import { isSameOrigin, type Visitor } from "../../core/access/visitor.ts"
import type { Settings } from "../../core/settings/settings.ts"
import type { Access, Method } from "./route.ts"

const digest = (value: string) => hash("sha256", value, "buffer")

/** Equal texts, whatever Unicode they hold, in a time that does not depend on where they differ. */
function equal(a: string, b: string): boolean {
  return timingSafeEqual(digest(a), digest(b))
}

/** Of the keys in force; kept, since every request asks for them. */
const digests = new WeakMap<Redacted.Redacted, Buffer>()

function digestOf(stored: Redacted.Redacted): Buffer {
  let known = digests.get(stored)
  if (known === undefined) {
    known = digest(Redacted.value(stored))
    digests.set(stored, known)
  }
  return known
}

/** Keys that have opened something, as many as there can be: whoever posts a burst gives the same one each time. */
const KEYS_REMEMBERED_MAX = 8
const rightKeys = new Map<string, Buffer>()

/** A right key is found by its hash, of which nobody learns anything by guessing. */
const digestOfGiven = (given: string) => rightKeys.get(given) ?? digest(given)

function remember(given: string, offered: Buffer): void {
  if (rightKeys.has(given)) return
  if (rightKeys.size >= KEYS_REMEMBERED_MAX) rightKeys.clear()
  rightKeys.set(given, offered)
}

function matches(given: Buffer, stored: Redacted.Redacted): boolean {
  return Redacted.value(stored) !== "" && timingSafeEqual(given, digestOf(stored))
}

/** Whether a key opens a route: the API key opens all, the webhook key only those that take events. */
export function opens(access: Access, given: string | null, settings: Settings): boolean {
  if (access === "open") return true
  if (given === null || given === "") return false
  const offered = digestOfGiven(given)
  const isApiKey = matches(offered, settings.auth.apikey)
  const isWebhookKey = access === "events" && matches(offered, settings.oncue.webhook_key)
  if (isApiKey || isWebhookKey) remember(given, offered)
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
