/** Pages by `X-Plex-Container-Start` and `-Size`, sent as headers or in the query. */

import type { Call } from "../http/service.ts"
import { plexHeader } from "../plex_tv/reply.ts"

export interface Page<A> {
  readonly entries: ReadonlyArray<A>
  readonly offset: number
  readonly total: number
}

function natural(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined
}

/** Both values must be given. `limit` bounds the total. */
export function pageOf<A>(call: Call, all: ReadonlyArray<A>, honoursPaging: boolean): Page<A> {
  const limit = natural(call.query.get("limit") ?? undefined)
  const total = limit === undefined ? all.length : Math.min(limit, all.length)
  const size = natural(plexHeader(call, "X-Plex-Container-Size"))
  const start = natural(plexHeader(call, "X-Plex-Container-Start"))
  if (!honoursPaging || size === undefined || start === undefined) {
    return { entries: total === all.length ? all : all.slice(0, total), offset: 0, total }
  }
  return { entries: all.slice(start, Math.min(start + size, total)), offset: start, total }
}

export function pageHeaders(page: Page<unknown>): Record<string, string> {
  return {
    "X-Plex-Container-Start": String(page.offset),
    "X-Plex-Container-Total-Size": String(page.total),
  }
}
