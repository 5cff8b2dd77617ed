import * as Cause from "effect/Cause"
import type * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import { type Context, Hono } from "hono"
import type { AnyPort } from "../../core/ports/mod.ts"
import type { Settings } from "../../core/settings/settings.ts"
import { opens } from "./_access.ts"
import {
  ARGUMENT_BYTES_MAX,
  type Arguments,
  bodyArguments,
  formArguments,
  isForm,
  KEYED_FORM_BYTES_MAX,
  queryArguments,
  rawRequest,
  readBody,
  replay,
} from "./_request.ts"
import { failureAnswer, type KnownError } from "./errors.ts"
import type { RawRequest, Route } from "./route.ts"

/** Runs a program with every port provided. The only bridge between the shell and the core. */
export type Run = <A, E>(program: Effect.Effect<A, E, AnyPort>) => Promise<Exit.Exit<A, E>>

export interface AppOptions {
  readonly run: Run
  /** The settings in force, for the keys; called for every request, so it must be cheap. */
  readonly settings: () => Settings
  readonly routes: ReadonlyArray<Route>
  /** Path prefix behind a reverse proxy, `/oncue` or empty. Requests without it are answered as well. */
  readonly basePath: string
  /** Told of what should not happen: a defect in a program. */
  readonly onDefect: (route: string, cause: Cause.Cause<unknown>) => void
}

const HEADERS = {
  "content-type": "application/json; charset=utf-8",
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
}

function reply(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Response {
  if (status === 204 || body === null) return new Response(null, { status, headers })
  if (typeof body === "string" && headers["content-type"] !== undefined) {
    return new Response(body, { status, headers: { ...HEADERS, ...headers } })
  }
  return new Response(JSON.stringify(body), { status, headers: { ...HEADERS, ...headers } })
}

const unauthorized = () =>
  reply(401, { message: "Unauthorized: give the API key in the header X-API-KEY, the query or the form" })
const refusal = (status: number, reason: string) =>
  reply(
    status,
    { error: reason, code: status === 413 ? "BODY_TOO_LARGE" : "BAD_REQUEST" },
    { connection: "close" },
  )

/** Bazarr's answer to arguments that do not fit; no value is repeated in it. */
function invalidInput(error: Schema.SchemaError): Response {
  const { issues } = SchemaIssue.makeFormatterStandardSchemaV1()(error.issue)
  const errors: Record<string, string> = {}
  for (const issue of issues) {
    const name = issue.path?.map(String).join(".") || "body"
    const missing = /missing/i.test(issue.message)
    errors[name] ??= missing
      ? `${name} Missing required parameter in the JSON body or the post body or the query string`
      : issue.message
  }
  return reply(400, { errors, message: "Input payload validation failed" })
}

/** The key that came with the request, and what of the body had to be read to find it. */
interface Presented {
  readonly key: string | null
  readonly request: RawRequest
}

async function presentedKey(c: Context, request: RawRequest): Promise<Presented | Response> {
  const key = c.req.header("x-api-key") ?? request.query.get("apikey")
  if (key !== null && key !== undefined) return { key, request }
  const small = request.contentLength !== null && request.contentLength <= KEYED_FORM_BYTES_MAX
  if (!isForm(request.contentType) || !small) return { key: null, request }
  const body = await readBody(request, KEYED_FORM_BYTES_MAX)
  if (body._tag === "Refused") return refusal(body.status, body.reason)
  const found = formArguments(request.contentType, body.bytes)
  const given = typeof found === "string" ? undefined : found.apikey
  return { key: typeof given === "string" ? given : null, request: replay(request, body.bytes) }
}

type Decode = (input: unknown) => Exit.Exit<unknown, Schema.SchemaError>

/** Parameters of the path become Hono's: `{pinId}` is `:pinId`. */
const honoPath = (path: string) => path.replace(/\{(\w+)\}/g, ":$1")

async function argumentsOf(request: RawRequest, method: string): Promise<Arguments | Response> {
  const query = queryArguments(request.query)
  if (method === "GET") return query
  const body = await readBody(request, ARGUMENT_BYTES_MAX)
  if (body._tag === "Refused") return refusal(body.status, body.reason)
  const given = bodyArguments(request.contentType, body.bytes)
  return typeof given === "string" ? refusal(400, given) : { ...query, ...given }
}

function serveRoute(route: Route, options: AppOptions): (c: Context) => Promise<Response> {
  const decoder = (schema: Schema.Top | undefined): Decode =>
    schema === undefined
      ? () => Exit.succeed(undefined)
      : (Schema.decodeUnknownExit(schema as unknown as Schema.ConstraintDecoder<unknown>, {
          errors: "all",
        }) as Decode)
  const decodeParams = decoder(route.params)
  const decodeInput = decoder(route.input)
  const name = `${route.method} ${route.path}`

  const finish = (
    exit: Exit.Exit<
      { status: unknown; body: unknown; headers?: Readonly<Record<string, string>> },
      KnownError
    >,
  ) => {
    if (Exit.isSuccess(exit)) return reply(exit.value.status as number, exit.value.body, exit.value.headers)
    const error = Cause.findErrorOption(exit.cause)
    if (Option.isSome(error)) {
      const { status, body, headers } = failureAnswer(error.value)
      return reply(status, body, headers)
    }
    options.onDefect(name, exit.cause)
    return reply(500, { message: "Internal Server Error" })
  }

  const schemaError = (exit: Exit.Exit<unknown, Schema.SchemaError>): Response | null => {
    if (Exit.isSuccess(exit)) return null
    const error = Cause.findErrorOption(exit.cause)
    return Option.isSome(error) ? invalidInput(error.value) : refusal(400, "The arguments cannot be read")
  }

  return async (c) => {
    const unread = rawRequest(c)
    const presented = await presentedKey(c, unread)
    if (presented instanceof Response) return presented
    const settings = options.settings()
    if (!opens(route.access, presented.key, settings)) return unauthorized()
    if (route.handleRaw !== null) return finish(await options.run(route.handleRaw(presented.request)))
    if (route.handle === null) return reply(500, { message: "Internal Server Error" })
    const params = decodeParams(c.req.param())
    const input = route.input === undefined ? {} : await argumentsOf(presented.request, route.method)
    if (input instanceof Response) return input
    const decoded = decodeInput(input)
    const wrong = schemaError(params) ?? schemaError(decoded)
    if (wrong !== null) return wrong
    const values = {
      trusted: opens("key", presented.key, settings),
      params: Exit.isSuccess(params) ? params.value : undefined,
      input: Exit.isSuccess(decoded) ? decoded.value : undefined,
    }
    return finish(await options.run(route.handle(values)))
  }
}

/** The whole HTTP interface. Answers `Request` with `Response`, so that tests need no socket. */
export function makeApp(options: AppOptions): Hono {
  const api = new Hono()
  const byPath = Map.groupBy(options.routes, (route) => route.path)
  for (const [path, routes] of byPath) {
    for (const route of routes) api.on(route.method, honoPath(path), serveRoute(route, options))
    const allowed = routes.map((route) => route.method).join(", ")
    api.all(honoPath(path), () =>
      reply(405, { message: `Method not allowed. Use ${allowed}.` }, { allow: allowed }),
    )
  }
  const app = new Hono()
  if (options.basePath !== "") app.route(options.basePath, api)
  app.route("/", api)
  app.notFound(() => reply(404, { error: "There is nothing at this address", code: "NOT_FOUND" }))
  app.onError((error) => {
    options.onDefect("request", Cause.die(error))
    return reply(500, { message: "Internal Server Error" })
  })
  return app
}
