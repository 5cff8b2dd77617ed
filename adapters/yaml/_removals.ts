import { isMap, isNode, type Pair, type YAMLMap } from "yaml"
import { nameOf, type Parsed } from "./_document.ts"
import { contentEnd, lineEnd, lineStart, pairEnd, rangeOf, type Splice } from "./_lines.ts"

/** What takes one pair out of a mapping: its lines, or its place between the commas. */
function removal(text: string, map: YAMLMap, pair: Pair): Splice {
  const index = map.items.indexOf(pair)
  const start = isNode(pair.key) ? rangeOf(pair.key)[0] : 0
  const end = pairEnd(pair)
  if (map.flow !== true) return { start: lineStart(text, start), end: lineEnd(text, end), text: "" }
  const next = map.items[index + 1]?.key
  if (isNode(next)) return { start, end: rangeOf(next)[0], text: "" }
  const before = map.items[index - 1]
  return { start: before === undefined ? start : pairEnd(before), end, text: "" }
}

/** Whether a mapping of sections is in brackets, so that a section cannot be told by its lines. */
const inBrackets = (map: YAMLMap) => map.flow === true

/**
 * What takes sections and `section.key` names out of a text. A section of which nothing is left goes as well, since an
 * empty one is no mapping any more.
 */
export function removals(parsed: Parsed, names: ReadonlyArray<string>): ReadonlyArray<Splice> {
  const { root, text } = parsed
  if (root === null) return []
  const whole = (pair: Pair) => names.includes(nameOf(pair.key))
  return root.items.flatMap((pair) => {
    if (whole(pair)) return [removal(text, root, pair)]
    const section = pair.value
    if (!isMap(section)) return []
    const gone = section.items.filter((one) => names.includes(`${nameOf(pair.key)}.${nameOf(one.key)}`))
    if (gone.length === 0) return []
    if (gone.length === section.items.length) return [removal(text, root, pair)]
    if (inBrackets(section)) return [bracketed(text, section, gone)]
    return gone.map((one) => removal(text, section, one))
  })
}

/** A mapping in brackets without some of its pairs. */
function bracketed(text: string, map: YAMLMap, gone: ReadonlyArray<Pair>): Splice {
  const kept = map.items.filter((pair) => !gone.includes(pair))
  const parts = kept.map((pair) => text.slice(isNode(pair.key) ? rangeOf(pair.key)[0] : 0, pairEnd(pair)))
  return { start: rangeOf(map)[0], end: contentEnd(map), text: `{${parts.join(", ")}}` }
}
