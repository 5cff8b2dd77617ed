import type { Values } from "../api/settings.ts"
import { isSecretSet } from "../api/settings.ts"

/**
 * What is being changed is kept in this browser tab until it is saved or discarded, so that a sign-in that ends meanwhile
 * does not cost it. Secrets are left out.
 */

const PLACE = "oncue.draft."

const SECRET = /(key|password|token)$/

function withoutSecrets(key: string, value: unknown): unknown {
  if (!Array.isArray(value)) return value
  const isSecret = (part: string) => SECRET.test(part) || (key === "oncue.notifications" && part === "url")
  return value.map((item: unknown) => {
    if (typeof item !== "object" || item === null || Array.isArray(item)) return item
    return Object.fromEntries(
      Object.entries(item).map(([part, one]) => [part, isSecret(part) && !isSecretSet(one) ? "" : one]),
    )
  })
}

export function keepDraft(place: string, draft: Values): void {
  const kept = Object.entries(draft)
    .filter(([key]) => !SECRET.test(key))
    .map(([key, value]) => [key, withoutSecrets(key, value)] as const)
  try {
    if (kept.length === 0) sessionStorage.removeItem(PLACE + place)
    else sessionStorage.setItem(PLACE + place, JSON.stringify(Object.fromEntries(kept)))
  } catch {
    // A browser that keeps nothing keeps no draft.
  }
}

export function keptDraft(place: string): Values {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(PLACE + place) ?? "{}")
    return typeof kept === "object" && kept !== null ? (kept as Values) : {}
  } catch {
    return {}
  }
}
