/** Matches a request to a handler by a table whose keys read `GET /library/metadata/:ids`. */

import type { Answer } from "./answer.ts"
import type { Call } from "./service.ts"

export type Params = Readonly<Record<string, string>>
export type RouteHandler = (call: Call, params: Params) => Answer | Promise<Answer>
export type Routes = Readonly<Record<string, RouteHandler>>

interface Route {
  readonly segments: ReadonlyArray<string>
  readonly handler: RouteHandler
}

// A lone ":" is a literal segment: Plex has paths such as /:/prefs.
const isParam = (segment: string) => segment.length > 1 && segment.startsWith(":")

function match(route: Route, segments: ReadonlyArray<string>): Params | undefined {
  let params: Record<string, string> | undefined
  for (let i = 0; i < segments.length; i++) {
    const wanted = route.segments[i]!
    const actual = segments[i]!
    if (isParam(wanted)) {
      params ??= {}
      try {
        params[wanted.slice(1)] = decodeURIComponent(actual)
      } catch {
        return undefined
      }
    } else if (wanted !== actual) return undefined
  }
  return params ?? {}
}

/** The handler's answer, or undefined when no route matches. Earlier entries win. */
export function makeRouter(table: Routes): (call: Call) => Answer | Promise<Answer> | undefined {
  const byShape = new Map<string, Route[]>()
  for (const [key, handler] of Object.entries(table)) {
    const [method, path] = key.split(" ") as [string, string]
    const segments = path.split("/")
    const shape = `${method} ${segments.length}`
    const routes = byShape.get(shape) ?? []
    routes.push({ segments, handler })
    byShape.set(shape, routes)
  }
  return (call) => {
    const segments = call.path.split("/")
    for (const route of byShape.get(`${call.method} ${segments.length}`) ?? []) {
      const params = match(route, segments)
      if (params !== undefined) return route.handler(call, params)
    }
    return undefined
  }
}
