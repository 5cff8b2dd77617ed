import * as Effect from "effect/Effect"
import * as Xml from "effect/encoding/Xml"
import * as Stream from "effect/Stream"

/**
 * An element of Plex's answers, from JSON or from XML: attributes by name, children as lists by tag. An empty list is an
 * absent key. Booleans, numbers and ids come in any form, so they are only ever read through the functions below.
 */
export type Node = Readonly<Record<string, unknown>>

/** How deep XML may nest; Plex's own answers stay under ten. */
const XML_DEPTH_MAX = 32

export function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}

function own(node: Node, key: string): unknown {
  return Object.hasOwn(node, key) ? node[key] : undefined
}

/** The text under the first of `keys` that has one; numbers become text, an empty text counts as none. */
export function text(node: Node, ...keys: ReadonlyArray<string>): string | null {
  for (const key of keys) {
    const value = own(node, key)
    if (typeof value === "string" && value !== "") return value
    if (typeof value === "number" && Number.isFinite(value)) return String(value)
  }
  return null
}

/** The number under `key`, also when it is written as text. */
export function number(node: Node, key: string): number | null {
  const value = own(node, key)
  if (typeof value === "number") return Number.isFinite(value) ? value : null
  if (typeof value !== "string" || value.trim() === "") return null
  const read = Number(value)
  return Number.isFinite(read) ? read : null
}

/** Whether the flag under `key` is set: `true`, `1`, `"1"` or `"true"`. Absent is not set. */
export function flag(node: Node, key: string): boolean {
  const value = own(node, key)
  return value === true || value === 1 || value === "1" || value === "true"
}

/** The children under the first of `keys` that has any. A single child may come without its list. */
export function list(node: Node, ...keys: ReadonlyArray<string>): ReadonlyArray<Node> {
  for (const key of keys) {
    const value = own(node, key)
    if (Array.isArray(value)) return value.filter(isNode)
    if (isNode(value)) return [value]
  }
  return []
}

/** The child under `key`, or an empty one. */
export function child(node: Node, key: string): Node {
  return list(node, key)[0] ?? {}
}

type Open = Record<string, unknown>

/** The document as nodes, its root under the root's own tag. Fails with a sentence when it is not well-formed. */
export function readXml(source: string): Effect.Effect<Node, string> {
  const root: Open = Object.create(null)
  const open: Array<Open> = [root]
  const events = Stream.make(source).pipe(
    Stream.pipeThroughChannel(Xml.decodeString({ maxDepth: XML_DEPTH_MAX })),
  )
  return Stream.runForEach(events, (event) =>
    Effect.sync(() => {
      if (event._tag === "EndElement") open.pop()
      if (event._tag !== "StartElement") return
      const parent = open[open.length - 1]!
      const element: Open = Object.assign(Object.create(null), event.attributes)
      const siblings = parent[event.name]
      if (Array.isArray(siblings)) siblings.push(element)
      else parent[event.name] = [element]
      open.push(element)
    }),
  ).pipe(
    Effect.mapError((error) => error.message),
    Effect.as(root),
  )
}
