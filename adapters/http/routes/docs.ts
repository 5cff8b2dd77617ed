import { createHash } from "node:crypto"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { html, raw } from "hono/html"
import { openApiDocument } from "../openapi.ts"
import { answer, type Route, route } from "../route.ts"
import { VERSION } from "../version.ts"

interface Operation {
  readonly summary: string
  readonly tags: ReadonlyArray<string>
  readonly parameters: ReadonlyArray<{
    readonly name: string
    readonly in: string
    readonly required: boolean
  }>
  readonly requestBody?: { readonly content: { readonly "application/json": { readonly schema: unknown } } }
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content?: unknown }>>
}

const STYLE = `body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#222;background:#fff}
@media(prefers-color-scheme:dark){body{color:#ddd;background:#161616}}
summary{cursor:pointer;padding:.4rem 0}code,pre{font:13px/1.45 ui-monospace,monospace}pre{overflow:auto;padding:.6rem;border:1px solid #8884;border-radius:4px}
details{border-bottom:1px solid #8884}b{display:inline-block;min-width:4rem}h2{margin-top:2rem}`

/** The page has a style of its own, known by its hash, and nothing else. */
const DOCS_POLICY = `default-src 'none'; style-src 'sha256-${createHash("sha256").update(STYLE).digest("base64")}'; frame-ancestors 'none'`

function operationView(path: string, method: string, operation: Operation) {
  const body = operation.requestBody?.content["application/json"].schema
  const parameters = operation.parameters.map(
    (one) => html`<li><code>${one.name}</code> (${one.in}${one.required ? ", required" : ""})</li>`,
  )
  const responses = Object.entries(operation.responses).map(
    ([status, response]) =>
      html`<h4>${status}: ${response.description}</h4>${response.content === undefined ? "" : html`<pre>${JSON.stringify(response.content, null, 2)}</pre>`}`,
  )
  return html`<details><summary><b>${method.toUpperCase()}</b><code>${path}</code> ${operation.summary}</summary>
${parameters.length === 0 ? "" : html`<ul>${parameters}</ul>`}
${body === undefined ? "" : html`<h4>Body</h4><pre>${JSON.stringify(body, null, 2)}</pre>`}${responses}</details>`
}

function page(document: Record<string, unknown>) {
  const operations = Object.entries(document.paths as Record<string, Record<string, Operation>>).flatMap(
    ([path, methods]) => Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  )
  const byTag = [...Map.groupBy(operations, (one) => one.operation.tags[0] ?? "Other")]
  return html`<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>OnCue API</title><style>${raw(STYLE)}</style></head><body><h1>OnCue API</h1>
<p>Version ${VERSION}. Give the key in the header <code>X-API-KEY</code>, or as <code>apikey</code> in the query.
The same as a document for programs: <code>/api/openapi.json</code>.</p>
${byTag.map(([tag, entries]) => html`<h2>${tag}</h2>${entries.map((one) => operationView(one.path, one.method, one.operation))}`)}
</body></html>`
}

/** The routes that show all the others; `all` is called when somebody asks, so that they are in it as well. */
export function documentationRoutes(all: () => ReadonlyArray<Route>) {
  const openApi = route({
    method: "GET",
    path: "/api/openapi.json",
    tag: "System",
    summary: "This API as an OpenAPI 3.1 document",
    access: "key",
    answers: { 200: Schema.Record(Schema.String, Schema.Unknown) },
    handle: () => Effect.sync(() => answer(200, openApiDocument(all(), VERSION))),
  })
  const docs = route({
    method: "GET",
    path: "/api/docs",
    media: "text/html",
    tag: "System",
    summary: "This API as a page",
    access: "key",
    answers: { 200: Schema.String },
    handle: () =>
      Effect.sync(() =>
        answer(200, String(page(openApiDocument(all(), VERSION))), {
          "content-type": "text/html; charset=utf-8",
          "content-security-policy": DOCS_POLICY,
        }),
      ),
  })
  return { openApi, docs }
}
