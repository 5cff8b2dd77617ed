import { FIELDS, fieldOf } from "../../core/settings/settings.ts"

/** Up to this many characters a file is parsed whole, so that every mistake in it is found at the start. */
export const PARSED_WHOLE_CHARACTERS_MAX = 512 * 1024

/** The parts of a text that we read, and the way back to the whole text. */
export interface Reduced {
  readonly text: string
  readonly original: string
  /** Offset in `original` for one in `text`. At a seam it is the end of the part before it. */
  readonly toOriginal: (offset: number) => number
}

interface Part {
  readonly start: number
  readonly end: number
}

/** Marks the end, so that a new section goes to the end of the file and not behind the last part. */
const END_MARK = "# end\n"

/** A line that begins an entry in the column, and one that makes the text no plain block mapping. */
const entryLine = (indent: number) =>
  new RegExp(`^ {${indent}}["']?([\\w.-]+)["']?[ \\t]*:(?=[ \\t\\r\\n])`, "gm")
const oddLine = (indent: number) =>
  new RegExp(`^ {${indent}}(?=[^\\s#-]|-[^ \\t\\r\\n])(?!["']?[\\w.-]+["']?[ \\t]*:[ \\t\\r\\n])`, "m")

/** The entries of a block mapping whose keys stand in column `indent`, each up to the next one. */
function entries(text: string, part: Part, indent: number): ReadonlyArray<Part & { readonly name: string }> {
  const body = text.slice(part.start, part.end)
  const found = [...body.matchAll(entryLine(indent))]
  return found.map((match, index) => ({
    name: match[1] ?? "",
    start: part.start + match.index,
    end: index + 1 < found.length ? part.start + (found[index + 1]?.index ?? 0) : part.end,
  }))
}

/** Only the keys of a section that we read, when it is a plain block mapping; else the whole section. */
function knownKeys(text: string, section: Part & { readonly name: string }): ReadonlyArray<Part> {
  const behindKey = text.indexOf("\n", section.start) + 1
  const body = { start: behindKey, end: section.end }
  const inside = text.slice(body.start, body.end)
  const indent = /^( *)["'\w]/m.exec(inside)?.[1]?.length ?? 0
  if (indent === 0 || behindKey === 0 || inside.length < PARSED_WHOLE_CHARACTERS_MAX) return [section]
  if (oddLine(indent).test(inside) || /^\t/m.test(inside)) return [section]
  const known = entries(text, body, indent).filter((entry) => fieldOf(section.name, entry.name) !== null)
  return [{ start: section.start, end: behindKey }, ...known]
}

/**
 * A large file without the sections and keys that we do not read: the parser needs a second for two megabytes. Sound
 * because in a valid block mapping nothing but a key, a comment or a dash begins in the column of its keys. Null: the
 * text is not of that form, or small, and is to be parsed whole.
 */
export function reduce(given: string): Reduced | null {
  if (given.length <= PARSED_WHOLE_CHARACTERS_MAX) return null
  const original = given.endsWith("\n") ? given : `${given}\n`
  if (oddLine(0).test(original) || /^\t/m.test(original)) return null
  const parts = entries(original, { start: 0, end: original.length }, 0)
    .filter((entry) => Object.hasOwn(FIELDS, entry.name))
    .flatMap((entry) => knownKeys(original, entry))
  const text = parts.map((part) => original.slice(part.start, part.end)).join("") + END_MARK
  const toOriginal = (offset: number) => {
    if (offset >= text.length) return original.length
    let before = 0
    for (const part of parts) {
      const size = part.end - part.start
      if (offset <= before + size) return part.start + (offset - before)
      before += size
    }
    return original.length
  }
  return { text, original, toOriginal }
}
