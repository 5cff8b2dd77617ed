import { multipart } from "../simulator/webhook/plex_webhook.ts"
import type { Random } from "../support/random.ts"
import { rawRequestSample, sampleJson, sampleNames } from "../support/samples.ts"
import { anything, fitting, type JsonSchema, mangled, mutated, type Vocabulary } from "./values.ts"

/** One request, ready to be sent and to be shown. */
export interface FuzzRequest {
  /** `post /api/search`, as the OpenAPI document has it. */
  readonly operation: string
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer | null
}

export interface Operation {
  readonly parameters: ReadonlyArray<{
    readonly name: string
    readonly in: "path" | "query"
    readonly required: boolean
    readonly schema: JsonSchema
  }>
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: JsonSchema }>> }
  readonly responses: Readonly<Record<string, unknown>>
}

export interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, JsonSchema>> }
}

export interface Keys {
  readonly api: string
  readonly webhook: string
}

const METHODS = ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"]
const TYPES = [
  "application/json",
  "application/x-www-form-urlencoded",
  "text/plain",
  "application/json; charset=utf-16",
  "multipart/form-data",
  "multipart/form-data; boundary=x",
  "",
  "a/b/c;;=",
]

/** Percent-encoded as it stands, also what no browser would send. */
const encoded = (value: unknown): string =>
  [...Buffer.from(typeof value === "string" ? value : (JSON.stringify(value) ?? ""))]
    .map((byte) =>
      /[\w.~-]/.test(String.fromCharCode(byte))
        ? String.fromCharCode(byte)
        : `%${byte.toString(16).padStart(2, "0")}`,
    )
    .join("")

const pairs = (fields: object) =>
  Object.entries(fields).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((one) => `${encoded(name)}=${encoded(one)}`),
  )

function multipartOf(fields: object) {
  const boundary = "fuzz-boundary"
  const parts = Object.entries(fields).map(
    ([name, value]) =>
      `--${boundary}\r\ncontent-disposition: form-data; name="${name.replace(/[\r\n"]/g, "")}"\r\n\r\n${typeof value === "string" ? value : JSON.stringify(value)}\r\n`,
  )
  const body = Buffer.from(`${parts.join("")}--${boundary}--\r\n`)
  return { type: `multipart/form-data; boundary=${boundary}`, body }
}

function written(value: unknown, random: Random): { readonly type: string; readonly body: Buffer } {
  const fields = typeof value === "object" && value !== null ? value : { payload: value }
  switch (random.below(4)) {
    case 0:
      return { type: "application/x-www-form-urlencoded", body: Buffer.from(pairs(fields).join("&")) }
    case 1:
      return multipartOf(fields)
    default:
      return { type: "application/json", body: Buffer.from(JSON.stringify(value) ?? "") }
  }
}

/** Makes requests of the document's operations; `seldom` are those whose turn comes once in twenty times. */
export function requestsOf(document: OpenApi, vocabulary: Vocabulary, keys: Keys, seldom: RegExp) {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      name: `${method} ${path}`,
      path,
      method,
      operation,
    })),
  )

  const authorized = (random: Random): Record<string, string> => {
    switch (random.below(30)) {
      case 0:
        return {}
      case 1:
        return { "x-api-key": "wrong" }
      case 2:
        return { "x-api-key": keys.webhook }
      case 3:
        return { cookie: `oncue_session=${encoded(anything(random))}`, origin: "http://evil.example" }
      case 4:
        return { "x-api-key": keys.api, "x-forwarded-for": encoded(anything(random)), range: "bytes=0-0" }
      default:
        return { "x-api-key": keys.api }
    }
  }

  return (random: Random): FuzzRequest => {
    let chosen = random.pick(operations)
    while (seldom.test(chosen.name) && !random.oneIn(20)) chosen = random.pick(operations)
    const { name, operation } = chosen
    const wild = random.oneIn(4)
    const valueFor = (schema: JsonSchema) =>
      wild && random.oneIn(2) ? anything(random) : fitting(schema, vocabulary, random)
    let path = chosen.path
    const query: Array<string> = []
    for (const { name: parameter, required, schema, in: place } of operation.parameters) {
      const value = valueFor(schema)
      if (place === "path") path = path.replace(`{${parameter}}`, encoded(value) || "%20")
      else if (required ? !random.oneIn(8) : random.oneIn(2)) query.push(...pairs({ [parameter]: value }))
    }
    if (wild && random.oneIn(8)) query.push(...pairs({ [String(anything(random, 0))]: anything(random) }))
    const method = wild && random.oneIn(10) ? random.pick(METHODS) : chosen.method.toUpperCase()
    const headers = authorized(random)
    const schema = operation.requestBody?.content["application/json"]?.schema
    let body: Buffer | null = null
    if (schema !== undefined || (wild && method !== "GET" && method !== "HEAD")) {
      const sent = written(valueFor(schema ?? {}), random)
      headers["content-type"] = wild && random.oneIn(4) ? random.pick(TYPES) : sent.type
      body = wild && random.oneIn(3) ? mangled(sent.body, random) : sent.body
    }
    return {
      operation: name,
      method,
      path: `${path}${query.length === 0 ? "" : `?${query.join("&")}`}`,
      headers,
      body,
    }
  }
}

const TAUTULLI = {
  action: "play",
  server_machine_id: "",
  media_type: "episode",
  rating_key: "2013",
  section_id: "2",
  title: "A title",
  guid: "plex://episode/1",
  username: "owner",
  user_id: "1",
  player: "TV",
  machine_id: "player-1",
}

/** Makes deliveries to the receivers of events out of the recorded ones. */
export function deliveriesOf(machineIdentifier: string, keys: Keys) {
  const plex = sampleNames("webhook", ".json").map(sampleJson)
  const raw = ["webhook/raw-multipart-no-thumb.http", "webhook/raw-multipart-with-thumb.http"].map(
    rawRequestSample,
  )
  const sonarr = sampleNames("arr", ".json")
    .filter((name) => name.includes("webhook"))
    .map(sampleJson)
  const key = `apikey=${keys.webhook}`

  return (random: Random): FuzzRequest => {
    const [receiver, samples] = random.pick([
      ["plex", plex],
      ["plex", plex],
      ["plex", plex],
      ["tautulli", [{ ...TAUTULLI, server_machine_id: machineIdentifier }]],
      ["sonarr", sonarr],
      ["radarr", sonarr],
    ] as const)
    const event = structuredClone(random.pick(samples as ReadonlyArray<any>))
    // Most of them are about the server that is in use, or they would all be ignored at once.
    if (event.Server !== undefined && !random.oneIn(5)) event.Server.uuid = machineIdentifier
    const json = mutated(event, random)
    let sent: { readonly type: string; readonly body: Buffer }
    if (receiver !== "plex" || random.oneIn(3)) {
      sent = { type: "application/json", body: Buffer.from(JSON.stringify(json) ?? "") }
    } else if (random.oneIn(4)) {
      const { body, contentType } = random.pick(raw)
      sent = { type: contentType, body: mangled(body, random) }
    } else {
      const { body, contentType } = multipart(
        json,
        random.oneIn(3) ? Buffer.alloc(random.below(70_000), 1) : null,
      )
      sent = { type: contentType, body }
    }
    const path = `/api/webhooks/${receiver}`
    return {
      operation: `post ${path}`,
      method: "POST",
      path: `${path}?${key}`,
      headers: { "content-type": sent.type },
      body: random.oneIn(6) ? mangled(sent.body, random) : sent.body,
    }
  }
}
