import * as Cause from "effect/Cause"
import type * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import type * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import { type Context, Hono } from "hono"
import { checkSession, type Entered } from "../../core/access/check_session.ts"
import { isSameOrigin, type Visitor } from "../../core/access/visitor.ts"
import type { AnyPort } from "../../core/ports/mod.ts"
import type { Settings } from "../../core/settings/settings.ts"
import { opens, sessionOpens } from "./_access.ts"
import { ANSWER_DEADLINE_MS, withinDeadline } from "./_deadline.ts"
import { LIVE_HEADERS, LIVE_STREAMS_MAX, liveBody, whenOver } from "./_live.ts"
import { encode, encodeFailure, INTERNAL_ERROR, type Reply } from "./_reply.ts"
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
import { tokenOf, visitorOf } from "./cookie.ts"
import type { KnownError } from "./errors.ts"
import { withoutBase } from "./paths.ts"
import type { RawRequest, Route, RouteRequest } from "./route.ts"

/** Runs a program with every port provided. The only bridge between the shell and the core. */
export type Run = <A, E>(program: Effect.Effect<A, E, AnyPort>) => Promise<Exit.Exit<A, E>>

export interface AppOptions {
  readonly run: Run
  /** The settings in force, for the keys; called for every request, so it must be cheap. */
  readonly settings: () => Settings
  readonly routes: ReadonlyArray<Route>
  /** Path prefix behind a reverse proxy, `/oncue` or empty. Requests without it are answered as well. */
  readonly basePath: string
  /** Serves the page for whatever is no route; without it such addresses are 404. */
  readonly page?: (c: Context) => Response | Promise<Response>
  /** How long, in milliseconds, an answer may take, where the route does not say; `ANSWER_DEADLINE_MS` when left out. */
  readonly answerWithinMs?: number
  /** Told of what should not happen: a defect in a program. */
  readonly onDefect: (route: string, cause: Cause.Cause<unknown>) => void
}

const toResponse = ({ body, headers, status }: Reply): Response =>
  new Response(body as ConstructorParameters<typeof Response>[0], { status, headers })

function reply(status: number, body: unknown, headers?: Readonly<Record<string, string>>): Response {
  return toResponse(encode(status, body, headers))
}

const unauthorized = () =>
  reply(401, { message: "Unauthorized: give the API key in the header X-API-KEY, the query or the form" })
const broken = () => reply(500, INTERNAL_ERROR)
const foreign = () =>
  reply(403, {
    error:
      "The request comes from another page, or its X-CSRF-Token is not that of the session: load the page again",
    code: "CSRF",
  })
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

/** As Prometheus sends a key. Nowhere else, since proxies put bearer tokens of their own into what they pass on. */
const bearerOf = (c: Context) => /^Bearer\s+(\S+)$/i.exec(c.req.header("authorization") ?? "")?.[1]

