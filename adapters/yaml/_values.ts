import { type Alias, isAlias, isMap, isNode, isScalar, isSeq, type Node, type YAMLMap } from "yaml"
import { meaning, Spelled } from "../../core/settings/spelled.ts"
import { nameOf, type Parsed } from "./_document.ts"

/** Follows an alias. */
export function resolved(parsed: Parsed, node: unknown): Node | null {
  if (!isNode(node)) return null
  return isAlias(node) ? (parsed.targets.get(node as Alias) ?? null) : node
}

/** The keys of a mapping with the nodes they stand for, its own before those that are merged in. */
export function effectivePairs(
  parsed: Parsed,
  map: YAMLMap,
  within: ReadonlyArray<YAMLMap> = [],
): ReadonlyMap<string, Node | null> {
  const found = new Map<string, Node | null>()
  const merged: Array<Node | null> = []
  for (const pair of map.items) {
    const name = nameOf(pair.key)
    const value = resolved(parsed, pair.value)
    if (name === "<<" && isScalar(pair.key) && pair.key.type === "PLAIN") merged.push(value)
    else found.set(name, value)
  }
  const sources = merged.flatMap((node) =>
    isSeq(node) ? node.items.map((item) => resolved(parsed, item)) : [node],
  )
  for (const source of sources) {
    if (!isMap(source) || within.includes(source)) continue
    for (const [name, value] of effectivePairs(parsed, source, [...within, map]))
      if (!found.has(name)) found.set(name, value)
  }
  return found
}

/**
 * The value of a node for `readSettings`: texts as texts, everything else with its spelling. An anchored value that is
 * used many times is one object, so that no nest of aliases can fill the memory.
 */
export function readNode(parsed: Parsed, node: Node | null, known = new Map<Node, unknown>()): unknown {
  const target = resolved(parsed, node)
  if (target === null) return null
  if (isScalar(target)) {
    const { value, source } = target
    if (value === null || typeof value === "string") return value
    return new Spelled(typeof value === "bigint" ? Number(value) : value, source ?? String(value))
  }
  if (known.has(target)) return known.get(target)
  if (isSeq(target)) {
    const list: Array<unknown> = []
    known.set(target, list)
    for (const item of target.items) list.push(readNode(parsed, isNode(item) ? item : null, known))
    return list
  }
  const mapping: Record<string, unknown> = {}
  known.set(target, mapping)
  if (!isMap(target)) return mapping
  for (const [name, value] of effectivePairs(parsed, target))
    Object.defineProperty(mapping, name, {
      value: readNode(parsed, value, known),
      enumerable: true,
      writable: true,
    })
  return mapping
}

/** The whole configuration for `readSettings`. */
export function rootValue(parsed: Parsed): Record<string, unknown> {
  return parsed.root === null ? {} : (readNode(parsed, parsed.root) as Record<string, unknown>)
}

/** Whether two values that `readNode` made are the same, spelling included. Shared parts are compared once. */
export function sameRead(a: unknown, b: unknown, compared = new Map<unknown, unknown>()): boolean {
  if (a instanceof Spelled || b instanceof Spelled)
    return (
      a instanceof Spelled &&
      b instanceof Spelled &&
      a.spelling === b.spelling &&
      typeof meaning(a) === typeof meaning(b)
    )
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return Object.is(a, b)
  if (compared.get(a) === b) return true
  compared.set(a, b)
  const names = Object.keys(a)
  return (
    Array.isArray(a) === Array.isArray(b) &&
    names.length === Object.keys(b).length &&
    names.every((name) =>
      sameRead((a as Record<string, unknown>)[name], (b as Record<string, unknown>)[name], compared),
    )
  )
}

/** How many values there are when every alias is written out. Parts that are used many times are counted once each use. */
export function expansion(value: unknown, known = new Map<unknown, number>()): number {
  if (typeof value !== "object" || value === null || value instanceof Spelled) return 1
  const before = known.get(value)
  if (before !== undefined) return before
  known.set(value, Number.POSITIVE_INFINITY)
  let count = 1
  for (const part of Object.values(value)) count += expansion(part, known)
  known.set(value, count)
  return count
}
