/** A plain client for trying the simulated services, with nothing of the application in it. */

import { request } from "node:http"
import type { Simulator } from "./simulator.ts"

export const CLIENT = "client-under-test"
export const OWNER_TOKEN = "EXAMPLEaccountTOKEN01"
export const ATTIC_TOKEN = "EXAMPLEserverTOKEN-attic"
export const SHARED_ATTIC_TOKEN = "EXAMPLEserverTOKEN-attic-for-shared"

export interface Asked {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly bytes: Buffer
  readonly text: string
  readonly json: any
}

export interface AskOptions {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Buffer
  readonly token?: string
}

/** Asks for JSON as one installation unless the headers say otherwise; follows nothing. */
export function ask(url: string, options: AskOptions = {}): Promise<Asked> {
  const headers = {
    Accept: "application/json",
    "X-Plex-Client-Identifier": CLIENT,
    ...(options.token === undefined ? {} : { "X-Plex-Token": options.token }),
    ...options.headers,
  }
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: options.method ?? "GET", headers, agent: false })
    sent.on("error", reject)
    sent.on("response", (response) => {
      const chunks: Buffer[] = []
      response.on("data", (chunk: Buffer) => chunks.push(chunk))
      response.on("error", reject)
      response.on("aborted", () => reject(new Error("aborted")))
      response.on("end", () => {
        const bytes = Buffer.concat(chunks)
        const text = bytes.toString("utf8")
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          bytes,
          text,
          get json() {
            return JSON.parse(text)
          },
        })
      })
    })
    sent.end(options.body)
  })
}

/** Asks a media server with the owner's token for it. */
export function askPms(simulator: Simulator, path: string, options: AskOptions = {}): Promise<Asked> {
  return ask(simulator.urls.pms[0] + path, { token: ATTIC_TOKEN, ...options })
}

/** Waits until something can be observed; a second is far more than the simulator's own delays. */
export async function until(observed: () => boolean): Promise<void> {
  const deadline = performance.now() + 2000
  while (!observed()) {
    if (performance.now() > deadline) throw new Error(`Never observed: ${observed}`)
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
}