async function presentedKey(c: Context, request: RawRequest): Promise<Presented | Response> {
  const key =
    c.req.header("x-api-key") ??
    request.query.get("apikey") ??
    (c.req.path.endsWith("/metrics") ? bearerOf(c) : null)
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

/** Who asks, and whether the route is open to them. */
interface Caller {
  readonly trusted: boolean
  readonly visitor: Visitor
  readonly session: Entered | null
  readonly cookie: Redacted.Redacted | null
}

/** A key is looked at before a cookie, and a browser's session only where there is no key. */
async function callerOf(
  c: Context,
  route: Route,
  key: string | null,
  options: AppOptions,
): Promise<Caller | Response> {
  const settings = options.settings()
  const visitor = visitorOf(c, settings.oncue.trusted_proxies)
  const cookie = tokenOf(c, visitor)
  if (opens("key", key, settings)) return { trusted: true, visitor, session: null, cookie }
  if (route.access === "events") {
    return opens("events", key, settings)
      ? { trusted: false, visitor, session: null, cookie }
      : unauthorized()
  }
  if (route.access === "open" && route.method !== "GET" && !isSameOrigin(visitor)) return foreign()
  let session: Entered | null = null
  if (key === null && cookie !== null) {
    const checked = await options.run(checkSession(cookie))
    if (Exit.isFailure(checked)) return failed(checked.cause, route, options)
    session = checked.value
  }
  const isOurs =
    session !== null && sessionOpens(session, route.method, visitor, c.req.header("x-csrf-token"))
  if (route.access === "key" && session === null) return unauthorized()
  if (route.access === "key" && !isOurs) return foreign()
  return { trusted: isOurs, visitor, session: isOurs ? session : null, cookie }
}

/** The answer to a program that did not end well. */
function failed(cause: Cause.Cause<KnownError>, route: Route, options: AppOptions): Response {
  return toResponse(
    encodeFailure(cause, (defect) => options.onDefect(`${route.method} ${route.path}`, defect)),
  )
}

/** How many streams of events are open. */
interface Live {
  open: number
}

async function serveLive(
  route: Route,
  request: RouteRequest<Schema.Top, Schema.Top>,
  options: AppOptions,
  live: Live,
): Promise<Response> {
  if (route.handleLive === null) return broken()
  if (live.open >= LIVE_STREAMS_MAX)
    return reply(503, { error: "Too many live views are open", code: "TOO_MANY_STREAMS" })
  const exit = await options.run(liveBody(route.handleLive(request)))
  if (Exit.isFailure(exit)) return failed(exit.cause, route, options)
  live.open += 1
  const body = whenOver(exit.value, () => {
    live.open -= 1
  })
  return new Response(body, { status: 200, headers: LIVE_HEADERS })
}

function serveRoute(route: Route, options: AppOptions, live: Live): (c: Context) => Promise<Response> {
  const decoder = (schema: Schema.Top | undefined): Decode =>
    schema === undefined
      ? () => Exit.succeed(undefined)
      : (Schema.decodeUnknownExit(schema as unknown as Schema.ConstraintDecoder<unknown>, {
          errors: "all",
        }) as Decode)
  const decodeParams = decoder(route.params)
  const decodeInput = decoder(route.input)
  const deadlineMs = route.answerWithinMs ?? options.answerWithinMs ?? ANSWER_DEADLINE_MS

  const finish = (
    exit: Exit.Exit<
      { status: unknown; body: unknown; headers?: Readonly<Record<string, string>> },
      KnownError
    >,
  ) =>
    Exit.isSuccess(exit)
      ? reply(exit.value.status as number, exit.value.body, exit.value.headers)
      : failed(exit.cause, route, options)

  const schemaError = (exit: Exit.Exit<unknown, Schema.SchemaError>): Response | null => {
    if (Exit.isSuccess(exit)) return null
    const error = Cause.findErrorOption(exit.cause)
    return Option.isSome(error) ? invalidInput(error.value) : refusal(400, "The arguments cannot be read")
  }

  return async (c) => {
    const unread = rawRequest(c)
    const presented = await presentedKey(c, unread)
    if (presented instanceof Response) return presented
    const caller = await callerOf(c, route, presented.key, options)
    if (caller instanceof Response) return caller
    if (route.handleRaw !== null) return finish(await options.run(route.handleRaw(presented.request)))
    const params = decodeParams(c.req.param())
    const input = route.input === undefined ? {} : await argumentsOf(presented.request, route.method)
    if (input instanceof Response) return input
    const decoded = decodeInput(input)
    const wrong = schemaError(params) ?? schemaError(decoded)
    if (wrong !== null) return wrong
    const values = {
      ...caller,
      params: Exit.isSuccess(params) ? params.value : undefined,
      input: Exit.isSuccess(decoded) ? decoded.value : undefined,
    }
    if (route.handle === null) return serveLive(route, values, options, live)
    return finish(await options.run(withinDeadline(route.handle(values), deadlineMs)))
  }
}

/** The whole HTTP interface. Answers `Request` with `Response`, so that tests need no socket. */
export function makeApp(options: AppOptions): Hono {
  const api = new Hono()
  const live: Live = { open: 0 }
  const byPath = Map.groupBy(options.routes, (route) => route.path)
  for (const [path, routes] of byPath) {
    for (const route of routes) api.on(route.method, honoPath(path), serveRoute(route, options, live))
    const allowed = routes.map((route) => route.method).join(", ")
    api.all(honoPath(path), () =>
      reply(405, { message: `Method not allowed. Use ${allowed}.` }, { allow: allowed }),
    )
  }
  const app = new Hono()
  if (options.basePath !== "") app.route(options.basePath, api)
  app.route("/", api)
  const nothing = () => reply(404, { error: "There is nothing at this address", code: "NOT_FOUND" })
  app.notFound((c) => {
    const { page } = options
    const isRead = c.req.method === "GET" || c.req.method === "HEAD"
    const path = withoutBase(c.req.path, options.basePath)
    const isApi = path === "/api" || path.startsWith("/api/")
    return page === undefined || !isRead || isApi ? nothing() : page(c)
  })
  app.onError((error) => {
    options.onDefect("request", Cause.die(error))
    return broken()
  })
  return app
}
