import type { Random } from "../support/random.ts"

/** Values that have broken programs before, and values by the Schemas of the OpenAPI document. */

const HOSTILE: ReadonlyArray<string> = [
  "",
  " ",
  "0",
  "-1",
  "1e309",
  "NaN",
  "null",
  "undefined",
  "true",
  "[]",
  "{}",
  "__proto__",
  "constructor",
  "../../../../etc/passwd",
  "..%2f..%2fetc%2fpasswd",
  "C:\\Windows\\win.ini",
  "file:///etc/passwd",
  "javascript:alert(1)",
  "http://169.254.169.254/latest/meta-data",
  "http://[::1",
  "//evil.example/",
  "' OR 1=1 --",
  '"; DROP TABLE job; --',
  "<script>alert(1)</script>",
  "#{7*7}",
  "a\u0000b",
  "line\r\nX-Injected: yes",
  "\u202e\u200b\ufeff",
  "\ud800",
  "e\u0301",
  "😀".repeat(50),
  "9007199254740993",
  "999999999999999999999999",
  "0x10",
  "%",
  "%ff%fe",
  "*",
  "tt0000000",
  "plex://episode/",
  "com.plexapp.agents.hama://anidb-99999999999999999999/1/1?lang=en",
  "2026-13-45T99:99:99Z",
]

/** Any JSON value, seldom deep, seldom large. */
export function anything(random: Random, depth = 3): unknown {
  switch (random.below(depth > 0 ? 10 : 7)) {
    case 0:
      return null
    case 1:
      return random.oneIn(2)
    case 2:
      return random.pick([0, -1, 1, 1.5, -0, 2 ** 31, 2 ** 53 + 2, 1e308, -1e-308])
    case 3:
      return random.below(100_000)
    case 4:
      return random.pick(HOSTILE).repeat(random.oneIn(20) ? 1_000 : 1)
    case 5:
    case 6:
      return random.pick(HOSTILE)
    case 7:
    case 8:
      return Array.from({ length: random.below(4) }, () => anything(random, depth - 1))
    default:
      return Object.fromEntries(
        Array.from({ length: random.below(4) }, () => [random.pick(HOSTILE), anything(random, depth - 1)]),
      )
  }
}

export interface JsonSchema {
  readonly $ref?: string
  readonly type?: string
  readonly enum?: ReadonlyArray<unknown>
  readonly const?: unknown
  readonly anyOf?: ReadonlyArray<JsonSchema>
  readonly oneOf?: ReadonlyArray<JsonSchema>
  readonly allOf?: ReadonlyArray<JsonSchema>
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: ReadonlyArray<string>
  readonly items?: JsonSchema | boolean
  readonly minItems?: number
  readonly maxLength?: number
  readonly minimum?: number
  readonly maximum?: number
}

/** What the generators know of the world, so that some values mean something in it. */
export interface Vocabulary {
  readonly words: ReadonlyArray<string>
  readonly definitions: Readonly<Record<string, JsonSchema>>
}

/** A value that fits the Schema, more or less: texts are words of the world, numbers, or hostile. */
export function fitting(schema: JsonSchema, { definitions, words }: Vocabulary, random: Random): unknown {
  const go = (one: JsonSchema, depth: number): unknown => {
    if (depth > 8) return null
    if (one.$ref !== undefined) return go(definitions[one.$ref.split("/").at(-1) ?? ""] ?? {}, depth + 1)
    if (one.enum !== undefined) return random.pick(one.enum)
    if (one.const !== undefined) return one.const
    const choices = one.anyOf ?? one.oneOf
    if (choices !== undefined) return go(random.pick(choices), depth + 1)
    switch (one.type) {
      case "string": {
        const text = random.oneIn(4) ? random.pick(HOSTILE) : random.pick(words)
        return text.slice(0, one.maxLength ?? text.length)
      }
      case "number":
      case "integer":
        return random.oneIn(4)
          ? random.pick([one.minimum ?? 0, one.maximum ?? 1_000, -1, 1.5])
          : random.below(2_000)
      case "boolean":
        return random.oneIn(2)
      case "null":
        return null
      case "array": {
        const items = typeof one.items === "object" ? one.items : {}
        return Array.from({ length: (one.minItems ?? 0) + random.below(3) }, () => go(items, depth + 1))
      }
      case "object": {
        const fields = Object.entries(one.properties ?? {}).filter(
          ([name]) => one.required?.includes(name) || !random.oneIn(3),
        )
        return Object.fromEntries(fields.map(([name, field]) => [name, go(field, depth + 1)]))
      }
      default:
        return anything(random)
    }
  }
  return go(schema, 0)
}

/** The value with one to three things about it changed: taken away, replaced, repeated, or put deeper. */
export function mutated(value: unknown, random: Random): unknown {
  let changed = structuredClone(value)
  const spots: Array<{ readonly at: any; readonly key: string | number }> = []
  const walk = (one: unknown) => {
    if (typeof one !== "object" || one === null) return
    for (const key of Array.isArray(one) ? one.keys() : Object.keys(one)) {
      spots.push({ at: one, key })
      walk((one as any)[key])
    }
  }
  walk(changed)
  if (spots.length === 0) return anything(random)
  for (let n = random.below(3); n >= 0; n--) {
    const { at, key } = random.pick(spots)
    const before = at[key]
    switch (random.below(7)) {
      case 0:
        if (Array.isArray(at)) at.splice(Number(key), 1)
        else delete at[key]
        break
      case 1:
        at[key] = [before, before]
        break
      case 2:
        at[key] = { [random.pick(HOSTILE)]: before }
        break
      case 3:
        at[key] = typeof before === "number" ? String(before) : JSON.stringify(before)
        break
      case 4:
        at[random.pick(HOSTILE)] = before
        break
      case 5:
        if (random.oneIn(10)) changed = [changed]
        else at[key] = typeof before === "string" ? before.repeat(3) : anything(random)
        break
      default:
        at[key] = anything(random)
    }
  }
  return changed
}

/** Bytes with something wrong about them: cut, doubled, or a few of them changed. */
export function mangled(bytes: Buffer, random: Random): Buffer {
  const copy = Buffer.from(bytes)
  if (random.oneIn(3)) return copy.subarray(0, random.below(copy.length + 1))
  if (random.oneIn(4)) return Buffer.concat([copy, copy])
  for (let n = random.below(8); n >= 0 && copy.length > 0; n--)
    copy[random.below(copy.length)] = random.below(256)
  return copy
}
