import { isMap, isNode, isScalar, type Node, type YAMLMap, type YAMLSeq } from "yaml"
import { sameValue } from "../../core/settings/settings.ts"
import {
  CannotEdit,
  column,
  contentEnd,
  type Editing,
  inOrder,
  insertedLines,
  lineEnd,
  lineStart,
  rangeOf,
  type Splice,
  spliced,
} from "./_lines.ts"
import { flowText, itemText } from "./_scalar.ts"

type Mapping = Record<string, unknown>
type EditMapping = (map: YAMLMap, before: Mapping, after: Mapping) => ReadonlyArray<Splice>

const IDENTITIES = ["machine_id", "id", "name", "language", "from"]

/** What makes an item of a list the same item after an edit: its name, or its whole value. */
function identity(item: unknown): string {
  if (typeof item !== "object" || item === null || Array.isArray(item)) return JSON.stringify(item)
  const name = IDENTITIES.find((one) => typeof (item as Mapping)[one] === "string")
  return name === undefined ? JSON.stringify(item) : `${name} ${(item as Mapping)[name]}`
}

/** For each item of `after` the place in `before` of the item it was, or -1. No place is given twice. */
function matches(before: ReadonlyArray<unknown>, after: ReadonlyArray<unknown>): ReadonlyArray<number> {
  const places = new Map<string, Array<number>>()
  before.forEach((item, index) => {
    const name = identity(item)
    places.set(name, [...(places.get(name) ?? []), index])
  })
  return after.map((item) => places.get(identity(item))?.shift() ?? -1)
}

/** The lines of one item of a block list: from the line of its dash to behind its last line. */
interface ItemLines {
  readonly start: number
  readonly end: number
}

function itemLines(text: string, list: YAMLSeq): ReadonlyArray<ItemLines> | null {
  const lines: Array<ItemLines> = []
  let from = rangeOf(list)[0]
  for (const item of list.items) {
    if (!isNode(item)) return null
    const dash = dashAfter(text, from)
    const start = dash === null ? -1 : lineStart(text, dash)
    if (dash === null || text.slice(start, dash).trim() !== "") return null
    const end = lineEnd(text, Math.max(contentEnd(item), dash + 1))
    lines.push({ start, end })
    from = end
  }
  return lines
}

/** The next dash, over empty lines and comments; null when something else comes first. */
function dashAfter(text: string, from: number): number | null {
  let at = from
  for (;;) {
    const blank = /^[ \t\r\n]*/.exec(text.slice(at, at + 4_096))?.[0].length ?? 0
    at += blank
    if (text[at] === "-") return at
    if (text[at] !== "#") return null
    at = lineEnd(text, at + 1)
  }
}

function flowSplices(
  { text }: Editing,
  list: YAMLSeq,
  before: ReadonlyArray<unknown>,
  after: ReadonlyArray<unknown>,
): ReadonlyArray<Splice> {
  const places = matches(before, after)
  const items = after.map((item, index) => {
    const old = list.items[places[index] ?? -1]
    const kept = isNode(old) && sameValue(before[places[index] ?? -1], item)
    return kept ? text.slice(...rangeOf(old)) : flowText(item)
  })
  const [start, end] = rangeOf(list)
  return [{ start, end, text: `[${items.join(", ")}]` }]
}

/** Items in another order: each takes its lines with it, and the comments above it. */
function reordered(
  { text, newline }: Editing,
  lines: ReadonlyArray<ItemLines>,
  after: ReadonlyArray<unknown>,
  places: ReadonlyArray<number>,
  editsOf: (place: number, item: unknown) => ReadonlyArray<Splice>,
  pad: string,
): ReadonlyArray<Splice> {
  const start = lines[0]?.start ?? 0
  const end = lines.at(-1)?.end ?? start
  const written = after.map((item, index) => {
    const place = places[index] ?? -1
    const old = lines[place]
    if (old === undefined) return pad + itemText(item, pad.length, newline) + newline
    const from = lines[place - 1]?.end ?? start
    const edits = inOrder(editsOf(place, item)).map((splice) => ({
      ...splice,
      start: splice.start - from,
      end: splice.end - from,
    }))
    const kept = spliced(text.slice(from, old.end), edits)
    return kept.endsWith("\n") ? kept : kept + newline
  })
  return [{ start, end, text: written.join("") }]
}

/**
 * What turns the items of a list into others. Items that stay keep their lines, comments and unknown keys. Null: the
 * list has no lines of its own to edit, so its text is to be replaced whole.
 */
export function listSplices(
  editing: Editing,
  list: YAMLSeq,
  before: ReadonlyArray<unknown>,
  after: ReadonlyArray<unknown>,
  flow: boolean,
  editMapping: EditMapping,
): ReadonlyArray<Splice> | null {
  const { text, newline } = editing
  if (before.length !== list.items.length) throw new CannotEdit()
  const plain = after.every((item) => typeof item !== "object" || Array.isArray(item))
  if (flow) return before.length > 0 || plain ? flowSplices(editing, list, before, after) : null
  const lines = itemLines(text, list)
  if (after.length === 0 || lines === null) return null
  const pad = " ".repeat(column(text, rangeOf(list)[0]))
  const places = matches(before, after)
  const kept = places.filter((place) => place >= 0)
  const editsOf = (place: number, item: unknown) =>
    sameValue(before[place], item) ? [] : itemSplices(list.items[place], before[place], item, editMapping)
  if (kept.some((place, index) => index > 0 && place < (kept[index - 1] ?? 0)))
    return reordered(editing, lines, after, places, editsOf, pad)
  const removed = lines.filter((_, index) => !kept.includes(index))
  const splices: Array<Splice> = removed.map(({ start, end }) => ({ start, end, text: "" }))
  let at = lines[0]?.start ?? 0
  let added: Array<string> = []
  const flush = () => {
    if (added.length > 0) splices.unshift(insertedLines(text, at, added, newline))
    added = []
  }
  after.forEach((item, index) => {
    const place = places[index] ?? -1
    if (place < 0) {
      added.push(pad + itemText(item, pad.length, newline))
      return
    }
    flush()
    at = lines[place]?.end ?? at
    splices.push(...editsOf(place, item))
  })
  flush()
  return splices
}

function itemSplices(node: unknown, before: unknown, after: unknown, editMapping: EditMapping) {
  if (isMap(node)) return editMapping(node, before as Mapping, after as Mapping)
  if (!isNode(node) || isScalar(node)) throw new CannotEdit()
  const [start] = rangeOf(node)
  return [{ start, end: contentEnd(node as Node), text: flowText(after) }]
}
