import { isMap, isNode, isScalar, isSeq, type Node, type Pair } from "yaml"
import type { Parsed } from "./_document.ts"

/** What an edit needs to know of the text it is in. */
export interface Editing {
  readonly parsed: Parsed
  readonly text: string
  readonly newline: string
}

/** The text has a form that we do not edit. Nothing has been written; the user is told which key to change by hand. */
export class CannotEdit extends Error {}

/** New text for the part of a text from `start` up to `end`. */
export interface Splice {
  readonly start: number
  readonly end: number
  readonly text: string
}

/** Splices from the first to the last; of two at one place the one that replaces nothing comes first. */
export function inOrder(splices: ReadonlyArray<Splice>): ReadonlyArray<Splice> {
  return splices.toSorted((a, b) => a.start - b.start || a.end - b.end)
}

/** The text with all splices done, which must be in order. */
export function spliced(text: string, splices: ReadonlyArray<Splice>): string {
  const parts: Array<string> = []
  let done = 0
  for (const { start, end, text: replacement } of splices) {
    parts.push(text.slice(done, Math.max(done, start)), replacement)
    done = Math.max(done, end)
  }
  parts.push(text.slice(done))
  return parts.join("")
}

/** The line end that most lines have. */
export function newlineOf(text: string): string {
  const windows = text.match(/\r\n/g)?.length ?? 0
  const all = text.match(/\n/g)?.length ?? 0
  return windows * 2 > all ? "\r\n" : "\n"
}

export function rangeOf(node: Node): readonly [start: number, end: number] {
  const { range } = node
  if (range === undefined || range === null) throw new CannotEdit()
  return [range[0], range[1]]
}

export function lineStart(text: string, offset: number): number {
  return offset === 0 ? 0 : text.lastIndexOf("\n", offset - 1) + 1
}

/** Behind the line break of the line on which something ends at `offset`. */
export function lineEnd(text: string, offset: number): number {
  if (offset > 0 && text[offset - 1] === "\n") return offset
  const at = text.indexOf("\n", offset)
  return at === -1 ? text.length : at + 1
}

export function column(text: string, offset: number): number {
  return offset - lineStart(text, offset)
}

/** Where the last character of a node's content stands, without the comments and empty lines that follow. */
export function contentEnd(node: Node): number {
  if ((isMap(node) || isSeq(node)) && node.flow !== true) {
    const last = node.items.at(-1)
    if (isNode(last)) return contentEnd(last)
    if (last !== undefined) return pairEnd(last as Pair)
  }
  return node.range?.[1] ?? 0
}

export function pairEnd(pair: Pair): number {
  if (isNode(pair.value)) return contentEnd(pair.value)
  return isNode(pair.key) ? contentEnd(pair.key) : 0
}

/** A null that nobody spelled: nothing stands behind the colon or the dash. */
export function isEmptyNode(node: unknown): boolean {
  return isScalar(node) && node.range !== undefined && node.range !== null && node.range[0] === node.range[1]
}

/** Lines put in at the start of a line, or behind a last line that has no line break. */
export function insertedLines(
  text: string,
  offset: number,
  lines: ReadonlyArray<string>,
  newline: string,
): Splice {
  const unended = offset > 0 && text[offset - 1] !== "\n"
  const joined = lines.join(newline)
  return { start: offset, end: offset, text: unended ? newline + joined : joined + newline }
}
