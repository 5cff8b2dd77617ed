import { subscribe, unsubscribe } from "node:diagnostics_channel"

/** One exchange with a server, as a test sample would hold it. Headers of requests are not kept: they carry the token. */
export interface RecordedExchange {
  readonly method: string
  /** Path and query, without the token. */
  readonly path: string
  readonly status: number
  readonly contentType: string
  /** Parsed JSON with everything private replaced; null for any other body. */
  readonly body: unknown
}

/** Exchanges that are kept. */
const EXCHANGES_MAX = 500
/** Largest body that is kept, in bytes. */
const BODY_BYTES_MAX = 4 * 1024 * 1024

/** Keys whose texts say how a server behaves and nothing about whose it is. */
const PLAIN_KEYS = new Set(
  `type agent scanner language languageCode languageTag codec format container identifier version platform
   librarySectionType streamType state event videoResolution videoFrameRate audioCodec videoCodec
   originallyAvailableAt providerTitle decision scanType chromaSubsampling colorSpace audioProfile videoProfile`
    .trim()
    .split(/\s+/),
)
/** Texts without a word in them: numbers, dates, flags. */
const PLAIN_TEXT = /^[\d.:,+-]*$|^(true|false)$/i

/** Replaces every text that may name somebody or something by `text-1`, `text-2` …; equal texts stay equal. */
export class Redactor {
  readonly #names = new Map<string, string>()

  text(value: string): string {
    if (PLAIN_TEXT.test(value)) return value
    const known = this.#names.get(value)
    if (known !== undefined) return known
    const scheme = /^([a-z][a-z0-9.+-]*):\/\//i.exec(value)?.[1]
    const name = `${scheme === undefined ? "" : `${scheme}://`}text-${this.#names.size + 1}`
    this.#names.set(value, name)
    return name
  }

  value(value: unknown, key = ""): unknown {
    if (typeof value === "string") return PLAIN_KEYS.has(key) ? value : this.text(value)
    if (Array.isArray(value)) return value.map((one) => this.value(one, key))
    if (typeof value !== "object" || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, this.value(one, name)]))
  }

  /** The values of a query may be folders, titles and tokens; ids and numbers stay. */
  path(path: string): string {
    const url = new URL(path, "http://server")
    for (const [name, value] of [...url.searchParams]) {
      if (/token/i.test(name)) url.searchParams.delete(name)
      else if (["path", "title", "key"].includes(name)) url.searchParams.set(name, this.text(value))
    }
    return url.pathname + url.search
  }
}

interface Message {
  readonly request: object & { readonly method?: string; readonly path?: string; readonly origin?: unknown }
  readonly response?: { readonly statusCode: number; readonly headers: ReadonlyArray<Buffer> }
  readonly chunk?: Uint8Array
}

interface Kept {
  readonly status: number
  readonly contentType: string
  readonly chunks: Array<Uint8Array>
  bytes: number
}

export interface Recording {
  /** Ends it and gives the exchanges with these origins, redacted. */
  readonly stop: (origins: ReadonlySet<string>) => ReadonlyArray<RecordedExchange>
}

/** Records every HTTP exchange of this process from now on, through undici's diagnostics channels. */
export function recordExchanges(): Recording {
  const seen = new Map<object, Kept>()
  const onHeaders = (message: unknown): void => {
    const { request, response } = message as Message
    if (response === undefined || seen.size >= EXCHANGES_MAX) return
    const texts = response.headers.map((one) => one.toString("latin1"))
    const at = texts.findIndex((one, index) => index % 2 === 0 && one.toLowerCase() === "content-type")
    const contentType = at < 0 ? "" : (texts[at + 1] ?? "")
    seen.set(request, { status: response.statusCode, contentType, chunks: [], bytes: 0 })
  }
  const onChunk = (message: unknown): void => {
    const { request, chunk } = message as Message
    const kept = seen.get(request)
    if (kept === undefined || chunk === undefined || kept.bytes + chunk.length > BODY_BYTES_MAX) return
    kept.bytes += chunk.length
    kept.chunks.push(Uint8Array.from(chunk))
  }
  subscribe("undici:request:headers", onHeaders)
  subscribe("undici:request:bodyChunkReceived", onChunk)
  return {
    stop: (origins) => {
      unsubscribe("undici:request:headers", onHeaders)
      unsubscribe("undici:request:bodyChunkReceived", onChunk)
      const redactor = new Redactor()
      return [...seen].flatMap(([request, { status, contentType, chunks }]) => {
        const { method = "GET", origin, path = "/" } = request as Message["request"]
        if (!origins.has(String(origin))) return []
        const body = redactor.value(parsed(Buffer.concat(chunks).toString("utf8")))
        return [{ method, path: redactor.path(path), status, contentType, body }]
      })
    },
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
