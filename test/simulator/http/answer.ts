/** What a route answers: plain data, so that faults can spoil it before it is sent. */

import type { ServerResponse } from "node:http"

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Buffer
  /** Set for answers that stay open, such as event streams; `body` is sent first. */
  readonly stream?: (response: ServerResponse) => void
}

type Headers = Readonly<Record<string, string>>

export function json(value: unknown, status = 200, headers: Headers = {}): Answer {
  return {
    status,
    headers: { "Content-Type": "application/json; charset=utf-8", ...headers },
    body: JSON.stringify(value),
  }
}

export function xml(text: string, status = 200, headers: Headers = {}): Answer {
  return { status, headers: { "Content-Type": "application/xml; charset=utf-8", ...headers }, body: text }
}

export function html(text: string, status = 200, headers: Headers = {}): Answer {
  return { status, headers: { "Content-Type": "text/html; charset=utf-8", ...headers }, body: text }
}

export function text(value: string, status = 200, headers: Headers = {}): Answer {
  return { status, headers: { "Content-Type": "text/plain; charset=utf-8", ...headers }, body: value }
}

export function bytes(value: Buffer, contentType: string, headers: Headers = {}): Answer {
  return { status: 200, headers: { "Content-Type": contentType, ...headers }, body: value }
}

export function empty(status: number, headers: Headers = {}): Answer {
  return { status, headers, body: "" }
}

/** The small page a Plex server or a proxy shows instead of an answer. */
export function errorPage(status: number, title: string): Answer {
  return html(
    `<html><head><title>${title}</title></head><body><h1>${status} ${title}</h1></body></html>\n`,
    status,
  )
}
