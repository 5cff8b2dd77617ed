import {
  type Alias,
  isAlias,
  isCollection,
  isMap,
  isNode,
  isScalar,
  type Node,
  type Pair,
  parseDocument,
  type YAMLMap,
} from "yaml"
import { SettingsUnreadable } from "../../core/ports/settings_store.ts"

/** A config.yaml that could be parsed. Every offset is one of `text`. */
export interface Parsed {
  readonly text: string
  /** Null: nothing but comments. */
  readonly root: YAMLMap | null
  /** What each alias stands for. */
  readonly targets: ReadonlyMap<Alias, Node>
  /** `section.key` of everything that a later key of the same name replaces. */
  readonly replaced: ReadonlyArray<string>
}

/** Where and why a text is no configuration. `offset` is one of the text. */
export interface Flaw {
  readonly offset: number | null
  readonly key: string | null
  readonly expected: string
}

export const TOO_DEEP = "it is nested too deeply"
const SECTIONS_EXPECTED = "a mapping of sections, such as `plex:` with its keys below it, is expected"

/** The name of a key as people write it; YAML 1.1 would make a truth value of a key `on`. */
export function nameOf(key: unknown): string {
  if (!isScalar(key)) return ""
  return key.type === "PLAIN" ? (key.source ?? "") : String(key.value)
}

/** The mapping's own pairs by name; of two with one name the last one, as Python reads it. */
export function ownPairs(map: YAMLMap): ReadonlyMap<string, Pair> {
  return new Map(map.items.map((pair) => [nameOf(pair.key), pair]))
}

/** Anchors and aliases in the order of the text: an alias means the last anchor of its name before it. */
function resolveAliases(root: Node): ReadonlyMap<Alias, Node> | Flaw {
  const anchors = new Map<string, Node>()
  const targets = new Map<Alias, Node>()
  let flaw: Flaw | null = null
  const visit = (node: unknown) => {
    if (!isNode(node)) return
    if (isAlias(node)) {
      const target = anchors.get(node.source)
      if (target !== undefined) targets.set(node, target)
      else
        flaw ??= {
          offset: node.range?.[0] ?? null,
          key: null,
          expected: `no anchor &${node.source} is known`,
        }
      return
    }
    if ("anchor" in node && node.anchor) anchors.set(node.anchor, node)
    if (!isCollection(node)) return
    for (const item of node.items) {
      if (isNode(item)) visit(item)
      else {
        const pair = item as Pair
        visit(pair.key)
        visit(pair.value)
      }
    }
  }
  visit(root)
  return flaw ?? targets
}

function replacedIn(root: YAMLMap): ReadonlyArray<string> {
  const twice = (map: YAMLMap, prefix: string) => {
    const seen = new Set<string>()
    return map.items.flatMap((pair) => {
      const name = nameOf(pair.key)
      const again = seen.has(name) && name !== "<<"
      seen.add(name)
      return again ? [`${prefix}${name}`] : []
    })
  }
  const inside = [...ownPairs(root)].flatMap(([section, pair]) =>
    isMap(pair.value) ? twice(pair.value, `${section}.`) : [],
  )
  return [...new Set([...twice(root, ""), ...inside])]
}

function expectedInstead(error: { readonly code: string; readonly message: string }): string {
  if (error.code === "MULTIPLE_DOCS") return "one document is expected, not several"
  if (error.message.includes("call stack")) return TOO_DEEP
  return `valid YAML is expected here (${error.message.split("\n")[0] ?? ""})`
}

/**
 * Reads YAML 1.1 with merge keys, as Bazarr does. The library's own search for keys that occur twice takes a time that
 * grows with the square of their number, so it is off and `replaced` is found here.
 */
export function parse(text: string): Parsed | Flaw {
  const document = parseDocument(text, {
    version: "1.1",
    merge: true,
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: "error",
  })
  const error = document.errors[0]
  if (error !== undefined) return { offset: error.pos[0], key: null, expected: expectedInstead(error) }
  const contents = document.contents as Node | null
  if (contents === null || (isScalar(contents) && contents.value === null))
    return { text, root: null, targets: new Map(), replaced: [] }
  if (!isMap(contents)) return { offset: contents.range?.[0] ?? 0, key: null, expected: SECTIONS_EXPECTED }
  const targets = text.includes("*") ? resolveAliases(contents) : new Map<Alias, Node>()
  if ("expected" in targets) return targets
  return { text, root: contents, targets, replaced: replacedIn(contents) }
}

/** The key that the line of `offset` sets, with its section: where people look first. */
function keyAt(text: string, offset: number): string | null {
  const lines = text.slice(0, offset).split("\n")
  const rest = text.slice(offset).split("\n", 1)[0] ?? ""
  const line = (lines.pop() ?? "") + rest
  if (line.startsWith("---")) return null
  lines.push(line)
  const path: Array<string> = []
  let indent = Number.POSITIVE_INFINITY
  for (let at = lines.length - 1; at >= 0 && indent > 0; at--) {
    const found = /^(\s*)(?:- )?["']?([\w.-]+)["']?\s*:(?:\s|$)/.exec(lines[at] ?? "")
    if (found === null || (found[1] ?? "").length >= indent) continue
    indent = (found[1] ?? "").length
    path.unshift(found[2] ?? "")
  }
  return path.length === 0 ? null : path.join(".")
}

export function unreadable(file: string, text: string, flaw: Flaw): SettingsUnreadable {
  const line = flaw.offset === null ? null : text.slice(0, flaw.offset).split("\n").length
  const key = flaw.key ?? (flaw.offset === null ? null : keyAt(text, flaw.offset))
  return new SettingsUnreadable({ file, line, key, expected: flaw.expected })
}
