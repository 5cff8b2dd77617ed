import { type Alias, isAlias, isMap, isNode, isScalar, isSeq, type Node, type Pair, type YAMLMap } from "yaml"
import { sameValue } from "../../core/settings/settings.ts"
import { nameOf, ownPairs, type Parsed } from "./_document.ts"
import {
  CannotEdit,
  column,
  contentEnd,
  type Editing,
  insertedLines,
  isEmptyNode,
  lineEnd,
  newlineOf,
  pairEnd,
  rangeOf,
  type Splice,
} from "./_lines.ts"
import { listSplices } from "./_list_edits.ts"
import { blockText, flowText, pairText, type Quoting, scalarText } from "./_scalar.ts"

/** A key of a section that gets another value. Values are what YAML can hold: texts, numbers, truth values, lists, mappings. */
export interface Change {
  readonly section: string
  readonly key: string
  readonly before: unknown
  readonly after: unknown
}

const INDENT_DEFAULT = 2

function quotingOf(node: unknown): Quoting {
  if (!isScalar(node)) return "plain"
  if (node.type === "QUOTE_DOUBLE") return "double"
  return node.type === "QUOTE_SINGLE" ? "single" : "plain"
}

/** Behind the colon, when only blanks stand between it and the value. */
function withoutBlanksBefore(text: string, start: number): number {
  let at = start
  while (text[at - 1] === " ") at--
  return text[at - 1] === ":" ? at : start
}

const isMapping = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** An anchored value that is used elsewhere: the anchor and the old value move to the first use. */
function movedAnchor(editing: Editing, node: Node, from: number): ReadonlyArray<Splice> {
  const anchor = "anchor" in node ? node.anchor : undefined
  const uses = [...editing.parsed.targets].filter(([, target]) => target === node).map(([alias]) => alias)
  const [first] = uses.sort((a: Alias, b: Alias) => rangeOf(a)[0] - rangeOf(b)[0])
  if (!anchor || first === undefined) return []
  const [start, end] = rangeOf(node)
  const at = editing.text.indexOf(`&${anchor}`, from)
  if (at === -1 || at >= start) throw new CannotEdit()
  const behind = /^\s*/.exec(editing.text.slice(at + anchor.length + 1, start))?.[0].length ?? 0
  const [useStart, useEnd] = rangeOf(first)
  return [
    { start: at, end: at + anchor.length + 1 + behind, text: "" },
    { start: useStart, end: useEnd, text: `&${anchor} ${editing.text.slice(start, end)}` },
  ]
}

