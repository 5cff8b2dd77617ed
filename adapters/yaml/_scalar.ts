import { parse } from "yaml"

export type Quoting = "plain" | "single" | "double"

/** Characters that YAML 1.1 treats as line breaks, or that no editor shows. */
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u00a0\u2028\u2029\ufeff]|\p{Surrogate}/u
const PLAIN = /^[\p{L}\p{N}_./][\p{L}\p{N}\p{M}\p{So} _./:@+()=~&;!$%^*<>?'-]*$/u
/** In a flow collection, where `,` ends a value and older readers stumble over a colon. */
const PLAIN_IN_FLOW = /^[\p{L}\p{N}_./][\p{L}\p{N}\p{M}\p{So} _./@+()=~;$%^-]*$/u

/** Whether readers of YAML 1.1 and of 1.2 all take the bare text for this very text: not for a number, a date, a yes. */
function plainSafe(text: string, inFlow: boolean): boolean {
  if (!(inFlow ? PLAIN_IN_FLOW : PLAIN).test(text)) return false
  if (/: | #|[\s:]$|^\.\.\./.test(text)) return false
  return (["1.1", "1.2"] as const).every((version) => {
    try {
      return parse(text, { version, logLevel: "silent" }) === text
    } catch {
      return false
    }
  })
}

function doubleQuoted(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\u00a0\u2028\u2029\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  )
}

/** A value on one line, quoted as before where that is possible. */
export function scalarText(value: unknown, quoting: Quoting, inFlow: boolean): string {
  if (typeof value !== "string") return value === null ? "null" : String(value)
  if (quoting === "double" || UNPRINTABLE.test(value)) return doubleQuoted(value)
  if (quoting === "plain" && plainSafe(value, inFlow)) return value
  return `'${value.replaceAll("'", "''")}'`
}

const isScalarValue = (value: unknown) => typeof value !== "object" || value === null

/** `key`, which is always a name of ours or one that was in the file. */
const keyText = (name: string, inFlow: boolean) => scalarText(name, "plain", inFlow)

/** A value of any shape between brackets, on one line. */
export function flowText(value: unknown): string {
  if (isScalarValue(value)) return scalarText(value, "plain", true)
  if (Array.isArray(value)) return `[${value.map(flowText).join(", ")}]`
  const pairs = Object.entries(value as object)
  return `{${pairs.map(([name, one]) => `${keyText(name, true)}: ${flowText(one)}`).join(", ")}}`
}

/**
 * What stands after `key:` or after `- ` for a value in block style: the rest of that line and the lines below it.
 * `indent` is the column of the key, or of the content behind the dash. Lists of lists stay on one line each.
 */
export function blockText(value: unknown, indent: number, newline: string): string {
  if (isScalarValue(value)) return scalarText(value, "plain", false)
  const pad = " ".repeat(indent)
  if (Array.isArray(value)) {
    if (value.length === 0) return "[]"
    return value.map((item) => newline + pad + itemText(item, indent, newline)).join("")
  }
  const pairs = Object.entries(value as object)
  if (pairs.length === 0) return "{}"
  return pairs.map(([name, one]) => newline + pad + pairText(name, one, indent, newline)).join("")
}

/** `key: value`, with the lines below it. */
export function pairText(name: string, value: unknown, indent: number, newline: string): string {
  const below = Array.isArray(value) ? indent : indent + 2
  const text = blockText(value, below, newline)
  return `${keyText(name, false)}:${text.startsWith(newline) ? "" : " "}${text}`
}

/** `- value`, with the lines below it. */
export function itemText(item: unknown, indent: number, newline: string): string {
  if (Array.isArray(item)) return `- ${flowText(item)}`
  if (isScalarValue(item)) return `- ${scalarText(item, "plain", false)}`
  const pairs = Object.entries(item as object)
  if (pairs.length === 0) return "- {}"
  return `- ${pairs
    .map(([name, one]) => pairText(name, one, indent + 2, newline))
    .join(newline + " ".repeat(indent + 2))}`
}
