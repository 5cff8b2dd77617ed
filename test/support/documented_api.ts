import * as Exit from "effect/Exit"
import type * as JsonSchema from "effect/JsonSchema"
import * as Schema from "effect/Schema"
import * as SchemaRepresentation from "effect/SchemaRepresentation"

/** One answer of the server, as it came over the wire. */
export interface Answered {
  readonly method: string
  /** The path as the document has it, with its parameters in braces. */
  readonly path: string
  readonly status: number
  readonly contentType: string | null
  readonly text: string
}

interface OpenApi {
  readonly paths: Record<string, Record<string, { readonly responses: Record<string, ResponseObject> }>>
  readonly components: { readonly schemas: Record<string, JsonSchema.JsonSchema> }
}
interface ResponseObject {
  readonly content?: Record<string, { readonly schema: JsonSchema.JsonSchema }>
}

const PREFIX = "#/components/schemas/"

/**
 * The schema as one that stands by itself. What the document leaves open to more fields is closed: a field that it does
 * not name is a mistake in it.
 */
function local(schema: unknown): JsonSchema.JsonSchema {
  const within = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(within)
    if (typeof value !== "object" || value === null) return value
    const entries = Object.entries(value).map(([key, one]): [string, unknown] =>
      key === "$ref" && typeof one === "string" && one.startsWith(PREFIX)
        ? [key, `#/$defs/${one.slice(PREFIX.length)}`]
        : [key, within(one)],
    )
    const read = Object.fromEntries(entries)
    const isOpen = read.properties !== undefined && read.additionalProperties === true
    return isOpen ? { ...read, additionalProperties: false } : read
  }
  return within(schema) as JsonSchema.JsonSchema
}

const matches = (media: string, contentType: string): boolean =>
  media === contentType || (media.endsWith("/*") && contentType.startsWith(media.slice(0, -1)))

/**
 * Reads answers against an OpenAPI document, as somebody would who has nothing but the document: by its text, and not by
 * the Schemas from which it was made. Answers what is wrong with one, or null.
 */
export function documentedApi(document: unknown): (answered: Answered) => string | null {
  const { components, paths } = document as OpenApi
  const definitions = Object.fromEntries(
    Object.entries(components.schemas).map(([name, schema]) => [name, local(schema)]),
  )
  const schemas = new Map<string, Schema.Top>()
  const schemaOf = (key: string, schema: JsonSchema.JsonSchema) => {
    const known = schemas.get(key)
    if (known !== undefined) return known
    const made = SchemaRepresentation.fromJsonSchemaDocument(
      { dialect: "draft-2020-12", schema: local(schema), definitions },
      // The document is our own.
      { patterns: "apply" },
    )
    schemas.set(key, made)
    return made
  }
  return ({ contentType, method, path, status, text }) => {
    const told = `${method} ${path} ${status}`
    const responses = paths[path]?.[method.toLowerCase()]?.responses
    if (responses === undefined) return `${told}: the document has no such operation`
    const name = responses[status] === undefined ? "default" : String(status)
    if (name === "default" && status < 400) return `${told}: the document has no such answer`
    const { content } = responses[name] as ResponseObject
    if (content === undefined)
      return text === "" ? null : `${told}: a body that the document has not: ${text}`
    const type = contentType?.split(";")[0] ?? ""
    const media = Object.keys(content).find((one) => matches(one, type))
    if (media === undefined) return `${told}: ${type || "no type"} is not among ${Object.keys(content)}`
    const isJson = media === "application/json" || media === "text/event-stream"
    const schema = schemaOf(
      `${told} ${name}`,
      content[media]!.schema,
    ) as unknown as Schema.ConstraintDecoder<unknown>
    const exit = Schema.decodeUnknownExit(schema)(isJson ? JSON.parse(text) : text, {
      errors: "all",
      onExcessProperty: "error",
    })
    return Exit.isSuccess(exit) ? null : `${told}: ${text.slice(0, 300)}\n${String(exit.cause)}`
  }
}
