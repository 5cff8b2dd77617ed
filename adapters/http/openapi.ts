import * as JsonSchema from "effect/JsonSchema"
import * as Schema from "effect/Schema"
import { ErrorBody } from "./errors.ts"
import type { Access, Answers, Route } from "./route.ts"

/** The OpenAPI 3.1 document, made from the routes and Schemas that serve the requests, so that it cannot go stale. */

const SECURITY: Readonly<Record<Access, ReadonlyArray<Readonly<Record<string, ReadonlyArray<string>>>>>> = {
  open: [],
  key: [{ header: [] }, { query: [] }],
  events: [{ header: [] }, { query: [] }],
}

const REASONS: Readonly<Record<number, string>> = {
  200: "Done",
  201: "Created",
  202: "Taken",
  204: "Nothing to do, or done without anything to say",
  400: "The request is malformed",
  401: "The API key is missing or wrong",
  403: "Refused",
  404: "Not found",
  406: "A value does not fit",
  409: "Not possible in the present state",
  410: "Gone",
  413: "Too large",
  422: "Understood, and refused by an upstream",
  429: "Too many requests upstream; see Retry-After",
  500: "Failed here",
  502: "An upstream answered with a refusal or nonsense",
  503: "Not now; see Retry-After where it is given",
  504: "What the answer depends on is silent; what was begun may have been done",
}

const Unauthorized = Schema.Struct({ message: Schema.String }).annotate({ identifier: "Unauthorized" })
/** Bazarr's answer to arguments that are missing or do not fit. */
const InvalidArguments = Schema.Struct({
  /** By argument. */
  errors: Schema.Record(Schema.String, Schema.String),
  message: Schema.String,
}).annotate({ identifier: "InvalidArguments" })

type Json = Record<string, unknown>

/** Collects Schemas and gives each its place in the document once all are known. */
class SchemaPool {
  readonly #schemas: Array<JsonSchema.JsonSchema> = []
  readonly #definitions: Record<string, JsonSchema.JsonSchema> = {}

  add(schema: Schema.Top): number {
    const document = Schema.toJsonSchemaDocument(schema)
    Object.assign(this.#definitions, document.definitions)
    return this.#schemas.push(document.schema) - 1
  }

  finish(): { readonly schemas: ReadonlyArray<JsonSchema.JsonSchema>; readonly components: Json } {
    const [first, ...others] = this.#schemas
    if (first === undefined) return { schemas: [], components: {} }
    const multi = JsonSchema.toMultiDocumentOpenApi3_1({
      dialect: "draft-2020-12",
      schemas: [first, ...others],
      definitions: this.#definitions,
    })
    return { schemas: multi.schemas, components: multi.definitions }
  }
}

/** Replaces `{ pool: n }` marks by the schemas they stand for. */
function resolve(value: unknown, schemas: ReadonlyArray<JsonSchema.JsonSchema>): unknown {
  if (Array.isArray(value)) return value.map((one) => resolve(one, schemas))
  if (typeof value !== "object" || value === null) return value
  const entries = Object.entries(value)
  const [first] = entries
  if (entries.length === 1 && first?.[0] === "pool") return schemas[first[1] as number]
  return Object.fromEntries(entries.map(([key, one]) => [key, resolve(one, schemas)]))
}

function fieldsOf(
  schema: Schema.Top | undefined,
): ReadonlyArray<{ name: string; schema: Schema.Top; required: boolean }> {
  const fields = (schema as { fields?: Readonly<Record<string, Schema.Top>> } | undefined)?.fields ?? {}
  return Object.entries(fields).map(([name, field]) => ({
    name,
    schema: field,
    required: (field.ast as { context?: { isOptional?: boolean } }).context?.isOptional !== true,
  }))
}

function parametersOf(route: Route, pool: SchemaPool): ReadonlyArray<Json> {
  const inPath = fieldsOf(route.params).map((one) => ({ ...one, place: "path", required: true }))
  const inQuery =
    route.method === "GET" ? fieldsOf(route.input).map((one) => ({ ...one, place: "query" })) : []
  return [...inPath, ...inQuery].map(({ name, place, required, schema }) => ({
    name,
    in: place,
    required,
    schema: { pool: pool.add(schema) },
  }))
}

function requestBodyOf(route: Route, pool: SchemaPool): Json {
  if (route.method === "GET" || route.input === undefined) return {}
  const schema = { pool: pool.add(route.input) }
  const media = { schema }
  return {
    requestBody: {
      required: false,
      content: {
        "application/json": media,
        "application/x-www-form-urlencoded": media,
        "multipart/form-data": media,
      },
    },
  }
}

/** What a route may answer: what it declares, and what is answered before it is asked. */
function answersOf(route: Route): Answers {
  const { 200: done, 400: malformed, 401: refused, ...declared } = route.answers
  const also = (schema: Schema.Top | null | undefined, more: Schema.Top) =>
    schema === null || schema === undefined ? more : Schema.Union([schema, more])
  const takesArguments = route.input !== undefined || route.params !== undefined
  return {
    // What goes wrong in a stream is told by its last event, named `failed`.
    ...(done === undefined ? {} : { 200: route.handleLive === null ? done : also(done, ErrorBody) }),
    ...declared,
    ...(takesArguments
      ? { 400: also(malformed, InvalidArguments) }
      : malformed === undefined
        ? {}
        : { 400: malformed }),
    ...(route.access === "open" ? {} : { 401: also(refused, Unauthorized) }),
    ...(route.handle === null ? {} : { 504: ErrorBody }),
  }
}

function responsesOf(route: Route, pool: SchemaPool, error: number): Json {
  const described = Object.entries(answersOf(route)).map(([status, schema]) => {
    const media = (status === "200" && route.media) || "application/json"
    const content = schema === null ? {} : { content: { [media]: { schema: { pool: pool.add(schema) } } } }
    return [status, { description: REASONS[Number(status)] ?? "An answer", ...content }]
  })
  const content = { "application/json": { schema: { pool: error } } }
  return { ...Object.fromEntries(described), default: { description: "Any other failure", content } }
}

/** The document for these routes; `version` is the program's. */
export function openApiDocument(routes: ReadonlyArray<Route>, version: string): Json {
  const pool = new SchemaPool()
  const error = pool.add(ErrorBody)
  const paths: Record<string, Json> = {}
  for (const route of routes) {
    const operation: Json = {
      tags: [route.tag],
      summary: route.summary,
      security: SECURITY[route.access],
      parameters: parametersOf(route, pool),
      ...requestBodyOf(route, pool),
      responses: responsesOf(route, pool, error),
    }
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operation }
  }
  const { components, schemas } = pool.finish()
  return {
    openapi: "3.1.0",
    info: {
      title: "OnCue",
      version,
      description: "Subtitles, on cue, for Plex. Compatible with the Plex part of Bazarr's API.",
    },
    paths: resolve(paths, schemas) as Json,
    components: {
      schemas: components,
      securitySchemes: {
        header: { type: "apiKey", in: "header", name: "X-API-KEY" },
        query: { type: "apiKey", in: "query", name: "apikey" },
      },
    },
  }
}
