import { api as words } from "../strings/common.ts"
import type { Answer, Endpoint, Input, Params } from "./types.ts"

/** The server's answer to what it could not do, in its own words; `code` is for the page's decisions. */
export class ApiError extends Error {
  readonly status: number
  readonly code: string
  /** What is wrong with which argument, by the argument's name. */
  readonly fields: Readonly<Record<string, string>>
  readonly retryAfterSeconds: number | null

  constructor(
    status: number,
    code: string,
    message: string,
    fields: Readonly<Record<string, string>> = {},
    retryAfterSeconds: number | null = null,
  ) {
    super(message)
    this.status = status
    this.code = code
    this.fields = fields
    this.retryAfterSeconds = retryAfterSeconds
  }
}

/** Longest wait for an answer, in milliseconds. The server ends every call of its own earlier. */
const ANSWER_WAIT_MS = 60_000

let csrf: string | null = null
let onSignedOut: (asked: boolean) => void = () => {}
/** Whoever uses this browser has signed out by a button of the page. */
let leaving = false

/** The word that the session's changes carry. */
export function setCsrf(value: string | null): void {
  csrf = value
}

/** Told when the server no longer knows this browser, and whether somebody had asked for that here. */
export function whenSignedOut(listener: (asked: boolean) => void): void {
  onSignedOut = listener
}

/** An address of the server under whatever prefix the page was loaded from. */
export function addressOf(path: string): string {
  return new URL(path.replace(/^\//, ""), document.baseURI).toString()
}

type Given<E extends Endpoint> = (Params<E> extends undefined
  ? { readonly params?: undefined }
  : { readonly params: Params<E> }) &
  (Input<E> extends undefined
    ? { readonly input?: undefined }
    : Record<string, never> extends Input<E>
      ? { readonly input?: Input<E> }
      : { readonly input: Input<E> }) & { readonly signal?: AbortSignal }

type Arguments<E extends Endpoint> =
  Record<string, never> extends Given<E> ? [given?: Given<E>] : [given: Given<E>]

function fill(path: string, params: object | undefined): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(String((params as Record<string, unknown> | undefined)?.[name])),
  )
}

function withQuery(address: string, input: object | undefined): string {
  const url = new URL(address)
  for (const [name, value] of Object.entries(input ?? {})) {
    if (value === undefined || value === null) continue
    for (const one of Array.isArray(value) ? value : [value]) url.searchParams.append(name, String(one))
  }
  return url.toString()
}

async function failureOf(response: Response): Promise<ApiError> {
  const text = await response.text().catch(() => "")
  let body: Record<string, unknown> = {}
  try {
    body = JSON.parse(text) as Record<string, unknown>
  } catch {
    // Something in between answered with a page of its own; its status is all there is to tell.
  }
  const said = typeof body === "string" ? body : (body.error ?? body.message)
  const retryAfter = Number(response.headers.get("retry-after") ?? Number.NaN)
  return new ApiError(
    response.status,
    typeof body.code === "string" ? body.code : "",
    typeof said === "string" && said !== "" ? said : words.answered(response.status),
    (body.errors as Record<string, string> | undefined) ?? {},
    Number.isFinite(retryAfter) ? retryAfter : null,
  )
}

/** Asks the server. Throws ApiError, also when there was no answer (then the status is 0). */
export async function call<E extends Endpoint>(endpoint: E, ...[given]: Arguments<E>): Promise<Answer<E>> {
  const [method = "GET", path = ""] = endpoint.split(" ")
  const { input, params, signal } = (given ?? {}) as { input?: object; params?: object; signal?: AbortSignal }
  if (path.startsWith("/api/access/")) leaving = path.startsWith("/api/access/leave")
  const address = addressOf(fill(path, params))
  const isRead = method === "GET"
  const limit = AbortSignal.timeout(ANSWER_WAIT_MS)
  let response: Response
  try {
    response = await fetch(isRead ? withQuery(address, input) : address, {
      method,
      headers: {
        ...(isRead || input === undefined ? {} : { "content-type": "application/json" }),
        ...(isRead || csrf === null ? {} : { "x-csrf-token": csrf }),
      },
      ...(isRead || input === undefined ? {} : { body: JSON.stringify(input) }),
      signal: signal === undefined ? limit : AbortSignal.any([signal, limit]),
    })
  } catch (error) {
    if (signal?.aborted) throw error
    throw new ApiError(0, "NO_ANSWER", limit.aborted ? words.slow : words.unreachable)
  }
  if (!response.ok) {
    if (response.status === 401) onSignedOut(leaving)
    throw await failureOf(response)
  }
  const text = await response.text()
  return (text === "" ? null : JSON.parse(text)) as Answer<E>
}
