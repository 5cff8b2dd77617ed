/** Posting to a receiver the way media programs do: once, without following redirects. */

import { request as httpRequest, type IncomingMessage } from "node:http"
import { request as httpsRequest } from "node:https"

export interface WebhookAnswer {
  readonly url: string
  /** 0 when the receiver could not be reached. */
  readonly status: number
  readonly body: string
  readonly tookMs: number
}

export interface Posted {
  readonly contentType: string
  readonly body: Buffer | string
  readonly userAgent: string
  readonly headers?: Readonly<Record<string, string>>
}

const LOOPBACK = new Set(["127.0.0.1", "localhost", "[::1]", "::1"])

async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString("utf8")
}

/** Never fails: what cannot be delivered is lost, and the answer says so with status 0. Receivers
 *  that are not on this machine are not called; the simulated world stays on loopback. Node's own
 *  client is used because tests replace the global dispatcher of `fetch`. */
export function postTo(url: string, posted: Posted): Promise<WebhookAnswer> {
  const started = performance.now()
  const answer = (status: number, body: string): WebhookAnswer => ({
    url,
    status,
    body,
    tookMs: performance.now() - started,
  })
  return new Promise((resolve) => {
    let target: URL
    try {
      target = new URL(url)
    } catch {
      return resolve(answer(0, "not a url"))
    }
    if (!LOOPBACK.has(target.hostname)) return resolve(answer(0, "not on this machine"))
    const send = target.protocol === "https:" ? httpsRequest : httpRequest
    const request = send(target, {
      method: "POST",
      agent: false,
      timeout: 30_000,
      headers: {
        Accept: "*/*",
        ...posted.headers,
        "Content-Type": posted.contentType,
        "Content-Length": Buffer.byteLength(posted.body),
        "User-Agent": posted.userAgent,
      },
    })
    request.on("response", (response) => {
      textOf(response).then(
        (body) => resolve(answer(response.statusCode ?? 0, body)),
        () => resolve(answer(0, "the answer was cut off")),
      )
    })
    request.on("timeout", () => request.destroy(new Error("timed out")))
    request.on("error", (cause) => resolve(answer(0, cause.message)))
    request.end(posted.body)
  })
}
