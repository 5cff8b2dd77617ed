import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { isHeaderKey } from "./shape.ts"
import { meaning, spelling, truthOf } from "./spelled.ts"

/**
 * One key of config.yaml: its default, and how a value is read. Old releases wrote quoted booleans and ports, Python's
 * `False`, single strings where a list is meant; those are understood. Anything else is replaced by the default.
 */
export interface Field<A> {
  readonly fallback: A
  /** What the value is, or was meant as; None: it cannot be told. */
  readonly read: (value: unknown) => Option.Option<A>
  /** For people, in warnings: `a port from 1 to 65535`. */
  readonly expected: string
  /** Never shown, logged or returned. */
  readonly secret: boolean
  /**
   * Whether the value is of any use. A change to one that is not is refused; one that stands in the file is kept, with a
   * warning, since whoever wrote it may mean something by it.
   */
  fits(value: A): boolean
}

export type FieldType<F> = F extends Field<infer A> ? A : never

function make<A>(fallback: A, expected: string, read: (value: unknown) => Option.Option<A>): Field<A> {
  return { fallback, expected, read, secret: false, fits: () => true }
}

/** The same key with fewer values that are of use. `expected` says which. */
export function fitting<A>(field: Field<A>, expected: string, fits: (value: A) => boolean): Field<A> {
  return { ...field, expected, fits }
}

/** A secret that a header carries. */
export function headerKey(isNeeded = false): Field<Redacted.Redacted> {
  const expected = `a key of letters, digits and signs, without spaces${isNeeded ? "" : "; or nothing"}`
  return fitting(secret(), expected, (value) => {
    const key = Redacted.value(value)
    return isHeaderKey(key) && (key !== "" || !isNeeded)
  })
}

function scalarText(given: unknown): Option.Option<string> {
  const value = spelling(given, 0)
  if (typeof value === "string") return Option.some(value)
  if (typeof value === "number" || typeof value === "bigint") return Option.some(String(value))
  return Option.none()
}

export function text(fallback: string): Field<string> {
  return make(fallback, "a text", scalarText)
}

/** A text that stays `Redacted` in memory. The file holds whatever form SecretBox made of it. */
export function secret(): Field<Redacted.Redacted> {
  const read = (value: unknown) => Option.map(scalarText(value), (plain) => Redacted.make(plain))
  return { ...make<Redacted.Redacted>(Redacted.make(""), "a text", read), secret: true }
}

export function flag(fallback: boolean): Field<boolean> {
  return make(fallback, "true or false", (value) => Option.fromNullOr(truthOf(value)))
}

export function whole(
  fallback: number,
  minimum: number,
  maximum: number,
  what = "a whole number",
): Field<number> {
  return make(fallback, `${what} from ${minimum} to ${maximum}`, (given) => {
    const value = meaning(given)
    const number = typeof value === "string" && /^\s*-?\d+\s*$/.test(value) ? Number(value) : value
    const fits =
      typeof number === "number" && Number.isInteger(number) && number >= minimum && number <= maximum
    return fits ? Option.some(number) : Option.none()
  })
}

export function choice<const A extends string>(fallback: NoInfer<A>, allowed: ReadonlyArray<A>): Field<A> {
  return make<A>(fallback, `one of ${allowed.join(", ")}`, (given) => {
    const value = spelling(given, 0)
    if (value === "") return Option.some(fallback)
    const word = typeof value === "string" ? value.trim().toLowerCase() : value
    const found = allowed.find((one) => one.toLowerCase() === word)
    return found === undefined ? Option.none() : Option.some(found)
  })
}

/** A list of texts; a single text is a list of one, and an empty one an empty list. */
export function texts(fallback: ReadonlyArray<string> = []): Field<ReadonlyArray<string>> {
  return make(fallback, "a list of texts", (value) => {
    if (value === "") return Option.some([])
    const values = Array.isArray(value) ? value : [value]
    const read = values.map(scalarText)
    return read.every(Option.isSome) ? Option.some(read.map((one) => one.value)) : Option.none()
  })
}

/** An empty value is how people leave a key out. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls)
  if (typeof value !== "object" || value === null) return value
  const kept = Object.entries(value).filter(([, one]) => one !== null)
  return Object.fromEntries(kept.map(([key, one]) => [key, withoutNulls(one)]))
}

/** A list of mappings. An item that does not fit makes the whole value unreadable, so that a save cannot drop it. */
export function records<S extends Schema.ConstraintDecoder<unknown>>(
  item: S,
  expected: string,
): Field<ReadonlyArray<S["Type"]>> {
  const decode = Schema.decodeUnknownOption(Schema.Array(item))
  return make<ReadonlyArray<S["Type"]>>([], expected, (value) =>
    value === "" ? Option.some([]) : decode(withoutNulls(spelling(value))),
  )
}

/** A value of any shape that a Schema can decode; an empty text is the default. */
export function shaped<S extends Schema.ConstraintDecoder<unknown>>(
  schema: S,
  fallback: S["Type"],
  expected: string,
): Field<S["Type"]> {
  const decode = Schema.decodeUnknownOption(schema)
  return make<S["Type"]>(fallback, expected, (value) =>
    value === "" ? Option.some(fallback) : decode(spelling(value)),
  )
}
