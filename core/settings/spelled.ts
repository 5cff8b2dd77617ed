/**
 * A value together with its spelling in the file. YAML 1.1 reads `0123` as 83, `yes` as true and `2025-08-12` as a
 * date; a key that holds a text wants what the user typed.
 */
export class Spelled {
  readonly value: unknown
  readonly spelling: string

  constructor(value: unknown, spelling: string) {
    this.value = value
    this.spelling = spelling
  }
}

/** What YAML makes of a value. */
export function meaning(value: unknown): unknown {
  return value instanceof Spelled ? value.value : value
}

/** The value with each spelled part replaced by what the user typed. Lists and mappings are looked into, `depth` levels. */
export function spelling(value: unknown, depth = 6): unknown {
  if (value instanceof Spelled) return value.spelling
  if (depth === 0 || typeof value !== "object" || value === null) return value
  if (Array.isArray(value)) return value.map((one) => spelling(one, depth - 1))
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, spelling(one, depth - 1)]))
}

/**
 * The truth value that was meant, or null: old releases wrote quoted booleans, and Python's `False`.
 *
 * @example
 * ```ts
 * assert.strictEqual(truthOf("False"), false)
 * assert.strictEqual(truthOf(new Spelled(true, "on")), true)
 * assert.strictEqual(truthOf("perhaps"), null)
 * ```
 */
export function truthOf(given: unknown): boolean | null {
  const value = meaning(given)
  if (typeof value === "boolean") return value
  if (value === 0 || value === 1) return value === 1
  if (typeof value !== "string") return null
  const word = value.trim().toLowerCase()
  if (TRUE.includes(word)) return true
  return FALSE.includes(word) ? false : null
}

const TRUE = ["true", "yes", "on", "y", "1"]
const FALSE = ["false", "no", "off", "n", "0", ""]