function replaced(editing: Editing, pair: Pair, value: unknown, inFlow: boolean): ReadonlyArray<Splice> {
  const { text, newline } = editing
  const node = pair.value
  if (!isNode(node) || !isNode(pair.key)) throw new CannotEdit()
  const start = rangeOf(node)[0]
  const end = contentEnd(node)
  const moved = movedAnchor(editing, node, rangeOf(pair.key)[1])
  const inline = inFlow || (isScalar(node) && /^[ \t]*#/.test(text.slice(end, lineEnd(text, end))))
  if (typeof value !== "object" || value === null) {
    const written = scalarText(value, quotingOf(node), inFlow)
    if (isEmptyNode(node)) return [...moved, besideNothing(text, start, written)]
    const from = isScalar(node) || isAlias(node) || inFlow ? start : colonBefore(text, pair, start)
    const lead = from === start ? "" : " "
    return [...moved, { start: from, end, text: lead + written + (text[end - 1] === "\n" ? newline : "") }]
  }
  const flow = inline && (Array.isArray(value) ? value.every((one) => typeof one !== "object") : inFlow)
  if (flow && isEmptyNode(node)) return [...moved, besideNothing(text, start, flowText(value))]
  if (flow) return [...moved, { start, end, text: flowText(value) }]
  const from =
    isScalar(node) || isAlias(node) ? withoutBlanksBefore(text, start) : colonBefore(text, pair, start)
  const indent = column(text, rangeOf(pair.key)[0]) + (Array.isArray(value) ? 0 : INDENT_DEFAULT)
  const written = blockText(value, indent, newline)
  const lead = written.startsWith(newline) ? "" : " "
  return [...moved, { start: from, end, text: lead + written + (text[end - 1] === "\n" ? newline : "") }]
}

/** A value where none was spelled: behind the colon, and apart from a comment. */
function besideNothing(text: string, start: number, written: string): Splice {
  const at = withoutBlanksBefore(text, start)
  return { start: at, end: at, text: ` ${written}${text[at] === "#" ? " " : ""}` }
}

/** Behind the colon of a pair whose value stands on the lines below. */
function colonBefore(text: string, pair: Pair, start: number): number {
  const keyEnd = rangeOf(pair.key as Node)[1]
  const colon = text.indexOf(":", keyEnd)
  if (colon === -1 || colon >= start) throw new CannotEdit()
  return colon + 1
}

/** What turns the value of `pair` from `before` into `after`. */
export function valueSplices(
  editing: Editing,
  pair: Pair,
  before: unknown,
  after: unknown,
  inFlow: boolean,
): ReadonlyArray<Splice> {
  const node = pair.value
  if (isSeq(node) && Array.isArray(after) && Array.isArray(before)) {
    const flow = inFlow || node.flow === true
    const edited = listSplices(editing, node, before, after, flow, (map, old, now) =>
      mappingSplices(editing, map, old, now, flow),
    )
    return edited ?? replaced(editing, pair, after, inFlow)
  }
  if (isMap(node) && isMapping(after) && isMapping(before))
    return mappingSplices(editing, node, before, after, inFlow)
  return replaced(editing, pair, after, inFlow)
}

/** What turns some keys of a mapping from their values in `before` into those in `after`; others stay as they are. */
export function mappingSplices(
  editing: Editing,
  map: YAMLMap,
  before: Record<string, unknown>,
  after: Record<string, unknown>,
  inFlow: boolean,
): ReadonlyArray<Splice> {
  const flow = inFlow || map.flow === true
  const own = ownPairs(map)
  const changed = Object.keys(after).filter((name) => !sameValue(before[name], after[name]))
  const present = changed.flatMap((name) => {
    const pair = own.get(name)
    return pair === undefined ? [] : valueSplices(editing, pair, before[name], after[name], flow)
  })
  const absent = changed.filter((name) => !own.has(name)).map((name) => [name, after[name]] as const)
  return absent.length === 0 ? present : [...present, insertedPairs(editing, map, absent, flow)]
}

type Named = readonly [name: string, value: unknown]

/** As JSON where the mapping looks like JSON, so that it stays JSON. */
function flowPairs(map: YAMLMap, pairs: ReadonlyArray<Named>): string {
  const mapping = Object.fromEntries(pairs)
  const json = map.items.length > 0 && map.items.every(({ key }) => quotingOf(key) === "double")
  return (json ? JSON.stringify(mapping) : flowText(mapping)).slice(1, -1)
}

function insertedPairs(editing: Editing, map: YAMLMap, pairs: ReadonlyArray<Named>, flow: boolean): Splice {
  const { text, newline } = editing
  const last = map.items.at(-1)
  if (flow) {
    const written = flowPairs(map, pairs)
    const at = last === undefined ? rangeOf(map)[0] + 1 : pairEnd(last)
    return { start: at, end: at, text: last === undefined ? written : `, ${written}` }
  }
  const [first] = map.items
  if (first === undefined || last === undefined || !isNode(first.key)) throw new CannotEdit()
  const indent = column(text, rangeOf(first.key)[0])
  const lines = pairs.map(([name, value]) => " ".repeat(indent) + pairText(name, value, indent, newline))
  return insertedLines(text, lineEnd(text, pairEnd(last)), lines, newline)
}

/** The indent that the file's own sections have. */
function indentUnit(text: string, root: YAMLMap): number {
  for (const { value } of root.items) {
    const key = isMap(value) && value.flow !== true ? value.items[0]?.key : undefined
    if (isNode(key)) return Math.max(1, column(text, rangeOf(key)[0]) - column(text, rangeOf(root)[0]))
  }
  return INDENT_DEFAULT
}

function newSection(editing: Editing, section: string, pairs: ReadonlyArray<Named>): Splice {
  const { text, newline, parsed } = editing
  const { root } = parsed
  if (root?.flow === true) return insertedPairs(editing, root, [[section, Object.fromEntries(pairs)]], true)
  const outer = root === null ? 0 : column(text, rangeOf(root)[0])
  const inner = outer + (root === null ? INDENT_DEFAULT : indentUnit(text, root))
  const lines = pairs.map(([name, value]) => " ".repeat(inner) + pairText(name, value, inner, newline))
  const behindRoot = root === null ? 0 : lineEnd(text, contentEnd(root))
  const ended = /^(?:\.\.\.|---)(?:\s|$)/m.exec(text.slice(behindRoot))
  const at = root === null || ended === null ? text.length : behindRoot
  return insertedLines(text, at, [`${" ".repeat(outer)}${section}:`, ...lines], newline)
}

/** A section whose value is no mapping yet: empty, an alias, or something that was never a section. */
function filledSection(editing: Editing, pair: Pair, pairs: ReadonlyArray<Named>): ReadonlyArray<Splice> {
  const { text, newline, parsed } = editing
  const node = pair.value
  if (!isNode(node) || parsed.root === null) throw new CannotEdit()
  const aliased = isAlias(node) && isMap(parsed.targets.get(node))
  const [start, end] = [rangeOf(node)[0], contentEnd(node)]
  const spelled = aliased ? text.slice(start, end) : null
  if (parsed.root.flow === true) {
    const inside = flowText(Object.fromEntries(pairs)).slice(1, -1)
    const all = spelled === null ? inside : `<<: ${spelled}, ${inside}`
    return [{ start, end, text: `${isEmptyNode(node) ? " " : ""}{${all}}` }]
  }
  const indent = column(text, rangeOf(parsed.root)[0]) + indentUnit(text, parsed.root)
  const pad = " ".repeat(indent)
  const lines = pairs.map(([name, value]) => pad + pairText(name, value, indent, newline))
  if (spelled !== null) lines.unshift(`${pad}<<: ${spelled}`)
  const from = isEmptyNode(node) ? start : withoutBlanksBefore(text, start)
  return [{ start: from, end, text: "" }, insertedLines(text, lineEnd(text, end), lines, newline)]
}

/** What the changes need; CannotEdit is thrown where the text has a form that cannot be edited. */
export function splicesFor(parsed: Parsed, changes: ReadonlyArray<Change>): ReadonlyArray<Splice> {
  const editing: Editing = { parsed, text: parsed.text, newline: newlineOf(parsed.text) }
  const sections = [...Map.groupBy(changes, (change) => change.section)].map(([section, own]) => {
    const values = (side: "before" | "after") => Object.fromEntries(own.map((one) => [one.key, one[side]]))
    const pair = parsed.root?.items.findLast((one) => nameOf(one.key) === section)
    return { section, before: values("before"), after: values("after"), pair }
  })
  const present = sections.flatMap(({ pair, before, after }) => {
    if (pair === undefined) return []
    return isMap(pair.value)
      ? mappingSplices(editing, pair.value, before, after, parsed.root?.flow === true)
      : filledSection(editing, pair, Object.entries(after))
  })
  const absent = sections.filter(({ pair }) => pair === undefined)
  return [
    ...present,
    ...absent.map(({ section, after }) => newSection(editing, section, Object.entries(after))),
  ]
}
