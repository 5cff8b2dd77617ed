/** The answers of a media server: one container, as JSON when asked for, else as XML. */

import { type Answer, json, xml } from "../http/answer.ts"
import type { Call } from "../http/service.ts"
import { pmsXml, toXml } from "../http/xml.ts"

export const SERVER_HEADERS: Readonly<Record<string, string>> = {
  "X-Plex-Protocol": "1.0",
  "Cache-Control": "no-cache",
}

export function container(
  call: Call,
  value: Readonly<Record<string, unknown>>,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  const wantsJson = (call.headers.accept ?? "").includes("json")
  return wantsJson
    ? json({ MediaContainer: value }, 200, headers)
    : xml(toXml("MediaContainer", value, pmsXml), 200, headers)
}

/** A list under its key; an empty list is an absent key, not `[]`. */
export function listed(key: string, entries: ReadonlyArray<unknown>): Record<string, unknown> {
  return entries.length === 0 ? { size: 0 } : { size: entries.length, [key]: entries }
}
