import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import * as Redacted from "effect/Redacted"
import { parse } from "yaml"
import { DEFAULT_SETTINGS, readSettings } from "../../core/settings/settings.ts"
import type { AppConfig } from "../config.ts"

/** How long, in milliseconds, a running server may take to say that it is there. */
const THERE_MS = 1_500

/** A server of this installation that is running now. */
export interface RunningServer {
  readonly address: string
  /** Calls its API with its own key; throws an Error with the server's sentence for anything but a success. */
  readonly call: <A>(
    method: "GET" | "POST",
    path: string,
    fields?: Readonly<Record<string, string>>,
  ) => Promise<A>
  /** The events of a stream, for as long as somebody takes them. */
  readonly follow: (path: string) => AsyncIterable<{ readonly event: string; readonly data: unknown }>
}

/** The events in a body of server-sent events. */
async function* eventsOf(body: AsyncIterable<Uint8Array>) {
  const decoder = new TextDecoder()
  let text = ""
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true })
    for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
      const lines = text.slice(0, end).split("\n")
      text = text.slice(end + 2)
      const fieldOf = (name: string) =>
        lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2)
      const [event, data] = [fieldOf("event"), fieldOf("data")]
      if (event !== undefined && data !== undefined) yield { event, data: JSON.parse(data) as unknown }
    }
  }
}

function settingsOf(config: AppConfig) {
  const file = join(config.configDir, "config.yaml")
  if (!existsSync(file)) return DEFAULT_SETTINGS
  try {
    const root = parse(readFileSync(file, "utf8"), { version: "1.1", merge: true, uniqueKeys: false })
    return readSettings(root).settings
  } catch {
    // Who opens the installation next says what is wrong; the parser's own words would show lines of the file.
    return DEFAULT_SETTINGS
  }
}

/** The running server of the installation, or null. It is known by its key, so another program on the port is none. */
export async function runningServer(config: AppConfig): Promise<RunningServer | null> {
  const { auth, general } = settingsOf(config)
  const key = Redacted.value(config.overrides.auth?.apikey ?? auth.apikey)
  const host = config.host ?? general.ip
  const shown = host === "*" || host === "0.0.0.0" || host === "" ? "127.0.0.1" : host
  const address = `http://${shown}:${config.port ?? general.port}`
  const headers = { "x-api-key": key }
  const call: RunningServer["call"] = async (method, path, fields) => {
    const body = method === "POST" ? new URLSearchParams(fields) : undefined
    const response = await fetch(`${address}${path}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body }),
    })
    const answer = (await response.json()) as { error?: string; message?: string }
    if (!response.ok) throw new Error(answer.error ?? answer.message ?? `${path} answered ${response.status}`)
    return answer as never
  }
  const follow: RunningServer["follow"] = async function* (path) {
    const response = await fetch(`${address}${path}`, { headers })
    if (!response.ok || response.body === null) throw new Error(`${path} answered ${response.status}`)
    yield* eventsOf(response.body)
  }
  try {
    const health = await fetch(`${address}/api/system/health`, {
      headers,
      signal: AbortSignal.timeout(THERE_MS),
    })
    const answer = (await health.json()) as { data?: unknown }
    return health.ok && answer.data !== undefined ? { address, call, follow } : null
  } catch {
    return null
  }
}
